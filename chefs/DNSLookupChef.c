/* SPDX-License-Identifier: MIT */
/*
 * A dumpling for each DNS message with a question, queries and responses
 * alike as netdumplings has it,
 *
 *	{"lookup": {"hostname": "www.example.com", "when": 1795352291.76}}
 *
 * and at intervals the names seen:
 *
 *	{"lookups_seen": {"www.example.com": {"count": 2, "latest": 1795.5}}}
 *
 * with "forgotten": N beside it once N names had to make room for others.
 */
#include <errno.h>
#include <netdumplings/chef.h>
#include <stdlib.h>
#include <string.h>

struct name {
	uint64_t count;
	int64_t latest_ns;
};

/* A name as it stands in the table. */
struct entry {
	const struct name *name;
	const void *key;
	size_t key_len;
};

struct lookup {
	uint64_t names, top;
	struct nd_table *seen;
	struct entry *sorted; /* room for `names`, to find the top */
};

static const struct nd_option lookup_options[] = {
	{"names", ND_OPTION_UINT, offsetof(struct lookup, names), "10000",
	 "Names remembered; beyond that the one not seen for longest is "
	 "forgotten.",
	 .min = 1, .max = 16777216},
	{"top", ND_OPTION_UINT, offsetof(struct lookup, top), "500",
	 "Names in an interval dumpling, those looked up most.", .max = 10000},
	{0},
};

static int lookup_open(void *self, char *why, size_t why_size)
{
	struct lookup *l = self;

	(void)why;
	(void)why_size;
	l->seen = nd_table_new(l->names, sizeof(struct name));
	l->sorted = calloc(l->names + 1, sizeof(struct entry));
	return l->seen && l->sorted ? 0 : -ENOMEM;
}

static void lookup_close(void *self)
{
	struct lookup *l = self;

	nd_table_free(l->seen);
	free(l->sorted);
}

static int lookup_packet(void *self, const struct nd_packet *pkt,
			 struct nd_dumpling *out)
{
	struct lookup *l = self;
	struct nd_dns dns;
	struct name *name;

	if (!nd_dns(pkt, &dns) || dns.questions == 0)
		return 0;
	name = nd_table_add(l->seen, dns.name, dns.name_len, NULL);
	if (!name)
		return -ENOMEM;
	name->count++;
	name->latest_ns = pkt->time_ns;
	nd_put_map(out, "lookup");
	nd_put_strn(out, "hostname", dns.name, dns.name_len);
	nd_put_time(out, "when", pkt->time_ns);
	nd_end(out);
	return ND_SERVE;
}

/* Most looked up first, then the latest. */
static int by_count(const void *a, const void *b)
{
	const struct name *x = ((const struct entry *)a)->name;
	const struct name *y = ((const struct entry *)b)->name;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return (x->latest_ns < y->latest_ns) - (x->latest_ns > y->latest_ns);
}

static int lookup_interval(void *self, int64_t time_ns, struct nd_dumpling *out)
{
	struct lookup *l = self;
	struct entry *e = l->sorted;
	size_t count = nd_table_count(l->seen);
	void *position = NULL;

	(void)time_ns;
	while ((e->name = nd_table_each(l->seen, &position, &e->key,
					&e->key_len)))
		e++;
	if (count > l->top) {
		qsort(l->sorted, count, sizeof(*l->sorted), by_count);
		count = l->top;
	}
	nd_put_map(out, "lookups_seen");
	for (e = l->sorted; e < l->sorted + count; e++) {
		char key[sizeof(((struct nd_dns *)0)->name)];

		memcpy(key, e->key, e->key_len);
		key[e->key_len] = '\0';
		nd_put_map(out, key);
		nd_put_uint(out, "count", e->name->count);
		nd_put_time(out, "latest", e->name->latest_ns);
		nd_end(out);
	}
	nd_end(out);
	if (nd_table_forgotten(l->seen) > 0)
		nd_put_uint(out, "forgotten", nd_table_forgotten(l->seen));
	return ND_SERVE;
}

static uint64_t lookup_forgotten(const void *self)
{
	const struct lookup *l = self;

	return nd_table_forgotten(l->seen);
}

ND_CHEF = {
	ND_CHEF_HEAD,
	.name = "DNSLookupChef",
	.summary = "every DNS lookup, and the names looked up most",
	.options = lookup_options,
	.state_size = sizeof(struct lookup),
	.layers = 1 << ND_DNS,
	.open = lookup_open,
	.packet = lookup_packet,
	.interval = lookup_interval,
	.close = lookup_close,
	.forgotten = lookup_forgotten,
};
