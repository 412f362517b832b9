/* SPDX-License-Identifier: MIT */
#include "dns.h"

#include <errno.h>
#include <string.h>

#define HEADER_LEN 12
#define NAME_MAX_LEN 255 /* octets, all counted: RFC 1035 section 2.3.4 */
#define TYPE_OPT 41
/* Pointers of one name: each ends a label or more, of which 127 fit. */
#define POINTERS_MAX 127
#define BIT(layer) (UINT64_C(1) << (layer))

/* Bytes that a label shows as they are, without a look at what follows. */
static inline bool is_plain(uint8_t c)
{
	return c >= 32 && c < 128 && c != '.' && c != '\\';
}

static bool is_tail(uint8_t c)
{
	return (c & 0xc0) == 0x80;
}

/*
 * The length of the UTF-8 character at p, 0 if it is none: RFC 3629 section
 * 4, so neither longer than need be, nor a surrogate, nor above U+10FFFF.
 */
static size_t utf8_len(const uint8_t *p, size_t len)
{
	size_t need = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	uint8_t low = 0x80, high = 0xbf;
	size_t i;

	if (p[0] < 0xc2 || p[0] > 0xf4 || len < need)
		return 0;
	if (p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f;
	if (p[1] < low || p[1] > high)
		return 0;
	for (i = 2; i < need; i++)
		if (!is_tail(p[i]))
			return 0;
	return need;
}

/* Writes what is not plain at p; returns the bytes it took of the label. */
static size_t put_odd(char **out, const uint8_t *p, size_t len)
{
	size_t utf8 = utf8_len(p, len);
	char *to = *out;

	if (utf8) {
		memcpy(to, p, utf8);
		*out = to + utf8;
		return utf8;
	}
	*to++ = '\\';
	if (*p == '.' || *p == '\\') {
		*to++ = (char)*p;
	} else {
		*to++ = (char)('0' + *p / 100);
		*to++ = (char)('0' + *p / 10 % 10);
		*to++ = (char)('0' + *p % 10);
	}
	*out = to;
	return 1;
}

/*
 * is_plain() of eight bytes at once.  A borrow may make one look odd that is
 * plain, behind one that is odd; never the other way round.
 */
static inline bool are_plain(uint64_t v)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;
	uint64_t dot = v ^ ones * '.', backslash = v ^ ones * '\\';
	uint64_t bad = v | (v - ones * 32); /* not ASCII, or below a space */

	bad |= (dot - ones) & ~dot;
	bad |= (backslash - ones) & ~backslash;
	return !(bad & high);
}

static char *put_label(char *to, const uint8_t *p, size_t len)
{
	const uint8_t *end = p + len;
	uint64_t eight;

	for (; end - p >= 8; p += 8, to += 8) {
		memcpy(&eight, p, 8);
		if (!are_plain(eight))
			break;
		memcpy(to, p, 8);
	}
	while (p < end) {
		if (is_plain(*p))
			*to++ = (char)*p++;
		else
			p += put_odd(&to, p, (size_t)(end - p));
	}
	return to;
}

/*
 * Reads the name at msg[at] into `to`, RFC 1035 sections 3.1 and 4.1.4.
 * Returns where the bytes behind it start, 0 for a broken one.  A pointer
 * leads to before the labels it ends, so there is no going round.  What 255
 * octets become is 1003 characters at most: 4 for each of 250, and 3 dots.
 * Pointers to pointers are bounded, or thousands of names in a message could
 * each lead through thousands of them.
 */
size_t dns_name(const uint8_t *msg, size_t len, size_t at, char **out)
{
	size_t start = at, behind = 0, octets = 1, pointers = 0, label;
	char *to = *out, *first = to;

	for (;;) {
		if (at >= len)
			return 0;
		label = msg[at++];
		if (!label)
			break;
		if (label >= 0xc0) {
			if (at >= len)
				return 0;
			if (!behind)
				behind = at + 1;
			at = (label & 0x3f) << 8 | msg[at];
			if (at >= start || ++pointers > POINTERS_MAX)
				return 0;
			start = at;
			continue;
		}
		octets += 1 + label;
		if (label > 63 || label > len - at || octets > NAME_MAX_LEN)
			return 0;
		if (to > first)
			*to++ = '.';
		to = put_label(to, msg + at, label);
		at += label;
	}
	*out = to;
	return behind ? behind : at;
}

const uint8_t *nd_dns_bytes(const struct nd_packet *pkt, size_t *len)
{
	const struct nd_layer_at *l = pkt->layer + pkt->layer_count;

	if (!(pkt->layers & (BIT(ND_DNS) | BIT(ND_LLMNR))))
		return NULL;
	while (l-- > pkt->layer) {
		switch (l->layer) {
		case ND_DNS:
		case ND_LLMNR:
		case ND_LLMNR_RESPONSE:
			*len = l->header_len;
			return pkt->data + l->offset;
		}
	}
	return NULL;
}

bool nd_dns_message(const void *bytes, size_t len, struct nd_dns *dns)
{
	const uint8_t *msg = bytes;
	char *end = dns->name;
	size_t at;

	if (len < HEADER_LEN)
		return false;
	dns->id = nd_be16(msg);
	dns->response = (msg[2] & 0x80) != 0;
	dns->opcode = msg[2] >> 3 & 15;
	dns->authoritative = (msg[2] & 4) != 0;
	dns->truncated = (msg[2] & 2) != 0;
	dns->recursion_desired = (msg[2] & 1) != 0;
	dns->recursion_available = (msg[3] & 0x80) != 0;
	dns->rcode = msg[3] & 15;
	dns->questions = nd_be16(msg + 4);
	dns->answers = nd_be16(msg + 6);
	dns->authorities = nd_be16(msg + 8);
	dns->additionals = nd_be16(msg + 10);
	dns->qtype = 0;
	dns->qclass = 0;
	if (dns->questions) {
		at = dns_name(msg, len, HEADER_LEN, &end);
		if (!at || len - at < 4)
			return false;
		dns->qtype = nd_be16(msg + at);
		dns->qclass = nd_be16(msg + at + 2);
	}
	*end = '\0';
	dns->name_len = (uint16_t)(end - dns->name);
	return true;
}

