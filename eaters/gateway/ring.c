/* SPDX-License-Identifier: MIT */
#include "ring.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Shorter than any dumpling in JSON is, so that bytes run out first. */
#define ENTRY_BYTES 128

int ring_init(struct ring *r, size_t size)
{
	memset(r, 0, sizeof(*r));
	r->size = size;
	r->capacity = 1;
	while (r->capacity < size / ENTRY_BYTES)
		r->capacity *= 2;
	r->bytes = malloc(size);
	r->entries = calloc(r->capacity, sizeof(*r->entries));
	if (r->bytes && r->entries)
		return 0;
	ring_free(r);
	return -ENOMEM;
}

void ring_free(struct ring *r)
{
	free(r->bytes);
	free(r->entries);
	memset(r, 0, sizeof(*r));
}

/* Whether len bytes fit at r->end, or at the beginning, which it becomes. */
static bool fits(struct ring *r, size_t len)
{
	const struct ring_entry *old = ring_at(r, r->first);

	if (r->next - r->first == r->capacity)
		return false;
	if (len == 0)
		return true;
	if (r->first == r->next) {
		r->end = 0;
		return true;
	}
	if (r->end <= old->at)
		return len < old->at - r->end;
	if (len <= r->size - r->end)
		return true;
	if (len >= old->at)
		return false;
	r->end = 0;
	return true;
}

uint64_t ring_reserve(struct ring *r, size_t len)
{
	size_t freed = 0;

	len = len > RING_TEXT_MAX ? 0 : len + 1;
	if (fits(r, len))
		return r->first;
	while (r->first < r->next && (freed < r->size / 16 || !fits(r, len)))
		freed += ring_at(r, r->first++)->len + ENTRY_BYTES;
	fits(r, len);
	return r->first;
}

void ring_forget(struct ring *r, uint64_t first)
{
	if (first > r->first)
		r->first = first < r->next ? first : r->next;
}

void ring_add(struct ring *r, const char *text, size_t len, uint32_t kind)
{
	struct ring_entry *e = &r->entries[r->next & (r->capacity - 1)];

	assert(r->next - r->first < r->capacity);
	e->at = r->end;
	e->kind = kind;
	e->len = 0;
	if (len <= RING_TEXT_MAX) {
		assert(len < r->size - r->end);
		e->len = (uint32_t)len + 1;
		r->bytes[e->at] = ',';
		memcpy(r->bytes + e->at + 1, text, len);
		r->end += len + 1;
	}
	r->next++;
}
