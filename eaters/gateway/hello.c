/* SPDX-License-Identifier: MIT */
#include "hello.h"

#include <errno.h>
#include <json_read.h>
#include <string.h>
#include <value.h>

static int refuse(const char **why, const char *words)
{
	*why = words;
	return -EINVAL;
}

static int read_names(struct hello_names *to, struct nd_value list,
		      const char **why)
{
	struct nd_value v;

	to->count = 0;
	if (list.type == ND_NIL)
		return 0;
	if (list.type != ND_ARRAY)
		return refuse(why, "chefs and kitchens are lists of names");
	while (nd_each(&list, NULL, &v) > 0) {
		const char *name = (const char *)v.as.bytes;

		if (v.type != ND_STR)
			return refuse(why, "a name is not a text");
		if (!topic_is_name(name, v.len))
			return refuse(why,
				      "no chef or kitchen has such a name");
		if (to->count == HELLO_NAMES_MAX)
			return refuse(why, "too many names");
		memcpy(to->names[to->count], name, v.len);
		to->names[to->count++][v.len] = '\0';
	}
	return 0;
}

static int read_flag(bool *to, const struct nd_value *v, const char **why)
{
	if (v->type != ND_BOOL)
		return refuse(why, "batch and sum are true or false");
	*to = v->as.b;
	return 0;
}

static int read_rate(struct hello_thin *to, const struct nd_value *v,
		     const char **why)
{
	double n = v->type == ND_UINT     ? (double)v->as.u
		   : v->type == ND_DOUBLE ? v->as.d
					  : 0;

	to->max_rate = 0;
	if (v->type == ND_NIL)
		return 0;
	/* So that it is not NaN, either. */
	if (!(n > 0 && n <= HELLO_RATE_MAX))
		return refuse(why, "max_rate is a number above 0, a million at "
				   "most");
	to->max_rate = n;
	return 0;
}

/* Each dot is one more place where a key may end that is looked for. */
static bool is_path(const struct nd_value *v)
{
	unsigned dots = 0;

	if (v->type != ND_STR || v->len > HELLO_PATH_MAX ||
	    memchr(v->as.bytes, 0, v->len))
		return false;
	for (uint32_t i = 0; i < v->len; i++)
		dots += v->as.bytes[i] == '.';
	return dots <= HELLO_DOTS_MAX;
}

static int read_merge(struct hello_thin *to, const struct nd_value *chef,
		      const struct nd_value *path, const char **why)
{
	if (!topic_is_name((const char *)chef->as.bytes, chef->len))
		return refuse(why, "no chef has such a name");
	if (!is_path(path))
		return refuse(why, "latest_per has paths for its values, texts "
				   "of 255 bytes and 8 dots at most");
	if (to->merges == HELLO_MERGES_MAX)
		return refuse(why, "latest_per has too many chefs");
	memcpy(to->merge[to->merges].chef, chef->as.bytes, chef->len);
	memcpy(to->merge[to->merges++].path, path->as.bytes, path->len);
	return 0;
}

static int read_merges(struct hello_thin *to, struct nd_value map,
		       const char **why)
{
	struct nd_value chef, path;

	memset(to->merge, 0, sizeof(to->merge));
	to->merges = 0;
	if (map.type == ND_NIL)
		return 0;
	if (map.type != ND_MAP)
		return refuse(why, "latest_per is an object, a path for each "
				   "chef");
	while (nd_each(&map, &chef, &path) > 0)
		if (read_merge(to, &chef, &path, why) < 0)
			return -EINVAL;
	return 0;
}

static int read_member(struct hello *h, const struct nd_value *key,
		       const struct nd_value *v, const char **why)
{
	bool classic = h->classic;

	h->classic = false;
	if (value_is(key, "chefs"))
		return read_names(&h->chefs, *v, why);
	if (value_is(key, "kitchens"))
		return read_names(&h->kitchens, *v, why);
	if (value_is(key, "batch"))
		return read_flag(&h->batch, v, why);
	if (value_is(key, "sum"))
		return read_flag(&h->sum, v, why);
	if (value_is(key, "max_rate"))
		return read_rate(&h->thin, v, why);
	if (value_is(key, "latest_per"))
		return read_merges(&h->thin, *v, why);
	h->classic = classic;
	return 0;
}

static int read_hello(struct hello *h, struct nd_value object, const char **why)
{
	struct nd_value key, v;

	if (object.type != ND_MAP)
		return refuse(why, "a hello is an object");
	h->named = nd_find(&object, "eater_name", &v) == 0;
	if (!h->named)
		return refuse(why, "there is no eater_name");
	while (nd_each(&object, &key, &v) > 0) {
		if (read_member(h, &key, &v, why) < 0)
			return -EINVAL;
	}
	if (h->sum && h->kitchens.count > 0)
		return refuse(why, "a sum is of all kitchens, not of some");
	return 0;
}

int hello_parse(struct hello *h, const char *text, size_t len, const char **why)
{
	struct nd_dumpling *d = dumpling_new(HELLO_PAYLOAD_MAX);
	struct nd_value v;
	int rc;

	if (!d) {
		*why = "there is no memory";
		return -ENOMEM;
	}
	h->chefs.count = 0;
	h->kitchens.count = 0;
	memset(&h->thin, 0, sizeof(h->thin));
	h->batch = false;
	h->sum = false;
	h->hubs = false;
	h->classic = true;
	h->named = false;
	rc = json_read_value(d, &v, text, len, why);
	if (rc == 0)
		rc = read_hello(h, v, why);
	dumpling_free(d);
	return rc;
}