bool nd_dns(const struct nd_packet *pkt, struct nd_dns *dns)
{
	size_t len = 0;
	const uint8_t *msg = nd_dns_bytes(pkt, &len);

	return msg && nd_dns_message(msg, len, dns);
}

/* --- record by record ---------------------------------------------------- */

int nd_dns_start(struct nd_dns_reader *r, const void *bytes, size_t len)
{
	const uint8_t *msg = bytes;

	if (len < HEADER_LEN)
		return -EBADMSG;
	r->message = msg;
	r->len = len;
	r->at = HEADER_LEN;
	for (size_t i = 0; i < 4; i++)
		r->left[i] = nd_be16(msg + 4 + 2 * i);
	r->section = ND_DNS_QUESTION;
	r->last = NULL;
	r->pointer = 0;
	return 0;
}

/* The section that the next record is of; false at the end. */
static bool next_section(struct nd_dns_reader *r)
{
	while (r->section <= ND_DNS_ADDITIONAL && r->left[r->section] == 0)
		r->section++;
	return r->section <= ND_DNS_ADDITIONAL;
}

/* What follows the name at `at`; false for what is cut off or broken. */
static bool read_rest(struct nd_dns_reader *r, struct nd_dns_record *record,
		      size_t at)
{
	const uint8_t *p = r->message + at;
	size_t left = r->len - at, rdata_len = 0;
	bool is_question = r->section == ND_DNS_QUESTION;

	if (at == 0 || left < (is_question ? 4 : 10))
		return false;
	record->section = (enum nd_dns_section)r->section;
	record->type = nd_be16(p);
	record->klass = nd_be16(p + 2);
	record->ttl = 0;
	record->rdata = NULL;
	if (!is_question) {
		rdata_len = nd_be16(p + 8);
		if (rdata_len > left - 10)
			return false;
		record->ttl = nd_be32(p + 4);
		record->rdata = p + 10;
	}
	record->rdata_len = (uint16_t)rdata_len;
	r->left[r->section]--;
	r->at = at + (is_question ? 4 : 10 + rdata_len);
	return true;
}

/*
 * Reads the name of the next record; where the bytes behind it are, 0 for a
 * broken one.  Most answers begin with the same pointer to the question.
 */
static size_t read_name(struct nd_dns_reader *r, struct nd_dns_record *record)
{
	const uint8_t *p = r->message + r->at;
	uint32_t pointer = 0;
	char *end = record->name;
	size_t at;

	if (r->len - r->at >= 2 && *p >= 0xc0)
		pointer = nd_be16(p);
	if (pointer && pointer == r->pointer && r->last == record)
		return r->at + 2;
	at = dns_name(r->message, r->len, r->at, &end);
	*end = '\0';
	record->name_len = (uint16_t)(end - record->name);
	r->last = record;
	r->pointer = at ? pointer : 0;
	return at;
}

int nd_dns_next(struct nd_dns_reader *r, struct nd_dns_record *record)
{
	if (!next_section(r))
		return 0;
	if (!read_rest(r, record, read_name(r, record)))
		return -EBADMSG;
	return 1;
}

/* Where the bytes behind a name start, 0 for none; what it says is not seen. */
static size_t skip_name(const uint8_t *msg, size_t len, size_t at)
{
	while (at < len) {
		if (msg[at] == 0)
			return at + 1;
		if (msg[at] >= 0xc0)
			return len - at < 2 ? 0 : at + 2;
		if (msg[at] > 63)
			return 0;
		at += 1 + (size_t)msg[at];
	}
	return 0;
}

int dns_pass(struct nd_dns_reader *r, struct nd_dns_record *record)
{
	if (!next_section(r))
		return 0;
	if (!read_rest(r, record, skip_name(r->message, r->len, r->at)))
		return -EBADMSG;
	return 1;
}

int nd_dns_data_name(const struct nd_dns_reader *r,
		     const struct nd_dns_record *record, size_t offset,
		     char name[1024])
{
	size_t at;
	char *end = name;

	if (!record->rdata || offset > record->rdata_len)
		return -EBADMSG;
	at = (size_t)(record->rdata - r->message);
	if (!dns_name(r->message, at + record->rdata_len, at + offset, &end))
		return -EBADMSG;
	*end = '\0';
	return (int)(end - name);
}

bool nd_dns_opt(const void *bytes, size_t len, struct nd_dns_record *record)
{
	struct nd_dns_reader r;
	size_t name_at;

	if (nd_dns_start(&r, bytes, len) < 0 || r.left[ND_DNS_ADDITIONAL] == 0)
		return false;
	while (next_section(&r)) {
		name_at = r.at;
		if (!read_rest(&r, record, skip_name(r.message, len, r.at)))
			return false;
		if (record->section == ND_DNS_ADDITIONAL &&
		    record->type == TYPE_OPT && r.message[name_at] == 0) {
			record->name[0] = '\0';
			record->name_len = 0;
			return true;
		}
	}
	return false;
}
