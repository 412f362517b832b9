/* SPDX-License-Identifier: MIT */
#ifndef WORKERS_H
#define WORKERS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Processes that share a kitchen's work.  The parent only watches over them:
 * it passes signals on, and starts one again that died of one.
 */

struct workers {
	size_t count;
	bool again; /* start anew who dies; not where that does work twice */
	const char *name;
	/* The work of one, in a process of its own; its exit status. */
	int (*work)(void *host, size_t worker);
	void *host;
};

/*
 * Until all have ended.  Call it before there are threads.  The worst exit
 * status, 1 for a worker that died for good.
 */
int workers_run(const struct workers *w);

/* How many cores this process may run on, at least 1. */
size_t workers_cores(void);

#endif
