/* SPDX-License-Identifier: MIT */
#include "metrics.h"

#include <stdio.h>
#include <stdlib.h>
#include <topic.h>
#include <value.h>

/* More than these are left out. */
#define KITCHENS_MAX 1024

/* A kitchen in the status, and the labels that are its own. */
struct kitchen {
	struct nd_value said;  /* info_from_kitchen */
	struct nd_value heard; /* info_from_hub */
	char name[TOPIC_NAME_MAX + 1];
	char host[256];
};

void metrics_status(struct metrics *m, const struct nd_dumpling *d)
{
	struct nd_value v;
	uint8_t *copy;
	size_t len;

	if (nd_payload(d, &v) < 0 || v.type != ND_MAP)
		return;
	/* A map's bytes begin at its first key. */
	len = (size_t)(v.end - v.as.bytes) + 5;
	copy = realloc(m->status, len);
	if (!copy)
		return;
	m->status = copy;
	m->status_len = len;
	copy[0] = 0xdf;
	for (int i = 0; i < 4; i++)
		copy[1 + i] = (uint8_t)(v.len >> (24 - 8 * i));
	memcpy(copy + 5, v.as.bytes, len - 5);
}

void metrics_free(struct metrics *m)
{
	free(m->status);
	memset(m, 0, sizeof(*m));
}

/* --- samples ------------------------------------------------------------- */

/* The counter's name in JSON, with Prometheus's customs around it. */
static void put_name(struct text *t, const char *of,
		     const struct stat_counter *c)
{
	const char *name = c->name;
	size_t len;

	if (strncmp(name, "total_", 6) == 0)
		name += 6;
	len = strlen(name);
	text_printf(t, "netdumplings_%s_%s", of, name);
	if (!c->gauge && !(len > 6 && strcmp(name + len - 6, "_total") == 0))
		text_puts(t, "_total");
}

static void put_head(struct text *t, const char *of,
		     const struct stat_counter *c)
{
	text_puts(t, "# HELP ");
	put_name(t, of, c);
	text_printf(t, " %s\n# TYPE ", c->help);
	put_name(t, of, c);
	text_printf(t, " %s\n", c->gauge ? "gauge" : "counter");
}

/* A label's value: what is not printable ASCII is left to the imagination. */
static void put_label(struct text *t, const char *name, const char *value)
{
	text_printf(t, "%s=\"", name);
	for (; *value; value++) {
		if (*value == '\\' || *value == '"')
			text_putc(t, '\\');
		text_putc(t, (char)(*value >= 0x20 && *value < 0x7f ? *value
								    : '?'));
	}
	text_putc(t, '"');
}

static void put_sample(struct text *t, const char *of,
		       const struct stat_counter *c, const struct kitchen *k,
		       const char *chef, uint64_t n)
{
	put_name(t, of, c);
	if (k) {
		put_label(t, "{kitchen", k->name);
		put_label(t, ",host", k->host);
		if (chef)
			put_label(t, ",chef", chef);
		text_putc(t, '}');
	}
	text_printf(t, " %llu\n", (unsigned long long)n);
}

/* The counter in a map, if it is there. */
static bool counter(const struct nd_value *map, const struct stat_counter *c,
		    uint64_t *n)
{
	struct nd_value v;

	if (map->type != ND_MAP || nd_find(map, c->name, &v) < 0 ||
	    v.type != ND_UINT)
		return false;
	*n = v.as.u;
	return true;
}

static void put_totals(struct text *t, const char *of,
		       const struct stat_counter *c, const struct nd_value *map)
{
	uint64_t n;

	for (; c->name; c++) {
		if (!counter(map, c, &n))
			continue;
		put_head(t, of, c);
		put_sample(t, of, c, NULL, NULL, n);
	}
}

/* --- kitchens ------------------------------------------------------------ */

static bool copy_text(const struct nd_value *map, const char *key, char *to,
		      size_t size)
{
	struct nd_value v;

	to[0] = '\0';
	if (nd_find(map, key, &v) < 0 || v.type != ND_STR || v.len >= size)
		return false;
	memcpy(to, v.as.bytes, v.len);
	to[v.len] = '\0';
	return true;
}

static bool read_kitchen(const struct nd_value *v, struct kitchen *k)
{
	if (nd_find(v, "info_from_kitchen", &k->said) < 0 ||
	    nd_find(v, "info_from_hub", &k->heard) < 0 ||
	    !copy_text(&k->said, "kitchen_name", k->name, sizeof(k->name)))
		return false;
	/* Its own word is better: behind a relay all have one address. */
	if (!copy_text(&k->said, "host", k->host, sizeof(k->host)))
		copy_text(&k->heard, "host", k->host, sizeof(k->host));
	return true;
}

