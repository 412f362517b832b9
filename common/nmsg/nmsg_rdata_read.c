/* SPDX-License-Identifier: MIT */
#include "nmsg_dns.h"
#include "nmsg_param.h"
#include "nmsg_rdata.h"
#include "nmsg_text.h"

#include <errno.h>
#include <string.h>

/* What is left of the text, word by word. */
struct words {
	const char *at, *end;
	struct text *to;
	struct text scratch; /* of the string read last */
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void pass_spaces(struct words *w)
{
	while (w->at < w->end && (*w->at == ' ' || *w->at == '\t'))
		w->at++;
}

/* The next word as it stands; false at the end. */
static bool word(struct words *w, const char **text, size_t *len)
{
	pass_spaces(w);
	*text = w->at;
	while (w->at < w->end && *w->at != ' ' && *w->at != '\t')
		w->at++;
	*len = (size_t)(w->at - *text);
	return *len > 0;
}

/* The character at w->at, which may be escaped, RFC 1035 section 5.1. */
static bool character(struct words *w, char *c)
{
	unsigned n;

	*c = *w->at++;
	if (*c != '\\')
		return true;
	if (w->at == w->end)
		return false;
	*c = *w->at++;
	if (!is_digit(*c))
		return true;
	if (w->end - w->at < 2 || !is_digit(w->at[0]) || !is_digit(w->at[1]))
		return false;
	n = (unsigned)(*c - '0') * 100 + (unsigned)(w->at[0] - '0') * 10 +
	    (unsigned)(w->at[1] - '0');
	w->at += 2;
	*c = (char)(uint8_t)n;
	return n <= UINT8_MAX;
}

/* The next string, quoted or not, into w->scratch. */
static bool string(struct words *w)
{
	bool quoted;
	char c;

	w->scratch.len = 0;
	pass_spaces(w);
	if (w->at == w->end)
		return false;
	quoted = *w->at == '"';
	if (quoted)
		w->at++;
	while (w->at < w->end && *w->at != '"' && (quoted || *w->at != ' ')) {
		if (!character(w, &c))
			return false;
		text_putc(&w->scratch, c);
	}
	if (!quoted)
		return true;
	return w->at < w->end && *w->at++ == '"';
}

static void put_number(struct text *t, uint32_t n, size_t len)
{
	while (len-- > 0)
		text_putc(t, (char)(uint8_t)(n >> 8 * len));
}

static bool number(struct words *w, size_t len)
{
	const char *text;
	size_t text_len;
	uint64_t n;
	bool negative;

	if (!word(w, &text, &text_len) ||
	    !nmsg_text_int_read(text, text_len, &n, &negative) || negative ||
	    n >> 8 * len)
		return false;
	put_number(w->to, (uint32_t)n, len);
	return true;
}

static bool name(struct words *w)
{
	uint8_t wire[NMSG_DNS_NAME_MAX];
	const char *text;
	size_t len;

	if (!word(w, &text, &len) || !nmsg_dns_name_read(text, len, wire, &len))
		return false;
	text_put(w->to, wire, len);
	return true;
}

static bool address(struct words *w, size_t len)
{
	uint8_t bytes[16];
	const char *text;
	size_t text_len;

	if (!word(w, &text, &text_len) ||
	    nmsg_text_ip_read(text, text_len, bytes) != len)
		return false;
	text_put(w->to, bytes, len);
	return true;
}

static bool counted(struct words *w)
{
	if (!string(w) || w->scratch.len > UINT8_MAX)
		return false;
	text_putc(w->to, (char)(uint8_t)w->scratch.len);
	if (w->scratch.len > 0)
		text_put(w->to, w->scratch.at, w->scratch.len);
	return true;
}

static bool strings(struct words *w)
{
	for (pass_spaces(w); w->at < w->end; pass_spaces(w))
		if (!counted(w))
			return false;
	return true;
}

static bool hex(struct text *t, const char *text, size_t len)
{
	uint32_t n;

	if (len % 2 != 0)
		return false;
	for (; len > 0; text += 2, len -= 2) {
		if (!nmsg_text_hex_read(text, 2, &n))
			return false;
		text_putc(t, (char)(uint8_t)n);
	}
	return true;
}

static bool all_hex(struct words *w)
{
	const char *text;
	size_t len;

	while (word(w, &text, &len))
		if (!hex(w->to, text, len))
			return false;
	return true;
}

static bool all_base64(struct words *w)
{
	const char *text;
	size_t len;

	w->scratch.len = 0;
	while (word(w, &text, &len))
		text_put(&w->scratch, text, len);
	return w->scratch.len == 0 ||
	       nmsg_text_base64_read(w->to, w->scratch.at, w->scratch.len);
}

/* Sets the byte at `at` to what was put behind it. */
static bool count(struct text *t, size_t at)
{
	size_t len = t->len - at - 1;

	if (t->error || len > UINT8_MAX)
		return false;
	t->at[at] = (char)(uint8_t)len;
	return true;
}

static bool salt(struct words *w)
{
	size_t at = w->to->len, len;
	const char *text;

	if (!word(w, &text, &len))
		return false;
	text_putc(w->to, '\0');
	if (len == 1 && *text == '-')
		return true;
	return hex(w->to, text, len) && count(w->to, at);
}

static bool hash(struct words *w)
{
	size_t at = w->to->len, len;
	uint32_t bits = 0;
	unsigned have = 0;
	const char *text;

	if (!word(w, &text, &len))
		return false;
	text_putc(w->to, '\0');
	if (len == 1 && *text == '0')
		return true;
	for (size_t i = 0; i < len; i++) {
		char c = (char)(text[i] | 0x20);

		if (!is_digit(text[i]) && (c < 'a' || c > 'v'))
			return false;
		bits = bits << 5 | (uint32_t)(is_digit(text[i]) ? text[i] - '0'
								: c - 'a' + 10);
		have += 5;
		if (have < 8)
			continue;
		have -= 8;
		text_putc(w->to, (char)(uint8_t)(bits >> have));
	}
	return count(w->to, at);
}

static bool type(struct words *w)
{
	const char *text;
	uint16_t n;
	size_t len;

	if (!word(w, &text, &len) || !nmsg_dns_type_number(text, len, &n))
		return false;
	put_number(w->to, n, 2);
	return true;
}

/*
 * RFC 4034 section 4.1.2: a block for each high byte that has a type.  Types
 * stay in the order that they have, even where the RFC wants another one.
 */
static bool types(struct words *w)
{
	struct text *to = w->to;
	uint16_t n, latest = UINT16_MAX; /* so that the first begins a block */
	const char *text;
	size_t len, at = 0;

	while (word(w, &text, &len)) {
		if (!nmsg_dns_type_number(text, len, &n))
			return false;
		if (n <= latest || n / 256 != latest / 256) {
			text_putc(to, (char)(uint8_t)(n / 256));
			at = to->len;
			text_putc(to, 0);
		}
		for (len = to->len - at; len < n % 256 / 8 + 2u; len++)
			text_putc(to, 0);
		if (to->error)
			return false;
		to->at[to->len - 1] |= (char)(0x80 >> n % 8);
		to->at[at] = (char)(uint8_t)(len - 1);
		latest = n;
	}
	return true;
}

static bool eui(struct words *w, size_t bytes)
{
	const char *text;
	size_t len;

	if (!word(w, &text, &len) || len != bytes * 3 - 1)
		return false;
	for (size_t i = 0; i < bytes; i++)
		if ((i > 0 && text[i * 3 - 1] != '-') ||
		    !hex(w->to, text + i * 3, 2))
			return false;
	return true;
}

static bool prefix(struct words *w)
{
	size_t at = w->to->len, len;
	uint8_t bytes[16];
	const char *text;
	uint8_t bits;

	if (!number(w, 1) || w->to->error)
		return false;
	bits = (uint8_t)w->to->at[at];
	if (bits > 128)
		return false;
	if (bits == 128)
		return true;
	if (!word(w, &text, &len) || nmsg_text_ip_read(text, len, bytes) != 16)
		return false;
	len = (128u - bits + 7) / 8;
	text_put(w->to, bytes + 16 - len, len);
	return true;
}

/* Parameters of SVCB, RFC 9460 section 2.1. */
static bool params(struct words *w)
{
	for (pass_spaces(w); w->at < w->end; pass_spaces(w)) {
		const char *start = w->at, *value;
		size_t at, len;
		int key;

		while (w->at < w->end && *w->at != '=' && *w->at != ' ')
			w->at++;
		len = (size_t)(w->at - start);
		key = nmsg_rdata_key_number(start, len);
		if (len == 9 && memcmp(start, "echconfig", 9) == 0)
			key = 5;
		if (key < 0)
			return false;
		w->scratch.len = 0;
		if (w->at < w->end && *w->at == '=' && ++w->at < w->end &&
		    *w->at != ' ' && !string(w))
			return false;
		put_number(w->to, (uint32_t)key, 2);
		at = w->to->len;
		put_number(w->to, 0, 2);
		value = w->scratch.at ? w->scratch.at : "";
		if (!nmsg_param_read(w->to, key, value, w->scratch.len))
			return false;
		len = w->to->len - at - 2;
		if (w->to->error || len > UINT16_MAX)
			return false;
		w->to->at[at] = (char)(uint8_t)(len >> 8);
		w->to->at[at + 1] = (char)(uint8_t)len;
	}
	return true;
}

/* --- all of it ----------------------------------------------------------- */

static bool part(struct words *w, char of)
{
	switch (of) {
	case 'n':
		return name(w);
	case '1':
	case '2':
	case '4':
		return number(w, (size_t)(of - '0'));
	case 'a':
		return address(w, 4);
	case 'A':
		return address(w, 16);
	case 'p':
		return prefix(w);
	case 's':
		return counted(w);
	case 'S':
		return strings(w);
	case 'q':
		if (!string(w))
			return false;
		if (w->scratch.len > 0)
			text_put(w->to, w->scratch.at, w->scratch.len);
		return true;
	case 'b':
		return all_hex(w);
	case '6':
		return all_base64(w);
	case 'x':
		return salt(w);
	case 'h':
		return hash(w);
	case 't':
		return type(w);
	case 'm':
		return types(w);
	case 'e':
		return eui(w, 6);
	case 'E':
		return eui(w, 8);
	default:
		return params(w);
	}
}

/* The form for any type: \#, the number of bytes, and these in hexadecimal. */
static bool generic(struct words *w)
{
	size_t first = w->to->len, len;
	const char *text;
	uint64_t n;
	bool negative;

	if (!word(w, &text, &len) || len != 2 || memcmp(text, "\\#", 2) != 0 ||
	    !word(w, &text, &len) ||
	    !nmsg_text_int_read(text, len, &n, &negative) || !all_hex(w))
		return false;
	return w->to->len - first == n;
}

int nmsg_rdata_read(struct text *t, const char *text, size_t len,
		    uint16_t rrtype, uint16_t klass)
{
	const char *of = nmsg_rdata_parts(rrtype, klass);
	struct words w = {text, text + len, t, {0}};
	size_t was = t->len;
	bool good = true;

	if (!of || (len > 2 && memcmp(text, "\\# ", 3) == 0)) {
		good = (len == 0 && nmsg_rdata_known(rrtype)) || generic(&w);
	} else {
		/* What was cut off behind a part is read as it was written. */
		for (; good && *of; of++) {
			pass_spaces(&w);
			if (w.at == w.end)
				break;
			good = part(&w, *of);
		}
		pass_spaces(&w);
		good = good && w.at == w.end;
	}
	text_free(&w.scratch);
	if (good)
		return 0;
	t->len = was;
	return -EBADMSG;
}
