/* SPDX-License-Identifier: MIT */
#ifndef FILTER_H
#define FILTER_H

#include "hello.h"
#include "kinds.h"
#include "ring.h"
#include "thin.h"
#include "wants.h"

/*
 * What a client wants, as a bit for each kind, and what of that is left out.
 * Clients that want the same share one filter.
 */

#define FILTER_KINDS (KINDS_MAX + THIN_MAX)

struct filter {
	struct filter *next;
	uint64_t id; /* never used twice, and never 0 */
	unsigned users;
	bool wants_all;    /* from the hub */
	bool sum, hubs;    /* as in its hello */
	struct thin *thin; /* NULL: nothing is left out */
	uint64_t bits[FILTER_KINDS / 64];
	uint64_t latest;    /* what filter_latest() found when the ring... */
	uint64_t latest_at; /* ...had this many, plus 1; 0: never */
	uint32_t chefs;
	uint32_t kitchens;
	char names[][TOPIC_NAME_MAX + 1]; /* the chefs', then the kitchens' */
};

struct filters {
	struct filter *first;
	uint64_t ids;
	unsigned sums;         /* how many filters want them */
	unsigned thins;        /* how many leave something out */
	uint64_t thin_numbers; /* a bit for each that is in use */
	struct kinds *kinds;
	struct wants *wants;
	struct ring *ring;
	uint64_t any[KINDS_MAX / 64]; /* what some filter has */
};

/*
 * The filter for a hello: filter_release() it.  NULL and errno ENOMEM, or
 * EBUSY where too many leave something out.
 */
struct filter *filter_get(struct filters *fs, const struct hello *h);
void filter_release(struct filters *fs, struct filter *f);

/* A kind has this number from now on. */
void filter_learn(struct filters *fs, uint32_t kind);

/*
 * The number, plus 1, of the latest in the ring that passes; 0 for none ever.
 */
uint64_t filter_latest(const struct filters *fs, struct filter *f);

/*
 * The latest entry of the ring is this: decides who leaves it out.  Returns
 * how many more dumplings do not go to clients by that.
 */
uint64_t filter_take(struct filters *fs, uint32_t kind,
		     const struct thin_entry *e);

static inline bool filter_passes(const struct filter *f, uint32_t kind)
{
	return f->bits[kind / 64] >> kind % 64 & 1;
}

/* Whether an entry of the ring is for clients of the filter. */
static inline bool filter_has(const struct filter *f, const struct ring *r,
			      uint64_t number)
{
	return filter_passes(f, ring_at(r, number)->kind) &&
	       !(f->thin && thin_left_out(f->thin, number));
}

/* The ring's number up to which they may read. */
static inline uint64_t filter_end(const struct filter *f, const struct ring *r)
{
	return f->thin ? thin_end(f->thin) : r->next;
}

static inline bool filter_any(const struct filters *fs, uint32_t kind)
{
	return fs->any[kind / 64] >> kind % 64 & 1;
}

#endif
