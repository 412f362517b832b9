/* SPDX-License-Identifier: MIT */
#ifndef THIN_H
#define THIN_H

#include "hello.h"
#include "kinds.h"
#include "rate.h"
#include "ring.h"

#include <text.h>

/*
 * What a filter leaves out for clients that do not want all of it: dumplings
 * beyond a rate, and those that a later one of the same slot of time stands in
 * for.  It counts them, and has notices of that in the ring, for this filter
 * only.
 */

/* Filters that may leave something out, at a time. */
#define THIN_MAX 64
/* Notices of such a filter are of this kind, which is no other's. */
#define THIN_KIND(number) (KINDS_MAX + (number))

/* The dumplings of one chef of one kitchen, which it numbers. */
struct thin_stream {
	uint64_t next;   /* the number to come */
	uint64_t of;     /* how many there were, by their numbers */
	uint64_t total;  /* of them left out */
	uint64_t told;   /* the total of the latest notice */
	int64_t poke_ns; /* of its latest interval dumpling: when it was made */
	uint64_t poke;   /* and its number in the ring, plus 1; 0: it stays */
	uint32_t merge;  /* plus 2, in the wish; 1: none; 0: not known yet */
};

struct thin {
	struct hello_thin wish;
	unsigned number;         /* below THIN_MAX */
	struct rate *rate;       /* NULL: any */
	struct nd_table *latest; /* NULL: none stands in for others */
	uint64_t *out;           /* a bit for each place in the ring */
	uint64_t capacity;       /* as the ring's */
	uint64_t since;          /* the ring's number where the slot began */
	uint64_t news;    /* the number, plus 1, of the latest to be read */
	bool tell_all;    /* somebody needs to know every total */
	uint64_t notices; /* so far */
	struct thin_stream streams[KINDS_MAX];
};

/* A dumpling that is in the ring now, and passes the filter. */
struct thin_entry {
	const struct nd_dumpling *d;
	uint32_t stream; /* the kind that stands for its chef and kitchen */
	int64_t now_ns;
};

/* Yours: thin_free().  NULL and errno ENOMEM. */
struct thin *thin_new(const struct hello_thin *wish, unsigned number,
		      const struct ring *r);
void thin_free(struct thin *t);

/* A kind stands for something else from now on. */
void thin_forget(struct thin *t, uint32_t kind);

/*
 * Takes the latest entry of the ring.  True if by that one more is left out:
 * this one, or one before it.
 */
bool thin_take(struct thin *t, const struct ring *r,
	       const struct thin_entry *e);

/*
 * The slot ends.  Makes *text a notice of the totals that have changed since
 * the one before, or of all where somebody needs that: true; and false if
 * there is nothing to tell.
 */
bool thin_tell(struct thin *t, const struct kinds *k, int64_t now_ns,
	       struct text *text);

/* A new slot begins; the notice, if there was one, is the ring's latest. */
void thin_turn(struct thin *t, const struct ring *r, bool told);

static inline bool thin_left_out(const struct thin *t, uint64_t number)
{
	uint64_t at = number & (t->capacity - 1);

	return t->out[at / 64] >> at % 64 & 1;
}

/*
 * Where clients may read up to: what stays of a slot is known at its end only.
 */
static inline uint64_t thin_end(const struct thin *t)
{
	return t->since;
}

#endif
