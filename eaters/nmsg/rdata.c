/* SPDX-License-Identifier: MIT */
#include "rdata.h"

#include "nmsg/nmsg_rdata.h"

#include <errno.h>
#include <stdbool.h>

#define PARTS_MAX 7
#define STRING_MAX 255
#define CAA 257

/* Members of the data of types that have several, in the order of the wire. */
static const struct {
	uint16_t type;
	const char *parts[PARTS_MAX];
} maps[] = {
	{6,
	 {"mname", "rname", "serial", "refresh", "retry", "expire", "minimum"}},
	{15, {"preference", "exchange"}},
	{33, {"priority", "weight", "port", "target"}},
};

/* Types whose data is one text: addresses and names. */
static const uint16_t plain[] = {1, 2, 5, 12, 28, 39};
/* Types whose data is an array of texts. */
static const uint16_t strings[] = {16, 99};

static bool is_among(uint16_t type, const uint16_t *types, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (types[i] == type)
			return true;
	return false;
}

static void put_bytes(struct text *t, const struct nd_value *v)
{
	if (v->len > 0)
		text_put(t, v->as.bytes, v->len);
}

static int put_strings(struct text *t, struct nd_value data)
{
	struct nd_value v;
	int rc;

	while ((rc = nd_each(&data, NULL, &v)) > 0) {
		if (v.type != ND_STR || v.len > STRING_MAX)
			return -ENOENT;
		text_putc(t, (char)(uint8_t)v.len);
		put_bytes(t, &v);
	}
	return rc < 0 ? -ENOENT : t->error;
}

/* RFC 8659 section 4.1 */
static int put_caa(struct text *t, const struct nd_value *data)
{
	struct nd_value flags, tag, value;

	if (data->type != ND_MAP || nd_find(data, "flags", &flags) < 0 ||
	    nd_find(data, "tag", &tag) < 0 ||
	    nd_find(data, "value", &value) < 0 || flags.type != ND_UINT ||
	    flags.as.u > UINT8_MAX || tag.type != ND_STR ||
	    tag.len > STRING_MAX || value.type != ND_STR)
		return -ENOENT;
	text_putc(t, (char)(uint8_t)flags.as.u);
	text_putc(t, (char)(uint8_t)tag.len);
	put_bytes(t, &tag);
	put_bytes(t, &value);
	return t->error;
}

/* A part as texts of zones have it. */
static bool put_part(struct text *t, const struct nd_value *v)
{
	if (v->type == ND_UINT)
		text_uint(t, v->as.u);
	else if (v->type != ND_STR)
		return false;
	else if (v->len == 0)
		text_putc(t, '.'); /* the root */
	else
		text_put(t, v->as.bytes, v->len);
	return true;
}

static bool put_parts(struct text *t, const struct nd_value *data,
		      const char *const parts[PARTS_MAX])
{
	struct nd_value v;

	for (size_t i = 0; i < PARTS_MAX && parts[i]; i++) {
		if (i > 0)
			text_putc(t, ' ');
		if (nd_find(data, parts[i], &v) < 0 || !put_part(t, &v))
			return false;
	}
	return true;
}

static bool put_zone_text(struct text *t, const struct nd_value *data,
			  uint16_t type)
{
	if (is_among(type, plain, sizeof(plain) / sizeof(*plain)))
		return data->type == ND_STR && put_part(t, data);
	for (size_t i = 0; i < sizeof(maps) / sizeof(*maps); i++)
		if (maps[i].type == type)
			return data->type == ND_MAP &&
			       put_parts(t, data, maps[i].parts);
	return false;
}

int rdata_put(struct text *t, const struct nd_value *data, uint16_t type,
	      uint16_t klass)
{
	struct text zone = {0};
	int rc = -ENOENT;

	/* Of types without a form of their own it is as it came. */
	if (data->type == ND_BIN) {
		put_bytes(t, data);
		return t->error;
	}
	if (data->type == ND_ARRAY &&
	    is_among(type, strings, sizeof(strings) / sizeof(*strings)))
		return put_strings(t, *data);
	if (type == CAA)
		return put_caa(t, data);
	if (put_zone_text(&zone, data, type) &&
	    nmsg_rdata_read(t, zone.at ? zone.at : "", zone.len, type, klass) ==
		    0)
		rc = t->error;
	if (zone.error)
		rc = zone.error;
	text_free(&zone);
	return rc;
}
