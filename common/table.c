/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <netdumplings/chef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

/* A key up to this length lies in its entry, a longer one elsewhere. */
#define KEY_INLINE 48

/* Memory from this size on is asked for in large pages. */
#define LARGE ((size_t)4 << 20)

/* Of a cache.  What finds an entry is in its first; its value is behind. */
#define LINE 64
#define FETCH_MAX (8 * LINE)

/*
 * An entry; its number counts from 1, as 0 stands for none.  All have the same
 * size and lie in one piece of memory, of which the kernel gives what is used.
 */
struct entry {
	uint32_t later, earlier; /* by last use; `earlier` links free ones */
	uint32_t hash;
	uint32_t key_len; /* of a free one, that of its last key */
	union {
		uint8_t bytes[KEY_INLINE];
		uint8_t *longer; /* ours */
	} key;
	max_align_t value[];
};

_Static_assert(offsetof(struct entry, value) == LINE, "the first line");

/* Where an entry is found: at its hash, or behind it without a gap. */
struct slot {
	uint32_t hash;
	uint32_t number;
};

struct nd_table {
	struct slot *slots;
	uint8_t *entries;
	size_t slots_size, entries_size; /* bytes */
	size_t stride, value_size;       /* of an entry, whole lines */
	uint32_t mask;
	uint32_t max, count;
	uint32_t used, spare; /* the highest number, the first free one */
	uint32_t latest, earliest;
	uint32_t expected; /* a hash, */
	bool expecting;    /* whose slot was asked for */
	uint64_t seed, forgotten;
};

static struct entry *entry_at(const struct nd_table *t, uint32_t number)
{
	return (void *)(t->entries + number * t->stride);
}

static const uint8_t *key_of(const struct entry *e)
{
	return e->key_len > KEY_INLINE ? e->key.longer : e->key.bytes;
}

static uint32_t number_of(const struct nd_table *t, const struct entry *e)
{
	return (uint32_t)((size_t)((const uint8_t *)e - t->entries) /
			  t->stride);
}

static void drop_key(struct entry *e)
{
	if (e->key_len > KEY_INLINE)
		free(e->key.longer);
	e->key_len = 0;
}

/* Zeroed memory that costs nothing until it is used. */
static void *reserve(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	if (size >= LARGE)
		madvise(p, size, MADV_HUGEPAGE);
	return p;
}

struct nd_table *nd_table_new(size_t max_entries, size_t value_size)
{
	struct nd_table *t;
	size_t slots = 8;

	if (max_entries == 0 || max_entries > UINT32_MAX / 4 ||
	    value_size > UINT32_MAX) {
		errno = EINVAL;
		return NULL;
	}
	/* At most three quarters of them are taken. */
	while (slots < max_entries + max_entries / 3 + 1)
		slots *= 2;
	t = calloc(1, sizeof(*t));
	if (!t)
		return NULL;
	t->mask = (uint32_t)(slots - 1);
	t->max = (uint32_t)max_entries;
	t->value_size = value_size;
	t->stride = sizeof(struct entry) + value_size + LINE - 1;
	t->stride -= t->stride % LINE;
	t->slots_size = slots * sizeof(*t->slots);
	t->entries_size = (max_entries + 1) * t->stride;
	t->slots = reserve(t->slots_size);
	t->entries = reserve(t->entries_size);
	if (!t->slots || !t->entries ||
	    getrandom(&t->seed, sizeof(t->seed), 0) < 0) {
		nd_table_free(t);
		return NULL;
	}
	return t;
}

void nd_table_free(struct nd_table *t)
{
	if (!t)
		return;
	for (uint32_t n = 1; t->entries && n <= t->used; n++)
		drop_key(entry_at(t, n));
	if (t->entries)
		munmap(t->entries, t->entries_size);
	if (t->slots)
		munmap(t->slots, t->slots_size);
	free(t);
}

/* --- slots --------------------------------------------------------------- */

static uint32_t hash_of(const struct nd_table *t, const void *key,
			size_t key_len)
{
	return (uint32_t)XXH3_64bits_withSeed(key, key_len, t->seed);
}

/* The number of a key's entry, or 0. */
static uint32_t look_up(const struct nd_table *t, const void *key,
			size_t key_len, uint32_t hash)
{
	const struct slot *s;

	for (uint32_t i = hash;; i++) {
		const struct entry *e;

		s = &t->slots[i & t->mask];
		if (!s->number)
			return 0;
		if (s->hash != hash)
			continue;
		e = entry_at(t, s->number);
		if (e->key_len == key_len &&
		    memcmp(key_of(e), key, key_len) == 0)
			return s->number;
	}
}

static void put_slot(struct nd_table *t, uint32_t hash, uint32_t number)
{
	uint32_t i = hash & t->mask;

	while (t->slots[i].number)
		i = (i + 1) & t->mask;
	t->slots[i] = (struct slot){hash, number};
}

/* Those behind move up, as far as that brings them nearer to their hash. */
static void clear_slot(struct nd_table *t, uint32_t hash, uint32_t number)
{
	uint32_t i = hash & t->mask, j;

	while (t->slots[i].number != number)
		i = (i + 1) & t->mask;
	for (j = (i + 1) & t->mask; t->slots[j].number; j = (j + 1) & t->mask) {
		uint32_t from_home = (j - t->slots[j].hash) & t->mask;

		if (from_home < ((j - i) & t->mask))
			continue;
		t->slots[i] = t->slots[j];
		i = j;
	}
	t->slots[i].number = 0;
}

/* --- the order of use ---------------------------------------------------- */

