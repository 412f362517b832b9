/* SPDX-License-Identifier: MIT */
#include "seats.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Bytes that a chef wants to see again. */
struct kept {
	uint8_t *buffer;
	uint32_t size, start, len;
};

/* One chef's part of a place; its state follows. */
struct seat {
	struct kept kept[2]; /* to the server, and from it */
	max_align_t state[];
};

size_t seats_add(struct seats *s, size_t state_size)
{
	if (!s->place_size)
		s->place_size = sizeof(uint64_t) * 2;
	s->at[s->chefs] = s->place_size;
	s->place_size +=
		sizeof(struct seat) + ((state_size + 15) & ~(size_t)15);
	return s->chefs++;
}

int seats_open(struct seats *s, uint32_t places)
{
	seats_close(s);
	s->memory = malloc(s->place_size * places);
	if (!s->memory)
		return -ENOMEM;
	s->places = places;
	return 0;
}

void seats_close(struct seats *s)
{
	free(s->memory);
	s->memory = NULL;
	s->free = NULL;
	s->places = s->fresh = s->taken = 0;
}

void *seats_take(struct seats *s)
{
	void *place = s->free;

	if (place)
		memcpy(&s->free, place, sizeof(s->free));
	else if (s->fresh < s->places)
		place = s->memory + s->fresh++ * s->place_size;
	else
		return NULL;
	memset(place, 0, s->place_size);
	s->taken++;
	return place;
}

static struct seat *seat_of(const struct seats *s, void *place, size_t chef)
{
	return (void *)((uint8_t *)place + s->at[chef]);
}

static void drop_kept(struct seats *s, struct kept *k)
{
	arena_give(s->arena, k->buffer);
	*k = (struct kept){0};
}

static void leave(struct seats *s, struct seat *seat)
{
	drop_kept(s, &seat->kept[0]);
	drop_kept(s, &seat->kept[1]);
}

void seats_give(struct seats *s, void *place)
{
	if (!place)
		return;
	for (size_t i = 0; i < s->chefs; i++)
		leave(s, seat_of(s, place, i));
	memcpy(place, &s->free, sizeof(s->free));
	s->free = place;
	s->taken--;
}

bool seats_keeps(const struct seats *s, const void *place, uint64_t who)
{
	for (; who; who &= who - 1) {
		size_t at = s->at[__builtin_ctzll(who)];
		const struct seat *seat =
			(const void *)((const uint8_t *)place + at);

		if (seat->kept[0].buffer || seat->kept[1].buffer)
			return true;
	}
	return false;
}

/* One call of a chef; false if it is done with the connection. */
static bool tell(struct seats *s, size_t chef, struct seat *seat,
		 struct nd_stream *st)
{
	st->state = seat->state;
	st->keep = 0;
	st->done = false;
	s->tell(s->host, chef, st);
	return !st->done;
}

static bool tell_gap(struct seats *s, size_t chef, struct seat *seat,
		     const struct nd_stream *base, uint64_t offset,
		     uint64_t len)
{
	struct nd_stream st = *base;

	st.event = ND_STREAM_GAP;
	st.data = NULL;
	st.offset = offset;
	st.len = len;
	return tell(s, chef, seat, &st);
}

/* Room for `more` bytes behind those that are kept. */
static bool reserve(struct seats *s, struct kept *k, uint32_t more)
{
	uint8_t *buffer;
	size_t size;

	if (k->start + k->len + more <= k->size)
		return true;
	if (k->len + more <= k->size) {
		memmove(k->buffer, k->buffer + k->start, k->len);
		k->start = 0;
		return true;
	}
	buffer = arena_take(s->arena, k->len + more, &size);
	if (!buffer)
		return false;
	if (k->len)
		memcpy(buffer, k->buffer + k->start, k->len);
	arena_give(s->arena, k->buffer);
	k->buffer = buffer;
	k->size = (uint32_t)size;
	k->start = 0;
	return true;
}

/* Bytes that a chef wanted to keep and cannot. */
static bool lose(struct seats *s, size_t chef, struct seat *seat,
		 const struct nd_stream *base, uint64_t end, uint64_t len)
{
	drop_kept(s, &seat->kept[!base->to_server]);
	s->kept_lost += len;
	return tell_gap(s, chef, seat, base, end - len, len);
}

