/* SPDX-License-Identifier: MIT */
#include "fragments.h"

#include "fragment.h"
#include "hash.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	CHUNK = 1024, /* a power of two */
	CHUNKS = 65536 / CHUNK,
	RANGES_MAX = 64,
	SLOTS_MAX = 65536,
};

#define NONE UINT32_MAX
#define TIMEOUT_NS INT64_C(30000000000) /* as Linux has it */

/* Bytes of a payload, from the first to before the last. */
struct range {
	uint32_t from, to;
};

/* A packet of which some is here. */
struct slot {
	struct fragment_key key;
	uint64_t hash;
	uint32_t chain;          /* in its bucket, or in the free list */
	uint32_t later, earlier; /* by when they began */
	int64_t start_ns;
	uint32_t total; /* of the payload; 0 before the last fragment came */
	uint32_t range_count, count;
	uint64_t wire_len;
	bool has_head, spoilt;
	struct range range[RANGES_MAX]; /* what is here, in order */
	uint32_t chunk[CHUNKS];
	struct fragment_head head;
};

struct fragments {
	struct slot *slot;
	uint8_t *chunk;
	uint32_t *next_chunk; /* in the free list */
	uint32_t *bucket;
	uint8_t *whole;
	uint32_t slots, chunks, mask;
	uint32_t free_slot, free_chunk;
	uint32_t earliest, latest;
	uint64_t seed;
	struct fragments_stats stats;
};

/* As many slots as can each have the chunks of a packet of 16 KiB. */
static int share_out(struct fragments *f, size_t memory)
{
	const size_t whole = FRAGMENT_HEADERS_MAX + FRAGMENT_WHOLE_MAX + 40;
	const size_t per_slot = sizeof(struct slot) + 2 * sizeof(uint32_t);
	const size_t per_chunk = CHUNK + sizeof(uint32_t);
	size_t slots, buckets = 1;

	if (memory < sizeof(*f) + whole + 2 * (per_slot + CHUNKS * per_chunk))
		return -EINVAL;
	memory -= sizeof(*f) + whole;
	slots = memory / (per_slot + 16 * per_chunk);
	if (slots < 2)
		slots = 2;
	if (slots > SLOTS_MAX)
		slots = SLOTS_MAX;
	memory = (memory - slots * per_slot) / per_chunk;
	f->slots = (uint32_t)slots;
	f->chunks =
		(uint32_t)(memory < SLOTS_MAX * 64 ? memory : SLOTS_MAX * 64);
	while (buckets * 2 <= slots)
		buckets *= 2;
	f->mask = (uint32_t)buckets - 1;
	f->whole = malloc(whole);
	f->slot = calloc(slots, sizeof(*f->slot));
	f->chunk = malloc((size_t)f->chunks * CHUNK);
	f->next_chunk = malloc(f->chunks * sizeof(*f->next_chunk));
	f->bucket = malloc(buckets * sizeof(*f->bucket));
	if (!f->whole || !f->slot || !f->chunk || !f->next_chunk || !f->bucket)
		return -ENOMEM;
	return 0;
}

struct fragments *fragments_new(size_t memory)
{
	struct fragments *f = calloc(1, sizeof(*f));
	int rc;

	if (!f)
		return NULL;
	rc = share_out(f, memory);
	if (rc == 0)
		rc = hash_seed(&f->seed);
	if (rc < 0) {
		fragments_free(f);
		errno = -rc;
		return NULL;
	}
	for (uint32_t i = 0; i < f->slots; i++)
		f->slot[i].chain = i + 1 < f->slots ? i + 1 : NONE;
	for (uint32_t i = 0; i < f->chunks; i++)
		f->next_chunk[i] = i + 1 < f->chunks ? i + 1 : NONE;
	for (uint32_t i = 0; i <= f->mask; i++)
		f->bucket[i] = NONE;
	f->earliest = f->latest = NONE;
	return f;
}

void fragments_free(struct fragments *f)
{
	if (!f)
		return;
	free(f->slot);
	free(f->chunk);
	free(f->next_chunk);
	free(f->bucket);
	free(f->whole);
	free(f);
}

const struct fragments_stats *fragments_stats(const struct fragments *f)
{
	return &f->stats;
}

static void free_chunks(struct fragments *f, struct slot *s)
{
	for (uint32_t i = 0; i < CHUNKS; i++) {
		if (s->chunk[i] == NONE)
			continue;
		f->next_chunk[s->chunk[i]] = f->free_chunk;
		f->free_chunk = s->chunk[i];
		s->chunk[i] = NONE;
	}
}

