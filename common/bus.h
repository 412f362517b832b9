/* SPDX-License-Identifier: MIT */
#ifndef BUS_H
#define BUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The ZeroMQ sockets of the bus: kitchens PUSH to the hub's PULL, the hub's
 * XPUB publishes to eaters' SUBs.  One thread per socket; libzmq's own
 * thread does the input and output.
 */

#define BUS_PORT_IN 11357  /* the hub's PULL */
#define BUS_PORT_OUT 11358 /* the hub's XPUB */

/* netdumplings' own WebSocket ports, which are the gateway's. */
#define BUS_PORT_WS_IN 11347
#define BUS_PORT_WS_OUT 11348

#define BUS_MAX_MESSAGE (1024 * 1024)

enum bus_type {
	BUS_PUSH,
	BUS_PULL,
	BUS_XPUB,
	BUS_SUB,
};

struct bus_config {
	enum bus_type type;
	int queue;          /* messages per peer, at most; 0: no bound */
	size_t max_message; /* bytes of a part that is received, at most */
};

struct bus;

/* Yours: bus_free().  NULL and errno. */
struct bus *bus_new(const struct bus_config *config);

/* Closes, waiting up to linger_ms for what is queued to go out. */
void bus_free(struct bus *b, int linger_ms);

/*
 * Writes the endpoint that `text` means: one itself, as "tcp://...", or HOST
 * or HOST:PORT or [IPV6]:PORT.  The port is BUS_PORT_IN or BUS_PORT_OUT, the
 * default; PORT is a WebSocket's where it is the original's for that, so what
 * it writes may be ws://HOST:PORT/PATH.  0, -EPROTONOSUPPORT for wss://, or
 * -EINVAL.
 */
int bus_endpoint(char *out, size_t out_size, const char *text, int port);

/* What is wrong, to follow the text in a sentence. */
const char *bus_endpoint_error(int rc);

/* Whether an endpoint is no bus's but a websocket.h's. */
bool bus_is_websocket(const char *endpoint);

/* 0 or -errno; connecting goes on by itself, for as long as it takes. */
int bus_bind(struct bus *b, const char *endpoint);
int bus_connect(struct bus *b, const char *endpoint);

/* Gives the connection up, with what it has received, and begins anew. */
int bus_reconnect(struct bus *b, const char *endpoint);

int bus_subscribe(struct bus *b, const void *prefix, size_t len);
int bus_unsubscribe(struct bus *b, const void *prefix, size_t len);

/* XPUB: whether a send waits for full queues, instead of leaving them out. */
void bus_set_patient(struct bus *b, bool patient);

/* --- messages --- */

/* A message of a topic and a body; start it zeroed. */
struct bus_message {
	struct {
		_Alignas(8) unsigned char zmq[64];
	} part[2];
	bool full;
};

/*
 * Receives without waiting into m, whose former content is freed.  0, -EAGAIN
 * for nothing there, -EBADMSG for a message that has not just two parts,
 * which is gone.  One part alone is allowed on an XPUB: a subscription.
 */
int bus_receive(struct bus *b, struct bus_message *m);

/*
 * Sends m on and empties it; no byte is copied.  Waits up to timeout_ms for
 * room.  0, -EAGAIN or -EINTR and m is as it was.
 */
int bus_send(struct bus *b, struct bus_message *m, int timeout_ms);

/* Makes m a message of copies.  0 or -ENOMEM. */
int bus_message_make(struct bus_message *m, const void *topic, size_t topic_len,
		     const void *body, size_t body_len);
void bus_message_free(struct bus_message *m);

/* The parts, lent while the message lives. */
const void *bus_topic(struct bus_message *m, size_t *len);
const void *bus_body(struct bus_message *m, size_t *len);

/* Who sent it: address, "" if not known, port or 0, descriptor or -1. */
struct bus_peer {
	char host[64];
	int port;
	int fd;
};
void bus_message_peer(struct bus_message *m, struct bus_peer *peer);

/* --- waiting --- */

struct bus_poll {
	struct bus *bus; /* or NULL, and then fd */
	int fd;
	bool ready;
};

/* Waits until one is readable.  How many are, 0 at the timeout, -errno. */
int bus_wait(struct bus_poll *items, int count, int timeout_ms);

/*
 * Readable when messages or connections may have news.  Edge-triggered, as
 * zmq_getsockopt(3) warns of libzmq's own, which is behind it.
 */
int bus_fd(const struct bus *b);

/* Readable when bus_next_event() has something; until it has not. */
int bus_event_fd(const struct bus *b);

/* --- connections --- */

enum bus_event {
	BUS_NONE,
	BUS_CONNECTED,    /* to the peer that bus_connect() named */
	BUS_DISCONNECTED, /* or lost one that had connected here */
	BUS_RETRIED,      /* it is not there yet */
	BUS_ACCEPTED,
};

/* What happened to connections since; fd may be NULL.  Never waits. */
enum bus_event bus_next_event(struct bus *b, int *fd);

/* libzmq's socket, for push.c. */
void *bus_socket(struct bus *b);

#endif
