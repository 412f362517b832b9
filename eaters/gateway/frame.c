/* SPDX-License-Identifier: MIT */
#include "frame.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Of a frame that is not masked: the opcode and up to 9 bytes of length. */
#define HEAD_MAX 10
#define FINAL_TEXT 0x81

/* A text of the greatest length in its array. */
#define ROOM_SIZE (RING_TEXT_MAX + FRAME_BYTES)

int frame_init(struct frame *f, enum frame_form form)
{
	memset(f, 0, sizeof(*f));
	f->form = form;
	f->room = malloc(ROOM_SIZE);
	return f->room ? 0 : -ENOMEM;
}

void frame_free(struct frame *f)
{
	free(f->room);
	memset(f, 0, sizeof(*f));
}

/* --- heads, RFC 6455 section 5.2 ----------------------------------------- */

static size_t head_size(size_t text_len)
{
	return text_len < 126 ? 2 : text_len < 65536 ? 4 : HEAD_MAX;
}

static void write_head(char *to, size_t text_len)
{
	size_t size = head_size(text_len);

	to[0] = (char)FINAL_TEXT;
	to[1] = (char)(size == 2 ? text_len : size == 4 ? 126 : 127);
	for (size_t i = size - 1; i > 1; i--) {
		to[i] = (char)(text_len & 0xff);
		text_len >>= 8;
	}
}

/* The text is in the room, behind the greatest head. */
static void put_head(struct frame *f, size_t text_len)
{
	f->bytes = f->room + HEAD_MAX - head_size(text_len);
	f->len = head_size(text_len) + text_len;
	write_head(f->bytes, text_len);
}

/* --- one text ------------------------------------------------------------ */

/* Entries that lie side by side, copied at once. */
struct run {
	size_t at;
	size_t len;
};

/* Returns where the next goes. */
static char *copy_run(char *to, const struct ring *r, struct run *run)
{
	size_t len = run->len;

	memcpy(to, r->bytes + run->at, len);
	run->len = 0;
	return to + len;
}

static void fill_array(struct frame *f, const struct ring *r,
		       const struct filter *filter)
{
	char *text = f->room + HEAD_MAX, *to = text;
	uint64_t end = filter_end(filter, r);
	struct run run = {0};

	for (; f->to < end; f->to++) {
		const struct ring_entry *e = ring_at(r, f->to);

		if (!filter_has(filter, r, f->to))
			continue;
		if (e->len == 0)
			break;
		f->full = f->count > 0 &&
			  (size_t)(to - text) + run.len + e->len >= FRAME_BYTES;
		if (f->full)
			break;
		if (run.at + run.len != e->at) {
			to = copy_run(to, r, &run);
			run.at = e->at;
		}
		run.len += e->len;
		f->count++;
	}
	to = copy_run(to, r, &run);
	/* Each text has a comma before it. */
	*text = '[';
	*to++ = ']';
	put_head(f, (size_t)(to - text));
}

void frame_take(struct frame *f, const char *text, size_t len)
{
	f->filter = 0;
	memcpy(f->room + HEAD_MAX, text, len);
	put_head(f, len);
}

/* --- a text for each ----------------------------------------------------- */

static void fill_singles(struct frame *f, const struct ring *r,
			 const struct filter *filter)
{
	uint64_t end = filter_end(filter, r);

	f->bytes = f->room;
	f->len = 0;
	for (; f->to < end; f->to++) {
		const struct ring_entry *e = ring_at(r, f->to);
		char *to = f->bytes + f->len;
		size_t len, head;

		if (!filter_has(filter, r, f->to))
			continue;
		if (e->len == 0)
			break;
		len = e->len - 1;
		head = head_size(len);
		f->full = f->count > 0 && f->len + head + len > FRAME_BYTES;
		if (f->full)
			break;
		write_head(to, len);
		memcpy(to + head, r->bytes + e->at + 1, len);
		f->len += head + len;
		f->count++;
	}
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
	f->full = false;
	if (f->form == FRAME_ARRAY)
		fill_array(f, r, filter);
	else
		fill_singles(f, r, filter);
}