static void free_slot(struct fragments *f, struct slot *s)
{
	uint32_t *p = &f->bucket[s->hash & f->mask];
	uint32_t self = (uint32_t)(s - f->slot);

	while (*p != self)
		p = &f->slot[*p].chain;
	*p = s->chain;
	*(s->earlier == NONE ? &f->earliest : &f->slot[s->earlier].later) =
		s->later;
	*(s->later == NONE ? &f->latest : &f->slot[s->later].earlier) =
		s->earlier;
	free_chunks(f, s);
	s->chain = f->free_slot;
	f->free_slot = self;
}

/* Drops the packet begun first but `keep`; false if there is none. */
static bool make_room(struct fragments *f, const struct slot *keep)
{
	uint32_t i = f->earliest;

	if (i != NONE && &f->slot[i] == keep)
		i = f->slot[i].later;
	if (i == NONE)
		return false;
	f->stats.dropped += !f->slot[i].spoilt;
	free_slot(f, &f->slot[i]);
	return true;
}

static void expire(struct fragments *f, int64_t now_ns)
{
	while (f->earliest != NONE) {
		struct slot *s = &f->slot[f->earliest];

		/* Far in the future: of a clock that was set back since. */
		if (now_ns - s->start_ns <= TIMEOUT_NS &&
		    s->start_ns - now_ns <= TIMEOUT_NS)
			return;
		f->stats.expired += !s->spoilt;
		free_slot(f, s);
	}
}

static struct slot *add_slot(struct fragments *f, const struct fragment *part,
			     uint64_t hash, int64_t time_ns)
{
	struct slot *s;
	uint32_t self;

	if (f->free_slot == NONE)
		make_room(f, NULL);
	self = f->free_slot;
	s = &f->slot[self];
	f->free_slot = s->chain;
	s->key = part->key;
	s->hash = hash;
	s->chain = f->bucket[hash & f->mask];
	f->bucket[hash & f->mask] = self;
	s->later = NONE;
	s->earlier = f->latest;
	*(f->latest == NONE ? &f->earliest : &f->slot[f->latest].later) = self;
	f->latest = self;
	s->start_ns = time_ns;
	s->total = s->range_count = s->count = 0;
	s->wire_len = 0;
	s->has_head = s->spoilt = false;
	memset(s->chunk, 0xff, sizeof(s->chunk));
	return s;
}

static struct slot *find_slot(struct fragments *f, const struct fragment *part,
			      int64_t time_ns)
{
	uint64_t hash = hash_key(&part->key, sizeof(part->key), f->seed);
	uint32_t i = f->bucket[hash & f->mask];

	while (i != NONE &&
	       (f->slot[i].hash != hash ||
		memcmp(&f->slot[i].key, &part->key, sizeof(part->key)) != 0))
		i = f->slot[i].chain;
	return i == NONE ? add_slot(f, part, hash, time_ns) : &f->slot[i];
}

/* Copies to or compares with what is kept; the chunks are all there. */
static bool same(const struct fragments *f, const struct slot *s, uint32_t at,
		 const uint8_t *data, uint32_t len)
{
	while (len > 0) {
		uint32_t in = at % CHUNK, n = CHUNK - in;

		n = n < len ? n : len;
		if (memcmp(f->chunk + (size_t)s->chunk[at / CHUNK] * CHUNK + in,
			   data, n) != 0)
			return false;
		at += n;
		data += n;
		len -= n;
	}
	return true;
}

static bool keep_bytes(struct fragments *f, struct slot *s, uint32_t at,
		       const uint8_t *data, uint32_t len)
{
	while (len > 0) {
		uint32_t in = at % CHUNK, n = CHUNK - in;
		uint32_t *chunk = &s->chunk[at / CHUNK];

		n = n < len ? n : len;
		while (*chunk == NONE && f->free_chunk == NONE)
			if (!make_room(f, s))
				return false;
		if (*chunk == NONE) {
			*chunk = f->free_chunk;
			f->free_chunk = f->next_chunk[*chunk];
		}
		memcpy(f->chunk + (size_t)*chunk * CHUNK + in, data, n);
		at += n;
		data += n;
		len -= n;
	}
	return true;
}

/* Notes that a range is here, which none of the others overlaps. */
static bool add_range(struct slot *s, uint32_t from, uint32_t to)
{
	uint32_t i = s->range_count;

	while (i > 0 && s->range[i - 1].from > from)
		i--;
	if (i > 0 && s->range[i - 1].to == from) {
		s->range[--i].to = to;
		if (i + 1 == s->range_count || s->range[i + 1].from != to)
			return true;
		s->range[i].to = s->range[i + 1].to;
		s->range_count--;
		memmove(&s->range[i + 1], &s->range[i + 2],
			(s->range_count - i - 1) * sizeof(*s->range));
		return true;
	}
	if (i < s->range_count && s->range[i].from == to) {
		s->range[i].from = from;
		return true;
	}
	if (s->range_count == RANGES_MAX)
		return false;
	memmove(&s->range[i + 1], &s->range[i],
		(s->range_count - i) * sizeof(*s->range));
	s->range[i] = (struct range){from, to};
	s->range_count++;
	return true;
}

