/* SPDX-License-Identifier: MIT */
#include "filter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NAME_SIZE (TOPIC_NAME_MAX + 1)

static bool names(const struct filter *f, uint32_t from, uint32_t count,
		  const char *name)
{
	for (uint32_t i = from; i < from + count; i++)
		if (strcmp(f->names[i], name) == 0)
			return true;
	return false;
}

/*
 * What no kitchen made passes a filter of kitchens only when it is named, or
 * asked for.
 */
static bool passes(const struct filter *f, const struct kind *kind)
{
	bool chef_named = names(f, 0, f->chefs, kind->chef);

	if (kind->form == (f->sum ? KIND_PART : KIND_SUM))
		return false;
	if (f->chefs > 0 && !chef_named)
		return false;
	if (f->kitchens == 0 ||
	    (kind->kitchen[0] == '\0' && (chef_named || f->hubs)))
		return true;
	return names(f, f->chefs, f->kitchens, kind->kitchen);
}

static void set_bit(const struct filters *fs, struct filter *f, uint32_t kind)
{
	uint64_t bit = UINT64_C(1) << kind % 64;

	f->bits[kind / 64] &= ~bit;
	if (passes(f, &fs->kinds->all[kind]))
		f->bits[kind / 64] |= bit;
	f->latest_at = 0;
}

static void gather(struct filters *fs)
{
	memset(fs->any, 0, sizeof(fs->any));
	for (struct filter *f = fs->first; f; f = f->next)
		for (size_t i = 0; i < KINDS_MAX / 64; i++)
			fs->any[i] |= f->bits[i];
}

void filter_learn(struct filters *fs, uint32_t kind)
{
	for (struct filter *f = fs->first; f; f = f->next) {
		set_bit(fs, f, kind);
		if (f->thin)
			thin_forget(f->thin, kind);
	}
	gather(fs);
}

/* Wants the filter's chefs, or all if they are too many.  0 or -errno. */
static int want(struct filters *fs, struct filter *f)
{
	uint32_t done = 0;
	int rc = 0;

	while (rc == 0 && done < f->chefs) {
		rc = wants_add(fs->wants, f->names[done]);
		done += rc == 0;
	}
	if (rc == 0 && f->chefs > 0)
		return 0;
	while (done > 0)
		wants_remove(fs->wants, f->names[--done]);
	f->wants_all = true;
	return wants_add(fs->wants, NULL);
}

static void unwant(struct filters *fs, struct filter *f)
{
	if (f->wants_all)
		wants_remove(fs->wants, NULL);
	for (uint32_t i = 0; !f->wants_all && i < f->chefs; i++)
		wants_remove(fs->wants, f->names[i]);
}

static bool is_thin(const struct hello *h)
{
	return h->thin.max_rate > 0 || h->thin.merges > 0;
}

static bool same(const struct filter *f, const struct hello *h)
{
	uint32_t chefs = h->chefs.count, kitchens = h->kitchens.count;

	if (f->chefs != chefs || f->kitchens != kitchens || f->sum != h->sum ||
	    f->hubs != h->hubs || !f->thin != !is_thin(h) ||
	    (f->thin && memcmp(&f->thin->wish, &h->thin, sizeof(h->thin)) != 0))
		return false;
	for (uint32_t i = 0; i < chefs; i++)
		if (strcmp(f->names[i], h->chefs.names[i]) != 0)
			return false;
	for (uint32_t i = 0; i < kitchens; i++)
		if (strcmp(f->names[chefs + i], h->kitchens.names[i]) != 0)
			return false;
	return true;
}

static struct filter *make(const struct hello *h)
{
	uint32_t chefs = h->chefs.count, kitchens = h->kitchens.count;
	struct filter *f =
		calloc(1, sizeof(*f) + (chefs + kitchens) * NAME_SIZE);

	if (!f)
		return NULL;
	f->chefs = chefs;
	f->kitchens = kitchens;
	f->sum = h->sum;
	f->hubs = h->hubs;
	memcpy(f->names, h->chefs.names, chefs * NAME_SIZE);
	memcpy(f->names + chefs, h->kitchens.names, kitchens * NAME_SIZE);
	return f;
}

/* What the hello does not want all of.  0 or -errno. */
static int make_thin(struct filters *fs, struct filter *f,
		     const struct hello *h)
{
	unsigned number;

	if (!is_thin(h))
		return 0;
	if (fs->thins == THIN_MAX)
		return -EBUSY;
	number = (unsigned)__builtin_ctzll(~fs->thin_numbers);
	f->thin = thin_new(&h->thin, number, fs->ring);
	if (!f->thin)
		return -ENOMEM;
	f->bits[THIN_KIND(number) / 64] |= UINT64_C(1) << number % 64;
	return 0;
}

static void add(struct filters *fs, struct filter *f)
{
	f->id = ++fs->ids;
	f->next = fs->first;
	fs->first = f;
	fs->sums += f->sum;
	if (f->thin) {
		fs->thins++;
		fs->thin_numbers |= UINT64_C(1) << f->thin->number;
	}
	for (uint32_t i = 0; i < fs->kinds->count; i++)
		set_bit(fs, f, i);
	gather(fs);
}

struct filter *filter_get(struct filters *fs, const struct hello *h)
{
	struct filter *f = fs->first;
	int rc;

	while (f && !same(f, h))
		f = f->next;
	if (!f) {
		f = make(h);
		if (!f)
			return NULL;
		rc = make_thin(fs, f, h);
		if (rc == 0)
			rc = want(fs, f);
		if (rc < 0) {
			thin_free(f->thin);
			free(f);
			errno = -rc;
			return NULL;
		}
		add(fs, f);
	}
	f->users++;
	return f;
}

void filter_release(struct filters *fs, struct filter *f)
{
	struct filter **at = &fs->first;

	if (!f || --f->users > 0)
		return;
	while (*at != f)
		at = &(*at)->next;
	*at = f->next;
	fs->sums -= f->sum;
	if (f->thin) {
		fs->thins--;
		fs->thin_numbers &= ~(UINT64_C(1) << f->thin->number);
	}
	unwant(fs, f);
	gather(fs);
	thin_free(f->thin);
	free(f);
}

uint64_t filter_take(struct filters *fs, uint32_t kind,
		     const struct thin_entry *e)
{
	uint64_t left_out = 0;

	for (struct filter *f = fs->first; f; f = f->next)
		if (f->thin && filter_passes(f, kind) &&
		    thin_take(f->thin, fs->ring, e))
			left_out += f->users;
	return left_out;
}

uint64_t filter_latest(const struct filters *fs, struct filter *f)
{
	uint64_t latest = 0, ring_next = fs->ring->next;

	if (f->thin)
		return f->thin->news;
	if (f->latest_at == ring_next + 1)
		return f->latest;
	for (size_t i = 0; i < KINDS_MAX / 64; i++) {
		for (uint64_t left = f->bits[i]; left; left &= left - 1) {
			size_t kind = i * 64 + (size_t)__builtin_ctzll(left);

			if (fs->kinds->all[kind].last > latest)
				latest = fs->kinds->all[kind].last;
		}
	}
	f->latest = latest;
	f->latest_at = ring_next + 1;
	return latest;
}
