/* SPDX-License-Identifier: MIT */
/* The readable side of a dumpling: nd_get_*(), and the texts that it lends. */
#include "dumpling.h"
#include "json.h"
#include "value.h"

#include <errno.h>
#include <stdlib.h>

struct dumpling_text {
	struct dumpling_text *next;
	char bytes[];
};

char *dumpling_lend(const struct nd_dumpling *d, size_t len)
{
	/* Only what `text` points to changes, so `d` may stay const. */
	struct dumpling_text *text = malloc(sizeof(*text) + len), *first;

	if (!text)
		return NULL;
	first = d->text;
	text->next = first->next;
	first->next = text;
	return text->bytes;
}

void dumpling_forget_texts(const struct nd_dumpling *d)
{
	struct dumpling_text *text = d->text->next;

	d->text->next = NULL;
	while (text) {
		struct dumpling_text *next = text->next;

		free(text);
		text = next;
	}
}

struct nd_dumpling *dumpling_new(size_t limit)
{
	struct nd_dumpling *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->limit = limit;
	d->text = calloc(1, sizeof(*d->text));
	if (!d->text) {
		free(d);
		return NULL;
	}
	return d;
}

void dumpling_free(struct nd_dumpling *d)
{
	if (!d)
		return;
	dumpling_forget_texts(d);
	free(d->text);
	free(d->buf);
	free(d);
}

const char *nd_chef_name(const struct nd_dumpling *d)
{
	return d->chef;
}

const char *nd_kitchen_name(const struct nd_dumpling *d)
{
	return d->kitchen;
}

enum nd_driver nd_driver(const struct nd_dumpling *d)
{
	return d->driver;
}

int64_t nd_creation_time_ns(const struct nd_dumpling *d)
{
	return d->time_ns;
}

uint64_t nd_seq(const struct nd_dumpling *d)
{
	return d->seq;
}

int nd_payload(const struct nd_dumpling *d, struct nd_value *v)
{
	struct value_reader r = {d->payload, d->payload + d->payload_len};

	return value_read(&r, v);
}

static int find(const struct nd_dumpling *d, const char *path,
		struct nd_value *v)
{
	struct nd_value root;
	int rc = nd_payload(d, &root);

	return rc < 0 ? rc : nd_find(&root, path, v);
}

const char *nd_get_str(const struct nd_dumpling *d, const char *path,
		       const char *fallback)
{
	struct nd_value v;
	char *text;

	if (find(d, path, &v) < 0 || v.type != ND_STR)
		return fallback;
	text = dumpling_lend(d, (size_t)v.len + 1);
	if (!text)
		return fallback;
	memcpy(text, v.as.bytes, v.len);
	text[v.len] = '\0';
	return text;
}

int64_t nd_get_int(const struct nd_dumpling *d, const char *path,
		   int64_t fallback)
{
	struct nd_value v;

	if (find(d, path, &v) < 0)
		return fallback;
	if (v.type == ND_UINT && v.as.u <= INT64_MAX)
		return (int64_t)v.as.u;
	return v.type == ND_INT ? v.as.i : fallback;
}

double nd_get_double(const struct nd_dumpling *d, const char *path,
		     double fallback)
{
	struct nd_value v;

	if (find(d, path, &v) < 0)
		return fallback;
	switch (v.type) {
	case ND_UINT:
		return (double)v.as.u;
	case ND_INT:
		return (double)v.as.i;
	case ND_DOUBLE:
		return v.as.d;
	case ND_TIME:
		return (double)v.as.i / 1e9;
	default:
		return fallback;
	}
}

bool nd_get_bool(const struct nd_dumpling *d, const char *path, bool fallback)
{
	struct nd_value v;

	return find(d, path, &v) < 0 || v.type != ND_BOOL ? fallback : v.as.b;
}

int64_t nd_get_time_ns(const struct nd_dumpling *d, const char *path,
		       int64_t fallback)
{
	struct nd_value v;

	return find(d, path, &v) < 0 || v.type != ND_TIME ? fallback : v.as.i;
}

const char *nd_json(const struct nd_dumpling *d, size_t *len)
{
	struct text t = {0};
	char *copy = NULL;

	if (json_dumpling(&t, d) < 0) {
		errno = EBADMSG;
	} else if (!t.error && (copy = dumpling_lend(d, t.len + 1))) {
		memcpy(copy, t.at, t.len);
		copy[t.len] = '\0';
		if (len)
			*len = t.len;
	}
	text_free(&t);
	return copy;
}
