/* SPDX-License-Identifier: MIT */
#include "nmsg_dig.h"

#include "nmsg_dns.h"
#include "nmsg_rdata.h"
#include "nmsg_scan.h"
#include "nmsg_sections.h"

#include <netdumplings/bytes.h>

#define FLAG_DO 0x8000

static void put_type(struct text *t, uint16_t type)
{
	const char *name = nmsg_dns_type(type);

	if (name)
		text_puts(t, name);
	else
		text_printf(t, "TYPE%u", type);
}

static void put_class(struct text *t, uint16_t klass)
{
	const char *name = nmsg_dns_class(klass);

	if (name)
		text_puts(t, name);
	else
		text_printf(t, "CLASS%u", klass);
}

/* --- lines --------------------------------------------------------------- */

static void put_header(struct text *t, const struct nmsg_sections *q)
{
	const char *name;

	text_puts(t, ";; ->>HEADER<<- opcode: ");
	name = nmsg_dns_opcode(nmsg_sections_opcode(q));
	if (name)
		text_puts(t, name);
	else
		text_uint(t, nmsg_sections_opcode(q));
	text_puts(t, ", rcode: ");
	name = nmsg_dns_rcode(q->flags & 15);
	if (name)
		text_puts(t, name);
	else
		text_uint(t, q->flags & 15u);
	text_printf(t, ", id: %u\n;; flags:", q->id);
	for (size_t i = 0; i < NMSG_SECTIONS_FLAGS; i++)
		if (q->flags & nmsg_sections_flags[i].bit)
			text_printf(t, " %s", nmsg_sections_flags[i].name);
	text_printf(t,
		    "; QUERY: %u, ANSWER: %u, AUTHORITY: %u, ADDITIONAL: %u\n",
		    q->count[0], q->count[1], q->count[2], q->count[3]);
}

static void put_edns(struct text *t, const struct nmsg_sections *q)
{
	size_t at = 0;

	if (!q->edns)
		return;
	text_printf(t,
		    "\n;; OPT PSEUDOSECTION:\n; EDNS: version: %u, flags:%s; "
		    "udp: %u",
		    q->edns_version, q->edns_flags & FLAG_DO ? " do" : "",
		    q->edns_size);
	while (at < q->options_len) {
		text_puts(t, "\n; ");
		at = nmsg_sections_put_option(t, q, at);
	}
}

static void put_record(struct text *t, const struct nmsg_sections *q,
		       const struct nmsg_sections_record *rr)
{
	if (rr->section == 0)
		text_putc(t, ';');
	nmsg_dns_name(t, nmsg_sections_name(q, rr), rr->name_len);
	if (rr->section > 0)
		text_printf(t, " %u", rr->ttl);
	text_putc(t, ' ');
	put_class(t, rr->klass);
	text_putc(t, ' ');
	put_type(t, rr->type);
	if (rr->section > 0) {
		text_putc(t, ' ');
		nmsg_rdata_write(t, nmsg_sections_rdata(q, rr), rr->rdata_len,
				 rr->type, rr->klass);
	}
	text_putc(t, '\n');
}

bool nmsg_dig_text(struct text *t, const uint8_t *message, size_t len)
{
	static const char *const titles[] = {"QUESTION", "ANSWER", "AUTHORITY",
					     "ADDITIONAL"};
	struct nmsg_sections q = {0};
	size_t n = 0;
	bool good = nmsg_sections_read(&q, message, len);

	if (good) {
		put_header(t, &q);
		put_edns(t, &q);
		for (unsigned i = 0; i < 4; i++) {
			text_printf(t, "\n;; %s SECTION:\n", titles[i]);
			for (; n < q.records && q.record[n].section == i; n++)
				put_record(t, &q, &q.record[n]);
		}
	}
	nmsg_sections_free(&q);
	return good;
}

/* --- JSON ---------------------------------------------------------------- */

