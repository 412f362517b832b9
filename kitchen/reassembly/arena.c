/* SPDX-License-Identifier: MIT */
#include "arena.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

enum {
	ORDERS = 7, /* ARENA_MIN << 6 is ARENA_MAX */
	FREE = 0x80,
};

struct buffer {
	struct buffer *next, *prev;
};

struct arena {
	uint8_t *memory;
	uint8_t *map; /* of each ARENA_MIN: a buffer's order, and FREE */
	size_t size, used;
	size_t fresh; /* nothing behind this was ever taken */
	struct buffer *free[ORDERS];
	bool (*make_room)(void *owner);
	void *owner;
	bool making_room;
};

struct arena *arena_new(size_t bytes, bool (*make_room)(void *), void *owner)
{
	struct arena *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	a->size = bytes / ARENA_MAX * ARENA_MAX;
	a->memory = a->size ? aligned_alloc(64, a->size) : NULL;
	a->map = calloc(a->size / ARENA_MIN + 1, 1);
	a->make_room = make_room;
	a->owner = owner;
	if (!a->memory || !a->map) {
		arena_free(a);
		errno = ENOMEM;
		return NULL;
	}
	return a;
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	free(a->memory);
	free(a->map);
	free(a);
}

static struct buffer *at(const struct arena *a, size_t unit)
{
	return (void *)(a->memory + unit * ARENA_MIN);
}

static size_t unit_of(const struct arena *a, const void *buffer)
{
	return (size_t)((const uint8_t *)buffer - a->memory) / ARENA_MIN;
}

static void link_free(struct arena *a, size_t unit, unsigned order)
{
	struct buffer *b = at(a, unit);

	a->map[unit] = (uint8_t)(FREE | order);
	b->prev = NULL;
	b->next = a->free[order];
	if (b->next)
		b->next->prev = b;
	a->free[order] = b;
}

static void unlink_free(struct arena *a, size_t unit, unsigned order)
{
	struct buffer *b = at(a, unit);

	*(b->prev ? &b->prev->next : &a->free[order]) = b->next;
	if (b->next)
		b->next->prev = b->prev;
	a->map[unit] = 0;
}

static void *take(struct arena *a, unsigned order)
{
	unsigned found = order;
	size_t unit;

	while (found < ORDERS && !a->free[found])
		found++;
	if (found < ORDERS) {
		unit = unit_of(a, a->free[found]);
		unlink_free(a, unit, found);
	} else if (a->fresh < a->size) {
		unit = a->fresh / ARENA_MIN;
		a->fresh += ARENA_MAX;
		found = ORDERS - 1;
	} else {
		return NULL;
	}
	while (found > order) {
		found--;
		link_free(a, unit + ((size_t)1 << found), found);
	}
	a->map[unit] = (uint8_t)order;
	return at(a, unit);
}

void *arena_take(struct arena *a, size_t bytes, size_t *size)
{
	unsigned order = 0;
	void *buffer;

	if (bytes > ARENA_MAX)
		return NULL;
	while (((size_t)ARENA_MIN << order) < bytes)
		order++;
	buffer = take(a, order);
	while (!buffer && a->make_room && !a->making_room) {
		bool made;

		a->making_room = true;
		made = a->make_room(a->owner);
		a->making_room = false;
		if (!made)
			return NULL;
		buffer = take(a, order);
	}
	if (!buffer)
		return NULL;
	*size = (size_t)ARENA_MIN << order;
	a->used += *size;
	return buffer;
}

void arena_give(struct arena *a, void *buffer)
{
	size_t unit;
	unsigned order;

	if (!buffer)
		return;
	unit = unit_of(a, buffer);
	order = a->map[unit];
	a->used -= (size_t)ARENA_MIN << order;
	while (order < ORDERS - 1) {
		size_t buddy = unit ^ (size_t)1 << order;

		if (a->map[buddy] != (FREE | order))
			break;
		unlink_free(a, buddy, order);
		a->map[unit] = 0;
		unit &= ~((size_t)1 << order);
		order++;
	}
	link_free(a, unit, order);
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}

size_t arena_size(const struct arena *a)
{
	return a->size;
}
