/* SPDX-License-Identifier: MIT */
#include "stall.h"

#include "loop.h"

#include <linux/sockios.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#define WATCHED_MAX 4096

struct watched {
	int fd;
	int unsent; /* bytes, when it was first seen stuck */
	int64_t stuck_since_ns;
	bool stuck;
};

struct stall {
	struct watched watched[WATCHED_MAX];
	unsigned count;
};

struct stall *stall_new(void)
{
	return calloc(1, sizeof(struct stall));
}

void stall_free(struct stall *s)
{
	free(s);
}

void stall_accepted(struct stall *s, int fd)
{
	if (s->count < WATCHED_MAX)
		s->watched[s->count++] = (struct watched){.fd = fd};
}

void stall_disconnected(struct stall *s, int fd)
{
	for (unsigned i = 0; i < s->count; i++) {
		if (s->watched[i].fd != fd)
			continue;
		s->watched[i] = s->watched[--s->count];
		return;
	}
}

/*
 * A connection is stuck while it takes no more bytes (not writable) and those
 * in the kernel stay as many as they were: any read would change either.
 */
static bool is_stuck(struct watched *w, int64_t now_ns)
{
	struct pollfd p = {.fd = w->fd, .events = POLLOUT};
	int unsent = 0;
	bool full = poll(&p, 1, 0) == 0 &&
		    ioctl(w->fd, SIOCOUTQ, &unsent) == 0 && unsent > 0;

	if (full && w->stuck && unsent == w->unsent)
		return true;
	w->stuck = full;
	w->unsent = unsent;
	w->stuck_since_ns = now_ns;
	return false;
}

unsigned stall_check(struct stall *s, int64_t limit_ns,
		     void (*gone)(void *host, int fd), void *host)
{
	int64_t now_ns = loop_now_ns();
	unsigned shut = 0;

	for (unsigned i = s->count; i-- > 0;) {
		struct watched w = s->watched[i];

		if (!is_stuck(&s->watched[i], now_ns) ||
		    now_ns - w.stuck_since_ns < limit_ns)
			continue;
		/* libzmq sees the end, closes, and tells its monitor. */
		shutdown(w.fd, SHUT_RDWR);
		s->watched[i] = s->watched[--s->count];
		gone(host, w.fd);
		shut++;
	}
	return shut;
}
