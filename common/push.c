/* SPDX-License-Identifier: MIT */
#include "bus.h"
#include "push_kind.h"

struct push *push_new(const char *endpoint, size_t limit_bytes)
{
	return bus_is_websocket(endpoint) ? push_ws_new(endpoint, limit_bytes)
					  : push_zmq_new(endpoint, limit_bytes);
}

void push_free(struct push *p, int linger_ms)
{
	if (p)
		p->kind->free(p, linger_ms);
}

int push_hello(struct push *p, const char *json, size_t len)
{
	return p->kind->hello ? p->kind->hello(p, json, len) : 0;
}

int push_send(struct push *p, const char *topic, size_t topic_len,
	      const void *body, size_t body_len, uint32_t dumplings,
	      push_waiting *waiting)
{
	return p->kind->send(p, topic, topic_len, body, body_len, dumplings,
			     waiting);
}

int push_drain(struct push *p, size_t bytes, int stop_fd, int timeout_ms)
{
	return p->kind->drain(p, bytes, stop_fd, timeout_ms);
}

bool push_has_room(struct push *p, size_t bytes)
{
	return p->kind->has_room(p, bytes);
}

int push_room_fd(const struct push *p)
{
	return p->kind->room_fd(p);
}

void push_room_told(struct push *p)
{
	if (p->kind->room_told)
		p->kind->room_told(p);
}

void push_end(struct push *p)
{
	if (p->kind->end)
		p->kind->end(p);
}

enum push_state push_state(struct push *p, bool *changed)
{
	p->kind->follow(p);
	*changed = p->state != p->told;
	p->told = p->state;
	return p->state;
}

const char *push_why(const struct push *p)
{
	return p->kind->why ? p->kind->why(p) : "";
}

int push_fd(const struct push *p)
{
	return p->kind->fd(p);
}

bool push_retried(const struct push *p)
{
	return p->retried;
}
