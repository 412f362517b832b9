/* SPDX-License-Identifier: MIT */
#include "wake.h"

#include "loop.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

int wake_open(struct wake *w)
{
	struct epoll_event in = {.events = EPOLLIN};

	w->watched_fd = -1;
	w->time_ns = INT64_MAX;
	w->fd = epoll_create1(EPOLL_CLOEXEC);
	w->timer_fd =
		timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (w->fd < 0 || w->timer_fd < 0 ||
	    epoll_ctl(w->fd, EPOLL_CTL_ADD, w->timer_fd, &in) < 0)
		return -errno;
	return 0;
}

void wake_close(struct wake *w)
{
	if (w->fd >= 0)
		close(w->fd);
	if (w->timer_fd >= 0)
		close(w->timer_fd);
}

void wake_watch(struct wake *w, int fd, uint32_t events)
{
	struct epoll_event e = {.events = events};

	if (fd < 0 || (fd == w->watched_fd && events == w->events))
		return;
	epoll_ctl(w->fd, fd == w->watched_fd ? EPOLL_CTL_MOD : EPOLL_CTL_ADD,
		  fd, &e);
	w->watched_fd = fd;
	w->events = events;
}

void wake_forget(struct wake *w)
{
	if (w->watched_fd >= 0)
		epoll_ctl(w->fd, EPOLL_CTL_DEL, w->watched_fd, NULL);
	w->watched_fd = -1;
}

void wake_at(struct wake *w, int64_t time_ns)
{
	struct itimerspec t = {{0, 0}, {0, 1}};

	/* A timer that has gone off is set anew, which ends its being ready. */
	if (time_ns == w->time_ns && time_ns > loop_now_ns())
		return;
	w->time_ns = time_ns;
	if (time_ns == INT64_MAX) {
		t.it_value.tv_nsec = 0;
	} else if (time_ns > 0) {
		t.it_value.tv_sec = time_ns / 1000000000;
		t.it_value.tv_nsec = time_ns % 1000000000;
	}
	timerfd_settime(w->timer_fd, TFD_TIMER_ABSTIME, &t, NULL);
}
