/* SPDX-License-Identifier: MIT */
#include "stall.h"

#include "acked.h"
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
	bool stuck;
	int room;       /* SO_SNDBUF of one that is put to the proof; else 0 */
	uint64_t taken; /* what tells a read, when it was first seen stuck */
	int64_t stuck_since_ns;
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
 * Something that any read of the other side changes: the bytes that it has
 * acknowledged, or those that the kernel has of a Unix socket.  Only the first
 * never comes back to what it was.
 */
static bool taken(int fd, uint64_t *n, bool *exact)
{
	int unsent = 0;

	*exact = acked_bytes(fd, n);
	if (*exact)
		return true;
	if (ioctl(fd, SIOCOUTQ, &unsent) < 0)
		return false;
	*n = (uint64_t)unsent;
	return unsent > 0;
}

/*
 * A Unix socket that was read and filled anew has as many bytes as before.
 * With no room for more, the next read tells.  The kernel doubles what it is
 * given, and wakes libzmq when it is given more.
 */
static void take_room(struct watched *w)
{
	socklen_t len = sizeof(w->room);

	if (getsockopt(w->fd, SOL_SOCKET, SO_SNDBUF, &w->room, &len) == 0)
		setsockopt(w->fd, SOL_SOCKET, SO_SNDBUF, &(int){0},
			   sizeof(int));
}

static void give_room(struct watched *w)
{
	if (w->room > 0)
		setsockopt(w->fd, SOL_SOCKET, SO_SNDBUF, &(int){w->room / 2},
			   sizeof(int));
	w->room = 0;
}

/* True if it took nothing for that long, and that is certain. */
static bool is_stuck(struct watched *w, int64_t limit_ns)
{
	struct pollfd p = {.fd = w->fd, .events = POLLOUT};
	int64_t now_ns = loop_now_ns(), passed_ns = now_ns - w->stuck_since_ns;
	bool exact = false, full;
	uint64_t n = 0;

	full = poll(&p, 1, 0) == 0 && taken(w->fd, &n, &exact);
	if (!full || !w->stuck || n != w->taken) {
		give_room(w);
		w->stuck = full;
		w->taken = n;
		w->stuck_since_ns = now_ns;
		return false;
	}
	if (exact || w->room > 0)
		return passed_ns >= limit_ns;
	if (passed_ns >= limit_ns / 4) {
		take_room(w);
		w->stuck_since_ns = now_ns;
	}
	return false;
}

unsigned stall_check(struct stall *s, int64_t limit_ns,
		     void (*gone)(void *host, int fd), void *host)
{
	unsigned shut = 0;

	for (unsigned i = s->count; i-- > 0;) {
		int fd = s->watched[i].fd;

		if (!is_stuck(&s->watched[i], limit_ns))
			continue;
		/* libzmq sees the end, closes, and tells its monitor. */
		shutdown(fd, SHUT_RDWR);
		s->watched[i] = s->watched[--s->count];
		gone(host, fd);
		shut++;
	}
	return shut;
}
