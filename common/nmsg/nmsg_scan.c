/* SPDX-License-Identifier: MIT */
#include "nmsg_scan.h"

#include <errno.h>

#define DEPTH_MAX 64
#define REPLACEMENT "\xef\xbf\xbd"

static void pass_spaces(struct nmsg_scan *s)
{
	while (s->at < s->end && (*s->at == ' ' || *s->at == '\t' ||
				  *s->at == '\n' || *s->at == '\r'))
		s->at++;
}

bool nmsg_scan_end(struct nmsg_scan *s)
{
	pass_spaces(s);
	return s->at == s->end;
}

/* --- strings ------------------------------------------------------------- */

static bool hex4(const char *p, const char *end, uint32_t *n)
{
	*n = 0;
	if (end - p < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		char c = (char)(p[i] | 0x20);

		if (p[i] >= '0' && p[i] <= '9')
			*n = *n << 4 | (uint32_t)(p[i] - '0');
		else if (c >= 'a' && c <= 'f')
			*n = *n << 4 | (uint32_t)(c - 'a' + 10);
		else
			return false;
	}
	return true;
}

static void put_utf8(struct text *t, uint32_t c)
{
	char out[4];
	size_t len = 0;

	if (c < 0x80) {
		out[len++] = (char)c;
	} else if (c < 0x800) {
		out[len++] = (char)(uint8_t)(0xc0 | c >> 6);
	} else if (c < 0x10000) {
		out[len++] = (char)(uint8_t)(0xe0 | c >> 12);
		out[len++] = (char)(uint8_t)(0x80 | (c >> 6 & 63));
	} else {
		out[len++] = (char)(uint8_t)(0xf0 | c >> 18);
		out[len++] = (char)(uint8_t)(0x80 | (c >> 12 & 63));
		out[len++] = (char)(uint8_t)(0x80 | (c >> 6 & 63));
	}
	if (c >= 0x80)
		out[len++] = (char)(uint8_t)(0x80 | (c & 63));
	text_put(t, out, len);
}

/* A character by number, of which half a pair alone is none. */
static bool unicode(struct nmsg_scan *s)
{
	uint32_t c, low;

	if (!hex4(s->at, s->end, &c))
		return false;
	s->at += 4;
	if (c >= 0xd800 && c < 0xdc00 && s->end - s->at >= 6 &&
	    s->at[0] == '\\' && s->at[1] == 'u' &&
	    hex4(s->at + 2, s->end, &low) && low >= 0xdc00 && low < 0xe000) {
		s->at += 6;
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	}
	if (c >= 0xd800 && c < 0xe000)
		c = 0xfffd;
	put_utf8(s->scratch, c);
	return true;
}

static bool escape(struct nmsg_scan *s)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *found;

	if (s->at == s->end)
		return false;
	if (*s->at == 'u') {
		s->at++;
		return unicode(s);
	}
	found = *s->at ? strchr(from, *s->at) : NULL;
	if (!found)
		return false;
	s->at++;
	text_putc(s->scratch, to[found - from]);
	return true;
}

/* The string whose first quote was read. */
static bool string(struct nmsg_scan *s, const char **text, size_t *len)
{
	const char *start = s->at, *quote;

	quote = memchr(start, '"', (size_t)(s->end - start));
	if (!quote)
		return false;
	if (!memchr(start, '\\', (size_t)(quote - start))) {
		*text = start;
		*len = (size_t)(quote - start);
		s->at = quote + 1;
		return true;
	}
	s->scratch->len = 0;
	while (s->at < s->end && *s->at != '"') {
		const char *from = s->at;

		while (s->at < s->end && *s->at != '"' && *s->at != '\\')
			s->at++;
		if (s->at > from)
			text_put(s->scratch, from, (size_t)(s->at - from));
		if (s->at < s->end && *s->at == '\\') {
			s->at++;
			if (!escape(s))
				return false;
		}
	}
	if (s->at == s->end)
		return false;
	s->at++;
	*text = s->scratch->at ? s->scratch->at : "";
	*len = s->scratch->len;
	return true;
}

/* --- values -------------------------------------------------------------- */

static bool is_digit(const struct nmsg_scan *s)
{
	return s->at < s->end && *s->at >= '0' && *s->at <= '9';
}

static bool digits(struct nmsg_scan *s)
{
	if (!is_digit(s))
		return false;
	while (is_digit(s))
		s->at++;
	return true;
}

static bool is(const struct nmsg_scan *s, char c)
{
	return s->at < s->end && *s->at == c;
}

static bool number(struct nmsg_scan *s)
{
	if (is(s, '-'))
		s->at++;
	if (!digits(s))
		return false;
	if (is(s, '.')) {
		s->at++;
		if (!digits(s))
			return false;
	}
	if (is(s, 'e') || is(s, 'E')) {
		s->at++;
		if (is(s, '+') || is(s, '-'))
			s->at++;
		return digits(s);
	}
	return true;
}

static bool word(struct nmsg_scan *s, const char *text)
{
	size_t len = strlen(text);

	if ((size_t)(s->end - s->at) < len || memcmp(s->at, text, len) != 0)
		return false;
	s->at += len;
	return true;
}