/* Somebody looks at it soon: all of its lines come at the same time. */
static void fetch_entry(const struct nd_table *t, const struct entry *e)
{
	const uint8_t *at = (const uint8_t *)e;

	for (size_t i = 0; i < t->stride && i < FETCH_MAX; i += LINE)
		__builtin_prefetch(at + i, 1);
}

/* By now the slot is here, and tells where the entry is. */
static inline void fetch_expected(struct nd_table *t)
{
	const struct slot *s = &t->slots[t->expected & t->mask];

	if (!t->expecting)
		return;
	t->expecting = false;
	if (s->number)
		fetch_entry(t, entry_at(t, s->number));
}

static void unlink_use(struct nd_table *t, const struct entry *e)
{
	*(e->later ? &entry_at(t, e->later)->earlier : &t->latest) = e->earlier;
	*(e->earlier ? &entry_at(t, e->earlier)->later : &t->earliest) =
		e->later;
}

static void link_latest(struct nd_table *t, struct entry *e, uint32_t number)
{
	e->later = 0;
	e->earlier = t->latest;
	*(t->latest ? &entry_at(t, t->latest)->later : &t->earliest) = number;
	t->latest = number;
}

static void *touch(struct nd_table *t, uint32_t number)
{
	struct entry *e = entry_at(t, number);

	if (number != t->latest) {
		unlink_use(t, e);
		link_latest(t, e, number);
	}
	return e->value;
}

/*
 * Those that go next are far away, and not yet in a cache: of the earliest the
 * slot is fetched, as its own memory was the last time; of the one behind it
 * that.
 */
static void fetch_earliest(const struct nd_table *t)
{
	const struct entry *e = entry_at(t, t->earliest);

	__builtin_prefetch(&t->slots[e->hash & t->mask], 1);
	fetch_entry(t, entry_at(t, e->later));
}

/* Its slot and its place go; its memory waits for the next entry. */
static void take_out(struct nd_table *t, struct entry *e)
{
	uint32_t number = number_of(t, e);
	bool was_earliest = number == t->earliest;

	clear_slot(t, e->hash, number);
	unlink_use(t, e);
	e->earlier = t->spare;
	t->spare = number;
	t->count--;
	if (was_earliest)
		fetch_earliest(t);
}

/* --- entries ------------------------------------------------------------- */

/* Keeps a copy of the key; false with errno ENOMEM. */
static bool put_key(struct entry *e, const void *key, size_t key_len)
{
	uint8_t *to = e->key.bytes;

	drop_key(e);
	if (key_len > KEY_INLINE) {
		to = malloc(key_len);
		if (!to)
			return false;
		e->key.longer = to;
	}
	memcpy(to, key, key_len);
	e->key_len = (uint32_t)key_len;
	return true;
}

void *nd_table_add(struct nd_table *t, const void *key, size_t key_len,
		   bool *is_new)
{
	uint32_t hash = hash_of(t, key, key_len);
	uint32_t number = look_up(t, key, key_len, hash);
	struct entry *e;

	fetch_expected(t);
	if (is_new)
		*is_new = !number;
	if (number)
		return touch(t, number);
	if (key_len > UINT32_MAX) {
		errno = ENOMEM;
		return NULL;
	}
	if (t->count == t->max) {
		take_out(t, entry_at(t, t->earliest));
		t->forgotten++;
	}
	number = t->spare ? t->spare : t->used + 1;
	e = entry_at(t, number);
	if (!put_key(e, key, key_len))
		return NULL;
	if (t->spare)
		t->spare = e->earlier;
	else
		t->used = number;
	memset(e->value, 0, t->value_size);
	e->hash = hash;
	put_slot(t, hash, number);
	link_latest(t, e, number);
	t->count++;
	return e->value;
}

void nd_table_expect(struct nd_table *t, const void *key, size_t key_len)
{
	t->expected = hash_of(t, key, key_len);
	t->expecting = true;
	__builtin_prefetch(&t->slots[t->expected & t->mask]);
}

void *nd_table_find(struct nd_table *t, const void *key, size_t key_len)
{
	uint32_t number = look_up(t, key, key_len, hash_of(t, key, key_len));

	fetch_expected(t);
	if (!number) {
		errno = ENOENT;
		return NULL;
	}
	return touch(t, number);
}

static void *tell(struct entry *e, const void **key, size_t *key_len)
{
	if (key) {
		*key = key_of(e);
		*key_len = e->key_len;
	}
	return e->value;
}

void *nd_table_oldest(const struct nd_table *t, const void **key,
		      size_t *key_len)
{
	if (!t->earliest)
		return NULL;
	return tell(entry_at(t, t->earliest), key, key_len);
}

int nd_table_remove(struct nd_table *t, const void *key, size_t key_len)
{
	uint32_t number = t->earliest;

	/* Most often it is the one that nd_table_oldest() has lent. */
	if (!number || key_of(entry_at(t, number)) != key ||
	    entry_at(t, number)->key_len != key_len)
		number = look_up(t, key, key_len, hash_of(t, key, key_len));
	if (!number)
		return -ENOENT;
	take_out(t, entry_at(t, number));
	return 0;
}

void *nd_table_each(const struct nd_table *t, void **position, const void **key,
		    size_t *key_len)
{
	const struct entry *before = *position;
	uint32_t number = before ? before->earlier : t->latest;

	*position = number ? entry_at(t, number) : NULL;
	return number ? tell(entry_at(t, number), key, key_len) : NULL;
}

size_t nd_table_count(const struct nd_table *t)
{
	return t->count;
}

uint64_t nd_table_forgotten(const struct nd_table *t)
{
	return t->forgotten;
}
