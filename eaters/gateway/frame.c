/* SPDX-License-Identifier: MIT */
#include "frame.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A text of the greatest length in its array. */
#define TEXT_SIZE (RING_TEXT_MAX + FRAME_BYTES)

int frame_init(struct frame *f, size_t head)
{
	char *room = malloc(head + TEXT_SIZE);

	memset(f, 0, sizeof(*f));
	if (!room)
		return -ENOMEM;
	f->head = head;
	f->text = room + head;
	return 0;
}

void frame_free(struct frame *f)
{
	if (f->text)
		free(f->text - f->head);
	memset(f, 0, sizeof(*f));
}

/* Entries that lie side by side, copied at once. */
struct run {
	size_t at;
	size_t len;
};

static void copy_run(struct frame *f, const struct ring *r, struct run *run)
{
	memcpy(f->text + f->len, r->bytes + run->at, run->len);
	f->len += run->len;
	run->len = 0;
}

static void fill(struct frame *f, const struct ring *r,
		 const struct filter *filter)
{
	struct run run = {0};

	for (; f->to < r->next; f->to++) {
		const struct ring_entry *e = ring_at(r, f->to);

		if (!filter_passes(filter, e->kind))
			continue;
		if (e->len == 0)
			break;
		f->full = f->count > 0 &&
			  f->len + run.len + e->len >= FRAME_BYTES;
		if (f->full)
			break;
		if (run.at + run.len != e->at) {
			copy_run(f, r, &run);
			run.at = e->at;
		}
		run.len += e->len;
		f->count++;
	}
	copy_run(f, r, &run);
}

void frame_make(struct frame *f, const struct ring *r,
		const struct filter *filter, uint64_t from)
{
	if (f->filter == filter->id && f->from == from && f->count > 0)
		return;
	f->filter = filter->id;
	f->from = from;
	f->to = from;
	f->count = 0;
	f->len = 0;
	f->full = false;
	fill(f, r, filter);
	/* Each text has a comma before it. */
	f->text[0] = '[';
	f->text[f->len++] = ']';
}

void frame_take(struct frame *f, const char *bytes, size_t len)
{
	f->filter = 0;
	f->len = len;
	memcpy(f->text, bytes, len);
}