void nmsg_scan_value(struct nmsg_scan *s, struct nmsg_scan_value *v)
{
	v->kind = NMSG_SCAN_BAD;
	pass_spaces(s);
	if (s->at == s->end)
		return;
	switch (*s->at) {
	case '"':
		s->at++;
		if (string(s, &v->text, &v->len))
			v->kind = NMSG_SCAN_STRING;
		return;
	case '{':
		s->at++;
		v->kind = NMSG_SCAN_OBJECT;
		return;
	case '[':
		s->at++;
		v->kind = NMSG_SCAN_ARRAY;
		return;
	case 't':
		if (word(s, "true"))
			v->kind = NMSG_SCAN_TRUE;
		return;
	case 'f':
		if (word(s, "false"))
			v->kind = NMSG_SCAN_FALSE;
		return;
	case 'n':
		if (word(s, "null"))
			v->kind = NMSG_SCAN_NULL;
		return;
	default:
		v->text = s->at;
		if (number(s))
			v->kind = NMSG_SCAN_NUMBER;
		v->len = (size_t)(s->at - v->text);
		return;
	}
}

/* 1 before an element, 0 behind the bracket, -EBADMSG. */
static int step(struct nmsg_scan *s, bool *first, char close)
{
	bool was = *first;

	pass_spaces(s);
	*first = false;
	if (is(s, close)) {
		s->at++;
		return 0;
	}
	if (was)
		return 1;
	if (!is(s, ','))
		return -EBADMSG;
	s->at++;
	return 1;
}

int nmsg_scan_element(struct nmsg_scan *s, bool *first)
{
	return step(s, first, ']');
}

int nmsg_scan_member(struct nmsg_scan *s, bool *first, const char **key,
		     size_t *key_len)
{
	int rc = step(s, first, '}');

	if (rc <= 0)
		return rc;
	pass_spaces(s);
	if (!is(s, '"'))
		return -EBADMSG;
	s->at++;
	if (!string(s, key, key_len))
		return -EBADMSG;
	pass_spaces(s);
	if (!is(s, ':'))
		return -EBADMSG;
	s->at++;
	return 1;
}

static int skip(struct nmsg_scan *s, unsigned depth)
{
	struct nmsg_scan_value v;
	bool first = true;
	const char *key;
	size_t len;
	int rc;

	nmsg_scan_value(s, &v);
	if (v.kind == NMSG_SCAN_BAD || depth == DEPTH_MAX)
		return -EBADMSG;
	if (v.kind != NMSG_SCAN_OBJECT && v.kind != NMSG_SCAN_ARRAY)
		return 0;
	for (;;) {
		if (v.kind == NMSG_SCAN_OBJECT)
			rc = nmsg_scan_member(s, &first, &key, &len);
		else
			rc = nmsg_scan_element(s, &first);
		if (rc <= 0)
			return rc;
		if (skip(s, depth + 1) < 0)
			return -EBADMSG;
	}
}

int nmsg_scan_skip(struct nmsg_scan *s)
{
	return skip(s, 0);
}

/* --- strings out --------------------------------------------------------- */

static bool plain(uint8_t c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

static void put_escape(struct text *t, uint8_t c)
{
	static const char letters[] = "btn\0fr"; /* for 8 to 13 */

	if (c == '"' || c == '\\')
		text_printf(t, "\\%c", c);
	else if (c >= 8 && c <= 13 && c != 11)
		text_printf(t, "\\%c", letters[c - 8]);
	else
		text_printf(t, "\\u%04x", c);
}

/*
 * The length of what starts at s with a byte above 127, and whether that is
 * UTF-8 (RFC 3629 section 4).  A sequence that is longer than its character
 * needs, or of one that is none, is as long as it looks.
 */
static size_t sequence(const uint8_t *s, size_t len, bool *good)
{
	size_t need = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;

	*good = false;
	if (s[0] < 0xc0 || s[0] > 0xf7 || len < need)
		return 1;
	for (size_t i = 1; i < need; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 1;
	*good = s[0] >= 0xc2 && s[0] <= 0xf4 &&
		!(s[0] == 0xe0 && s[1] < 0xa0) &&
		!(s[0] == 0xed && s[1] > 0x9f) &&
		!(s[0] == 0xf0 && s[1] < 0x90) &&
		!(s[0] == 0xf4 && s[1] > 0x8f);
	return need;
}

void nmsg_scan_put_string(struct text *t, const uint8_t *s, size_t len)
{
	size_t i = 0;

	text_putc(t, '"');
	while (i < len) {
		size_t from = i, step;
		bool good = true;

		while (i < len && plain(s[i]))
			i++;
		if (i > from)
			text_put(t, s + from, i - from);
		if (i == len)
			break;
		if (s[i] < 0x80) {
			put_escape(t, s[i++]);
			continue;
		}
		step = sequence(s + i, len - i, &good);
		if (good)
			text_put(t, s + i, step);
		else
			text_puts(t, REPLACEMENT);
		i += step;
	}
	text_putc(t, '"');
}

/* Nothing below a space stands in a string, and all of it is UTF-8. */
static bool clean(const uint8_t *s, size_t len)
{
	bool quoted = false, good;

	for (size_t i = 0; i < len; i++) {
		if (s[i] < ' ' && quoted)
			return false;
		if (quoted && s[i] == '\\')
			i++;
		else if (s[i] == '"')
			quoted = !quoted;
		if (i < len && s[i] >= 0x80) {
			i += sequence(s + i, len - i, &good) - 1;
			if (!good)
				return false;
		}
	}
	return true;
}

bool nmsg_scan_valid(const char *text, size_t len)
{
	struct text scratch = {0};
	struct nmsg_scan s = {text, text + len, &scratch};
	bool valid = nmsg_scan_skip(&s) == 0 && nmsg_scan_end(&s) &&
		     clean((const uint8_t *)text, len);

	text_free(&scratch);
	return valid;
}
