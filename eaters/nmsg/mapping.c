/* SPDX-License-Identifier: MIT */
#include "mapping.h"

#include "dnsqr.h"
#include "frame.h"
#include "json.h"
#include "nmsg/nmsg_dumpling.h"
#include "put.h"
#include "topic.h"
#include "tuple.h"

#include <errno.h>
#include <stdlib.h>

/* base:encode's types. */
#define ENCODE_JSON 1
#define ENCODE_MSGPACK 3

/* Bytes that a dumpling takes as msgpack, at most. */
#define WHOLE_MAX ((size_t)64 * 1024 * 1024)

#define SET_MAX 256

typedef int make_fn(struct maker *k);

struct set {
	char chef[TOPIC_NAME_MAX + 1];
	const struct type *type;
};

struct mapping {
	struct maker maker; /* first: it is what make_fn gets */
	struct mapping_config config;
	struct nd_dumpling *whole; /* as msgpack, while it is made */
	struct set sets[SET_MAX];
	size_t set_count;
};

/* --- those that hold anything -------------------------------------------- */

static int put_whole(struct nd_dumpling *out, const struct nd_dumpling *d)
{
	put_begin(out);
	nd_put_map(out, "metadata");
	nd_put_str(out, "chef", nd_chef_name(d));
	nd_put_str(out, "kitchen", nd_kitchen_name(d));
	nd_put_double(out, "creation_time",
		      (double)nd_creation_time_ns(d) / 1e9);
	nd_put_str(out, "driver",
		   nd_driver(d) == ND_DRIVER_INTERVAL ? "interval" : "packet");
	nd_put_uint(out, "seq", nd_seq(d));
	nd_end(out);
	put_raw(out, "payload", d->payload, d->payload_len);
	return put_finish(out);
}

static int make_encode(struct maker *k)
{
	struct mapping *map = (struct mapping *)k;
	int rc;

	maker_begin(k, MESSAGE_ENCODE);
	if (map->config.json) {
		k->text.len = 0;
		rc = json_dumpling(&k->text, k->d);
		if (rc < 0 || k->text.error)
			return rc < 0 ? rc : k->text.error;
		maker_uint(k, "type", ENCODE_JSON);
		maker_bytes(k, "payload", k->text.at, k->text.len);
		return maker_end(k);
	}
	map->whole->len = 0;
	rc = put_whole(map->whole, k->d);
	if (rc < 0)
		return rc;
	maker_uint(k, "type", ENCODE_MSGPACK);
	maker_bytes(k, "payload", map->whole->buf, map->whole->len);
	return maker_end(k);
}

/* What came from a message of NMSG becomes that again. */
static int make_own(struct maker *k)
{
	struct mapping *map = (struct mapping *)k;
	struct message m;
	int rc = nmsg_dumpling_get(&k->build, k->d, map->config.aliases, &m);

	if (rc == -EBADMSG)
		return -ENOENT; /* somebody else made it */
	return rc < 0 ? rc : maker_give(k, &m);
}

/* --- which ---------------------------------------------------------------- */

static const struct type {
	const char *name; /* for mapping_set() */
	make_fn *make;
} types[] = {
	{"packet", frame_make_packet}, {"pkt", frame_make_pkt},
	{"dnsqr", dnsqr_make},         {"dns", dnsqr_make_records},
	{"ipconn", tuple_make},        {"encode", make_encode},
};

/* What chefs' dumplings are tried as, in this order; NULL: any chef's. */
static const struct {
	const char *chef;
	make_fn *make;
} usual[] = {
	{"PacketChef", frame_make_packet},
	{"PacketChef", frame_make_pkt}, /* other than IP */
	{"DNSChef", dnsqr_make},
	{NULL, make_own},
	{NULL, tuple_make},
	{NULL, make_encode},
};

int mapping_set(struct mapping *map, const char *chef_type)
{
	const char *equals = strrchr(chef_type, '=');
	size_t len = equals ? (size_t)(equals - chef_type) : 0;
	struct set *set = &map->sets[map->set_count];

	if (!topic_is_name(chef_type, len))
		return -EINVAL;
	if (map->set_count == SET_MAX)
		return -ENOMEM;
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (strcmp(types[i].name, equals + 1) != 0)
			continue;
		memcpy(set->chef, chef_type, len);
		set->chef[len] = '\0';
		set->type = &types[i];
		map->set_count++;
		return 0;
	}
	return -EINVAL;
}

int mapping_make(struct mapping *map, const struct nd_dumpling *d)
{
	const char *chef = nd_chef_name(d);
	int rc = maker_start(&map->maker, d);

	if (rc < 0)
		return rc;
	rc = -ENOENT;
	for (size_t i = 0; rc == -ENOENT && i < map->set_count; i++)
		if (strcmp(map->sets[i].chef, chef) == 0)
			rc = map->sets[i].type->make(&map->maker);
	for (size_t i = 0; rc == -ENOENT && i < sizeof(usual) / sizeof(*usual);
	     i++)
		if (!usual[i].chef || strcmp(usual[i].chef, chef) == 0)
			rc = usual[i].make(&map->maker);
	return rc;
}

struct mapping *mapping_new(const struct mapping_config *config)
{
	struct mapping *map = calloc(1, sizeof(*map));

	if (!map)
		return NULL;
	map->config = *config;
	map->maker.take = config->take;
	map->maker.arg = config->arg;
	map->whole = dumpling_new(WHOLE_MAX);
	if (map->whole)
		return map;
	mapping_free(map);
	errno = ENOMEM;
	return NULL;
}

void mapping_free(struct mapping *map)
{
	if (!map)
		return;
	maker_free(&map->maker);
	dumpling_free(map->whole);
	free(map);
}
