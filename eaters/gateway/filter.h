/* SPDX-License-Identifier: MIT */
#ifndef FILTER_H
#define FILTER_H

#include "hello.h"
#include "kinds.h"
#include "wants.h"

/*
 * What a client wants, as a bit for each kind.  Clients that want the same
 * share one filter.
 */

struct filter {
	struct filter *next;
	uint64_t id; /* never used twice, and never 0 */
	unsigned users;
	bool wants_all; /* from the hub */
	bool sum, hubs; /* as in its hello */
	uint64_t bits[KINDS_MAX / 64];
	uint64_t latest;    /* what filter_latest() found when the ring... */
	uint64_t latest_at; /* ...had this many, plus 1; 0: never */
	uint32_t chefs;
	uint32_t kitchens;
	char names[][TOPIC_NAME_MAX + 1]; /* the chefs', then the kitchens' */
};

struct filters {
	struct filter *first;
	uint64_t ids;
	unsigned sums; /* how many filters want them */
	struct kinds *kinds;
	struct wants *wants;
	uint64_t any[KINDS_MAX / 64]; /* what some filter has */
};

/* The filter for a hello: filter_release() it.  NULL and errno ENOMEM. */
struct filter *filter_get(struct filters *fs, const struct hello *h);
void filter_release(struct filters *fs, struct filter *f);

/* A kind has this number from now on. */
void filter_learn(struct filters *fs, uint32_t kind);

/*
 * The number, plus 1, of the latest in the ring that passes; 0 for none ever.
 * ring_next is the number that the ring gives next.
 */
uint64_t filter_latest(const struct filters *fs, struct filter *f,
		       uint64_t ring_next);

static inline bool filter_passes(const struct filter *f, uint32_t kind)
{
	return f->bits[kind / 64] >> kind % 64 & 1;
}

static inline bool filter_any(const struct filters *fs, uint32_t kind)
{
	return fs->any[kind / 64] >> kind % 64 & 1;
}

#endif
