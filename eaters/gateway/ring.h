/* SPDX-License-Identifier: MIT */
#ifndef RING_H
#define RING_H

#include <stddef.h>
#include <stdint.h>

/*
 * The JSON texts of the latest dumplings, once for all clients, in memory that
 * does not grow: the oldest make room.  Entries are numbered from 0 and those
 * from `first` up to `next` are here.
 */

struct ring_entry {
	size_t at;    /* of a comma and the text behind it, in bytes[] */
	uint32_t len; /* of both; 0 for a text that was too long */
	uint32_t kind;
};

struct ring {
	char *bytes;
	size_t size;
	size_t end; /* where the next text may go */
	struct ring_entry *entries;
	uint64_t capacity; /* of entries, a power of two */
	uint64_t first;
	uint64_t next;
};

/* A text longer than this is left out, and told as lost. */
#define RING_TEXT_MAX ((size_t)1024 * 1024)

/* size is 2 * RING_TEXT_MAX at least.  0 or -ENOMEM. */
int ring_init(struct ring *r, size_t size);
void ring_free(struct ring *r);

/*
 * Makes room for a text, letting go of many old ones at a time when there is
 * none.  Returns the number of the first that stays.
 */
uint64_t ring_reserve(struct ring *r, size_t len);

/* Lets go of what is before `first`. */
void ring_forget(struct ring *r, uint64_t first);

/* Adds a text, in the room that ring_reserve() made for it. */
void ring_add(struct ring *r, const char *text, size_t len, uint32_t kind);

static inline const struct ring_entry *ring_at(const struct ring *r, uint64_t i)
{
	return &r->entries[i & (r->capacity - 1)];
}

#endif
