/* SPDX-License-Identifier: MIT */
#include "nmsg_fragments.h"

#include "nmsg_container.h"
#include "nmsg_crc.h"
#include "nmsg_varint.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <netdumplings/chef.h>

#define SETS_MAX 4096
#define LAST_MAX 65535 /* the least room leaves 480 bytes in each */
#define PATIENCE_NS (30 * INT64_C(1000000000))

struct part {
	uint32_t current;
	uint32_t len;
	uint8_t *data;
};

/* A body that is not whole; what of it is here, as it came. */
struct set {
	uint32_t last;
	unsigned int flags;
	int64_t touched_ns;
	uint32_t count, room;
	size_t bytes;
	struct part *parts;
	uint8_t *here; /* a bit for each part */
};

struct nmsg_fragments {
	struct nd_table *sets;
	size_t memory, used;
	uint8_t *whole;
	struct nmsg_fragments_stats stats;
};

/* What all parts of a body have in common. */
struct key {
	uint32_t id, crc;
	uint8_t has_crc;
	uint8_t peer[NMSG_CONTAINER_PEER_MAX];
};
#define KEY_LEN(peer_len) (offsetof(struct key, peer) + (peer_len))

struct nmsg_fragments *nmsg_fragments_new(size_t memory)
{
	struct nmsg_fragments *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->memory = memory;
	f->sets = nd_table_new(SETS_MAX, sizeof(struct set));
	if (f->sets)
		return f;
	free(f);
	return NULL;
}

/* --- sets ---------------------------------------------------------------- */

static size_t set_size(const struct set *s)
{
	return s->bytes + s->room * sizeof(*s->parts) + s->last / 8 + 1;
}

static void empty_set(struct nmsg_fragments *f, struct set *s)
{
	if (s->here)
		f->used -= set_size(s);
	for (uint32_t i = 0; i < s->count; i++)
		free(s->parts[i].data);
	free(s->parts);
	free(s->here);
}

/* Forgets the set touched least lately.  False if there is none. */
static bool forget(struct nmsg_fragments *f)
{
	const void *key;
	size_t len;
	struct set *s = nd_table_oldest(f->sets, &key, &len);

	if (!s)
		return false;
	empty_set(f, s);
	nd_table_remove(f->sets, key, len);
	f->stats.expired++;
	return true;
}

void nmsg_fragments_expire(struct nmsg_fragments *f, int64_t now_ns)
{
	const struct set *s;

	while ((s = nd_table_oldest(f->sets, NULL, NULL)) &&
	       now_ns - s->touched_ns > PATIENCE_NS)
		forget(f);
}

void nmsg_fragments_free(struct nmsg_fragments *f)
{
	if (!f)
		return;
	while (forget(f))
		continue;
	nd_table_free(f->sets);
	free(f->whole);
	free(f);
}

const struct nmsg_fragments_stats *
nmsg_fragments_stats(const struct nmsg_fragments *f)
{
	return &f->stats;
}

/* --- parts --------------------------------------------------------------- */

struct fields {
	struct nmsg_fragments_part part;
	bool has_crc;
	const uint8_t *data;
	size_t len;
};

static bool get_fields(const uint8_t *p, const uint8_t *end, struct fields *f)
{
	uint64_t tag, v = 0;
	unsigned int seen = 0;

	memset(f, 0, sizeof(*f));
	while (p < end) {
		if (!nmsg_varint_get(&p, end, &tag))
			return false;
		if (tag >> 3 > 5 || tag < 8) {
			if (!nmsg_varint_skip(&p, end, tag))
				return false;
			continue;
		}
		seen |= 1U << (tag >> 3);
		if (tag == (4 << 3 | NMSG_VARINT_BYTES)) {
			if (!nmsg_varint_get_len(&p, end, &f->len))
				return false;
			f->data = p;
			p += f->len;
			continue;
		}
		if ((tag & 7) != NMSG_VARINT_VALUE || tag >> 3 == 4 ||
		    !nmsg_varint_get(&p, end, &v))
			return false;
		*(tag >> 3 == 1   ? &f->part.id
		  : tag >> 3 == 2 ? &f->part.current
		  : tag >> 3 == 3 ? &f->part.last
				  : &f->part.crc) = (uint32_t)v;
	}
	f->has_crc = seen >> 5 & 1;
	return (seen & 0x1e) == 0x1e && f->part.current <= f->part.last &&
	       f->part.last <= LAST_MAX;
}

static struct set *find_set(struct nmsg_fragments *f, const struct key *key,
			    size_t key_len, const struct fields *in,
			    unsigned int flags)
{
	struct set *s = nd_table_find(f->sets, key, key_len);

	if (s)
		return s;
	if (nd_table_count(f->sets) == SETS_MAX)
		forget(f);
	s = nd_table_add(f->sets, key, key_len, NULL);
	if (!s)
		return NULL;
	s->last = in->part.last;
	s->flags = flags;
	s->here = calloc(s->last / 8 + 1, 1);
	if (!s->here) {
		nd_table_remove(f->sets, key, key_len);
		return NULL;
	}
	f->used += set_size(s);
	return s;
}

