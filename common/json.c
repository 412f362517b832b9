/* SPDX-License-Identifier: MIT */
#include "json.h"

#include "base64.h"
#include "dumpling.h"
#include "value.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* --- text ---------------------------------------------------------------- */

/* Bytes that need no escape: printable ASCII but for the quote and \. */
static bool plain(uint8_t c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

static bool is_tail(uint8_t c)
{
	return (c & 0xc0) == 0x80;
}

/* Length of the UTF-8 sequence (RFC 3629 section 4) at s, 0 if it is none. */
static size_t utf8(const uint8_t *s, size_t len)
{
	uint8_t a = s[0];

	if (a >= 0xc2 && a <= 0xdf && len >= 2 && is_tail(s[1]))
		return 2;
	if (a >= 0xe0 && a <= 0xef && len >= 3 && is_tail(s[1]) &&
	    is_tail(s[2]) && !(a == 0xe0 && s[1] < 0xa0) &&
	    !(a == 0xed && s[1] > 0x9f))
		return 3;
	if (a >= 0xf0 && a <= 0xf4 && len >= 4 && is_tail(s[1]) &&
	    is_tail(s[2]) && is_tail(s[3]) && !(a == 0xf0 && s[1] < 0x90) &&
	    !(a == 0xf4 && s[1] > 0x8f))
		return 4;
	return 0;
}

static void escape(struct text *t, uint8_t c)
{
	static const char digits[] = "0123456789abcdef";
	static const char letters[] = "btn\0fr"; /* for 8 to 13 */
	char out[6] = {'\\', 'u', '0', '0', digits[c >> 4], digits[c & 15]};

	if (c == '"' || c == '\\') {
		out[1] = (char)c;
		text_put(t, out, 2);
	} else if (c >= 8 && c <= 13 && c != 11) {
		out[1] = letters[c - 8];
		text_put(t, out, 2);
	} else {
		text_put(t, out, 6);
	}
}

void json_string(struct text *t, const char *string, size_t len)
{
	const uint8_t *s = (const uint8_t *)string;
	size_t i = 0;

	text_putc(t, '"');
	while (i < len) {
		size_t from = i, step;

		while (i < len && plain(s[i]))
			i++;
		text_put(t, s + from, i - from);
		if (i == len)
			break;
		if (s[i] < 0x80) {
			escape(t, s[i++]);
		} else if ((step = utf8(s + i, len - i)) > 0) {
			text_put(t, s + i, step);
			i += step;
		} else {
			text_puts(t, "\xef\xbf\xbd");
			i++;
		}
	}
	text_putc(t, '"');
}

/* --- numbers ------------------------------------------------------------- */

void json_time(struct text *t, int64_t time_ns)
{
	uint64_t ns = time_ns < 0 ? -(uint64_t)time_ns : (uint64_t)time_ns;
	uint64_t seconds = ns / 1000000000;
	uint32_t fraction = (uint32_t)(ns % 1000000000);
	char digits[24], *first = digits + 11, *end = digits + 21;

	for (char *at = end - 1; at > end - 10; at--) {
		*at = (char)('0' + fraction % 10);
		fraction /= 10;
	}
	first[0] = '.';
	do
		*--first = (char)('0' + seconds % 10);
	while ((seconds /= 10) > 0);
	if (time_ns < 0)
		*--first = '-';
	while (end[-1] == '0' && end[-2] != '.')
		end--;
	text_put(t, first, (size_t)(end - first));
}

void json_double(struct text *t, double d)
{
	char out[40];

	if (!isfinite(d)) {
		text_puts(t, "null");
		return;
	}
	/* From 1e15 on 15 digits would be an exponent, where none is due. */
	for (int digits = fabs(d) >= 1e15 && fabs(d) < 1e16 ? 16 : 15;
	     digits <= 17; digits++) {
		snprintf(out, sizeof(out), "%.*g", digits, d);
		if (strtod(out, NULL) == d)
			break;
	}
	text_puts(t, out);
	if (!strpbrk(out, ".e"))
		text_puts(t, ".0");
}

/* --- values -------------------------------------------------------------- */

static int write_value(struct text *t, struct value_reader *r, unsigned depth);

static void scalar(struct text *t, const struct nd_value *v)
{
	switch (v->type) {
	case ND_NIL:
		text_puts(t, "null");
		break;
	case ND_BOOL:
		text_puts(t, v->as.b ? "true" : "false");
		break;
	case ND_UINT:
		text_uint(t, v->as.u);
		break;
	case ND_INT:
		text_putc(t, '-');
		text_uint(t, -(uint64_t)v->as.i);
		break;
	case ND_DOUBLE:
		json_double(t, v->as.d);
		break;
	case ND_TIME:
		json_time(t, v->as.i);
		break;
	case ND_STR:
		json_string(t, (const char *)v->as.bytes, v->len);
		break;
	case ND_BIN:
	case ND_EXT:
		text_putc(t, '"');
		base64_put(t, v->as.bytes, v->len);
		text_putc(t, '"');
		break;
	case ND_ARRAY:
	case ND_MAP:
		break;
	}
}

/* JSON's keys are texts: other scalars are written as one. */
static int write_key(struct text *t, struct value_reader *r)
{
	struct nd_value key;
	size_t at;

	if (value_read(r, &key) < 0)
		return -EBADMSG;
	if (key.type == ND_ARRAY || key.type == ND_MAP)
		return -EBADMSG;
	at = t->len;
	scalar(t, &key);
	if (!t->error && t->at[at] != '"') {
		text_putc(t, '"');
		if (!t->error) {
			memmove(t->at + at + 1, t->at + at, t->len - at - 1);
			t->at[at] = '"';
		}
		text_putc(t, '"');
	}
	text_putc(t, ':');
	return 0;
}

static int write_elements(struct text *t, struct value_reader *r,
			  const struct nd_value *v, unsigned depth)
{
	bool is_map = v->type == ND_MAP;

	if (depth == ND_DEPTH_MAX)
		return -EBADMSG;
	text_putc(t, is_map ? '{' : '[');
	for (uint32_t i = 0; i < v->len; i++) {
		if (i > 0)
			text_putc(t, ',');
		if (is_map && write_key(t, r) < 0)
			return -EBADMSG;
		if (write_value(t, r, depth + 1) < 0)
			return -EBADMSG;
	}
	text_putc(t, is_map ? '}' : ']');
	return 0;
}

static int write_value(struct text *t, struct value_reader *r, unsigned depth)
{
	struct nd_value v;

	if (value_read(r, &v) < 0)
		return -EBADMSG;
	if (v.type == ND_ARRAY || v.type == ND_MAP)
		return write_elements(t, r, &v, depth);
	scalar(t, &v);
	return 0;
}

int json_value(struct text *t, const struct nd_value *v)
{
	struct value_reader r = {v->as.bytes, v->end};

	if (v->type == ND_ARRAY || v->type == ND_MAP)
		return write_elements(t, &r, v, 0);
	scalar(t, v);
	return 0;
}

void json_head(struct text *t, const struct nd_dumpling *d)
{
	text_puts(t, "{\"metadata\":{\"chef\":");
	json_string(t, d->chef, strlen(d->chef));
	text_puts(t, ",\"kitchen\":");
	if (d->kitchen)
		json_string(t, d->kitchen, strlen(d->kitchen));
	else
		text_puts(t, "null");
	text_puts(t, ",\"creation_time\":");
	json_time(t, d->time_ns);
	text_puts(t, ",\"driver\":");
	text_puts(t, d->driver == ND_DRIVER_INTERVAL ? "\"interval\""
						     : "\"packet\"");
	text_puts(t, ",\"seq\":");
	text_uint(t, d->seq);
	text_puts(t, "},\"payload\":");
}

int json_dumpling(struct text *t, const struct nd_dumpling *d)
{
	struct value_reader r = {d->payload, d->payload + d->payload_len};
	size_t was = t->len;

	json_head(t, d);
	if (write_value(t, &r, 0) < 0) {
		t->len = was;
		return -EBADMSG;
	}
	text_putc(t, '}');
	return 0;
}
