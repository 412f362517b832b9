/* SPDX-License-Identifier: MIT */
#ifndef NMSG_OUTPUT_H
#define NMSG_OUTPUT_H

#include "message.h"
#include "nmsg_rate.h"
#include "stats.h"

/* Messages to a file, a UDP socket or a ZeroMQ endpoint. */
struct nmsg_output;

/* Zeroed, it is nmsgtool without options. */
struct nmsg_output_config {
	size_t mtu; /* of a container; 0: 8192 to sockets, 1 MiB to files.
		       ZeroMQ's is always 8192. */
	bool zlib;
	int level;       /* zlib's, 1 to 9; 0: its default */
	bool unbuffered; /* each message has its own container, sent at once */
	/*
	 * Datagrams gathered for one call to the kernel, 0: none.  Who sets
	 * this calls nmsg_output_send() before waiting for anything.
	 */
	unsigned int batch;
	int flush_ms;   /* a container waits that long; 0: for ever */
	int timeout_ms; /* a write waits that long for a ZeroMQ peer to
			   make room; 0: for ever */
	bool patient;   /* ZeroMQ's pubsub waits for subscribers that are slow,
			   instead of leaving them out */
	int linger_ms;  /* closing ZeroMQ's waits that long; 0: 1000 */
	struct nmsg_rate *rate; /* lent, or NULL: of datagrams */
	uint32_t source;        /* to set in every message, 0: as it is */
	uint32_t operator_id;
	uint32_t group;
};

struct nmsg_output_stats {
	uint64_t payloads;
	uint64_t containers;
	uint64_t fragments;
	uint64_t bytes;
	uint64_t containers_refused;
	uint64_t payloads_too_long;
};
extern const struct stat_counter nmsg_output_counters[];

/*
 * Yours: nmsg_output_close().  NULL and errno, as of nmsg_input_open_*().
 * `config` may be NULL; it is copied.
 */

/* A path, whose former content is gone, or "-" for standard output. */
struct nmsg_output *nmsg_output_open_file(const char *path,
					  const struct nmsg_output_config *c);

/* The descriptor is lent. */
struct nmsg_output *nmsg_output_open_fd(int fd,
					const struct nmsg_output_config *c);

/*
 * HOST/PORT; a rate in it counts where config has none.  Of a range the first
 * port: nmsg_socket_parse() tells the others, which are outputs of their own.
 */
struct nmsg_output *nmsg_output_open_socket(const char *spec,
					    const struct nmsg_output_config *c);

/*
 * ENDPOINT[,accept|connect][,pubsub|pushpull], connect and pubsub where it
 * does not say.
 */
struct nmsg_output *nmsg_output_open_zmq(const char *endpoint,
					 const struct nmsg_output_config *c);

/* Flushes first; 0 or its -errno. */
int nmsg_output_close(struct nmsg_output *out);

/*
 * Takes a message, copied.  0; -EAGAIN or -EINTR if a ZeroMQ peer made no room,
 * and it was not taken: try again; -EMSGSIZE for one that is too long for any
 * reader, which is counted; -errno as of write(2), after which a file ends with
 * what was whole.  A datagram that nobody listens for is counted, and no error.
 */
int nmsg_output_write(struct nmsg_output *out, const struct message *m);

/* config.zlib, from the container on that is sent next.  0 or -ENOMEM. */
int nmsg_output_set_zlib(struct nmsg_output *out, bool zlib);

/* Sends all that was taken. */
int nmsg_output_flush(struct nmsg_output *out);

/*
 * Sends what is ready: datagrams that config.batch gathers, and containers that
 * a ZeroMQ peer had no room for.
 */
int nmsg_output_send(struct nmsg_output *out);

/*
 * Milliseconds until config.flush_ms wants a flush, -1 for never, and the
 * flush, if it is time.
 */
int nmsg_output_wait_ms(const struct nmsg_output *out);
int nmsg_output_tick(struct nmsg_output *out);

const struct nmsg_output_stats *nmsg_output_stats(const struct nmsg_output *o);

/* ZeroMQ's endpoint where it listens, "" if none. */
const char *nmsg_output_endpoint(const struct nmsg_output *out);

#endif
