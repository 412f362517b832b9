/* SPDX-License-Identifier: MIT */
#include "agenda.h"

#include <assert.h>
#include <stdbool.h>

static bool is_before(const struct agenda_entry *a,
		      const struct agenda_entry *b)
{
	return a->at_ns != b->at_ns ? a->at_ns < b->at_ns
				    : a->number < b->number;
}

void agenda_add(struct agenda *a, int64_t at_ns, agenda_fn *run, void *self)
{
	const struct agenda_entry added = {at_ns, a->added++, run, self};
	size_t at = a->count++;

	assert(at < AGENDA_MAX);
	while (at > 0 && is_before(&added, &a->heap[(at - 1) / 2])) {
		a->heap[at] = a->heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	a->heap[at] = added;
}

int64_t agenda_next_ns(const struct agenda *a)
{
	return a->count > 0 ? a->heap[0].at_ns : INT64_MAX;
}

struct agenda_entry agenda_take(struct agenda *a)
{
	const struct agenda_entry first = a->heap[0];
	const struct agenda_entry moved = a->heap[--a->count];
	size_t at = 0;

	for (;;) {
		size_t child = 2 * at + 1;

		if (child + 1 < a->count &&
		    is_before(&a->heap[child + 1], &a->heap[child]))
			child++;
		if (child >= a->count || is_before(&moved, &a->heap[child]))
			break;
		a->heap[at] = a->heap[child];
		at = child;
	}
	a->heap[at] = moved;
	return first;
}
