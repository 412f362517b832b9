/* SPDX-License-Identifier: MIT */
#include "sums.h"

#include <dumpling.h>
#include <errno.h>
#include <json.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <topic.h>
#include <value.h>

#define PARTS_MAX 1024
#define BYTES_MAX ((size_t)8 * 1024 * 1024)
/* Values in one map, of all kitchens together. */
#define NODES_MAX ((size_t)256 * 1024)

/* The chefs, and what their interval dumplings count. */
static const struct summed {
	const char *chef;
	const char *counts;
} summed[] = {
	{"PacketCountChef", "packet_counts"},
	{"DNSLookupChef", "lookups_seen"},
};

#define SUMMED (sizeof(summed) / sizeof(*summed))

/* A kitchen's latest payload. */
struct part {
	const struct summed *what;
	char kitchen[TOPIC_NAME_MAX + 1];
	uint8_t *payload;
	size_t len;
	bool known; /* by the status that is being read */
	struct part *next;
};

/* A value that several kitchens may have at one place, under one key. */
struct node {
	const uint8_t *key;
	uint32_t key_len;
	uint32_t order; /* in which it was met */
	uint32_t group; /* the order of the first with its key */
	struct nd_value value;
};

struct sums {
	struct part *first; /* the one that came last */
	size_t count, bytes;
	struct node *nodes; /* a stack */
	size_t node_count, node_cap;
};

struct sums *sums_new(void)
{
	return calloc(1, sizeof(struct sums));
}

/* Takes the part out; *at is then the next one. */
static void drop(struct sums *s, struct part **at)
{
	struct part *part = *at;

	*at = part->next;
	s->count--;
	s->bytes -= part->len;
	free(part->payload);
	free(part);
}

void sums_free(struct sums *s)
{
	if (!s)
		return;
	while (s->first)
		drop(s, &s->first);
	free(s->nodes);
	free(s);
}

/* --- parts --------------------------------------------------------------- */

static const struct summed *summed_of(const struct nd_dumpling *d)
{
	struct nd_value payload, counts;

	if (nd_driver(d) != ND_DRIVER_INTERVAL || !nd_kitchen_name(d))
		return NULL;
	for (size_t i = 0; i < SUMMED; i++)
		if (strcmp(nd_chef_name(d), summed[i].chef) == 0 &&
		    nd_payload(d, &payload) == 0 &&
		    nd_find(&payload, summed[i].counts, &counts) == 0 &&
		    counts.type == ND_MAP)
			return &summed[i];
	return NULL;
}

bool sums_has(const struct nd_dumpling *d)
{
	return summed_of(d) != NULL;
}

static struct part **find_part(struct sums *s, const struct summed *what,
			       const char *kitchen)
{
	struct part **at = &s->first;

	while (*at &&
	       ((*at)->what != what || strcmp((*at)->kitchen, kitchen) != 0))
		at = &(*at)->next;
	return at;
}

/* Lets go of those longest unheard, until so many bytes have room. */
static void make_room(struct sums *s, size_t len)
{
	while (s->count > 0 &&
	       (s->count >= PARTS_MAX || s->bytes + len > BYTES_MAX)) {
		struct part **at = &s->first;

		while ((*at)->next)
			at = &(*at)->next;
		drop(s, at);
	}
}

int sums_take(struct sums *s, const struct nd_dumpling *d)
{
	const struct summed *what = summed_of(d);
	const char *kitchen = nd_kitchen_name(d);
	struct part **old = find_part(s, what, kitchen), *part;

	if (*old)
		drop(s, old);
	if (d->payload_len > BYTES_MAX)
		return -EMSGSIZE;
	make_room(s, d->payload_len);
	part = calloc(1, sizeof(*part));
	if (!part)
		return -ENOMEM;
	part->payload = malloc(d->payload_len);
	if (!part->payload) {
		free(part);
		return -ENOMEM;
	}
	memcpy(part->payload, d->payload, d->payload_len);
	part->len = d->payload_len;
	part->what = what;
	memcpy(part->kitchen, kitchen, strlen(kitchen));
	part->next = s->first;
	s->first = part;
	s->count++;
	s->bytes += part->len;
	return 0;
}

