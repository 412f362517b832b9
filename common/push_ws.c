/* SPDX-License-Identifier: MIT */
/*
 * A kitchen's way to the hub over WebSocket, through the gateway: each message
 * is a binary one, its topic and then its body (docs/websocket.md).
 */
#include "loop.h"
#include "push_kind.h"
#include "websocket.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

/* A gateway has little to say to a kitchen. */
#define ANSWER_MAX 4096

/* A message that so many connections did not survive is given up. */
#define CUTS_MAX 3

/* What is read of that in one go. */
#define ANSWERS_MAX 64

/* A message that waits, or that is not written as a whole yet. */
struct parcel {
	struct parcel *next;
	push_waiting *waiting;
	uint32_t dumplings;
	bool sent;    /* to the WebSocket */
	int cuts;     /* connections that ended in its midst */
	uint64_t end; /* websocket_queued() then */
	size_t body_len, len;
	uint8_t bytes[];
};

struct push_ws {
	struct push push;
	struct websocket *socket;
	struct parcel *first, **last; /* last: where the next goes */
	struct parcel *unsent;        /* the first that is not sent */
	size_t bytes;                 /* of bodies */
	bool ending, closing;
};

static struct push_ws *of(struct push *p)
{
	return (struct push_ws *)(void *)p;
}

static const struct push_ws *const_of(const struct push *p)
{
	return (const struct push_ws *)(const void *)p;
}

/* --- the queue ----------------------------------------------------------- */

static void drop_first(struct push_ws *p)
{
	struct parcel *parcel = p->first;

	atomic_fetch_sub(parcel->waiting, parcel->dumplings);
	p->bytes -= parcel->body_len;
	p->first = parcel->next;
	if (!p->first)
		p->last = &p->first;
	free(parcel);
}

/* Lets go of what was written, and takes back what a lost connection had. */
static void settle(struct push_ws *p)
{
	uint64_t written = websocket_written(p->socket);

	while (p->first && p->first->sent && p->first->end <= written)
		drop_first(p);
	if (websocket_is_open(p->socket) || p->closing)
		return;
	if (p->first && p->first->sent && ++p->first->cuts == CUTS_MAX)
		drop_first(p);
	for (struct parcel *i = p->first; i != p->unsent; i = i->next)
		i->sent = false;
	p->unsent = p->first;
}

static void send_waiting(struct push_ws *p)
{
	while (p->unsent && websocket_send(p->socket, false, p->unsent->bytes,
					   p->unsent->len) == 0) {
		p->unsent->sent = true;
		p->unsent->end = websocket_queued(p->socket);
		p->unsent = p->unsent->next;
	}
	settle(p);
}

/* --- the connection ------------------------------------------------------ */

static void follow(struct push *push)
{
	struct push_ws *p = of(push);
	struct websocket_message m;

	for (int i = 0; i < ANSWERS_MAX; i++)
		if (websocket_receive(p->socket, &m) == 0)
			break;
	settle(p);
	send_waiting(p);
	if (p->ending && !p->closing && !p->first) {
		p->closing = true;
		websocket_close(p->socket);
	}
	if (websocket_is_open(p->socket))
		push->state = PUSH_CONNECTED;
	else if (websocket_connects(p->socket) > 0 && !p->closing)
		push->state = PUSH_LOST;
	push->retried |= websocket_failures(p->socket) > 0;
}

static int hello(struct push *push, const char *json, size_t len)
{
	return websocket_set_hello(of(push)->socket, json, len);
}

static int send(struct push *push, const char *topic, size_t topic_len,
		const void *body, size_t body_len, uint32_t dumplings,
		push_waiting *waiting)
{
	struct push_ws *p = of(push);
	struct parcel *parcel;

	if (p->bytes + body_len > push->limit)
		return -ENOBUFS;
	parcel = malloc(sizeof(*parcel) + topic_len + body_len);
	if (!parcel)
		return -ENOMEM;
	*parcel = (struct parcel){
		.waiting = waiting,
		.dumplings = dumplings,
		.body_len = body_len,
		.len = topic_len + body_len,
	};
	memcpy(parcel->bytes, topic, topic_len);
	memcpy(parcel->bytes + topic_len, body, body_len);
	atomic_fetch_add(waiting, dumplings);
	p->bytes += body_len;
	*p->last = parcel;
	p->last = &parcel->next;
	if (!p->unsent)
		p->unsent = parcel;
	send_waiting(p);
	return 0;
}

static bool has_room(struct push *push, size_t bytes)
{
	return of(push)->bytes + bytes <= push->limit;
}

/* --- the end ------------------------------------------------------------- */

static void end(struct push *push)
{
	of(push)->ending = true;
}

static bool is_drained(const struct push_ws *p, size_t bytes)
{
	if (p->bytes > bytes)
		return false;
	return !p->closing || bytes > 0 || websocket_is_closed(p->socket);
}

static int drain(struct push *push, size_t bytes, int stop_fd, int timeout_ms)
{
	int64_t deadline = loop_now_ns() + (int64_t)timeout_ms * 1000000;
	struct push_ws *p = of(push);
	struct pollfd fds[] = {{.fd = websocket_fd(p->socket),
				.events = POLLIN},
			       {.fd = stop_fd, .events = POLLIN}};

	for (follow(push); !is_drained(p, bytes); follow(push)) {
		int left = timeout_ms < 0 ? -1 : loop_timeout_ms(deadline);

		if (left == 0 || poll(fds, 2, left) == 0)
			return -ETIMEDOUT;
		if (fds[1].revents)
			return -EINTR;
	}
	return 0;
}

static void free_ws(struct push *push, int linger_ms)
{
	struct push_ws *p = of(push);

	if (p->socket && linger_ms > 0) {
		end(push);
		drain(push, 0, -1, linger_ms);
	}
	while (p->first)
		drop_first(p);
	websocket_free(p->socket);
	free(p);
}

/* --- making -------------------------------------------------------------- */

static int fd(const struct push *push)
{
	return websocket_fd(const_of(push)->socket);
}

static const char *why(const struct push *push)
{
	return websocket_why(const_of(push)->socket);
}

static const struct push_kind kind = {
	.send = send,
	.drain = drain,
	.follow = follow,
	.fd = fd,
	.free = free_ws,
	.has_room = has_room,
	.room_fd = fd,
	.hello = hello,
	.end = end,
	.why = why,
};

struct push *push_ws_new(const char *endpoint, size_t limit_bytes)
{
	struct push_ws *p = calloc(1, sizeof(*p));
	int error;

	if (!p)
		return NULL;
	p->push.kind = &kind;
	p->push.limit = limit_bytes;
	p->last = &p->first;
	p->socket = websocket_new(endpoint, ANSWER_MAX);
	if (p->socket)
		return &p->push;
	error = errno;
	free_ws(&p->push, 0);
	errno = error;
	return NULL;
}
