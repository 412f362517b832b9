/* SPDX-License-Identifier: MIT */
#ifndef WAKE_H
#define WAKE_H

#include <stdint.h>

/*
 * One descriptor to poll that is readable while another is ready, or once a
 * time has come.
 */
struct wake {
	int fd; /* the one to poll; level-triggered */
	int timer_fd;
	int watched_fd;
	uint32_t events;
	int64_t time_ns;
};

/* 0 or -errno; wake_close() in either case, or of one whose fds are -1. */
int wake_open(struct wake *w);
void wake_close(struct wake *w);

/* The other descriptor (-1: none), and the EPOLL... events to wake for. */
void wake_watch(struct wake *w, int fd, uint32_t events);

/* Before the other descriptor is closed. */
void wake_forget(struct wake *w);

/* The time, by loop_now_ns(); INT64_MAX is never. */
void wake_at(struct wake *w, int64_t time_ns);

#endif
