/* SPDX-License-Identifier: MIT */
#ifndef SEATS_H
#define SEATS_H

#include "arena.h"

#include <netdumplings/chef.h>

/* A chef's function, called by the host of chefs. */
typedef void seats_tell(void *host, size_t chef, struct nd_stream *stream);

#define SEATS_CHEFS_MAX 64

/*
 * Where chefs sit at a connection: each one's state, and the bytes that it
 * keeps of either direction.  The places for one connection are one piece of
 * a pool; the bytes are in an arena.
 */
struct seats {
	seats_tell *tell;
	void *host;
	struct arena *arena;
	size_t chefs;
	size_t at[SEATS_CHEFS_MAX]; /* where in a place each one's part is */
	size_t place_size;
	uint8_t *memory;
	uint32_t places, fresh, taken;
	void *free;
	uint64_t kept_lost; /* bytes that chefs wanted to keep */
};

/* Makes room for one more chef; its index. */
size_t seats_add(struct seats *seats, size_t state_size);
/* The pool, of so many places; 0 or -errno. */
int seats_open(struct seats *seats, uint32_t places);
void seats_close(struct seats *seats);

/* A place, zeroed, or NULL; yours: seats_give(). */
void *seats_take(struct seats *seats);
void seats_give(struct seats *seats, void *place);
/* Whether one of these chefs keeps any bytes there. */
bool seats_keeps(const struct seats *seats, const void *place, uint64_t who);

/* Has their seats fetched from memory, as they are to be told soon. */
static inline void seats_fetch(const struct seats *seats, const void *place,
			       uint64_t who)
{
	for (; who; who &= who - 1) {
		size_t at = seats->at[__builtin_ctzll(who)];

		__builtin_prefetch((const uint8_t *)place + at, 1);
		__builtin_prefetch((const uint8_t *)place + at + 64, 1);
	}
}

/*
 * Tells those chefs whose bits are in `who` of the next bytes of one direction
 * (stream->to_server, at stream->offset), of a gap, or of the end.  Returns
 * the bits of those who want to hear more.
 */
uint64_t seats_data(struct seats *seats, void *place, uint64_t who,
		    const struct nd_stream *stream);
uint64_t seats_gap(struct seats *seats, void *place, uint64_t who,
		   const struct nd_stream *stream);
void seats_end(struct seats *seats, void *place, uint64_t who,
	       const struct nd_stream *stream);

#endif
