/* SPDX-License-Identifier: MIT */
#include "push.h"

#include "bus.h"
#include "loop.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <zmq.h>

struct push {
	struct bus *bus;
	size_t limit;
	_Atomic size_t bytes;  /* waiting */
	_Atomic bool draining; /* push_drain() wants to be woken */
	int wake_fd;
	enum push_state state, told;
	bool retried;
};

/* A body on its way; libzmq's thread frees it when it has been written. */
struct parcel {
	struct push *push;
	push_waiting *waiting;
	uint32_t dumplings;
	size_t len;
	uint8_t body[];
};

struct push *push_new(const char *endpoint, size_t limit_bytes)
{
	/* No bound in messages: the bound is in bytes, here. */
	const struct bus_config config = {.type = BUS_PUSH};
	struct push *p = calloc(1, sizeof(*p));
	int rc;

	if (!p)
		return NULL;
	p->limit = limit_bytes;
	p->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	p->bus = p->wake_fd < 0 ? NULL : bus_new(&config);
	rc = p->bus ? bus_connect(p->bus, endpoint) : -errno;
	if (rc == 0)
		return p;
	push_free(p, 0);
	errno = -rc;
	return NULL;
}

void push_free(struct push *p, int linger_ms)
{
	if (!p)
		return;
	bus_free(p->bus, linger_ms);
	if (p->wake_fd >= 0)
		close(p->wake_fd);
	free(p);
}

/* Runs in libzmq's thread. */
static void parcel_free(void *body, void *hint)
{
	struct parcel *parcel = hint;
	struct push *p = parcel->push;
	const uint64_t one = 1;

	(void)body;
	atomic_fetch_sub(parcel->waiting, parcel->dumplings);
	atomic_fetch_sub(&p->bytes, parcel->len);
	free(parcel);
	if (atomic_load(&p->draining) &&
	    write(p->wake_fd, &one, sizeof(one)) < 0)
		return; /* the counter is full: it is awake already */
}

int push_send(struct push *p, const char *topic, size_t topic_len,
	      const void *body, size_t body_len, uint32_t dumplings,
	      push_waiting *waiting)
{
	void *socket = bus_socket(p->bus);
	struct parcel *parcel;
	zmq_msg_t message;

	if (atomic_load(&p->bytes) + body_len > p->limit)
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

int push_drain(struct push *p, size_t bytes, int stop_fd, int timeout_ms)
{
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

enum push_state push_state(struct push *p, bool *changed)
{
	enum bus_event event;

	while ((event = bus_next_event(p->bus, NULL)) != BUS_NONE) {
		if (event == BUS_CONNECTED)
			p->state = PUSH_CONNECTED;
		else if (event == BUS_DISCONNECTED)
			p->state = PUSH_LOST;
		else if (event == BUS_RETRIED)
			p->retried = true;
	}
	*changed = p->state != p->told;
	p->told = p->state;
	return p->state;
}

int push_fd(const struct push *p)
{
	return bus_event_fd(p->bus);
}

bool push_retried(const struct push *p)
{
	return p->retried;
}
