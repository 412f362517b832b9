/* SPDX-License-Identifier: MIT */
#ifndef PUSH_H
#define PUSH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A kitchen's way to the hub, whose queue has a bound in bytes, and which
 * knows what has not left yet: a PUSH socket, or, where the endpoint is
 * ws://..., a WebSocket to the gateway.
 */
struct push;

/* Dumplings handed over and not yet written to the hub's connection. */
typedef _Atomic uint64_t push_waiting;

enum push_state {
	PUSH_NEVER, /* no hub was there yet */
	PUSH_CONNECTED,
	PUSH_LOST, /* it was; connecting again */
};

/* Yours: push_free().  NULL and errno. */
struct push *push_new(const char *endpoint, size_t limit_bytes);

/*
 * What a WebSocket says first, JSON; before anything else is called.  0 or
 * -ENOMEM.
 */
int push_hello(struct push *p, const char *json, size_t len);

/*
 * Sends a copy of the body.  `waiting` counts its dumplings until they are
 * out, and outlives the push.  0, -ENOBUFS when the queue is full, -ENOMEM.
 */
int push_send(struct push *p, const char *topic, size_t topic_len,
	      const void *body, size_t body_len, uint32_t dumplings,
	      push_waiting *waiting);

/*
 * Waits until no more than `bytes` wait, until stop_fd (-1: none) is
 * readable, or timeout_ms (-1: for ever).  0, -EINTR, -ETIMEDOUT.
 */
int push_drain(struct push *p, size_t bytes, int stop_fd, int timeout_ms);

/*
 * True if a body of so many bytes has room.  Else push_room_fd() becomes
 * readable once some have left, until push_room_told().  Of a push over
 * WebSocket the descriptor is push_fd().
 */
bool push_has_room(struct push *p, size_t bytes);
int push_room_fd(const struct push *p);
void push_room_told(struct push *p);

/*
 * Nothing more is sent: once all has left, push_drain() to 0 bytes also waits
 * for the gateway to say that it has read it.
 */
void push_end(struct push *p);

/* How it stands; `changed` tells whether it is news since the last call. */
enum push_state push_state(struct push *p, bool *changed);

/* Readable when push_state() may have news. */
int push_fd(const struct push *p);

/* What ended the last connection, in a few words; "" if that is not known. */
const char *push_why(const struct push *p);

/* True once a hub was looked for and not found. */
bool push_retried(const struct push *p);

void push_free(struct push *p, int linger_ms);

#endif
