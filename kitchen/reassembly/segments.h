/* SPDX-License-Identifier: MIT */
#ifndef SEGMENTS_H
#define SEGMENTS_H

#include "arena.h"

#include <stdint.h>

/*
 * Bytes of one direction of a TCP connection that came before others which
 * belong in front of them: in order, none twice, those captured first.
 * Sequence numbers are RFC 9293's, compared modulo 2^32.
 */
struct segment {
	struct segment *next;
	int64_t time_ns;
	uint32_t seq;
	uint32_t len;     /* bytes in data, */
	uint32_t missing; /* and after them those that were not captured */
	uint32_t room;
	uint8_t data[];
};

struct segments {
	struct segment *first, *last;
	uint32_t count;
};

struct segments_seen {
	uint64_t again;     /* bytes that were here */
	uint64_t conflicts; /* times that they were others */
};

/* How far b is behind a, negative if it is before it. */
static inline int32_t segments_diff(uint32_t b, uint32_t a)
{
	return (int32_t)(b - a);
}

static inline uint32_t segments_end(const struct segment *s)
{
	return s->seq + s->len + s->missing;
}

/*
 * Keeps what is new of `len` bytes and `missing` ones behind them, in at most
 * `max` buffers.  Returns how many of len + missing were dealt with: fewer if
 * there is no memory for more.
 */
uint32_t segments_put(struct segments *list, struct arena *arena, uint32_t max,
		      const struct segment *what, const uint8_t *data,
		      struct segments_seen *seen);

/* Gives the first back to the arena. */
void segments_pop(struct segments *list, struct arena *arena);
void segments_clear(struct segments *list, struct arena *arena);

#endif
