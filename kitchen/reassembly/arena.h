/* SPDX-License-Identifier: MIT */
#ifndef ARENA_H
#define ARENA_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Buffers of 2 to 128 KiB, of sizes that are powers of two, out of memory with
 * a bound that is allocated once.  Neighbours that are both free become one
 * again (a buddy allocator).
 */
struct arena;

enum {
	ARENA_MIN = 2048,
	ARENA_MAX = 131072
};

/*
 * `make_room` is called when there is no buffer left; it gives some back, or
 * returns false if it cannot.  It may call arena_take(), which then does not
 * call it again.  NULL and errno.
 */
struct arena *arena_new(size_t bytes, bool (*make_room)(void *owner),
			void *owner);
void arena_free(struct arena *arena);

/*
 * A buffer of at least `bytes` with its size in *size; yours: arena_give().
 * NULL when there is none, or for more than ARENA_MAX.
 */
void *arena_take(struct arena *arena, size_t bytes, size_t *size);
void arena_give(struct arena *arena, void *buffer);

/* Bytes taken, and all that there are. */
size_t arena_used(const struct arena *arena);
size_t arena_size(const struct arena *arena);

#endif
