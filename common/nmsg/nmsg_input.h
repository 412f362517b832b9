/* SPDX-License-Identifier: MIT */
#ifndef NMSG_INPUT_H
#define NMSG_INPUT_H

#include "message.h"
#include "stats.h"

/*
 * Messages from a file, a pipe, UDP sockets or a ZeroMQ endpoint.  What is not
 * well formed is counted and passed over.
 */
struct nmsg_input;

struct nmsg_input_stats {
	uint64_t containers;
	uint64_t payloads;
	uint64_t containers_lost;
	uint64_t containers_late;
	uint64_t containers_bad;
	uint64_t payloads_bad;
	uint64_t fragments;
	uint64_t fragments_bad;
	uint64_t fragments_expired;
	uint64_t bytes_skipped;
	uint64_t bytes;
};
extern const struct stat_counter nmsg_input_counters[];

/*
 * Yours: nmsg_input_close().  NULL and errno; EINVAL for what is not well
 * formed, ENXIO for a host that is not known.
 */

/* A path, or "-" for standard input. */
struct nmsg_input *nmsg_input_open_file(const char *path);

/* The descriptor is lent. */
struct nmsg_input *nmsg_input_open_fd(int fd);

/*
 * HOST/PORT or HOST/PORT..PORT: every datagram that comes there.  A group of
 * multicast is joined.
 */
struct nmsg_input *nmsg_input_open_socket(const char *spec);

/*
 * ENDPOINT[,accept|connect][,pubsub|pushpull], accept and pubsub where it does
 * not say.
 */
struct nmsg_input *nmsg_input_open_zmq(const char *endpoint);

/* What nmsg_input_feed() is given. */
struct nmsg_input *nmsg_input_open_memory(void);

void nmsg_input_close(struct nmsg_input *in);

/*
 * Waits up to timeout_ms for a message, -1 for as long as it takes; its
 * payload is lent until the next call.  1; 0 if none came, or what came was
 * counted and passed over; -ENODATA at the end, which only files, pipes and
 * memory have; -EINTR if a signal came; -errno.
 */
int nmsg_input_next(struct nmsg_input *in, struct message *m, int timeout_ms);

/*
 * Readable when there may be messages, once nmsg_input_next() has given 0:
 * that of ZeroMQ is edge-triggered.  -1 for memory.
 */
int nmsg_input_fd(const struct nmsg_input *in);

/* One container or fragment, with its header, to be read next.  It is lent. */
void nmsg_input_feed(struct nmsg_input *in, const void *data, size_t len);

const struct nmsg_input_stats *nmsg_input_stats(const struct nmsg_input *in);

/*
 * Where it listens, if spec or endpoint left that open: the (first) port, 0 if
 * none; ZeroMQ's endpoint, "" if none.
 */
int nmsg_input_port(const struct nmsg_input *in);
const char *nmsg_input_endpoint(const struct nmsg_input *in);

#endif
