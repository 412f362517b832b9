/* SPDX-License-Identifier: MIT */
#include "pretty.h"

#include "json.h"
#include "value.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define INDENT 4

#define BOLD "\033[1m"
#define KEY "\033[94m"
#define STRING "\033[32m"
#define NUMBER "\033[36m"
#define WORD "\033[35m"
#define PLAIN "\033[0m"

/* A pair of a map that waits to be sorted. */
struct pair {
	const uint8_t *key, *value; /* as msgpack */
	size_t name;                /* what it is sorted by, in names */
	size_t name_len;
};

struct pretty {
	struct text *t;
	bool colour;
	struct pair *pairs; /* of all maps that are open */
	size_t count, cap;
	struct text names;
	struct text scratch;
};

/* --- the summary --------------------------------------------------------- */

static void put_name(struct text *t, const char *name, bool colour)
{
	if (colour)
		text_puts(t, BOLD);
	text_puts(t, name ? name : "None");
	if (colour)
		text_puts(t, PLAIN);
}

void pretty_summary(struct text *t, const struct nd_dumpling *d, bool colour)
{
	int64_t us = (nd_creation_time_ns(d) + 500) / 1000;
	time_t s = (time_t)(us / 1000000);
	char date[32], fraction[16] = "";
	struct tm tm;

	localtime_r(&s, &tm);
	text_put(t, date, strftime(date, sizeof(date), "%FT%T", &tm));
	if (us % 1000000 > 0)
		snprintf(fraction, sizeof(fraction), ".%06d",
			 (int)(us % 1000000));
	text_puts(t, fraction);
	text_puts(t, nd_driver(d) == ND_DRIVER_INTERVAL ? " [interval] "
							: " [packet  ] ");
	put_name(t, nd_chef_name(d), colour);
	text_puts(t, " from ");
	put_name(t, nd_kitchen_name(d), colour);
}

/* --- ASCII --------------------------------------------------------------- */

/* How many bytes more the UTF-8 sequences between take as \uXXXX. */
static size_t ascii_growth(const uint8_t *s, const uint8_t *end)
{
	size_t growth = 0;

	for (; s < end; s++) {
		if (*s >= 0xf0)
			growth += 12 - 4;
		else if (*s >= 0xe0)
			growth += 6 - 3;
		else if (*s >= 0xc0)
			growth += 6 - 2;
	}
	return growth;
}

static void write_unit(char *to, uint32_t unit)
{
	static const char digits[] = "0123456789abcdef";

	to[0] = '\\';
	to[1] = 'u';
	for (int i = 0; i < 4; i++)
		to[2 + i] = digits[unit >> (12 - 4 * i) & 15];
}

/* Reads a UTF-8 sequence that is known to be well formed, RFC 3629. */
static uint32_t code_point(const char *s, size_t len)
{
	uint32_t code = (uint8_t)s[0] & (0x7fU >> len);

	for (size_t i = 1; i < len; i++)
		code = code << 6 | ((uint8_t)s[i] & 0x3f);
	return code;
}

/* From the end, so that nothing is written over before it was read. */
void pretty_ascii(struct text *t, size_t from)
{
	const uint8_t *bytes = (const uint8_t *)t->at;
	size_t growth = ascii_growth(bytes + from, bytes + t->len);
	size_t in = t->len, out = t->len + growth;
	char *s;

	if (t->error || growth == 0 || !text_room(t, growth))
		return;
	s = t->at;
	t->len = out;
	while (in > from) {
		size_t end = in--;
		uint32_t code;

		if (!(s[in] & 0x80)) {
			s[--out] = s[in];
			continue;
		}
		while (in > from && (s[in] & 0xc0) == 0x80)
			in--;
		code = code_point(s + in, end - in);
		if (code > 0xffff) {
			out -= 6;
			write_unit(s + out, 0xdc00 | (code & 0x3ff));
			code = 0xd800 | (code - 0x10000) >> 10;
		}
		out -= 6;
		write_unit(s + out, code);
	}
}

/* --- values -------------------------------------------------------------- */

static int write_value(struct pretty *p, struct value_reader *r,
		       unsigned level);

static void put_coloured(struct pretty *p, const char *colour,
			 const struct text *what)
{
	if (p->colour)
		text_puts(p->t, colour);
	text_put(p->t, what->at, what->len);
	if (p->colour)
		text_puts(p->t, PLAIN);
}

/* The value's JSON, in scratch.  0, -EBADMSG. */
static int render(struct pretty *p, const struct nd_value *v)
{
	p->scratch.len = 0;
	return json_value(&p->scratch, v);
}

static int put_scalar(struct pretty *p, const struct nd_value *v)
{
	const char *colour = NUMBER;

	if (v->type == ND_NIL || v->type == ND_BOOL)
		colour = WORD;
	else if (v->type == ND_STR || v->type == ND_BIN || v->type == ND_EXT)
		colour = STRING;
	if (render(p, v) < 0)
		return -EBADMSG;
	put_coloured(p, colour, &p->scratch);
	return 0;
}

