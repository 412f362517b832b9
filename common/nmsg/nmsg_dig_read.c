/* SPDX-License-Identifier: MIT */
#include "nmsg_dig_read.h"

#include "nmsg_dns.h"
#include "nmsg_rdata.h"
#include "nmsg_sections.h"
#include "nmsg_text.h"

#define TYPE_OPT 41
#define HEADER_LEN 12
#define MESSAGE_MAX 65535

/* What is left of a line, or of all. */
struct rest {
	const char *at, *end;
};

static bool line(struct rest *all, struct rest *l)
{
	const char *end;

	if (all->at == all->end)
		return false;
	end = memchr(all->at, '\n', (size_t)(all->end - all->at));
	l->at = all->at;
	l->end = end ? end : all->end;
	all->at = end ? end + 1 : all->end;
	return true;
}

static bool skip(struct rest *r, const char *text)
{
	size_t len = strlen(text);

	if ((size_t)(r->end - r->at) < len || memcmp(r->at, text, len) != 0)
		return false;
	r->at += len;
	return true;
}

/* What comes before any of `stops`, or all. */
static struct rest until(struct rest *r, const char *stops)
{
	struct rest word = {r->at, r->at};

	while (word.end < r->end && !strchr(stops, *word.end))
		word.end++;
	r->at = word.end;
	return word;
}

static size_t len(const struct rest *r)
{
	return (size_t)(r->end - r->at);
}

static bool number(const struct rest *word, uint64_t max, uint32_t *n)
{
	uint64_t u;
	bool negative;

	if (!nmsg_text_int_read(word->at, len(word), &u, &negative) ||
	    negative || u > max)
		return false;
	*n = (uint32_t)u;
	return true;
}

static void put16(struct text *t, uint32_t n)
{
	text_putc(t, (char)(uint8_t)(n >> 8));
	text_putc(t, (char)(uint8_t)n);
}

static void put32(struct text *t, uint32_t n)
{
	put16(t, n >> 16);
	put16(t, n & 0xffff);
}

static bool opcode(const struct rest *word, uint32_t *n)
{
	for (*n = 0; *n < 16; ++*n) {
		const char *name = nmsg_dns_opcode((uint8_t)*n);

		if (name && strlen(name) == len(word) &&
		    memcmp(name, word->at, len(word)) == 0)
			return true;
	}
	return number(word, 15, n);
}

/* The first two lines, of which the counts are told by the records. */
static bool header(struct text *t, struct rest *all)
{
	struct rest l, word;
	uint32_t op, id, flags;
	uint16_t rcode;

	if (!line(all, &l) || !skip(&l, ";; ->>HEADER<<- opcode: "))
		return false;
	word = until(&l, ",");
	if (!opcode(&word, &op) || !skip(&l, ", rcode: "))
		return false;
	word = until(&l, ",");
	if (!nmsg_dns_rcode_number(word.at, len(&word), &rcode) || rcode > 15 ||
	    !skip(&l, ", id: ") || !number(&l, UINT16_MAX, &id))
		return false;
	flags = op << 11 | rcode;
	if (!line(all, &l) || !skip(&l, ";; flags:"))
		return false;
	while (skip(&l, " ")) {
		size_t i = 0;

		word = until(&l, " ;");
		while (i < NMSG_SECTIONS_FLAGS &&
		       (len(&word) != 2 ||
			memcmp(word.at, nmsg_sections_flags[i].name, 2) != 0))
			i++;
		if (i == NMSG_SECTIONS_FLAGS)
			return false;
		flags |= nmsg_sections_flags[i].bit;
	}
	put16(t, id);
	put16(t, flags);
	put32(t, 0);
	put32(t, 0);
	return true;
}

/* "; OPT=10: ca 22 (".."). */
static bool bytes_option(struct text *t, struct rest *l)
{
	struct rest word = until(l, ":");
	uint32_t code, byte;
	size_t at;

	if (!number(&word, UINT16_MAX, &code) || !skip(l, ":"))
		return false;
	put16(t, code);
	at = t->len;
	put16(t, 0);
	while (skip(l, " ") && l->at < l->end && *l->at != '(') {
		word = until(l, " ");
		if (len(&word) != 2 || !nmsg_text_hex_read(word.at, 2, &byte))
			return false;
		text_putc(t, (char)(uint8_t)byte);
	}
	if (t->error || t->len - at - 2 > UINT16_MAX)
		return false;
	t->at[at] = (char)(uint8_t)((t->len - at - 2) >> 8);
	t->at[at + 1] = (char)(uint8_t)(t->len - at - 2);
	return true;
}

/* "192.0.2.0/24/0" */
static bool subnet_option(struct text *t, struct rest *l)
{
	struct rest address = until(l, "/"), word;
	uint32_t source, scope;
	uint8_t bytes[16];
	size_t full = nmsg_text_ip_read(address.at, len(&address), bytes);
	size_t need;

	if (full == 0 || !skip(l, "/"))
		return false;
	word = until(l, "/");
	if (!number(&word, 8 * full, &source) || !skip(l, "/") ||
	    !number(l, UINT8_MAX, &scope))
		return false;
	/* As much as the prefix needs, or there was; one byte at least. */
	need = (source + 7) / 8;
	for (size_t i = 0; i < full; i++)
		if (bytes[i] != 0 && need <= i)
			need = i + 1;
	if (need == 0)
		need = 1;
	put16(t, 8);
	put16(t, (uint32_t)(4 + need));
	put16(t, full == 4 ? 1 : 2);
	text_putc(t, (char)(uint8_t)source);
	text_putc(t, (char)(uint8_t)scope);
	text_put(t, bytes, need);
	return true;
}

