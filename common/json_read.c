/* SPDX-License-Identifier: MIT */
#include "json_read.h"

#include "put.h"
#include "text.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct parser {
	const char *at;
	const char *end;
	struct nd_dumpling *out; /* NULL: it is only checked */
	struct text scratch;     /* of texts with escapes, and of numbers */
	struct json_read_member *members;
	size_t members_count;
	unsigned depth_max;
	int error;
	const char *why;
};

static int fail(struct parser *p, int error, const char *why)
{
	if (p->error == 0) {
		p->error = error;
		p->why = why;
	}
	return p->error;
}

static int not_json(struct parser *p)
{
	return fail(p, -EBADMSG, "this is not JSON");
}

static int too_deep(struct parser *p)
{
	return fail(p, -EBADMSG, "this is nested too deep");
}

/* What was put may have failed: with this, errors stop the reading. */
static int check_out(struct parser *p)
{
	int error = p->out ? nd_error(p->out) : 0;

	if (error == -ELOOP)
		return too_deep(p);
	if (error == -EMSGSIZE)
		return fail(p, error, "this is too large");
	return error ? fail(p, error, "this cannot be kept") : p->error;
}

/* The next byte, or 0 at the end. */
static char peek(const struct parser *p)
{
	return (char)(p->at < p->end ? *p->at : '\0');
}

static void skip_space(struct parser *p)
{
	while (p->at < p->end && (*p->at == ' ' || *p->at == '\t' ||
				  *p->at == '\n' || *p->at == '\r'))
		p->at++;
}

/* Eats the byte if it is the next one. */
static bool eat(struct parser *p, char c)
{
	if (p->at == p->end || *p->at != c)
		return false;
	p->at++;
	return true;
}

static bool eat_word(struct parser *p, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(p->end - p->at) < len || memcmp(p->at, word, len) != 0)
		return false;
	p->at += len;
	return true;
}

/* --- texts, RFC 8259 section 7 ------------------------------------------- */

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The four digits of \u, or -1. */
static int32_t code_unit(struct parser *p)
{
	int32_t code = 0;

	for (int i = 0; i < 4; i++) {
		int digit = hex(peek(p));

		if (digit < 0)
			return -1;
		code = code << 4 | digit;
		p->at++;
	}
	return code;
}

/* RFC 3629 section 3. */
static void put_utf8(struct text *t, int32_t c)
{
	static const uint8_t firsts[] = {0, 0, 0xc0, 0xe0, 0xf0};
	size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	uint8_t bytes[4];

	for (size_t i = len - 1; i > 0; i--) {
		bytes[i] = (uint8_t)(0x80 | (c & 0x3f));
		c >>= 6;
	}
	bytes[0] = (uint8_t)(firsts[len] | c);
	if (len == 1)
		bytes[0] = (uint8_t)c;
	text_put(t, bytes, len);
}

/* After \u: one character, of which a second \u may be the other half. */
static int unicode(struct parser *p)
{
	int32_t code = code_unit(p), low;
	const char *after = p->at;

	if (code < 0)
		return not_json(p);
	if (code >= 0xd800 && code <= 0xdbff && eat_word(p, "\\u")) {
		low = code_unit(p);
		if (low >= 0xdc00 && low <= 0xdfff)
			code = 0x10000 + ((code - 0xd800) << 10) +
			       (low - 0xdc00);
		else
			p->at = after; /* a character of its own, if any */
	}
	if (code >= 0xd800 && code <= 0xdfff)
		code = 0xfffd;
	put_utf8(&p->scratch, code);
	return 0;
}

static int escape(struct parser *p)
{
	static const char letters[] = "\"\\/bfnrt";
	static const char meant[] = "\"\\/\b\f\n\r\t";
	char letter = peek(p);
	const char *found = letter ? strchr(letters, letter) : NULL;

	if (eat(p, 'u'))
		return unicode(p);
	if (!found)
		return not_json(p);
	p->at++;
	text_putc(&p->scratch, meant[found - letters]);
	return 0;
}

