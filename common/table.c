/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <netdumplings/chef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

/* An entry: the value follows it, then the key. */
struct entry {
	struct entry *chain;           /* in its bucket */
	struct entry *later, *earlier; /* by last use */
	uint64_t hash;
	size_t key_len, key_cap;
	max_align_t value[];
};

struct nd_table {
	struct entry **buckets;
	size_t mask;
	size_t max, count;
	size_t value_size; /* rounded up, so that keys are aligned too */
	uint64_t seed, forgotten;
	struct entry *latest, *earliest;
};

static uint8_t *entry_key(const struct nd_table *t, struct entry *e)
{
	return (uint8_t *)e->value + t->value_size;
}

struct nd_table *nd_table_new(size_t max_entries, size_t value_size)
{
	struct nd_table *t;
	size_t buckets = 8;

	if (max_entries == 0 || max_entries > SIZE_MAX / 64 ||
	    value_size > SIZE_MAX / 64) {
		errno = EINVAL;
		return NULL;
	}
	while (buckets < max_entries)
		buckets *= 2;
	t = calloc(1, sizeof(*t));
	if (!t)
		return NULL;
	t->buckets = calloc(buckets, sizeof(*t->buckets));
	if (!t->buckets || getrandom(&t->seed, sizeof(t->seed), 0) < 0) {
		nd_table_free(t);
		return NULL;
	}
	t->mask = buckets - 1;
	t->max = max_entries;
	t->value_size = (value_size + 15) & ~(size_t)15;
	return t;
}

void nd_table_free(struct nd_table *t)
{
	if (!t)
		return;
	for (struct entry *e = t->latest; e;) {
		struct entry *next = e->earlier;

		free(e);
		e = next;
	}
	free(t->buckets);
	free(t);
}

static void unlink_use(struct nd_table *t, struct entry *e)
{
	*(e->later ? &e->later->earlier : &t->latest) = e->earlier;
	*(e->earlier ? &e->earlier->later : &t->earliest) = e->later;
}

static void link_latest(struct nd_table *t, struct entry *e)
{
	e->later = NULL;
	e->earlier = t->latest;
	*(t->latest ? &t->latest->later : &t->earliest) = e;
	t->latest = e;
}

/* Takes an entry out of the table; it is the caller's. */
static void take_out(struct nd_table *t, struct entry *e)
{
	struct entry **p = &t->buckets[e->hash & t->mask];

	while (*p != e)
		p = &(*p)->chain;
	*p = e->chain;
	unlink_use(t, e);
	t->count--;
}

static struct entry *look_up(struct nd_table *t, const void *key,
			     size_t key_len, uint64_t hash)
{
	struct entry *e = t->buckets[hash & t->mask];

	while (e && (e->hash != hash || e->key_len != key_len ||
		     memcmp(entry_key(t, e), key, key_len) != 0))
		e = e->chain;
	if (e && e != t->latest) {
		unlink_use(t, e);
		link_latest(t, e);
	}
	return e;
}

/* A zeroed entry with room for the key: the earliest one's, if t is full. */
static struct entry *make_entry(struct nd_table *t, size_t key_len)
{
	struct entry *old = NULL, *e;
	size_t cap = (key_len + 31) & ~(size_t)31;

	if (t->count == t->max) {
		old = t->earliest;
		take_out(t, old);
		t->forgotten++;
	}
	if (old && old->key_cap >= key_len) {
		e = old;
	} else {
		e = malloc(sizeof(*e) + t->value_size + cap);
		free(old);
		if (!e)
			return NULL;
		e->key_cap = cap;
	}
	memset(e->value, 0, t->value_size);
	return e;
}

void *nd_table_add(struct nd_table *t, const void *key, size_t key_len,
		   bool *is_new)
{
	uint64_t hash = XXH3_64bits_withSeed(key, key_len, t->seed);
	struct entry *e = look_up(t, key, key_len, hash);

	if (is_new)
		*is_new = !e;
	if (e)
		return e->value;
	e = make_entry(t, key_len);
	if (!e)
		return NULL;
	e->hash = hash;
	e->key_len = key_len;
	memcpy(entry_key(t, e), key, key_len);
	e->chain = t->buckets[hash & t->mask];
	t->buckets[hash & t->mask] = e;
	link_latest(t, e);
	t->count++;
	return e->value;
}

void *nd_table_find(struct nd_table *t, const void *key, size_t key_len)
{
	uint64_t hash = XXH3_64bits_withSeed(key, key_len, t->seed);
	struct entry *e = look_up(t, key, key_len, hash);

	if (!e)
		errno = ENOENT;
	return e ? e->value : NULL;
}

void *nd_table_oldest(const struct nd_table *t, const void **key,
		      size_t *key_len)
{
	struct entry *e = t->earliest;

	if (!e)
		return NULL;
	if (key) {
		*key = entry_key(t, e);
		*key_len = e->key_len;
	}
	return e->value;
}

int nd_table_remove(struct nd_table *t, const void *key, size_t key_len)
{
	uint64_t hash = XXH3_64bits_withSeed(key, key_len, t->seed);
	struct entry *e = look_up(t, key, key_len, hash);

	if (!e)
		return -ENOENT;
	take_out(t, e);
	free(e);
	return 0;
}

void *nd_table_each(const struct nd_table *t, void **position, const void **key,
		    size_t *key_len)
{
	struct entry *e = *position;

	e = e ? e->earlier : t->latest;
	*position = e;
	if (!e)
		return NULL;
	if (key) {
		*key = entry_key(t, e);
		*key_len = e->key_len;
	}
	return e->value;
}

size_t nd_table_count(const struct nd_table *t)
{
	return t->count;
}

uint64_t nd_table_forgotten(const struct nd_table *t)
{
	return t->forgotten;
}
