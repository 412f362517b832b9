/* SPDX-License-Identifier: MIT */
#include "hello.h"

#include <errno.h>
#include <string.h>

#define DEPTH_MAX 32

struct parser {
	const char *at;
	const char *end;
	int error;
	const char *why;
};

/* A text that is read: its beginning, cut where it is longer than any name. */
struct short_text {
	char bytes[TOPIC_NAME_MAX + 2];
	size_t len;
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

/* Eats the byte, with the space before it, if it is there. */
static bool eat(struct parser *p, char c)
{
	skip_space(p);
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

/* The four digits of \u; what is not ASCII stands for itself as 0x7f. */
static int unicode(struct parser *p, char *c)
{
	unsigned code = 0;

	for (int i = 0; i < 4; i++) {
		int digit = hex(peek(p));

		if (digit < 0)
			return not_json(p);
		code = code << 4 | (unsigned)digit;
		p->at++;
	}
	*c = (char)(code < 0x7f ? code : 0x7f);
	return 0;
}

static int escape(struct parser *p, char *c)
{
	static const char letters[] = "\"\\/bfnrt";
	static const char meant[] = "\"\\/\b\f\n\r\t";
	char letter = peek(p);
	const char *found = letter ? strchr(letters, letter) : NULL;

	if (p->at < p->end)
		p->at++;
	if (letter == 'u')
		return unicode(p, c);
	if (!found)
		return not_json(p);
	*c = meant[found - letters];
	return 0;
}

static int read_text(struct parser *p, struct short_text *t)
{
	t->len = 0;
	if (!eat(p, '"'))
		return not_json(p);
	while (p->at < p->end) {
		char c = *p->at++;

		if (c == '"')
			return 0;
		if ((unsigned char)c < 0x20)
			break;
		if (c == '\\' && escape(p, &c) < 0)
			break;
		if (t->len < sizeof(t->bytes))
			t->bytes[t->len++] = c;
	}
	return not_json(p);
}

static bool text_is(const struct short_text *t, const char *word)
{
	return t->len == strlen(word) && memcmp(t->bytes, word, t->len) == 0;
}

/* --- any value ----------------------------------------------------------- */

static bool digits(struct parser *p)
{
	const char *from = p->at;

	while (peek(p) >= '0' && peek(p) <= '9')
		p->at++;
	return p->at > from;
}

/* RFC 8259 section 6. */
static int skip_number(struct parser *p)
{
	eat_word(p, "-");
	if (!eat_word(p, "0") && !digits(p))
		return not_json(p);
	if (eat_word(p, ".") && !digits(p))
		return not_json(p);
	if (eat_word(p, "e") || eat_word(p, "E")) {
		if (!eat_word(p, "+"))
			eat_word(p, "-");
		if (!digits(p))
			return not_json(p);
	}
	return 0;
}

static int skip_value(struct parser *p, unsigned depth);

static int skip_elements(struct parser *p, char last, unsigned depth)
{
	struct short_text key;

	if (depth == DEPTH_MAX)
		return fail(p, -EBADMSG, "this is nested too deep");
	p->at++;
	if (eat(p, last))
		return 0;
	do {
		if (last == '}' && (read_text(p, &key) < 0 || !eat(p, ':')))
			return not_json(p);
		if (skip_value(p, depth + 1) < 0)
			return p->error;
	} while (eat(p, ','));
	return eat(p, last) ? 0 : not_json(p);
}

static int skip_value(struct parser *p, unsigned depth)
{
	struct short_text t;

	skip_space(p);
	switch (peek(p)) {
	case '"':
		return read_text(p, &t);
	case '{':
		return skip_elements(p, '}', depth);
	case '[':
		return skip_elements(p, ']', depth);
	case 't':
		return eat_word(p, "true") ? 0 : not_json(p);
	case 'f':
		return eat_word(p, "false") ? 0 : not_json(p);
	case 'n':
		return eat_word(p, "null") ? 0 : not_json(p);
	default:
		return skip_number(p);
	}
}

/* --- a hello's members --------------------------------------------------- */

static int read_name(struct parser *p, struct hello_names *to)
{
	struct short_text t;
	char *name;

	skip_space(p);
	if (peek(p) != '"')
		return skip_value(p, 2) < 0
			       ? p->error
			       : fail(p, -EINVAL, "a name is not a text");
	if (read_text(p, &t) < 0)
		return p->error;
	if (t.len > TOPIC_NAME_MAX || !topic_is_name(t.bytes, t.len))
		return fail(p, -EINVAL, "no chef or kitchen has such a name");
	if (to->count == HELLO_NAMES_MAX)
		return fail(p, -EINVAL, "too many names");
	name = to->names[to->count++];
	memcpy(name, t.bytes, t.len);
	name[t.len] = '\0';
	return 0;
}

static int read_names(struct parser *p, struct hello_names *to)
{
	to->count = 0;
	skip_space(p);
	if (eat_word(p, "null"))
		return 0;
	if (!eat(p, '['))
		return skip_value(p, 1) < 0
			       ? p->error
			       : fail(p, -EINVAL,
				      "chefs and kitchens are lists of names");
	if (eat(p, ']'))
		return 0;
	do {
		if (read_name(p, to) < 0)
			return p->error;
	} while (eat(p, ','));
	return eat(p, ']') ? 0 : not_json(p);
}

static int read_flag(struct parser *p, bool *to)
{
	skip_space(p);
	*to = peek(p) == 't';
	if (eat_word(p, "true") || eat_word(p, "false"))
		return 0;
	return skip_value(p, 1) < 0
		       ? p->error
		       : fail(p, -EINVAL, "batch is true or false");
}

static int read_member(struct parser *p, struct hello *h, bool *named)
{
	struct short_text key;

	if (read_text(p, &key) < 0 || !eat(p, ':'))
		return not_json(p);
	if (text_is(&key, "chefs"))
		return read_names(p, &h->chefs);
	if (text_is(&key, "kitchens"))
		return read_names(p, &h->kitchens);
	if (text_is(&key, "batch"))
		return read_flag(p, &h->batch);
	if (text_is(&key, "eater_name"))
		*named = true;
	return skip_value(p, 1);
}

static int read_hello(struct parser *p, struct hello *h)
{
	bool named = false;

	if (!eat(p, '{'))
		return skip_value(p, 0) < 0
			       ? p->error
			       : fail(p, -EINVAL, "a hello is an object");
	if (!eat(p, '}')) {
		do {
			if (read_member(p, h, &named) < 0)
				return p->error;
		} while (eat(p, ','));
		if (!eat(p, '}'))
			return not_json(p);
	}
	skip_space(p);
	if (p->at < p->end)
		return not_json(p);
	return named ? 0 : fail(p, -EINVAL, "there is no eater_name");
}

int hello_parse(struct hello *h, const char *text, size_t len, const char **why)
{
	struct parser p = {.at = text, .end = text + len};

	h->chefs.count = 0;
	h->kitchens.count = 0;
	h->batch = false;
	if (read_hello(&p, h) < 0)
		*why = p.why;
	return p.error;
}
