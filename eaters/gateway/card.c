/* SPDX-License-Identifier: MIT */
#include "card.h"

#include <dumpling.h>
#include <errno.h>
#include <json.h>
#include <json_read.h>
#include <math.h>
#include <put.h>
#include <string.h>
#include <value.h>

/*
 * The hub takes announcements of up to 64 KiB.  More than half of that is for
 * the numbers of 256 chefs.
 */
#define TEXT_MAX 1024
#define CHEFS_BYTES_MAX (24 * 1024)
#define CARD_BYTES_MAX (28 * 1024)
/* It is shown in the hub's status, with these levels around it. */
#define DEPTH_MAX (ND_DEPTH_MAX - 4)

/* What the message's JSON may become: a message is up to 1 MiB. */
#define PAYLOAD_MAX (3 * 1024 * 1024)

/* Members that have a meaning of their own in an announcement. */
static const char *const taken[] = {
	"kitchen_name",  "interface",  "filter",    "chefs",
	"poke_interval", "chef_stats", "closing",   "patient",
	"worker_of",     "peer_host",  "peer_port",
};

int card_clean(char out[TOPIC_NAME_MAX + 1], const struct nd_value *v)
{
	const char *from = (const char *)v->as.bytes;
	size_t len = v->len, to = 0;
	struct text t = {0};

	if (v->type == ND_ARRAY || v->type == ND_MAP)
		return -EINVAL;
	if (v->type != ND_STR) {
		json_value(&t, v);
		from = t.at;
		len = t.len;
	}
	for (size_t i = 0; i < len && to < TOPIC_NAME_MAX; i++) {
		if (topic_is_name(from + i, 1))
			out[to++] = from[i];
		else if (((uint8_t)from[i] & 0xc0) != 0x80)
			out[to++] = '_'; /* but not for the rest of it */
	}
	if (to == 0)
		out[to++] = '_';
	out[to] = '\0';
	text_free(&t);
	return 0;
}

/* The last member of that name, if any. */
static bool member(struct nd_value map, const char *name, struct nd_value *v)
{
	struct nd_value key, value;
	bool found = false;

	while (nd_each(&map, &key, &value) > 0) {
		if (!value_is(&key, name))
			continue;
		*v = value;
		found = true;
	}
	return found;
}

/* A text as it is, up to a length that is enough for what is meant. */
static void put_text(struct nd_dumpling *out, const char *key,
		     const struct nd_value *v)
{
	size_t len = v->type == ND_STR ? v->len : 0;

	nd_put_strn(out, key, len > 0 ? (const char *)v->as.bytes : "",
		    len < TEXT_MAX ? len : TEXT_MAX);
}

static void put_chefs(struct nd_dumpling *out, struct nd_value list)
{
	struct nd_value v;

	nd_put_array(out, "chefs");
	while (list.type == ND_ARRAY && nd_each(&list, NULL, &v) > 0)
		if (v.type == ND_STR && out->len + v.len < CHEFS_BYTES_MAX)
			put_text(out, NULL, &v);
	nd_end(out);
}

static double seconds(const struct nd_value *v)
{
	if (v->type == ND_UINT)
		return (double)v->as.u;
	if (v->type == ND_INT)
		return (double)v->as.i;
	return v->type == ND_DOUBLE && isfinite(v->as.d) ? v->as.d : 0;
}

static bool is_taken(const struct nd_value *key)
{
	for (size_t i = 0; i < sizeof(taken) / sizeof(*taken); i++)
		if (value_is(key, taken[i]))
			return true;
	return false;
}

/* Copies the members of a map of msgpack; `rest`: those that fit in a card. */
static void copy_members(struct nd_dumpling *out, const struct nd_value *map,
			 bool rest)
{
	struct value_reader r = {map->as.bytes, map->end};

	for (uint32_t i = 0; i < map->len; i++) {
		struct value_reader at;
		struct nd_value key, v;
		size_t len;

		value_read(&r, &key);
		at = r;
		if (value_skip(&r) < 0)
			return;
		len = (size_t)(r.at - at.at);
		if (value_read(&(struct value_reader){at.at, r.at}, &v) < 0)
			return;
		if (rest && (is_taken(&key) || !value_within(&v, DEPTH_MAX) ||
			     out->len + key.len + len > CARD_BYTES_MAX))
			continue;
		put_map_key(out, (const char *)key.as.bytes, key.len);
		put_raw(out, NULL, at.at, len);
	}
}

static void put_card(struct nd_dumpling *out, const struct nd_value *map,
		     const struct nd_value *name)
{
	struct nd_value v, none = {.type = ND_NIL};
	struct text t = {0};

	nd_put_map(out, NULL);
	if (name->type == ND_STR) {
		put_text(out, "kitchen_name", name);
	} else {
		json_value(&t, name);
		nd_put_strn(out, "kitchen_name", t.at, t.len);
		text_free(&t);
	}
	put_text(out, "interface", member(*map, "interface", &v) ? &v : &none);
	put_text(out, "filter", member(*map, "filter", &v) ? &v : &none);
	put_chefs(out, member(*map, "chefs", &v) ? v : none);
	nd_put_double(out, "poke_interval",
		      member(*map, "poke_interval", &v) ? seconds(&v) : 0);
	copy_members(out, map, true);
	nd_end(out);
}

static int read_map(struct card *card, const struct nd_value *map,
		    const char **why)
{
	struct nd_value name;

	if (map->type != ND_MAP) {
		*why = "a kitchen's hello is an object";
		return -EINVAL;
	}
	if (!member(*map, "kitchen_name", &name)) {
		*why = "there is no kitchen_name";
		return -EINVAL;
	}
	if (card_clean(card->name, &name) < 0) {
		*why = "kitchen_name is not a text";
		return -EINVAL;
	}
	if (strcmp(card->name, TOPIC_NO_KITCHEN) == 0)
		strcpy(card->name, "_");
	card->d = dumpling_new(CARD_BYTES_MAX + TEXT_MAX);
	if (!card->d)
		return -ENOMEM;
	put_begin(card->d);
	put_card(card->d, map, &name);
	if (put_finish(card->d) < 0) {
		card_free(card);
		return -ENOMEM;
	}
	put_expose(card->d);
	return 0;
}

int card_read(struct card *card, const char *text, size_t len, const char **why)
{
	struct nd_dumpling *d = dumpling_new(PAYLOAD_MAX);
	struct nd_value map;
	int rc;

	*why = "there is no memory";
	if (!d)
		return -ENOMEM;
	rc = json_read_value(d, &map, text, len, why);
	if (rc == 0)
		rc = read_map(card, &map, why);
	dumpling_free(d);
	return rc;
}

void card_free(struct card *card)
{
	dumpling_free(card->d);
	card->d = NULL;
}

void card_put(const struct card *card, struct nd_dumpling *out)
{
	struct nd_value map;

	if (nd_payload(card->d, &map) == 0)
		copy_members(out, &map, false);
}
