/* SPDX-License-Identifier: MIT */
#include "nmsg_sections.h"

#include "nmsg_dns.h"
#include "nmsg_rdata.h"
#include "nmsg_text.h"

#include <ctype.h>
#include <dns.h>
#include <netdumplings/bytes.h>
#include <stdlib.h>

#define HEADER_LEN 12
#define FIXED_LEN 10 /* of a record: type, class, TTL, length of its data */
#define TYPE_OPT 41
#define POINTERS_MAX 127
#define RECORDS_FIRST 64

const struct nmsg_sections_flag nmsg_sections_flags[] = {
	{0x8000, "qr"}, {0x0400, "aa"}, {0x0200, "tc"}, {0x0100, "rd"},
	{0x0080, "ra"}, {0x0020, "ad"}, {0x0010, "cd"},
};

/* The message while it is read. */
struct reader {
	const uint8_t *msg;
	size_t len, at;
	struct text *to;
};

static bool copy(struct reader *r, size_t len, size_t end)
{
	if (end - r->at < len)
		return false;
	if (len > 0)
		text_put(r->to, r->msg + r->at, len);
	r->at += len;
	return true;
}

/*
 * Appends the name at r->at without its pointers, RFC 1035 section 4.1.4, and
 * steps behind it.  A pointer leads to before where its part starts.
 */
static bool name(struct reader *r)
{
	size_t at = r->at, start = at, behind = 0, octets = 0;
	unsigned pointers = 0;

	for (;;) {
		size_t label;

		if (at >= r->len)
			return false;
		label = r->msg[at];
		if (label >= 0xc0) {
			if (at + 1 >= r->len || ++pointers > POINTERS_MAX)
				return false;
			if (!behind)
				behind = at + 2;
			at = (label & 0x3f) << 8 | r->msg[at + 1];
			if (at >= start)
				return false;
			start = at;
			continue;
		}
		octets += label + 1;
		if (label >= 0x40 || octets > NMSG_DNS_NAME_MAX ||
		    r->len - at < label + 1)
			return false;
		text_put(r->to, r->msg + at, label + 1);
		at += label + 1;
		if (label == 0)
			break;
	}
	r->at = behind ? behind : at;
	return true;
}

/* RFC 4034 section 4.1.2 */
static bool types(struct reader *r, size_t end)
{
	while (end - r->at >= 2) {
		size_t len = r->msg[r->at + 1];

		if (len < 1 || len > 32 || !copy(r, 2 + len, end))
			return false;
	}
	return true;
}

/* RFC 9460 section 2.2; what the values hold is told where they are shown. */
static bool params(struct reader *r, size_t end)
{
	while (end > r->at)
		if (end - r->at < 4 ||
		    !copy(r, 4u + nd_be16(r->msg + r->at + 2), end))
			return false;
	return true;
}

static bool part(struct reader *r, char of, size_t end)
{
	uint8_t byte = r->msg[r->at];

	switch (of) {
	case 'n':
		return name(r) && r->at <= end;
	case '1':
	case '2':
	case '4':
		return copy(r, (size_t)(of - '0'), end);
	case 't':
		return copy(r, 2, end);
	case 'a':
		return copy(r, 4, end);
	case 'A':
		return copy(r, 16, end);
	case 'e':
		return copy(r, 6, end);
	case 'E':
		return copy(r, 8, end);
	case 's':
	case 'x':
	case 'h':
		return copy(r, 1u + byte, end);
	case 'S':
		while (r->at < end)
			if (!copy(r, 1u + r->msg[r->at], end))
				return false;
		return true;
	case 'p':
		return byte <= 128 && copy(r, 1 + (128u - byte + 7) / 8, end);
	case 'm':
		return types(r, end);
	case 'v':
		return params(r, end);
	default:
		return copy(r, end - r->at, end);
	}
}

static bool data(struct reader *r, uint16_t type, uint16_t klass, size_t len)
{
	const char *of = nmsg_rdata_parts(type, klass);
	size_t end = r->at + len;

	if (!of)
		return copy(r, len, end);
	for (; *of && r->at < end; of++)
		if (!part(r, *of, end))
			return false;
	return r->at == end;
}

/* Room for one more record, or NULL. */
static struct nmsg_sections_record *add(struct nmsg_sections *s)
{
	size_t cap = s->records_cap ? 2 * s->records_cap : RECORDS_FIRST;
	struct nmsg_sections_record *record;

	if (s->records < s->records_cap)
		return &s->record[s->records];
	record = realloc(s->record, cap * sizeof(*record));
	if (!record)
		return NULL;
	s->record = record;
	s->records_cap = cap;
	return &record[s->records];
}

/* RFC 6891 section 6.1.2 and 6.1.3 */
static void edns(struct nmsg_sections *s, const struct nmsg_sections_record *rr,
		 const uint8_t *options)
{
	s->edns = true;
	s->edns_size = rr->klass;
	s->edns_version = (uint8_t)(rr->ttl >> 16);
	s->edns_flags = (uint16_t)rr->ttl;
	s->options = options;
	s->options_len = rr->rdata_len;
}