/* Marks the parts of a kitchen that is in the status, unless it is gone. */
static void mark(struct sums *s, const struct nd_value *kitchen)
{
	struct nd_value name, state;

	if (nd_find(kitchen, "info_from_kitchen.kitchen_name", &name) < 0 ||
	    name.type != ND_STR ||
	    (nd_find(kitchen, "info_from_hub.state", &state) == 0 &&
	     value_is(&state, "gone")))
		return;
	for (struct part *part = s->first; part; part = part->next)
		part->known |= value_is(&name, part->kitchen);
}

void sums_status(struct sums *s, const struct nd_dumpling *status)
{
	struct nd_value payload, kitchens, kitchen;
	struct part **at = &s->first;

	/* A status that is too long for its lists has them empty. */
	if (!s->first || nd_payload(status, &payload) < 0 ||
	    nd_find(&payload, "dumpling_kitchens", &kitchens) < 0 ||
	    (kitchens.len == 0 &&
	     nd_get_int(status, "dumpling_kitchen_count", 0) > 0))
		return;
	for (struct part *part = s->first; part; part = part->next)
		part->known = false;
	while (nd_each(&kitchens, NULL, &kitchen) > 0)
		mark(s, &kitchen);
	while (*at) {
		if ((*at)->known)
			at = &(*at)->next;
		else
			drop(s, at);
	}
}

/* --- summing ------------------------------------------------------------- */

static bool is_number(const struct nd_value *v)
{
	return v->type == ND_UINT || v->type == ND_INT || v->type == ND_TIME ||
	       (v->type == ND_DOUBLE && isfinite(v->as.d));
}

/* A number as it is in JSON: a time in seconds. */
static double as_double(const struct nd_value *v)
{
	return v->type == ND_UINT   ? (double)v->as.u
	       : v->type == ND_INT  ? (double)v->as.i
	       : v->type == ND_TIME ? (double)v->as.i / 1e9
				    : v->as.d;
}

static void write_latest(struct text *t, const struct node *nodes, size_t count)
{
	const struct nd_value *latest = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct nd_value *v = &nodes[i].value;

		if (is_number(v) &&
		    (!latest || as_double(v) > as_double(latest)))
			latest = v;
	}
	json_value(t, latest);
}

/* Whole as long as all are, and 64 bits have room for it. */
static void write_total(struct text *t, const struct node *nodes, size_t count)
{
	bool whole = true;
	int64_t total = 0;
	double rough = 0;

	for (size_t i = 0; i < count; i++) {
		const struct nd_value *v = &nodes[i].value;

		if (!is_number(v))
			continue;
		rough += as_double(v);
		whole = whole && (v->type == ND_UINT || v->type == ND_INT) &&
			!(v->type == ND_UINT && v->as.u > INT64_MAX) &&
			!__builtin_add_overflow(total, v->as.i, &total);
	}
	if (!whole) {
		json_double(t, isfinite(rough) ? rough : 0);
		return;
	}
	if (total < 0)
		text_putc(t, '-');
	text_uint(t, total < 0 ? -(uint64_t)total : (uint64_t)total);
}

/* 0, -EMSGSIZE or -ENOMEM. */
static int push(struct sums *s, const struct nd_value *key,
		const struct nd_value *value)
{
	struct node *node;

	if (s->node_count == NODES_MAX)
		return -EMSGSIZE;
	if (s->node_count == s->node_cap) {
		size_t cap = s->node_cap ? 2 * s->node_cap : 1024;

		node = realloc(s->nodes, cap * sizeof(*node));
		if (!node)
			return -ENOMEM;
		s->nodes = node;
		s->node_cap = cap;
	}
	node = &s->nodes[s->node_count];
	*node = (struct node){
		.key = key ? key->as.bytes : NULL,
		.key_len = key ? key->len : 0,
		.order = (uint32_t)s->node_count++,
		.value = *value,
	};
	return 0;
}

static int by_key(const void *a, const void *b)
{
	const struct node *x = a, *y = b;
	size_t len = x->key_len < y->key_len ? x->key_len : y->key_len;
	int rc = memcmp(x->key, y->key, len);

	if (rc == 0)
		rc = (x->key_len > y->key_len) - (x->key_len < y->key_len);
	return rc ? rc : (x->order > y->order) - (x->order < y->order);
}