/* Steps over bytes that stand for themselves. */
static void skip_plain(struct parser *p)
{
	while (p->at < p->end && (uint8_t)*p->at >= 0x20 && *p->at != '"' &&
	       *p->at != '\\')
		p->at++;
}

/* A text, lent until the next one is read. */
static int read_text(struct parser *p, const char **text, size_t *len)
{
	const char *from;

	if (!eat(p, '"'))
		return not_json(p);
	from = p->at;
	skip_plain(p);
	*text = from;
	*len = (size_t)(p->at - from);
	if (eat(p, '"'))
		return 0;
	p->scratch.len = 0;
	text_put(&p->scratch, from, *len);
	while (eat(p, '\\')) {
		if (escape(p) < 0)
			return p->error;
		from = p->at;
		skip_plain(p);
		text_put(&p->scratch, from, (size_t)(p->at - from));
	}
	if (p->scratch.error)
		return fail(p, p->scratch.error, "there is no memory");
	*text = p->scratch.at;
	*len = p->scratch.len;
	return eat(p, '"') ? 0 : not_json(p);
}

/* --- numbers, RFC 8259 section 6 ----------------------------------------- */

static bool digits(struct parser *p)
{
	const char *from = p->at;

	while (peek(p) >= '0' && peek(p) <= '9')
		p->at++;
	return p->at > from;
}

/* Steps over a number; false where there is none. */
static bool number(struct parser *p, bool *whole)
{
	*whole = true;
	if (!eat(p, '0') && !digits(p))
		return false;
	if (eat(p, '.')) {
		*whole = false;
		if (!digits(p))
			return false;
	}
	if (eat(p, 'e') || eat(p, 'E')) {
		*whole = false;
		if (!eat(p, '+'))
			eat(p, '-');
		return digits(p);
	}
	return true;
}

