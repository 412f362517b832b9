/* SPDX-License-Identifier: MIT */
#include "nmsg_dns.h"

#include <netdumplings/dns.h>
#include <string.h>
#include <strings.h>

#define LABEL_MAX 63
/* Types and classes above these have no names but the two below. */
#define TYPES 300
#define TYPE_TA 32768
#define TYPE_DLV 32769

/* What nd_dns_*() made of a number: a name, not the number with a word. */
static const char *real(const char *name, const char *word, const char *text)
{
	return name == text && strncmp(name, word, strlen(word)) == 0 ? NULL
								      : name;
}

const char *nmsg_dns_type(uint16_t type)
{
	char text[ND_DNS_TEXT];

	return real(nd_dns_type(type, text), "TYPE", text);
}

const char *nmsg_dns_class(uint16_t klass)
{
	char text[ND_DNS_TEXT];

	if (klass == 2)
		return NULL; /* CS, which is obsolete */
	return real(nd_dns_class(klass, text), "CLASS", text);
}

const char *nmsg_dns_rcode(uint16_t rcode)
{
	char text[ND_DNS_TEXT];

	if (rcode > 10 && rcode != 16)
		return NULL; /* those that messages do not tell */
	return real(nd_dns_rcode(rcode, text), "RCODE", text);
}

const char *nmsg_dns_opcode(uint8_t opcode)
{
	char text[ND_DNS_TEXT];

	return opcode > 5 ? NULL
			  : real(nd_dns_opcode(opcode, text), "OPCODE", text);
}

static bool same(const char *name, const char *text, size_t len)
{
	return name && len > 0 && ((*name ^ *text) & 0x5f) == 0 &&
	       strlen(name) == len && strncasecmp(name, text, len) == 0;
}

/* A number of 16 bits, with a word before it or without. */
static bool numbered(const char *text, size_t len, const char *word,
		     uint16_t *number)
{
	size_t word_len = strlen(word);
	uint32_t n = 0;

	if (len > word_len && strncasecmp(text, word, word_len) == 0) {
		text += word_len;
		len -= word_len;
	}
	if (len == 0 || len > 5)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		n = n * 10 + (uint32_t)(text[i] - '0');
	}
	*number = (uint16_t)n;
	return n <= UINT16_MAX;
}

bool nmsg_dns_type_number(const char *name, size_t len, uint16_t *type)
{
	static const uint16_t high[] = {TYPE_TA, TYPE_DLV};

	for (uint16_t i = 1; i < TYPES; i++) {
		*type = i;
		if (same(nmsg_dns_type(i), name, len))
			return true;
	}
	for (size_t i = 0; i < sizeof(high) / sizeof(*high); i++) {
		*type = high[i];
		if (same(nmsg_dns_type(high[i]), name, len))
			return true;
	}
	return numbered(name, len, "TYPE", type);
}

bool nmsg_dns_class_number(const char *name, size_t len, uint16_t *klass)
{
	for (uint16_t i = 1; i <= 255; i++) {
		*klass = i;
		if (same(nmsg_dns_class(i), name, len))
			return true;
	}
	return numbered(name, len, "CLASS", klass);
}

bool nmsg_dns_rcode_number(const char *name, size_t len, uint16_t *rcode)
{
	for (uint16_t i = 0; i <= 16; i++) {
		*rcode = i;
		if (same(nmsg_dns_rcode(i), name, len))
			return true;
	}
	return numbered(name, len, "RCODE", rcode);
}

static char *put_escaped(char *to, uint8_t c)
{
	if (c == '.' || c == '\\') {
		*to++ = '\\';
		*to++ = (char)c;
	} else if (c >= '!' && c <= '~') {
		*to++ = (char)c;
	} else {
		*to++ = '\\';
		*to++ = (char)('0' + c / 100);
		*to++ = (char)('0' + c / 10 % 10);
		*to++ = (char)('0' + c % 10);
	}
	return to;
}

void nmsg_dns_name(struct text *t, const uint8_t *wire, size_t len)
{
	const uint8_t *end = wire + len;
	char *to = text_room(t, 4 * len + 1);
	char *first = to;

	if (!to)
		return;
	while (wire < end && *wire != 0) {
		size_t label = *wire++;

		if (label > (size_t)(end - wire))
			label = (size_t)(end - wire);
		while (label-- > 0)
			to = put_escaped(to, *wire++);
		*to++ = '.';
	}
	if (to == first)
		*to++ = '.';
	t->len += (size_t)(to - first);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The octet at *text, which may be escaped; false for a broken escape. */
static bool octet(const char **text, const char *end, uint8_t *c)
{
	const char *at = *text;
	unsigned n;

	if (*at != '\\') {
		*c = (uint8_t)*at;
		*text = at + 1;
		return true;
	}
	if (++at == end)
		return false;
	if (!is_digit(*at)) {
		*c = (uint8_t)*at;
		*text = at + 1;
		return true;
	}
	if (end - at < 3 || !is_digit(at[1]) || !is_digit(at[2]))
		return false;
	n = (unsigned)(at[0] - '0') * 100 + (unsigned)(at[1] - '0') * 10 +
	    (unsigned)(at[2] - '0');
	*c = (uint8_t)n;
	*text = at + 3;
	return n <= UINT8_MAX;
}

bool nmsg_dns_name_read(const char *text, size_t len,
			uint8_t wire[NMSG_DNS_NAME_MAX], size_t *wire_len)
{
	const char *end = text + len;
	size_t at = 1, label = 0; /* where its length goes */

	if (len == 0)
		return false;
	if (len == 1 && *text == '.')
		text = end;
	while (text < end) {
		if (*text == '.') {
			if (at == label + 1)
				return false; /* an empty label */
			wire[label] = (uint8_t)(at - label - 1);
			label = at++;
			text++;
			continue;
		}
		if (at >= NMSG_DNS_NAME_MAX || at - label > LABEL_MAX ||
		    !octet(&text, end, &wire[at]))
			return false;
		at++;
	}
	if (at > label + 1) {
		wire[label] = (uint8_t)(at - label - 1);
		label = at++;
	}
	if (at > NMSG_DNS_NAME_MAX)
		return false;
	wire[label] = 0;
	*wire_len = at;
	return true;
}