/* Makes what was appended since `from` a JSON string. */
static void put_string(struct text *t, size_t from)
{
	struct text copy = {0};

	if (t->error || t->len < from)
		return;
	text_put(&copy, t->at + from, t->len - from);
	t->len = from;
	nmsg_scan_put_string(t, (const uint8_t *)copy.at, copy.len);
	t->error |= copy.error;
	text_free(&copy);
}

static void put_json_header(struct text *t, const struct nmsg_sections *q)
{
	const char *name = nmsg_dns_opcode(nmsg_sections_opcode(q));
	bool more = false;
	size_t from, at = 0;

	text_puts(t, "{\"header\":{\"opcode\":");
	if (name)
		text_printf(t, "\"%s\"", name);
	else
		text_uint(t, nmsg_sections_opcode(q));
	text_puts(t, ",\"rcode\":");
	name = nmsg_dns_rcode(q->flags & 15);
	if (name)
		text_printf(t, "\"%s\"", name);
	else
		text_uint(t, q->flags & 15u);
	text_printf(t, ",\"id\":%u,\"flags\":[", q->id);
	for (size_t i = 0; i < NMSG_SECTIONS_FLAGS; i++) {
		if (!(q->flags & nmsg_sections_flags[i].bit))
			continue;
		text_printf(t, "%s\"%s\"", more ? "," : "",
			    nmsg_sections_flags[i].name);
		more = true;
	}
	text_putc(t, ']');
	if (q->edns) {
		text_printf(t,
			    ",\"opt\":{\"edns\":{\"version\":%u,\"flags\":[%s],"
			    "\"udp\":%u,\"options\":[",
			    q->edns_version,
			    q->edns_flags & FLAG_DO ? "\"do\"" : "",
			    q->edns_size);
		while (at < q->options_len) {
			if (at > 0)
				text_putc(t, ',');
			from = t->len;
			at = nmsg_sections_put_option(t, q, at);
			put_string(t, from);
		}
		text_puts(t, "]}}");
	}
	text_putc(t, '}');
}

/* The records of a set, which starts with `first`. */
static void put_set(struct text *t, const struct nmsg_sections *q, size_t first)
{
	const struct nmsg_sections_record *rr = &q->record[first];
	const char *kind = rr->section == 0 ? "q" : "rr";
	size_t from;

	text_printf(t, "{\"%sname\":", kind);
	from = t->len;
	nmsg_dns_name(t, nmsg_sections_name(q, rr), rr->name_len);
	put_string(t, from);
	if (rr->section > 0)
		text_printf(t, ",\"rrttl\":%u", rr->set_ttl);
	text_printf(t, ",\"%sclass\":\"", kind);
	put_class(t, rr->klass);
	text_printf(t, "\",\"%stype\":\"", kind);
	put_type(t, rr->type);
	text_putc(t, '"');
	if (rr->section > 0) {
		text_puts(t, ",\"rdata\":[");
		for (size_t n = first; n < q->records; n = q->record[n].next) {
			rr = &q->record[n];
			if (n > first)
				text_putc(t, ',');
			from = t->len;
			nmsg_rdata_write(t, nmsg_sections_rdata(q, rr),
					 rr->rdata_len, rr->type, rr->klass);
			put_string(t, from);
		}
		text_putc(t, ']');
	}
	text_putc(t, '}');
}

bool nmsg_dig_json(struct text *t, const uint8_t *message, size_t len)
{
	static const char *const names[] = {"question", "answer", "authority",
					    "additional"};
	struct nmsg_sections q = {0};
	size_t n = 0;
	bool good = nmsg_sections_read(&q, message, len);

	if (good) {
		nmsg_sections_group(&q);
		put_json_header(t, &q);
		for (unsigned i = 0; i < 4; i++) {
			bool more = false;

			text_printf(t, ",\"%s\":[", names[i]);
			for (; n < q.records && q.record[n].section == i; n++) {
				if (!q.record[n].first)
					continue;
				if (more)
					text_putc(t, ',');
				put_set(t, &q, n);
				more = true;
			}
			text_putc(t, ']');
		}
		text_putc(t, '}');
	}
	nmsg_sections_free(&q);
	return good;
}
