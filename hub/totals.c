/* SPDX-License-Identifier: MIT */
#include "totals.h"

#include "dumpling.h"
#include "stats.h"

#include <netdumplings/chef.h>

#include <string.h>

/* The first kitchen of that base name from this one on. */
static const struct kitchen *next_of(const struct kitchen *k, const char *base)
{
	while (k && strcmp(k->base, base) != 0)
		k = k->next;
	return k;
}

/* A chef's sum over all kitchens of a base name. */
struct sum {
	const struct kitchen_chef *first; /* in whose place it is put */
	struct stats_received counts;
};

static struct sum *sum_of(struct nd_table *sums, const struct kitchen_chef *c)
{
	char key[2 * (TOPIC_NAME_MAX + 1)];
	size_t len = strlen(c->kitchen->base);

	memcpy(key, c->kitchen->base, len);
	key[len++] = '/';
	memcpy(key + len, c->name, c->name_len);
	return nd_table_add(sums, key, len + c->name_len, NULL);
}

static struct nd_table *sum_chefs(const struct kitchen *all)
{
	struct nd_table *sums;
	size_t count = 1;

	for (const struct kitchen *k = all; k; k = k->next)
		count += k->chef_count;
	sums = nd_table_new(count, sizeof(struct sum));
	for (const struct kitchen *k = all; k && sums; k = k->next)
		for (const struct kitchen_chef *c = k->chefs; c; c = c->next) {
			struct sum *sum = sum_of(sums, c);

			if (!sum)
				continue;
			if (!sum->first)
				sum->first = c;
			sum->counts.received += c->sequence.received;
			sum->counts.missing += c->sequence.missing;
		}
	return sums;
}

static void put_chefs(struct nd_dumpling *out, struct nd_table *sums,
		      const struct kitchen *k)
{
	for (const struct kitchen_chef *c = k->chefs; c; c = c->next) {
		const struct sum *sum = sum_of(sums, c);
		char name[TOPIC_NAME_MAX + 1] = "";

		if (!sum || sum->first != c)
			continue;
		memcpy(name, c->name, c->name_len);
		nd_put_map(out, name);
		stats_put(out, stats_received, &sum->counts);
		nd_end(out);
	}
}

/* Adds the counters that a kitchen announced. */
static void add(struct stats_kitchen *sums, const struct kitchen *k)
{
	const struct nd_dumpling d = {.payload = k->announcement,
				      .payload_len = k->announcement_len};
	struct nd_value map, v;

	if (!k->announcement || nd_payload(&d, &map) < 0)
		return;
	for (const struct stat_counter *c = stats_kitchen; c->name; c++) {
		uint64_t sum = stats_get(c, sums);

		if (nd_find(&map, c->name, &v) < 0 || v.type != ND_UINT)
			continue;
		sum += v.as.u;
		memcpy((char *)sums + c->offset, &sum, sizeof(sum));
	}
}

static void put_total(struct nd_dumpling *out, struct nd_table *chef_sums,
		      const struct kitchen *first)
{
	struct stats_kitchen sums = {0};
	uint64_t count = 0;
	const struct kitchen *k;

	for (k = first; k; k = next_of(k->next, first->base)) {
		add(&sums, k);
		count++;
	}
	nd_put_map(out, first->base);
	nd_put_uint(out, "kitchens", count);
	stats_put(out, stats_kitchen, &sums);
	nd_put_map(out, "chefs");
	for (k = first; k; k = next_of(k->next, first->base))
		put_chefs(out, chef_sums, k);
	nd_end(out);
	nd_end(out);
}

void totals_put(struct nd_dumpling *out, const struct kitchens *kitchens)
{
	const struct kitchen *all = kitchens_first(kitchens);
	struct nd_table *chef_sums = sum_chefs(all);

	nd_put_map(out, "kitchen_totals");
	for (const struct kitchen *k = all; k && chef_sums; k = k->next)
		if (next_of(all, k->base) == k)
			put_total(out, chef_sums, k);
	nd_end(out);
	nd_table_free(chef_sums);
}