static bool record(struct nmsg_sections *s, struct reader *r, unsigned section)
{
	struct nmsg_sections_record *rr = add(s);
	const uint8_t *p;
	size_t len;

	if (!rr)
		return false;
	rr->section = (uint8_t)section;
	rr->first = true;
	rr->next = SIZE_MAX;
	rr->at = (uint32_t)s->bytes.len;
	rr->ttl = rr->rdata_len = 0;
	if (!name(r) || r->len - r->at < (section ? FIXED_LEN : 4))
		return false;
	rr->name_len = (uint16_t)(s->bytes.len - rr->at);
	p = r->msg + r->at;
	rr->type = nd_be16(p);
	rr->klass = nd_be16(p + 2);
	r->at += section ? FIXED_LEN : 4;
	if (section > 0) {
		rr->ttl = rr->set_ttl = nd_be32(p + 4);
		len = nd_be16(p + 8);
		if (r->len - r->at < len)
			return false;
		if (rr->type == TYPE_OPT) {
			rr->rdata_len = (uint32_t)len;
			edns(s, rr, r->msg + r->at);
			r->at += len;
			s->bytes.len = rr->at;
			return true;
		}
		if (!data(r, rr->type, rr->klass, len))
			return false;
		rr->rdata_len =
			(uint32_t)(s->bytes.len - rr->at) - rr->name_len;
	}
	s->records++;
	s->count[section]++;
	return true;
}

bool nmsg_sections_read(struct nmsg_sections *s, const uint8_t *message,
			size_t len)
{
	struct reader r = {message, len, HEADER_LEN, &s->bytes};

	if (len < HEADER_LEN)
		return false;
	s->id = nd_be16(message);
	s->flags = nd_be16(message + 2);
	for (unsigned section = 0; section < 4; section++) {
		unsigned left = nd_be16(message + 4 + section * 2);

		for (; left > 0 && r.at < len; left--)
			if (!record(s, &r, section))
				return false;
	}
	return s->bytes.error == 0;
}

void nmsg_sections_free(struct nmsg_sections *s)
{
	free(s->record);
	text_free(&s->bytes);
}

/* --- sets ---------------------------------------------------------------- */

static uint32_t hash(const struct nmsg_sections *s,
		     const struct nmsg_sections_record *rr)
{
	const uint8_t *p = nmsg_sections_name(s, rr);
	uint32_t h = (uint32_t)rr->type << 16 | rr->klass;

	for (size_t i = 0; i < rr->name_len; i++)
		h = (h ^ (uint32_t)tolower(p[i])) * 16777619u;
	return h;
}

/* Names are the same in any case; a label's length is no letter. */
static bool same(const struct nmsg_sections *s,
		 const struct nmsg_sections_record *a,
		 const struct nmsg_sections_record *b)
{
	const uint8_t *p = nmsg_sections_name(s, a);
	const uint8_t *q = nmsg_sections_name(s, b);

	if (a->hash != b->hash || a->type != b->type || a->klass != b->klass ||
	    a->name_len != b->name_len)
		return false;
	for (size_t i = 0; i < a->name_len; i++)
		if (tolower(p[i]) != tolower(q[i]))
			return false;
	return true;
}

void nmsg_sections_group(struct nmsg_sections *s)
{
	size_t start = 0; /* of the section */

	for (size_t n = 0; n < s->records; n++) {
		struct nmsg_sections_record *rr = &s->record[n];

		if (rr->section != s->record[start].section)
			start = n;
		rr->last = n;
		if (rr->section == 0)
			continue;
		rr->hash = hash(s, rr);
		for (size_t i = n; i-- > start;) {
			struct nmsg_sections_record *set = &s->record[i];

			if (!set->first || !same(s, set, rr))
				continue;
			s->record[set->last].next = n;
			set->last = n;
			rr->first = false;
			if (rr->ttl < set->set_ttl)
				set->set_ttl = rr->ttl;
			break;
		}
	}
}

/* --- options of EDNS ----------------------------------------------------- */

enum {
	CLIENT_SUBNET = 8,
	EXTENDED_ERROR = 15,
};

static void put_printable(struct text *t, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		text_putc(t, p[i] >= ' ' && p[i] <= '~' ? (char)p[i] : '.');
}

/* RFC 7871 section 6 */
static bool put_subnet(struct text *t, const uint8_t *p, size_t len)
{
	uint8_t address[16] = {0};
	size_t full = len >= 2 && nd_be16(p) == 1 ? 4 : 16;

	if (len < 5 || nd_be16(p) < 1 || nd_be16(p) > 2 || len - 4 > full)
		return false;
	memcpy(address, p + 4, len - 4);
	nmsg_text_ip(t, address, full);
	text_printf(t, "/%u/%u", p[2], p[3]);
	return true;
}

static bool put_error(struct text *t, const uint8_t *p, size_t len)
{
	uint16_t code;

	if (len < 2)
		return false;
	code = nd_be16(p);
	text_uint(t, code);
	if (dns_extended_error(code))
		text_printf(t, " (%s)", dns_extended_error(code));
	text_puts(t, ": (");
	put_printable(t, p + 2, len - 2);
	text_putc(t, ')');
	return true;
}

static bool put_bytes(struct text *t, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		text_printf(t, "%02x ", p[i]);
	text_puts(t, "(\"");
	put_printable(t, p, len);
	text_puts(t, "\")");
	return true;
}

size_t nmsg_sections_put_option(struct text *t, const struct nmsg_sections *s,
				size_t at)
{
	const uint8_t *p = s->options + at;
	size_t left = s->options_len - at, len = 0;
	uint16_t code = left >= 2 ? nd_be16(p) : 0;
	bool good = left >= 4 && left - 4 >= nd_be16(p + 2);

	if (code == CLIENT_SUBNET)
		text_puts(t, "CLIENT-SUBNET: ");
	else if (code == EXTENDED_ERROR)
		text_puts(t, "EDE: ");
	else
		text_printf(t, "OPT=%u: ", code);
	if (good) {
		len = nd_be16(p + 2);
		good = code == CLIENT_SUBNET    ? put_subnet(t, p + 4, len)
		       : code == EXTENDED_ERROR ? put_error(t, p + 4, len)
						: put_bytes(t, p + 4, len);
	}
	if (good)
		return at + 4 + len;
	text_puts(t, " ### PARSE ERROR ###");
	return s->options_len;
}
