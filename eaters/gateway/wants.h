/* SPDX-License-Identifier: MIT */
#ifndef WANTS_H
#define WANTS_H

#include <netdumplings/eater.h>
#include <topic.h>

/*
 * What the clients want from the hub, counted, so that the hub is asked for
 * each chef once and no longer than someone wants it.
 */

#define WANTS_MAX 256

struct wants {
	struct nd_eater *eater;
	unsigned all; /* how many want every chef */
	unsigned count;
	struct {
		char chef[TOPIC_NAME_MAX + 1];
		unsigned times;
	} one[WANTS_MAX];
};

/*
 * Wants a chef (NULL: all of them) once more.  0; -ENOSPC if there are too
 * many to keep apart, and then all may be wanted instead; -errno.
 */
int wants_add(struct wants *w, const char *chef);

/* Takes back what wants_add() did. */
void wants_remove(struct wants *w, const char *chef);

#endif
