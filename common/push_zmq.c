/* SPDX-License-Identifier: MIT */
/*
 * A kitchen's way to the hub over ZeroMQ: a PUSH socket.  libzmq's bound of
 * its queue is one in messages; here it is in bytes.
 */
#include "bus.h"
#include "loop.h"
#include "push_kind.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <zmq.h>

struct push_zmq {
	struct push push;
	struct bus *bus;
	_Atomic size_t bytes;  /* waiting */
	_Atomic bool draining; /* someone wants to be woken */
	int wake_fd;
};

/* A body on its way; libzmq's thread frees it when it has been written. */
struct parcel {
	struct push_zmq *push;
	push_waiting *waiting;
	uint32_t dumplings;
	size_t len;
	uint8_t body[];
};

static struct push_zmq *of(struct push *p)
{
	return (struct push_zmq *)(void *)p;
}

static void free_zmq(struct push *push, int linger_ms)
{
	struct push_zmq *p = of(push);

	bus_free(p->bus, linger_ms);
	if (p->wake_fd >= 0)
		close(p->wake_fd);
	free(p);
}

/* Runs in libzmq's thread. */
static void parcel_free(void *body, void *hint)
{
	struct parcel *parcel = hint;
	struct push_zmq *p = parcel->push;
	const uint64_t one = 1;

	(void)body;
	atomic_fetch_sub(parcel->waiting, parcel->dumplings);
	atomic_fetch_sub(&p->bytes, parcel->len);
	free(parcel);
	if (atomic_load(&p->draining) &&
	    write(p->wake_fd, &one, sizeof(one)) < 0)
		return; /* the counter is full: it is awake already */
}

static int send(struct push *push, const char *topic, size_t topic_len,
		const void *body, size_t body_len, uint32_t dumplings,
		push_waiting *waiting)
{
	struct push_zmq *p = of(push);
	void *socket = bus_socket(p->bus);
	struct parcel *parcel;
	zmq_msg_t message;

	if (atomic_load(&p->bytes) + body_len > push->limit)
		return -ENOBUFS;
	parcel = malloc(sizeof(*parcel) + body_len);
	if (!parcel)
		return -ENOMEM;
	parcel->push = p;
	parcel->waiting = waiting;
	parcel->dumplings = dumplings;
	parcel->len = body_len;
	memcpy(parcel->body, body, body_len);
	if (zmq_msg_init_data(&message, parcel->body, body_len, parcel_free,
			      parcel) < 0) {
		free(parcel);
		return -ENOMEM;
	}
	atomic_fetch_add(waiting, dumplings);
	atomic_fetch_add(&p->bytes, body_len);
	/* Without a bound in messages this never waits. */
	if (zmq_send(socket, topic, topic_len, ZMQ_DONTWAIT | ZMQ_SNDMORE) <
		    0 ||
	    zmq_msg_send(&message, socket, ZMQ_DONTWAIT) < 0) {
		zmq_msg_close(&message);
		return -ENOBUFS;
	}
	return 0;
}

static int drain(struct push *push, size_t bytes, int stop_fd, int timeout_ms)
{
	struct push_zmq *p = of(push);
	int64_t deadline = loop_now_ns() + (int64_t)timeout_ms * 1000000;
	struct pollfd fds[] = {{.fd = p->wake_fd, .events = POLLIN},
			       {.fd = stop_fd, .events = POLLIN}};
	uint64_t wakes;
	int rc = 0;

	atomic_store(&p->draining, true);
	while (atomic_load(&p->bytes) > bytes) {
		int left = timeout_ms < 0 ? -1 : loop_timeout_ms(deadline);

		if (left == 0 || poll(fds, 2, left) == 0) {
			rc = -ETIMEDOUT;
			break;
		}
		if (fds[1].revents) {
			rc = -EINTR;
			break;
		}
		if (read(p->wake_fd, &wakes, sizeof(wakes)) < 0)
			continue;
	}
	atomic_store(&p->draining, false);
	return rc;
}

static bool has_room(struct push *push, size_t bytes)
{
	struct push_zmq *p = of(push);

	if (atomic_load(&p->bytes) + bytes <= push->limit)
		return true;
	atomic_store(&p->draining, true);
	/* They may have left before anybody was to be told. */
	return atomic_load(&p->bytes) + bytes <= push->limit;
}

static int room_fd(const struct push *p)
{
	return ((const struct push_zmq *)(const void *)p)->wake_fd;
}

static void room_told(struct push *push)
{
	struct push_zmq *p = of(push);
	uint64_t wakes;

	atomic_store(&p->draining, false);
	if (read(p->wake_fd, &wakes, sizeof(wakes)) < 0)
		return; /* nobody woke it */
}

static void follow(struct push *p)
{
	enum bus_event event;

	while ((event = bus_next_event(of(p)->bus, NULL)) != BUS_NONE) {
		if (event == BUS_CONNECTED)
			p->state = PUSH_CONNECTED;
		else if (event == BUS_DISCONNECTED)
			p->state = PUSH_LOST;
		else if (event == BUS_RETRIED)
			p->retried = true;
	}
}

static int fd(const struct push *p)
{
	return bus_event_fd(((const struct push_zmq *)(const void *)p)->bus);
}

static const struct push_kind kind = {
	.send = send,
	.drain = drain,
	.follow = follow,
	.fd = fd,
	.free = free_zmq,
	.has_room = has_room,
	.room_fd = room_fd,
	.room_told = room_told,
};

struct push *push_zmq_new(const char *endpoint, size_t limit_bytes)
{
	/* No bound in messages: the bound is in bytes, here. */
	const struct bus_config config = {.type = BUS_PUSH};
	struct push_zmq *p = calloc(1, sizeof(*p));
	int rc;

	if (!p)
		return NULL;
	p->push.kind = &kind;
	p->push.limit = limit_bytes;
	p->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	p->bus = p->wake_fd < 0 ? NULL : bus_new(&config);
	rc = p->bus ? bus_connect(p->bus, endpoint) : -errno;
	if (rc == 0)
		return &p->push;
	free_zmq(&p->push, 0);
	errno = -rc;
	return NULL;
}
