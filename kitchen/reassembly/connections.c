/* SPDX-License-Identifier: MIT */
#include "connections.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NONE UINT32_MAX

int connections_open(struct connections *t, uint32_t max)
{
	uint32_t buckets = 1;

	connections_close(t);
	while (buckets < max)
		buckets *= 2;
	t->record = malloc(max * sizeof(*t->record));
	t->bucket = malloc(buckets * sizeof(*t->bucket));
	if (!t->record || !t->bucket) {
		connections_close(t);
		return -ENOMEM;
	}
	memset(t->bucket, 0xff, buckets * sizeof(*t->bucket));
	t->mask = buckets - 1;
	t->max = max;
	t->free = NONE;
	for (size_t i = 0; i < CONNECTIONS_LISTS; i++)
		t->list[i].latest = t->list[i].earliest = NONE;
	return 0;
}

void connections_close(struct connections *t)
{
	free(t->record);
	free(t->bucket);
	memset(t, 0, sizeof(*t));
}

/* Somebody looks at it soon: all its lines come at the same time. */
static void fetch(const struct connection *c)
{
	const uint8_t *at = (const uint8_t *)c;

	for (size_t i = 0; i < sizeof(*c); i += 64)
		__builtin_prefetch(at + i, 1);
}

struct connection *connections_find(const struct connections *t,
				    const struct connections_key *key,
				    uint32_t hash)
{
	uint32_t i = t->bucket[hash & t->mask];

	while (i != NONE) {
		struct connection *c = &t->record[i];

		if (c->hash == hash && memcmp(&c->key, key, sizeof(*key)) == 0)
			return c;
		i = c->chain;
	}
	return NULL;
}

void connections_expect(struct connections *t, uint32_t hash)
{
	t->expected = hash;
	t->expecting = 2;
	__builtin_prefetch(&t->bucket[hash & t->mask]);
}

const struct connection *connections_fetch(struct connections *t)
{
	if (t->expecting == 0)
		return NULL;
	if (--t->expecting > 0) {
		t->found = t->bucket[t->expected & t->mask];
		if (t->found != NONE)
			fetch(&t->record[t->found]);
		return NULL;
	}
	if (t->found == NONE || t->record[t->found].hash != t->expected)
		return NULL;
	return &t->record[t->found];
}

static void link_latest(struct connections *t, struct connection *c,
			enum connections_list list)
{
	uint32_t self = (uint32_t)(c - t->record);
	uint32_t latest = t->list[list].latest;

	c->list = (uint8_t)list;
	c->later = NONE;
	c->earlier = latest;
	if (latest == NONE)
		t->list[list].earliest = self;
	else
		t->record[latest].later = self;
	t->list[list].latest = self;
	t->list[list].count++;
}

static void unlink_it(struct connections *t, struct connection *c)
{
	if (c->later == NONE)
		t->list[c->list].latest = c->earlier;
	else
		t->record[c->later].earlier = c->earlier;
	if (c->earlier == NONE)
		t->list[c->list].earliest = c->later;
	else
		t->record[c->earlier].later = c->later;
	t->list[c->list].count--;
}

struct connection *connections_add(struct connections *t,
				   const struct connections_key *key,
				   uint32_t hash)
{
	struct connection *c;
	uint32_t self = t->free;

	if (self != NONE)
		t->free = t->record[self].chain;
	else if (t->fresh < t->max)
		self = t->fresh++;
	else
		return NULL;
	c = &t->record[self];
	memset(c, 0, sizeof(*c));
	c->key = *key;
	c->hash = hash;
	c->chain = t->bucket[hash & t->mask];
	t->bucket[hash & t->mask] = self;
	link_latest(t, c, CONNECTIONS_EMBRYO);
	t->count++;
	return c;
}

void connections_remove(struct connections *t, struct connection *c)
{
	uint32_t *p = &t->bucket[c->hash & t->mask];
	uint32_t self = (uint32_t)(c - t->record);

	while (*p != self)
		p = &t->record[*p].chain;
	*p = c->chain;
	unlink_it(t, c);
	c->chain = t->free;
	t->free = self;
	t->count--;
}

void connections_touch(struct connections *t, struct connection *c,
		       enum connections_list list)
{
	if (c->list == list && c->later == NONE)
		return;
	unlink_it(t, c);
	link_latest(t, c, list);
}

struct connection *connections_oldest(const struct connections *t,
				      enum connections_list list)
{
	uint32_t i = t->list[list].earliest;

	return i == NONE ? NULL : &t->record[i];
}

/* A tunnel's id tells connections apart if both ways have the same. */
static uint32_t tunnel_of(const struct nd_packet *pkt)
{
	switch (pkt->tunnel) {
	case ND_VXLAN:
	case ND_GENEVE:
	case ND_GRE:
	case ND_PPPOE:
		return pkt->tunnel_id;
	}
	return 0;
}

unsigned connections_key(const struct nd_packet *pkt,
			 struct connections_key *key)
{
	unsigned len = pkt->ip_len == 4 ? 4 : 16, d;
	int order = len == 4 ? memcmp(pkt->ip_src, pkt->ip_dst, 4)
			     : memcmp(pkt->ip_src, pkt->ip_dst, 16);

	d = order > 0 || (order == 0 && pkt->port_src > pkt->port_dst);
	memset(key, 0, sizeof(*key));
	if (len == 4) {
		memcpy(key->ip[d], pkt->ip_src, 4);
		memcpy(key->ip[!d], pkt->ip_dst, 4);
	} else {
		memcpy(key->ip[d], pkt->ip_src, 16);
		memcpy(key->ip[!d], pkt->ip_dst, 16);
	}
	key->port[d] = pkt->port_src;
	key->port[!d] = pkt->port_dst;
	key->vlan = pkt->vlan;
	key->tunnel_id = tunnel_of(pkt);
	key->ip_len = len;
	return d;
}