static int keep(struct nmsg_fragments *f, struct set *s,
		const struct fields *in)
{
	size_t before = set_size(s);
	struct part *part;

	if (s->count == s->room) {
		uint32_t room = s->room ? s->room * 2 : 4;

		part = realloc(s->parts, room * sizeof(*part));
		if (!part)
			return -ENOMEM;
		s->parts = part;
		s->room = room;
	}
	part = &s->parts[s->count];
	part->data = malloc(in->len + 1);
	f->used += set_size(s) - before;
	if (!part->data)
		return -ENOMEM;
	memcpy(part->data, in->data, in->len);
	part->current = in->part.current;
	part->len = (uint32_t)in->len;
	s->count++;
	s->bytes += in->len;
	f->used += in->len;
	s->here[part->current / 8] |= (uint8_t)(1 << part->current % 8);
	return 0;
}

static bool is_here(const struct set *s, uint32_t current)
{
	return s->here[current / 8] >> current % 8 & 1;
}

static int by_number(const void *a, const void *b)
{
	const struct part *x = a, *y = b;

	return x->current < y->current ? -1 : x->current > y->current;
}

/* 1 if the set is whole, and then *whole is. */
static int put_together(struct nmsg_fragments *f, struct set *s,
			const struct fields *in,
			struct nmsg_fragments_whole *whole)
{
	bool but_last = s->count == s->last && !is_here(s, s->last);
	uint8_t *at;

	if (s->count <= s->last && !(but_last && in->has_crc))
		return 0;
	qsort(s->parts, s->count, sizeof(*s->parts), by_number);
	free(f->whole);
	at = f->whole = malloc(s->bytes + 1);
	if (!at)
		return -ENOMEM;
	for (uint32_t i = 0; i < s->count; i++) {
		memcpy(at, s->parts[i].data, s->parts[i].len);
		at += s->parts[i].len;
	}
	if (but_last && nmsg_crc(f->whole, s->bytes) != in->part.crc)
		return 0;
	whole->body = f->whole;
	whole->len = s->bytes;
	whole->flags = s->flags;
	return 1;
}

int nmsg_fragments_take(struct nmsg_fragments *f, const uint8_t *data,
			size_t len, unsigned int flags, const void *peer,
			size_t peer_len, int64_t now_ns,
			struct nmsg_fragments_whole *whole)
{
	struct key key = {0};
	struct fields in;
	struct set *s;
	int rc;

	f->stats.taken++;
	nmsg_fragments_expire(f, now_ns);
	flags &= NMSG_CONTAINER_ZLIB;
	if (!get_fields(data, data + len, &in) ||
	    peer_len > NMSG_CONTAINER_PEER_MAX)
		goto bad;
	key.id = in.part.id;
	key.crc = in.part.crc;
	key.has_crc = in.has_crc;
	if (peer_len > 0)
		memcpy(key.peer, peer, peer_len);
	s = find_set(f, &key, KEY_LEN(peer_len), &in, flags);
	if (!s)
		return -ENOMEM;
	if (in.part.last != s->last || flags != s->flags ||
	    s->bytes + in.len > NMSG_CONTAINER_BODY_MAX)
		goto bad;
	if (is_here(s, in.part.current))
		return 0;
	s->touched_ns = now_ns;
	rc = keep(f, s, &in);
	if (rc == 0)
		rc = put_together(f, s, &in, whole);
	if (rc == 1) {
		empty_set(f, s);
		nd_table_remove(f->sets, &key, KEY_LEN(peer_len));
	}
	while (f->used > f->memory && forget(f))
		continue;
	return rc;
bad:
	f->stats.bad++;
	return -EBADMSG;
}

size_t nmsg_fragments_put(uint8_t *out, const struct nmsg_fragments_part *part,
			  unsigned int flags, const uint8_t *data, size_t len)
{
	uint8_t *body = out + NMSG_CONTAINER_HEADER, *at = body;

	*at++ = 1 << 3 | NMSG_VARINT_VALUE;
	at = nmsg_varint_put(at, part->id);
	*at++ = 2 << 3 | NMSG_VARINT_VALUE;
	at = nmsg_varint_put(at, part->current);
	*at++ = 3 << 3 | NMSG_VARINT_VALUE;
	at = nmsg_varint_put(at, part->last);
	*at++ = 4 << 3 | NMSG_VARINT_BYTES;
	at = nmsg_varint_put(at, len);
	memcpy(at, data, len);
	at += len;
	*at++ = 5 << 3 | NMSG_VARINT_VALUE;
	at = nmsg_varint_put(at, part->crc);
	nmsg_container_put_header(out, flags | NMSG_CONTAINER_FRAGMENT,
				  (size_t)(at - body));
	return (size_t)(at - out);
}
