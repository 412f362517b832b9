/* SPDX-License-Identifier: MIT */
#ifndef AGENDA_H
#define AGENDA_H

#include <stddef.h>
#include <stdint.h>

/* What is to happen when: a binary heap by time, of a fixed size. */

#define AGENDA_MAX 4096

typedef void agenda_fn(void *self);

struct agenda_entry {
	int64_t at_ns;
	uint64_t number; /* of two at the same time the first added is first */
	agenda_fn *run;
	void *self;
};

struct agenda {
	struct agenda_entry heap[AGENDA_MAX];
	size_t count;
	uint64_t added;
};

/* Whoever is in it is there once, so that all of them have room. */
void agenda_add(struct agenda *a, int64_t at_ns, agenda_fn *run, void *self);
/* When the next is due; INT64_MAX: none ever. */
int64_t agenda_next_ns(const struct agenda *a);
/* Takes the next one out; there must be one. */
struct agenda_entry agenda_take(struct agenda *a);

#endif