/* The first range that ends behind a place, or NULL. */
static const struct range *range_at(const struct slot *s, uint32_t at)
{
	for (uint32_t i = 0; i < s->range_count; i++)
		if (s->range[i].to > at)
			return &s->range[i];
	return NULL;
}

/* Where a fragment is new its bytes are kept; false if they cannot be. */
static bool fill(struct fragments *f, struct slot *s,
		 const struct fragment *part, const uint8_t *data)
{
	uint32_t at = part->offset, end = at + part->len;

	while (at < end) {
		const struct range *r = range_at(s, at);
		uint32_t to = end;

		if (r && r->from <= at) {
			at = r->to;
			continue;
		}
		if (r && r->from < end)
			to = r->from;
		if (!keep_bytes(f, s, at, data + (at - part->offset), to - at))
			return false;
		if (!add_range(s, at, to))
			return false;
		at = to;
	}
	return true;
}

/* How a fragment fits to those that are here. */
enum fit {
	FITS,
	AGAIN, /* the same bytes came before */
	OVERLAPS,
	CONTRADICTS, /* they end elsewhere */
};

static enum fit fit(const struct fragments *f, const struct slot *s,
		    const struct fragment *part, const uint8_t *data)
{
	uint32_t end = part->offset + part->len, last = 0;
	const struct range *r = range_at(s, part->offset);

	if (s->range_count)
		last = s->range[s->range_count - 1].to;
	if (s->total ? end > s->total || (!part->more && end != s->total)
		     : !part->more && end < last)
		return CONTRADICTS;
	if (!r || r->from >= end)
		return FITS;
	if (r->from <= part->offset && r->to >= end &&
	    same(f, s, part->offset, data, part->len))
		return AGAIN;
	return OVERLAPS;
}

static void finish(struct fragments *f, struct slot *s,
		   struct fragments_whole *whole)
{
	uint32_t skip = fragment_mend(&s->head, s->total, &whole->linktype);
	uint32_t len = s->head.len - skip;

	memcpy(f->whole, s->head.bytes + skip, len);
	for (uint32_t at = 0; at < s->total; at += CHUNK) {
		uint32_t n = s->total - at < CHUNK ? s->total - at : CHUNK;

		memcpy(f->whole + len + at,
		       f->chunk + (size_t)s->chunk[at / CHUNK] * CHUNK, n);
	}
	whole->data = f->whole;
	whole->len = len + s->total;
	whole->count = s->count;
	whole->wire_len = s->wire_len;
	f->stats.reassembled++;
	free_slot(f, s);
}

/* No more of this packet: what comes of it still is let pass. */
static void spoil(struct fragments *f, struct slot *s)
{
	s->spoilt = true;
	free_chunks(f, s);
}

/* Adds a fragment to the others; true if its packet may be complete. */
static bool put(struct fragments *f, struct slot *s,
		const struct nd_packet *pkt, const struct fragment *part)
{
	const uint8_t *data = pkt->data + part->payload;

	switch (fit(f, s, part, data)) {
	case AGAIN:
		return false;
	case CONTRADICTS:
		f->stats.invalid++;
		return false;
	case OVERLAPS:
		f->stats.overlaps++;
		if (part->key.version == 6) {
			spoil(f, s);
			return false;
		}
		break;
	case FITS:
		break;
	}
	if (!fill(f, s, part, data)) {
		f->stats.dropped++;
		spoil(f, s);
		return false;
	}
	if (!part->more)
		s->total = part->offset + part->len;
	s->count++;
	s->wire_len += pkt->len;
	return true;
}

int fragments_take(struct fragments *f, const struct nd_packet *pkt,
		   struct fragments_whole *whole)
{
	struct fragment part;
	struct slot *s;
	int rc = fragment_find(pkt, &part);

	f->stats.seen++;
	expire(f, pkt->time_ns);
	if (rc != FRAGMENT_FOUND) {
		f->stats.invalid += rc == FRAGMENT_INVALID;
		f->stats.cut += rc == FRAGMENT_CUT;
		return 0;
	}
	s = find_slot(f, &part, pkt->time_ns);
	if (s->spoilt || !put(f, s, pkt, &part))
		return 0;
	if (part.offset == 0 && !s->has_head) {
		s->has_head = fragment_head(pkt, &part, &s->head);
		if (!s->has_head) {
			f->stats.invalid++;
			spoil(f, s);
			return 0;
		}
	}
	if (!s->total || !s->has_head || s->range_count != 1 ||
	    s->range[0].from != 0 || s->range[0].to != s->total)
		return 0;
	if (!fragment_fits(&s->head, s->total)) {
		f->stats.invalid++;
		spoil(f, s);
		return 0;
	}
	finish(f, s, whole);
	return 1;
}