static void put_line(struct pretty *p, unsigned level)
{
	char *to;

	text_putc(p->t, '\n');
	to = text_room(p->t, (size_t)level * INDENT);
	if (!to)
		return;
	memset(to, ' ', (size_t)level * INDENT);
	p->t->len += (size_t)level * INDENT;
}

static int by_name(const void *left, const void *right, void *names)
{
	const struct pair *a = left, *b = right;
	const char *at = names;
	size_t len = a->name_len < b->name_len ? a->name_len : b->name_len;
	int order = len ? memcmp(at + a->name, at + b->name, len) : 0;

	if (order != 0)
		return order;
	if (a->name_len != b->name_len)
		return a->name_len < b->name_len ? -1 : 1;
	return a->key < b->key ? -1 : 1;
}

/* Notes the next pair.  0, -EBADMSG, -ENOMEM. */
static int add_pair(struct pretty *p, struct value_reader *r)
{
	struct pair pair = {.key = r->at, .name = p->names.len};
	struct nd_value key;

	if (value_read(r, &key) < 0 || key.type == ND_ARRAY ||
	    key.type == ND_MAP)
		return -EBADMSG;
	if (key.type == ND_STR) {
		text_put(&p->names, key.as.bytes, key.len);
	} else {
		if (render(p, &key) < 0)
			return -EBADMSG;
		text_put(&p->names, p->scratch.at, p->scratch.len);
	}
	pair.name_len = p->names.len - pair.name;
	pair.value = r->at;
	if (value_skip(r) < 0)
		return -EBADMSG;
	if (p->count == p->cap) {
		size_t cap = p->cap ? p->cap * 2 : 64;
		struct pair *pairs = realloc(p->pairs, cap * sizeof(*pairs));

		if (!pairs)
			return -ENOMEM;
		p->pairs = pairs;
		p->cap = cap;
	}
	p->pairs[p->count++] = pair;
	return p->names.error;
}

/* JSON's keys are texts: others are written as one. */
static int put_key(struct pretty *p, struct value_reader r)
{
	struct text quoted = {0};
	struct nd_value key;

	if (value_read(&r, &key) < 0 || render(p, &key) < 0)
		return -EBADMSG;
	if (p->scratch.len > 0 && p->scratch.at[0] != '"') {
		json_string(&quoted, p->scratch.at, p->scratch.len);
		put_coloured(p, KEY, &quoted);
		text_free(&quoted);
	} else {
		put_coloured(p, KEY, &p->scratch);
	}
	text_puts(p->t, ": ");
	return 0;
}

static int write_map(struct pretty *p, struct value_reader *r, uint32_t len,
		     unsigned level)
{
	size_t first = p->count, names = p->names.len;
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < len; i++)
		rc = add_pair(p, r);
	if (rc < 0)
		return rc;
	qsort_r(p->pairs + first, len, sizeof(*p->pairs), by_name, p->names.at);
	for (uint32_t i = 0; rc == 0 && i < len; i++) {
		struct pair pair = p->pairs[first + i];
		struct value_reader value = {pair.value, r->end};

		if (i > 0)
			text_putc(p->t, ',');
		put_line(p, level + 1);
		rc = put_key(p, (struct value_reader){pair.key, r->end});
		if (rc == 0)
			rc = write_value(p, &value, level + 1);
	}
	p->count = first;
	p->names.len = names;
	return rc;
}

static int write_array(struct pretty *p, struct value_reader *r, uint32_t len,
		       unsigned level)
{
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < len; i++) {
		if (i > 0)
			text_putc(p->t, ',');
		put_line(p, level + 1);
		rc = write_value(p, r, level + 1);
	}
	return rc;
}

static int write_elements(struct pretty *p, struct value_reader *r,
			  const struct nd_value *v, unsigned level)
{
	bool is_map = v->type == ND_MAP;
	int rc = 0;

	if (level == ND_DEPTH_MAX)
		return -EBADMSG;
	text_putc(p->t, is_map ? '{' : '[');
	if (v->len > 0) {
		rc = is_map ? write_map(p, r, v->len, level)
			    : write_array(p, r, v->len, level);
		put_line(p, level);
	}
	text_putc(p->t, is_map ? '}' : ']');
	return rc;
}

static int write_value(struct pretty *p, struct value_reader *r, unsigned level)
{
	struct nd_value v;

	if (value_read(r, &v) < 0)
		return -EBADMSG;
	if (v.type == ND_ARRAY || v.type == ND_MAP)
		return write_elements(p, r, &v, level);
	return put_scalar(p, &v);
}

int pretty_value(struct text *t, const struct nd_value *v, bool colour)
{
	struct pretty p = {.t = t, .colour = colour};
	size_t from = t->len;
	int rc;

	if (v->type == ND_ARRAY || v->type == ND_MAP) {
		struct value_reader r = {v->as.bytes, v->end};

		rc = write_elements(&p, &r, v, 0);
	} else {
		rc = put_scalar(&p, v);
	}
	if (rc == 0)
		rc = p.scratch.error;
	if (rc == 0)
		pretty_ascii(t, from);
	else
		t->len = from;
	free(p.pairs);
	text_free(&p.names);
	text_free(&p.scratch);
	return rc;
}
