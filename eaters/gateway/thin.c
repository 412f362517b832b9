/* SPDX-License-Identifier: MIT */
#include "thin.h"

#include "latest.h"

#include <json.h>
#include <loop.h>
#include <stdlib.h>
#include <string.h>

/* A number so much higher than expected is that of another run. */
#define GAP_MAX (UINT64_C(1) << 32)

struct thin *thin_new(const struct hello_thin *wish, unsigned number,
		      const struct ring *r)
{
	struct thin *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->wish = *wish;
	t->number = number;
	t->capacity = r->capacity;
	t->since = r->next;
	t->out = calloc(r->capacity / 64 + 1, sizeof(*t->out));
	if (wish->max_rate > 0)
		t->rate = rate_new(wish->max_rate, loop_now_ns());
	if (wish->merges > 0)
		t->latest = nd_table_new(LATEST_MAX, sizeof(uint64_t));
	if (t->out && (t->rate || !(wish->max_rate > 0)) &&
	    (t->latest || wish->merges == 0))
		return t;
	thin_free(t);
	return NULL;
}

void thin_free(struct thin *t)
{
	if (!t)
		return;
	rate_free(t->rate);
	nd_table_free(t->latest);
	free(t->out);
	free(t);
}

void thin_forget(struct thin *t, uint32_t kind)
{
	memset(&t->streams[kind], 0, sizeof(t->streams[kind]));
	if (t->rate)
		rate_forget(t->rate, kind);
}

/* --- an entry ------------------------------------------------------------ */

static void set_out(struct thin *t, uint64_t number, bool out)
{
	uint64_t at = number & (t->capacity - 1);
	uint64_t bit = UINT64_C(1) << at % 64;

	t->out[at / 64] &= ~bit;
	if (out)
		t->out[at / 64] |= bit;
}

/* Numbers that did not come here have been given all the same. */
static void count(struct thin_stream *s, uint64_t seq)
{
	bool follows = s->of > 0 && seq >= s->next && seq - s->next < GAP_MAX;

	s->of += follows ? seq - s->next + 1 : 1;
	s->next = seq + 1;
}

/* The path at which those of this chef are the same, or NULL. */
static const char *path_of(struct thin *t, struct thin_stream *s,
			   const char *chef)
{
	if (s->merge == 0) {
		uint32_t i = 0;

		while (i < t->wish.merges &&
		       strcmp(t->wish.merge[i].chef, chef) != 0)
			i++;
		s->merge = i < t->wish.merges ? i + 2 : 1;
	}
	return s->merge > 1 ? t->wish.merge[s->merge - 2].path : NULL;
}

/* Where it is noted which entry is the latest of its like, or NULL. */
static uint64_t *noted(struct thin *t, const struct thin_entry *e)
{
	const char *path;

	if (!t->latest)
		return NULL;
	path = path_of(t, &t->streams[e->stream], nd_chef_name(e->d));
	return path ? latest_noted(t->latest, e->d, e->stream, path) : NULL;
}

/* Whether an entry, by its number plus 1, is of this slot and stands so far. */
static bool stands(const struct thin *t, const struct ring *r, uint64_t entry)
{
	return entry > t->since && entry > r->first &&
	       !thin_left_out(t, entry - 1);
}

/*
 * Of what a chef tells at an interval the first and the last pass: one of them
 * is its sum.  By this one that before it is known not to have been the last.
 * True if that is left out.
 */
static bool poked(struct thin *t, const struct ring *r,
		  const struct thin_entry *e)
{
	struct thin_stream *s = &t->streams[e->stream];
	int64_t time_ns = nd_creation_time_ns(e->d);
	bool first = s->of == 1 || time_ns != s->poke_ns;
	bool out = !first && stands(t, r, s->poke) &&
		   !rate_take(t->rate, e->stream, e->now_ns);

	if (out)
		set_out(t, s->poke - 1, true);
	s->poke_ns = time_ns;
	s->poke = first ? 0 : r->next;
	return out;
}

bool thin_take(struct thin *t, const struct ring *r, const struct thin_entry *e)
{
	struct thin_stream *s = &t->streams[e->stream];
	uint64_t number = r->next - 1, *latest = noted(t, e);
	bool other = false, this = false;

	count(s, nd_seq(e->d));
	if (latest && stands(t, r, *latest)) {
		/* It takes over from the one that it stands in for. */
		set_out(t, *latest - 1, true);
		other = true;
	} else if (t->rate && nd_driver(e->d) == ND_DRIVER_INTERVAL) {
		other = poked(t, r, e);
	} else if (t->rate) {
		this = !rate_take(t->rate, e->stream, e->now_ns);
	}
	set_out(t, number, this);
	if (latest && !this)
		*latest = number + 1;
	s->total += other || this;
	return other || this;
}

/* --- slots --------------------------------------------------------------- */

static void put_stream(struct text *text, const struct thin_stream *s,
		       const struct kind *kind)
{
	const char *quote = kind->kitchen[0] ? "\"" : "";

	text_printf(text,
		    "{\"kitchen\":%s%s%s,\"chef\":\"%s\",\"total\":%llu,"
		    "\"of\":%llu},",
		    quote, kind->kitchen[0] ? kind->kitchen : "null", quote,
		    kind->chef, (unsigned long long)s->total,
		    (unsigned long long)s->of);
}

/* With every name of the greatest length it is shorter than RING_TEXT_MAX. */
bool thin_tell(struct thin *t, const struct kinds *k, int64_t now_ns,
	       struct text *text)
{
	bool any = t->tell_all;

	if (t->rate)
		rate_turn(t->rate, now_ns);
	text->len = 0;
	text_puts(text, "{\"metadata\":{\"chef\":\"GatewayChef\","
			"\"kitchen\":null,\"creation_time\":");
	json_time(text, loop_wall_ns());
	text_printf(text,
		    ",\"driver\":\"interval\",\"seq\":%llu},"
		    "\"payload\":{\"left_out\":[",
		    (unsigned long long)t->notices);
	for (uint32_t i = 0; i < k->count; i++) {
		struct thin_stream *s = &t->streams[i];

		if (s->of == 0 || (!t->tell_all && s->total == s->told))
			continue;
		put_stream(text, s, &k->all[i]);
		s->told = s->total;
		any = true;
	}
	if (text->error) {
		/* Next time, then. */
		text->error = 0;
		t->tell_all = true;
		return false;
	}
	text->len -= text->at[text->len - 1] == ',';
	text_puts(text, "]}}");
	t->notices += any;
	t->tell_all = false;
	return any;
}

void thin_turn(struct thin *t, const struct ring *r, bool told)
{
	if (told)
		set_out(t, r->next - 1, false);
	if (r->next > t->since)
		t->news = r->next;
	t->since = r->next;
}
