/* SPDX-License-Identifier: MIT */
#include "segments.h"

#include <string.h>

static uint32_t min32(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* A place in the list, and what is being put there. */
struct put {
	struct segments *list;
	struct arena *arena;
	uint32_t max;
	const struct segment *what;
	const uint8_t *data;
	struct segment *before; /* or NULL */
};

static struct segment *insert(struct put *p, uint32_t seq)
{
	struct segments *list = p->list;
	struct segment *s;
	size_t size;

	if (list->count >= p->max)
		return NULL;
	s = arena_take(p->arena, ARENA_MIN, &size);
	if (!s)
		return NULL;
	s->seq = seq;
	s->len = s->missing = 0;
	s->room = (uint32_t)(size - sizeof(*s));
	s->next = p->before ? p->before->next : list->first;
	*(p->before ? &p->before->next : &list->first) = s;
	if (!s->next)
		list->last = s;
	list->count++;
	p->before = s;
	return s;
}

/* Keeps what[at] to what[at + len], where nothing is; how much of it. */
static uint32_t fill(struct put *p, uint32_t at, uint32_t len)
{
	uint32_t done = 0;

	while (done < len) {
		struct segment *s = p->before;
		uint32_t seq = p->what->seq + at + done, n = 0;

		if (at + done < p->what->len)
			n = min32(p->what->len - at - done, len - done);
		if (!s || segments_end(s) != seq ||
		    (n > 0 && (s->missing > 0 || s->len == s->room)))
			s = insert(p, seq);
		if (!s)
			break;
		s->time_ns = p->what->time_ns;
		if (n > 0) {
			n = min32(n, s->room - s->len);
			memcpy(s->data + s->len, p->data + at + done, n);
			s->len += n;
			done += n;
		} else {
			s->missing += len - done;
			done = len;
		}
	}
	return done;
}

/* Counts what[at] to what[at + len], which s has already. */
static void again(const struct put *p, const struct segment *s, uint32_t at,
		  uint32_t len, struct segments_seen *seen)
{
	uint32_t from = p->what->seq + at - s->seq;
	uint32_t ours = at < p->what->len ? p->what->len - at : 0;
	uint32_t n = from < s->len ? min32(s->len - from, len) : 0;

	seen->again += min32(ours, len);
	n = min32(n, ours);
	if (n && memcmp(s->data + from, p->data + at, n) != 0)
		seen->conflicts++;
}

uint32_t segments_put(struct segments *list, struct arena *arena, uint32_t max,
		      const struct segment *what, const uint8_t *data,
		      struct segments_seen *seen)
{
	uint32_t total = what->len + what->missing, at = 0;
	struct put p = {list, arena, max, what, data, NULL};
	struct segment *next = list->first;

	if (list->last &&
	    segments_diff(what->seq, segments_end(list->last)) >= 0) {
		p.before = list->last;
		next = NULL;
	}
	while (at < total) {
		uint32_t seq = what->seq + at, n = total - at, done;

		while (next && segments_diff(segments_end(next), seq) <= 0) {
			p.before = next;
			next = next->next;
		}
		if (next && segments_diff(next->seq, seq) <= 0) {
			n = min32(n, segments_end(next) - seq);
			again(&p, next, at, n, seen);
			at += n;
			continue;
		}
		if (next)
			n = min32(n, next->seq - seq);
		done = fill(&p, at, n);
		at += done;
		if (done < n)
			break;
	}
	return at;
}

void segments_pop(struct segments *list, struct arena *arena)
{
	struct segment *s = list->first;

	list->first = s->next;
	if (!list->first)
		list->last = NULL;
	list->count--;
	arena_give(arena, s);
}

void segments_clear(struct segments *list, struct arena *arena)
{
	while (list->first)
		segments_pop(list, arena);
}