/* False where 64 bits are too few. */
static bool put_integer(struct nd_dumpling *out, const char *s, const char *end)
{
	bool minus = *s == '-';
	uint64_t n = 0;

	for (s += minus; s < end; s++) {
		unsigned digit = (unsigned)(*s - '0');

		if (n > (UINT64_MAX - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	if (minus && n > (uint64_t)INT64_MAX + 1)
		return false;
	if (minus)
		nd_put_int(out, NULL, (int64_t)-n);
	else
		nd_put_uint(out, NULL, n);
	return true;
}

static int read_number(struct parser *p)
{
	const char *from = p->at;
	bool whole;

	eat(p, '-');
	if (!number(p, &whole))
		return not_json(p);
	if (!p->out || (whole && put_integer(p->out, from, p->at)))
		return check_out(p);
	p->scratch.len = 0;
	text_put(&p->scratch, from, (size_t)(p->at - from));
	if (!text_str(&p->scratch))
		return fail(p, -ENOMEM, "there is no memory");
	nd_put_double(p->out, NULL, strtod(p->scratch.at, NULL));
	return check_out(p);
}

/* --- any value ----------------------------------------------------------- */

/* The words, Python's among them, and numbers; each puts itself. */
static int read_scalar(struct parser *p)
{
	static const struct {
		const char *word;
		enum nd_type type;
		double d;
	} words[] = {
		{"null", ND_NIL, 0},
		{"true", ND_BOOL, 1},
		{"false", ND_BOOL, 0},
		{"NaN", ND_DOUBLE, NAN},
		{"Infinity", ND_DOUBLE, INFINITY},
		{"-Infinity", ND_DOUBLE, -INFINITY},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (*p->at != *words[i].word || !eat_word(p, words[i].word))
			continue;
		if (p->out && words[i].type == ND_NIL)
			nd_put_nil(p->out, NULL);
		else if (p->out && words[i].type == ND_BOOL)
			nd_put_bool(p->out, NULL, words[i].d > 0);
		else if (p->out)
			nd_put_double(p->out, NULL, words[i].d);
		return check_out(p);
	}
	return read_number(p);
}

static int read_value(struct parser *p, unsigned depth);

/* The member that is looked for under this key, if any. */
static struct json_read_member *wanted(struct parser *p, const char *key,
				       size_t len, unsigned depth)
{
	if (depth > 0)
		return NULL;
	for (size_t i = 0; i < p->members_count; i++)
		if (strlen(p->members[i].name) == len &&
		    memcmp(p->members[i].name, key, len) == 0)
			return &p->members[i];
	return NULL;
}

static int read_member(struct parser *p, unsigned depth)
{
	struct json_read_member *member;
	const char *key, *from;
	size_t len;

	if (read_text(p, &key, &len) < 0)
		return p->error;
	if (p->out)
		put_map_key(p->out, key, len);
	member = wanted(p, key, len, depth);
	skip_space(p);
	if (!eat(p, ':'))
		return not_json(p);
	skip_space(p);
	from = p->at;
	if (read_value(p, depth + 1) < 0)
		return p->error;
	if (member) {
		member->at = from;
		member->len = (size_t)(p->at - from);
	}
	return 0;
}

static int read_elements(struct parser *p, char last, unsigned depth)
{
	if (depth == p->depth_max)
		return too_deep(p);
	p->at++;
	skip_space(p);
	if (eat(p, last))
		return 0;
	do {
		skip_space(p);
		if (last == '}')
			read_member(p, depth);
		else
			read_value(p, depth + 1);
		if (p->error)
			return p->error;
		skip_space(p);
	} while (eat(p, ','));
	return eat(p, last) ? 0 : not_json(p);
}

static int read_container(struct parser *p, unsigned depth)
{
	bool is_map = *p->at == '{';

	if (p->out && is_map)
		nd_put_map(p->out, NULL);
	else if (p->out)
		nd_put_array(p->out, NULL);
	if (check_out(p) < 0 || read_elements(p, is_map ? '}' : ']', depth) < 0)
		return p->error;
	if (p->out)
		nd_end(p->out);
	return check_out(p);
}

/* At the value's first byte. */
static int read_value(struct parser *p, unsigned depth)
{
	const char *text;
	size_t len;

	if (p->at == p->end)
		return not_json(p);
	if (*p->at == '{' || *p->at == '[')
		return read_container(p, depth);
	if (*p->at != '"')
		return read_scalar(p);
	if (read_text(p, &text, &len) < 0)
		return p->error;
	if (p->out)
		nd_put_strn(p->out, NULL, text, len);
	return check_out(p);
}

/* All there is, with space around. */
static int read_whole(struct parser *p, const char **why)
{
	skip_space(p);
	if (read_value(p, 0) == 0) {
		skip_space(p);
		if (p->at < p->end)
			not_json(p);
	}
	text_free(&p->scratch);
	if (p->error)
		*why = p->why;
	return p->error;
}

int json_read(struct nd_dumpling *out, const char *text, size_t len,
	      const char **why)
{
	struct parser p = {.at = text,
			   .end = text + len,
			   .out = out,
			   .depth_max = ND_DEPTH_MAX};
	int rc = read_whole(&p, why);

	if (rc < 0 && !out->error)
		out->error = rc;
	return rc;
}

int json_read_value(struct nd_dumpling *d, struct nd_value *v, const char *text,
		    size_t len, const char **why)
{
	int rc;

	d->len = 0;
	put_begin(d);
	rc = json_read(d, text, len, why);
	if (put_finish(d) < 0 && rc == 0) {
		rc = d->error;
		*why = "this is too large";
	}
	if (rc < 0)
		return rc;
	put_expose(d);
	return nd_payload(d, v);
}

int json_read_members(struct json_read_member *members, size_t count,
		      const char *text, size_t len, const char **why)
{
	struct parser p = {.at = text,
			   .end = text + len,
			   .members = members,
			   .members_count = count,
			   .depth_max = ND_DEPTH_MAX + 1};
	bool object;

	for (size_t i = 0; i < count; i++)
		members[i].at = NULL;
	skip_space(&p);
	object = peek(&p) == '{';
	if (!object)
		p.depth_max = ND_DEPTH_MAX;
	if (read_whole(&p, why) < 0)
		return p.error;
	if (object)
		return 0;
	*why = "this is not an object";
	return -EINVAL;
}