/* Of kitchens with the same labels the last stays, as no two may be told. */
static size_t read_kitchens(const struct nd_value *status, struct kitchen *all)
{
	struct nd_value list, v;
	size_t count = 0;

	if (nd_find(status, "dumpling_kitchens", &list) < 0 ||
	    list.type != ND_ARRAY)
		return 0;
	while (count < KITCHENS_MAX && nd_each(&list, NULL, &v) > 0) {
		struct kitchen *k = &all[count];
		size_t i = 0;

		if (v.type != ND_MAP || !read_kitchen(&v, k))
			continue;
		while (strcmp(all[i].name, k->name) != 0 ||
		       strcmp(all[i].host, k->host) != 0)
			i++;
		if (i < count)
			all[i] = *k;
		else
			count++;
	}
	return count;
}

static void put_kitchens(struct text *t, const struct kitchen *all,
			 size_t count)
{
	static const struct stat_counter up = {
		"up", "Whether the kitchen was heard lately.", 0, true};
	char state[16];
	uint64_t n;

	put_head(t, "kitchen", &up);
	for (size_t i = 0; i < count; i++) {
		copy_text(&all[i].heard, "state", state, sizeof(state));
		put_sample(t, "kitchen", &up, &all[i], NULL,
			   strcmp(state, "live") == 0);
	}
	for (const struct stat_counter *c = stats_kitchen; c->name; c++) {
		put_head(t, "kitchen", c);
		for (size_t i = 0; i < count; i++)
			if (counter(&all[i].said, c, &n))
				put_sample(t, "kitchen", c, &all[i], NULL, n);
	}
}

/* One counter of each chef in one map of chefs. */
static void put_chefs(struct text *t, const struct stat_counter *c,
		      const struct kitchen *k, const struct nd_value *in,
		      const char *key)
{
	struct nd_value chefs, name, v, first;
	uint64_t n;

	if (nd_find(in, key, &chefs) < 0 || chefs.type != ND_MAP)
		return;
	while (nd_each(&chefs, &name, &v) > 0) {
		char chef[TOPIC_NAME_MAX + 1];

		if (name.type != ND_STR || name.len > TOPIC_NAME_MAX ||
		    !topic_is_name((const char *)name.as.bytes, name.len) ||
		    !counter(&v, c, &n))
			continue;
		memcpy(chef, name.as.bytes, name.len);
		chef[name.len] = '\0';
		/* A name that comes twice is told once. */
		if (nd_find(in, key, &first) == 0 &&
		    nd_find(&first, chef, &first) == 0 &&
		    first.as.bytes == v.as.bytes)
			put_sample(t, "chef", c, k, chef, n);
	}
}

static void put_all_chefs(struct text *t, const struct kitchen *all,
			  size_t count)
{
	for (const struct stat_counter *c = stats_chef; c->name; c++) {
		put_head(t, "chef", c);
		for (size_t i = 0; i < count; i++)
			put_chefs(t, c, &all[i], &all[i].said, "chef_stats");
	}
	for (const struct stat_counter *c = stats_received; c->name; c++) {
		put_head(t, "chef", c);
		for (size_t i = 0; i < count; i++)
			put_chefs(t, c, &all[i], &all[i].heard, "chefs");
	}
}

static void put_status(const struct metrics *m, struct text *t)
{
	struct value_reader r = {m->status, m->status + m->status_len};
	struct kitchen *all = calloc(KITCHENS_MAX + 1, sizeof(*all));
	struct nd_value status;
	size_t count;

	if (all && value_read(&r, &status) == 0) {
		put_totals(t, "hub", stats_hub, &status);
		count = read_kitchens(&status, all);
		put_kitchens(t, all, count);
		put_all_chefs(t, all, count);
	}
	free(all);
}

void metrics_write(const struct metrics *m, bool connected,
		   const struct stats_gateway *own, struct text *t)
{
	static const struct stat_counter hub = {"hub_connected",
						"Whether the hub is connected.",
						0, true};

	put_head(t, "gateway", &hub);
	put_sample(t, "gateway", &hub, NULL, NULL, connected);
	for (const struct stat_counter *c = stats_gateway; c->name; c++) {
		put_head(t, "gateway", c);
		put_sample(t, "gateway", c, NULL, NULL, stats_get(c, own));
	}
	if (connected && m->status)
		put_status(m, t);
}
