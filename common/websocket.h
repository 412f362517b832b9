/* SPDX-License-Identifier: MIT */
#ifndef WEBSOCKET_H
#define WEBSOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A client's WebSocket (RFC 6455) that connects, and connects again, by
 * itself: after 0.1 s at first, later after up to 5 s.  It answers pings, sends
 * its own every 20 s, and gives a connection up that is silent for 40 s.  It
 * offers no extension.  One thread; all buffers have bounds.
 */
struct websocket;

/* A close's reason that means nothing is wrong, RFC 6455 section 7.4.1. */
#define WEBSOCKET_NORMAL 1000

struct websocket_message {
	bool is_text; /* else it is binary */
	const char *bytes;
	size_t len;
};

/*
 * Yours: websocket_free().  It begins to connect with the first
 * websocket_receive().  url is ws://HOST:PORT/PATH, lent; a message of more
 * than max_message bytes ends the connection.  NULL and errno.
 */
struct websocket *websocket_new(const char *url, size_t max_message);

/* Tells the server, if it can be told at once, and closes. */
void websocket_free(struct websocket *w);

/*
 * The text that goes first on each connection, and now, if there is one.
 * 0 or -ENOMEM.
 */
int websocket_set_hello(struct websocket *w, const char *text, size_t len);

/*
 * Moves on with everything, and receives without waiting.  1 with a message,
 * lent until the next call, or 0; then websocket_fd() says when to come back.
 */
int websocket_receive(struct websocket *w, struct websocket_message *m);

/*
 * Sends a message, as far as that goes at once, and the rest by and by.  0,
 * -EAGAIN while there is no connection or too much waits.
 */
int websocket_send(struct websocket *w, bool is_text, const void *bytes,
		   size_t len);

/*
 * Bytes handed over and bytes written, both since it was made: what was sent
 * when the first number was N has left when the second is N.  What a lost
 * connection had not written is taken off the first.
 */
uint64_t websocket_queued(const struct websocket *w);
uint64_t websocket_written(const struct websocket *w);

/*
 * Begins to close, for good: what was sent is written first, and the server is
 * asked to say that it has read it all.  websocket_is_closed() once it did, or
 * did not within 5 s.
 */
void websocket_close(struct websocket *w);
bool websocket_is_closed(const struct websocket *w);

/* How it stands: connected now, how often so far, and how often in vain. */
bool websocket_is_open(const struct websocket *w);
uint64_t websocket_connects(const struct websocket *w);
uint64_t websocket_failures(const struct websocket *w);

/* What ended the last connection or attempt, in a few words, or "". */
const char *websocket_why(const struct websocket *w);

/*
 * A descriptor for poll(), readable whenever websocket_receive() has something
 * to do.  Level-triggered.
 */
int websocket_fd(const struct websocket *w);

#endif