static int by_group(const void *a, const void *b)
{
	const struct node *x = a, *y = b;

	return x->group != y->group
		       ? (x->group > y->group) - (x->group < y->group)
		       : (x->order > y->order) - (x->order < y->order);
}

static bool same_key(const struct node *a, const struct node *b)
{
	return a->key_len == b->key_len &&
	       memcmp(a->key, b->key, a->key_len) == 0;
}

/* Has those with one key side by side, at the place of the first of them. */
static void gather(struct node *nodes, size_t count)
{
	qsort(nodes, count, sizeof(*nodes), by_key);
	for (size_t i = 0; i < count; i++)
		nodes[i].group = i > 0 && same_key(&nodes[i - 1], &nodes[i])
					 ? nodes[i - 1].group
					 : nodes[i].order;
	qsort(nodes, count, sizeof(*nodes), by_group);
}

static int write_sum(struct sums *s, struct text *t, size_t first, size_t count,
		     unsigned depth);

/* What would be null in JSON is left out. */
static bool is_null(const struct nd_value *v)
{
	return v->type == ND_NIL || (v->type == ND_DOUBLE && !is_number(v));
}

/* Pushes the elements of these maps. */
static int push_elements(struct sums *s, size_t first, size_t count)
{
	int rc = 0;

	for (size_t i = first; i < first + count && rc >= 0; i++) {
		struct nd_value map = s->nodes[i].value, key, value;

		while (map.type == ND_MAP && rc >= 0 &&
		       (rc = nd_each(&map, &key, &value)) > 0)
			if (key.type == ND_STR && !is_null(&value))
				rc = push(s, &key, &value);
	}
	return rc < 0 ? rc : 0;
}

static int write_map(struct sums *s, struct text *t, size_t first, size_t count,
		     unsigned depth)
{
	size_t base = s->node_count, i = base, end, next;
	int rc = push_elements(s, first, count);

	end = s->node_count;
	if (rc == 0 && end > base)
		gather(s->nodes + base, end - base);
	text_putc(t, '{');
	for (; rc == 0 && i < end; i = next) {
		next = i + 1;
		while (next < end && s->nodes[next].group == s->nodes[i].group)
			next++;
		if (i > base)
			text_putc(t, ',');
		json_string(t, (const char *)s->nodes[i].key,
			    s->nodes[i].key_len);
		text_putc(t, ':');
		rc = write_sum(s, t, i, next - i, depth + 1);
	}
	text_putc(t, '}');
	s->node_count = base;
	return rc;
}

static bool is_latest(const struct node *n)
{
	static const char latest[] = "latest";

	return n->value.type == ND_TIME ||
	       (n->key_len == sizeof(latest) - 1 &&
		memcmp(n->key, latest, n->key_len) == 0);
}

/* Writes what these, all of one place, make together. */
static int write_sum(struct sums *s, struct text *t, size_t first, size_t count,
		     unsigned depth)
{
	const struct node *number = NULL;

	if (depth == ND_DEPTH_MAX)
		return -EBADMSG;
	for (size_t i = first; i < first + count; i++) {
		if (s->nodes[i].value.type == ND_MAP)
			return write_map(s, t, first, count, depth);
		if (!number && is_number(&s->nodes[i].value))
			number = &s->nodes[i];
	}
	if (!number)
		return json_value(t, &s->nodes[first].value);
	if (is_latest(number))
		write_latest(t, s->nodes + first, count);
	else
		write_total(t, s->nodes + first, count);
	return 0;
}

int sums_write(struct sums *s, struct text *t, const struct nd_dumpling *d)
{
	const struct summed *what = summed_of(d);
	size_t was = t->len;
	int rc = 0;

	s->node_count = 0;
	json_head(t, d);
	for (const struct part *p = s->first; p && rc == 0; p = p->next) {
		struct value_reader r = {p->payload, p->payload + p->len};
		struct nd_value payload;

		if (p->what == what && value_read(&r, &payload) == 0)
			rc = push(s, NULL, &payload);
	}
	if (rc == 0 && s->node_count > 0)
		rc = write_sum(s, t, 0, s->node_count, 0);
	text_putc(t, '}');
	if (rc == 0 && s->node_count > 0)
		return 0;
	t->len = was;
	return rc < 0 ? rc : -EBADMSG;
}
