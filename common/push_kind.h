/* SPDX-License-Identifier: MIT */
#ifndef PUSH_KIND_H
#define PUSH_KIND_H

#include "push.h"

/*
 * The inside of a push: over ZeroMQ (push_zmq.c) or over WebSocket
 * (push_ws.c).  Each kind's struct begins with a struct push.
 */

struct push_kind {
	int (*send)(struct push *p, const char *topic, size_t topic_len,
		    const void *body, size_t body_len, uint32_t dumplings,
		    push_waiting *waiting);
	int (*drain)(struct push *p, size_t bytes, int stop_fd, int timeout_ms);
	void (*follow)(struct push *p); /* p->state and p->retried */
	int (*fd)(const struct push *p);
	void (*free)(struct push *p, int linger_ms);
	bool (*has_room)(struct push *p, size_t bytes);
	int (*room_fd)(const struct push *p);
	/* NULL where there is nothing to do. */
	int (*hello)(struct push *p, const char *json, size_t len);
	void (*end)(struct push *p);
	void (*room_told)(struct push *p);
	const char *(*why)(const struct push *p);
};

struct push {
	const struct push_kind *kind;
	size_t limit;
	enum push_state state, told;
	bool retried;
};

struct push *push_zmq_new(const char *endpoint, size_t limit_bytes);
struct push *push_ws_new(const char *endpoint, size_t limit_bytes);

#endif
