/* SPDX-License-Identifier: MIT */
#ifndef FRAME_H
#define FRAME_H

#include "filter.h"
#include "ring.h"

/*
 * What one write sends: whole WebSocket frames (RFC 6455 section 5.2) with what
 * passes a filter from a position in the ring on.  Clients in one place with
 * one filter get the same bytes, made once.
 */

/* It ends before it grows beyond this, but has one dumpling at least. */
#define FRAME_BYTES ((size_t)64 * 1024)

enum frame_form {
	FRAME_ARRAY,   /* one text, a JSON array of dumplings */
	FRAME_SINGLES, /* a text for each dumpling */
};

struct frame {
	enum frame_form form;
	uint64_t filter; /* its id; 0: the frame is of no use any more */
	uint64_t from;
	uint64_t to;    /* where a client is that has got it */
	uint32_t count; /* of dumplings */
	bool full;      /* more may be there behind it */
	char *bytes;    /* somewhere in `room` */
	size_t len;
	char *room;
};

/* 0 or -ENOMEM. */
int frame_init(struct frame *f, enum frame_form form);
void frame_free(struct frame *f);

/*
 * Makes f what is to be sent from a place in the ring on, unless it is that
 * already.  It ends before a text that was left out; something that passes is
 * there before.
 */
void frame_make(struct frame *f, const struct ring *r,
		const struct filter *filter, uint64_t from);

/* Makes it one frame of another text, RING_TEXT_MAX at most. */
void frame_take(struct frame *f, const char *text, size_t len);

#endif