/* Bytes as they are, as nothing was kept before them. */
static bool tell_alone(struct seats *s, size_t chef, struct seat *seat,
		       const struct nd_stream *base)
{
	struct kept *k = &seat->kept[!base->to_server];
	struct nd_stream st = *base;
	uint64_t keep, end = base->offset + base->len;

	if (!tell(s, chef, seat, &st))
		return false;
	keep = st.keep < base->len ? st.keep : base->len;
	if (!keep)
		return true;
	if (keep > ND_STREAM_KEEP_MAX || !reserve(s, k, (uint32_t)keep))
		return lose(s, chef, seat, base, end, keep);
	memcpy(k->buffer, base->data + base->len - keep, keep);
	k->len = (uint32_t)keep;
	return true;
}

/* Bytes behind those that were kept: `base` has no more than KEEP_MAX. */
static bool tell_behind(struct seats *s, size_t chef, struct seat *seat,
			const struct nd_stream *base)
{
	struct kept *k = &seat->kept[!base->to_server];
	struct nd_stream st = *base;
	uint32_t keep;

	memcpy(k->buffer + k->start + k->len, base->data, base->len);
	k->len += (uint32_t)base->len;
	st.data = k->buffer + k->start;
	st.len = k->len;
	st.offset = base->offset + base->len - k->len;
	if (!tell(s, chef, seat, &st))
		return false;
	keep = st.keep < k->len ? (uint32_t)st.keep : k->len;
	if (keep > ND_STREAM_KEEP_MAX)
		return lose(s, chef, seat, base, base->offset + base->len,
			    keep);
	k->start += k->len - keep;
	k->len = keep;
	if (!keep)
		drop_kept(s, k);
	return true;
}

static bool tell_data(struct seats *s, size_t chef, struct seat *seat,
		      const struct nd_stream *base)
{
	struct kept *k = &seat->kept[!base->to_server];
	struct nd_stream st;
	uint64_t left = base->len;

	if (!k->len)
		return tell_alone(s, chef, seat, base);
	st = *base;
	while (left > 0) {
		st.len = left;
		if (!k->len)
			return tell_alone(s, chef, seat, &st);
		if (st.len > ND_STREAM_KEEP_MAX)
			st.len = ND_STREAM_KEEP_MAX;
		if (!reserve(s, k, (uint32_t)st.len)) {
			if (!lose(s, chef, seat, base, st.offset, k->len))
				return false;
			continue;
		}
		if (!tell_behind(s, chef, seat, &st))
			return false;
		st.data += st.len;
		st.offset += st.len;
		left -= st.len;
	}
	return true;
}

/* A gap: what was kept before it will not be followed by what is missing. */
static bool tell_missing(struct seats *s, size_t chef, struct seat *seat,
			 const struct nd_stream *base)
{
	drop_kept(s, &seat->kept[!base->to_server]);
	return tell_gap(s, chef, seat, base, base->offset, base->len);
}

static uint64_t each(struct seats *s, void *place, uint64_t who,
		     const struct nd_stream *base,
		     bool (*one)(struct seats *, size_t, struct seat *,
				 const struct nd_stream *))
{
	uint64_t left = who;

	while (left) {
		size_t chef = (size_t)__builtin_ctzll(left);
		struct seat *seat = seat_of(s, place, chef);

		left &= left - 1;
		if (one(s, chef, seat, base))
			continue;
		leave(s, seat);
		who &= ~(UINT64_C(1) << chef);
	}
	return who;
}

uint64_t seats_data(struct seats *s, void *place, uint64_t who,
		    const struct nd_stream *base)
{
	return each(s, place, who, base, tell_data);
}

uint64_t seats_gap(struct seats *s, void *place, uint64_t who,
		   const struct nd_stream *base)
{
	return each(s, place, who, base, tell_missing);
}

static bool tell_end(struct seats *s, size_t chef, struct seat *seat,
		     const struct nd_stream *base)
{
	struct nd_stream st = *base;

	return tell(s, chef, seat, &st);
}

void seats_end(struct seats *s, void *place, uint64_t who,
	       const struct nd_stream *base)
{
	each(s, place, who, base, tell_end);
}
