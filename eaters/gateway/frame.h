/* SPDX-License-Identifier: MIT */
#ifndef FRAME_H
#define FRAME_H

#include "filter.h"
#include "ring.h"

/*
 * A text to send: a JSON array of what passes a filter from a position in the
 * ring on.  Clients in one place with one filter get the same bytes, made
 * once.
 */

/* A frame ends before it grows beyond this, but has one dumpling at least. */
#define FRAME_BYTES ((size_t)64 * 1024)

struct frame {
	uint64_t filter; /* its id; 0: the frame is of no use any more */
	uint64_t from;
	uint64_t to;    /* where a client is that has got it */
	uint32_t count; /* of dumplings */
	bool full;      /* more may be there behind it */
	char *text;     /* with `head` bytes of room before it */
	size_t len;
	size_t head;
};

/* Room of `head` bytes is left before each text.  0 or -ENOMEM. */
int frame_init(struct frame *f, size_t head);
void frame_free(struct frame *f);

/*
 * Makes f the frame for a place in the ring, unless it is that already.  It
 * ends before a text that was left out; count 0 where nothing passes before.
 */
void frame_make(struct frame *f, const struct ring *r,
		const struct filter *filter, uint64_t from);

/* Makes it a copy of other bytes, FRAME_BYTES or RING_TEXT_MAX at most. */
void frame_take(struct frame *f, const char *bytes, size_t len);

#endif