/* "15 (Blocked): (text)", where dots may have been other bytes. */
static bool error_option(struct text *t, struct rest *l)
{
	struct rest word = until(l, " :");
	uint32_t code;
	const char *text;

	if (!number(&word, UINT16_MAX, &code) || l->at == l->end ||
	    l->end[-1] != ')')
		return false;
	text = memmem(l->at, len(l), ": (", 3);
	if (!text || l->end - 1 < text + 3)
		return false;
	text += 3;
	put16(t, 15);
	put16(t, (uint32_t)(2 + (l->end - 1 - text)));
	put16(t, code);
	if (l->end - 1 > text)
		text_put(t, text, (size_t)(l->end - 1 - text));
	return true;
}

/* The lines of EDNS as the record that they were, RFC 6891 section 6.1. */
static bool edns(struct text *t, struct rest *all, struct text *opt)
{
	uint32_t version, size, flags;
	struct rest l, word, ahead;
	size_t at;

	(void)t;
	if (!line(all, &l) || !skip(&l, "; EDNS: version: "))
		return false;
	word = until(&l, ",");
	if (!number(&word, UINT8_MAX, &version) || !skip(&l, ", flags:"))
		return false;
	flags = skip(&l, " do") ? 0x8000 : 0;
	if (!skip(&l, "; udp: ") || !number(&l, UINT16_MAX, &size))
		return false;
	text_putc(opt, '\0');
	put16(opt, TYPE_OPT);
	put16(opt, size);
	put32(opt, version << 16 | flags);
	at = opt->len;
	put16(opt, 0);
	for (ahead = *all; line(&ahead, &l) && skip(&l, "; "); *all = ahead)
		if (!(skip(&l, "OPT=")              ? bytes_option(opt, &l)
		      : skip(&l, "CLIENT-SUBNET: ") ? subnet_option(opt, &l)
		      : skip(&l, "EDE: ")           ? error_option(opt, &l)
						    : false))
			return false;
	if (opt->error || opt->len - at - 2 > UINT16_MAX)
		return false;
	opt->at[at] = (char)(uint8_t)((opt->len - at - 2) >> 8);
	opt->at[at + 1] = (char)(uint8_t)(opt->len - at - 2);
	return true;
}

static bool record(struct text *t, struct rest *l, unsigned section)
{
	uint8_t wire[NMSG_DNS_NAME_MAX];
	uint16_t type, klass;
	struct rest word;
	uint32_t ttl = 0;
	size_t n;

	if (section == 0 && !skip(l, ";"))
		return false;
	word = until(l, " ");
	if (!nmsg_dns_name_read(word.at, len(&word), wire, &n))
		return false;
	text_put(t, wire, n);
	if (section > 0) {
		if (!skip(l, " "))
			return false;
		word = until(l, " ");
		if (!number(&word, UINT32_MAX, &ttl))
			return false;
	}
	if (!skip(l, " "))
		return false;
	word = until(l, " ");
	if (!nmsg_dns_class_number(word.at, len(&word), &klass) ||
	    !skip(l, " "))
		return false;
	word = until(l, " ");
	if (!nmsg_dns_type_number(word.at, len(&word), &type))
		return false;
	put16(t, type);
	put16(t, klass);
	if (section == 0)
		return l->at == l->end;
	put32(t, ttl);
	put16(t, 0);
	n = t->len;
	skip(l, " ");
	if (nmsg_rdata_read(t, l->at, len(l), type, klass) < 0 || t->error ||
	    t->len - n > UINT16_MAX)
		return false;
	t->at[n - 2] = (char)(uint8_t)((t->len - n) >> 8);
	t->at[n - 1] = (char)(uint8_t)(t->len - n);
	return true;
}

static bool sections(struct text *t, struct rest *all, size_t start,
		     struct text *opt)
{
	static const char *const titles[] = {
		";; QUESTION SECTION:", ";; ANSWER SECTION:",
		";; AUTHORITY SECTION:", ";; ADDITIONAL SECTION:"};
	int section = -1;
	struct rest l;

	while (line(all, &l)) {
		bool title = false;

		if (l.at == l.end)
			continue;
		for (int i = section + 1; i < 4 && !title; i++)
			if (len(&l) == strlen(titles[i]) &&
			    memcmp(l.at, titles[i], len(&l)) == 0) {
				section = i;
				title = true;
			}
		if (title)
			continue;
		if (section < 0 && skip(&l, ";; OPT PSEUDOSECTION:")) {
			if (!edns(t, all, opt))
				return false;
			continue;
		}
		if (section < 0 || !record(t, &l, (unsigned)section) ||
		    t->error || t->len - start > MESSAGE_MAX)
			return false;
		if (++t->at[start + 5 + 2 * (size_t)section] == 0)
			++t->at[start + 4 + 2 * (size_t)section];
	}
	return true;
}

bool nmsg_dig_read(struct text *t, const char *text, size_t text_len)
{
	struct rest all = {text, text + text_len};
	struct text opt = {0};
	size_t start = t->len;
	bool good = header(t, &all) && !t->error &&
		    sections(t, &all, start, &opt) && !opt.error;

	if (good && opt.len > 0) {
		text_put(t, opt.at, opt.len);
		if (!t->error && ++t->at[start + 11] == 0)
			++t->at[start + 10];
	}
	text_free(&opt);
	return good && !t->error && t->len - start <= MESSAGE_MAX;
}
