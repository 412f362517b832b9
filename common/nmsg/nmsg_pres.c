/* SPDX-License-Identifier: MIT */
#include "nmsg_pres.h"

#include "nmsg_dig_read.h"
#include "nmsg_pres_value.h"
#include "nmsg_text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define NSEC 1000000000

/* --- writing ------------------------------------------------------------- */

static void put_alias(struct text *t, const struct nmsg_alias *alias,
		      uint32_t number)
{
	const char *name = nmsg_alias_name(alias, number);

	text_puts(t, " [");
	if (number > 0 && name)
		text_puts(t, name);
	else if (number > 0)
		text_uint(t, number);
	text_putc(t, ']');
}

static void put_header(struct text *t, const struct message *m,
		       const struct nmsg_aliases *aliases, const char *endline)
{
	const struct nmsg_type *type = nmsg_type_find(m->vid, m->msgtype);
	const char *vname = nmsg_type_vendor(m->vid);

	text_putc(t, '[');
	text_uint(t, m->payload_len);
	text_puts(t, "] [");
	nmsg_text_time(t, m->time_sec, m->time_nsec);
	text_puts(t, "] [");
	text_uint(t, m->vid);
	text_putc(t, ':');
	text_uint(t, m->msgtype);
	text_putc(t, ' ');
	text_puts(t, vname ? vname : "(unknown)");
	text_putc(t, ' ');
	text_puts(t, type ? type->mname : "(unknown)");
	text_printf(t, "] [%08x]", m->source);
	put_alias(t, aliases ? aliases->operators : NULL, m->operator_id);
	put_alias(t, aliases ? aliases->groups : NULL, m->group);
	text_putc(t, ' ');
	text_puts(t, endline);
}

static void put_field(struct text *t, struct nmsg_record *r,
		      const struct nmsg_field *field, const char *endline)
{
	struct nmsg_each each;
	struct nmsg_value v;

	if (!(field->flags & NMSG_REPEATED)) {
		if (nmsg_record_get(r, field, &v))
			nmsg_pres_value_put(t, r, field, &v, endline);
		return;
	}
	nmsg_record_start(r, field, &each);
	while (nmsg_record_each(field, &each, &v))
		nmsg_pres_value_put(t, r, field, &v, endline);
}

void nmsg_pres_write(struct text *t, const struct message *m,
		     const struct nmsg_aliases *aliases, const char *endline)
{
	struct text scratch = {0};
	struct nmsg_record r;
	int rc = nmsg_record_read(&r, m);

	put_header(t, m, aliases, endline);
	r.scratch = &scratch;
	for (size_t i = 0; rc == 0 && i < r.type->field_count; i++)
		if (!(r.type->fields[i].flags & (NMSG_HIDDEN | NMSG_NOPRINT)))
			put_field(t, &r, &r.type->fields[i], endline);
	if (rc < 0)
		text_printf(t, "<%s NMSG %u:%u>%s",
			    rc == -ENOENT ? "UNKNOWN" : "INVALID", m->vid,
			    m->msgtype, endline);
	text_putc(t, '\n');
	t->error |= scratch.error;
	text_free(&scratch);
}

/* --- reading ------------------------------------------------------------- */

struct reader {
	struct nmsg_pres *p;
	const char *at, *end;
	bool last;
	const struct nmsg_type *type;
	struct message *m;
	const struct nmsg_field *pending; /* a string that may have more */
	bool lost, bad;
};

struct line {
	const char *at;
	size_t len;
};

/* The next line; false where it is not whole. */
static bool next_line(struct reader *r, struct line *l)
{
	const char *newline;

	if (r->at == r->end)
		return false;
	newline = memchr(r->at, '\n', (size_t)(r->end - r->at));
	if (!newline && !r->last)
		return false;
	l->at = r->at;
	l->len = (size_t)((newline ? newline : r->end) - r->at);
	r->at = newline ? newline + 1 : r->end;
	return true;
}

static bool is_blank(const struct line *l)
{
	for (size_t i = 0; i < l->len; i++)
		if (l->at[i] != ' ' && l->at[i] != '\t')
			return false;
	return true;
}

static bool starts(const struct line *l, const char *text)
{
	size_t len = strlen(text);

	return l->len >= len && memcmp(l->at, text, len) == 0;
}

/* The next part of a header line, which is in brackets. */
static bool bracketed(struct line *l, struct line *part)
{
	const char *close;

	while (l->len > 0 && *l->at == ' ') {
		l->at++;
		l->len--;
	}
	if (l->len == 0 || *l->at != '[' ||
	    !(close = memchr(l->at, ']', l->len)))
		return false;
	part->at = l->at + 1;
	part->len = (size_t)(close - part->at);
	l->len -= (size_t)(close + 1 - l->at);
	l->at = close + 1;
	return true;
}

static bool read_alias(const struct line *part, const struct nmsg_alias *alias,
		       uint32_t *number)
{
	uint64_t n;
	bool negative;

	*number = 0;
	if (part->len == 0)
		return true;
	*number = nmsg_alias_number(alias, part->at, part->len);
	if (*number == 0 &&
	    nmsg_text_int_read(part->at, part->len, &n, &negative) &&
	    !negative && n <= UINT32_MAX)
		*number = (uint32_t)n;
	return true;
}

/* "1:12 base packet", of which the numbers count. */
static bool read_type(const struct line *part, struct message *m)
{
	char copy[64];
	int behind = 0;

	if (part->len >= sizeof(copy))
		return false;
	memcpy(copy, part->at, part->len);
	copy[part->len] = '\0';
	return sscanf(copy, "%9u:%9u %n", &m->vid, &m->msgtype, &behind) == 2 &&
	       behind > 0;
}

static bool read_header(struct reader *r, struct line l)
{
	const struct nmsg_aliases *aliases = r->p->aliases;
	struct line len, when, type, source, operator, group;
	struct message *m = r->m;

	if (!bracketed(&l, &len) || !bracketed(&l, &when) ||
	    !bracketed(&l, &type) || !bracketed(&l, &source) ||
	    !bracketed(&l, &operator) || !bracketed(&l, &group) ||
	    !is_blank(&l))
		return false;
	return nmsg_text_time_read(when.at, when.len, &m->time_sec,
				   &m->time_nsec) &&
	       read_type(&type, m) &&
	       nmsg_text_hex_read(source.at, source.len, &m->source) &&
	       read_alias(&operator, aliases ? aliases->operators : NULL,
			  &m->operator_id) &&
	       read_alias(&group, aliases ? aliases->groups : NULL, &m->group);
}

/* The field that a line names, and the line without that name. */
static const struct nmsg_field *named(const struct reader *r, struct line *l)
{
	const char *colon = memchr(l->at, ':', l->len);
	const struct nmsg_field *field;
	size_t len = colon ? (size_t)(colon - l->at) : 0;

	field = len ? nmsg_type_field(r->type, l->at, len) : NULL;
	if (!field || field->flags & (NMSG_HIDDEN | NMSG_NOPRINT))
		return NULL;
	if (l->len > len + 1 && colon[1] != ' ')
		return NULL;
	l->at = colon + 1;
	l->len -= len + 1;
	if (l->len > 0) {
		l->at++;
		l->len--;
	}
	return field;
}

static void add(struct reader *r, const struct nmsg_field *field,
		const struct nmsg_value *v)
{
	nmsg_parse_seen(&r->p->parse, field, v);
	if (nmsg_build_add(&r->p->build, field, v) < 0)
		r->bad = true;
}

static void add_text(struct reader *r, const struct nmsg_field *field,
		     const char *text, size_t len)
{
	struct nmsg_value v = {.bytes = (const uint8_t *)text, .len = len};

	add(r, field, &v);
}

/* Ends a string whose lines were gathered. */
static void flush(struct reader *r)
{
	if (r->pending)
		add_text(r, r->pending, r->p->scratch.at, r->p->scratch.len);
	r->pending = NULL;
}

/* Whether a message ends before r->at: nothing, or a header, follows. */
static bool at_end(const struct reader *r)
{
	const char *at = r->at;

	while (at < r->end && *at == '\n')
		at++;
	return at == r->end || *at == '[';
}

/*
 * Whether the text of a field is over behind a line: a dot alone, or one that
 * follows the last line of text which has no end, before a later field.
 */
static bool is_over(const struct reader *r, const struct nmsg_field *field,
		    const struct line *l)
{
	struct reader ahead = *r;
	const struct nmsg_field *later;
	struct line follows;

	if (l->len == 0 || l->at[l->len - 1] != '.')
		return false;
	if (l->len == 1)
		return true;
	ahead.last = true;
	if (!next_line(&ahead, &follows))
		return r->last;
	if (follows.len == 0)
		return at_end(r);
	later = named(r, &follows);
	return later && later > field;
}

/* The lines of a text; false where its end is not there yet. */
static bool read_lines(struct reader *r, const struct nmsg_field *field)
{
	const char *start = r->at;
	struct line l;

	while (next_line(r, &l)) {
		if (!r->last && r->at == r->end && l.len != 1)
			return false;
		if (!is_over(r, field, &l))
			continue;
		add_text(r, field, start, (size_t)(l.at + l.len - 1 - start));
		return true;
	}
	r->bad = r->last;
	return r->last;
}

/* A DNS message as text; false where its end is not there yet. */
static bool read_dig(struct reader *r, const struct nmsg_field *field,
		     const struct line *first)
{
	struct nmsg_value v = {0};
	const char *start = r->at;
	struct text *bytes = &r->p->scratch;
	struct line l;

	if (!starts(first, "[")) {
		r->lost |= field->number > 0;
		return true;
	}
	while (next_line(r, &l)) {
		if (l.len != 3 || memcmp(l.at, "---", 3) != 0)
			continue;
		bytes->len = 0;
		if (field->number == 0)
			return true;
		if (!nmsg_dig_read(bytes, start, (size_t)(l.at - start))) {
			r->lost = true;
			return true;
		}
		v.bytes = (const uint8_t *)bytes->at;
		v.len = bytes->len;
		add(r, field, &v);
		return true;
	}
	r->bad = r->last;
	return r->last;
}

/* What ncap shows of its packet; the packet is lost. */
static bool pass_datagram(struct reader *r)
{
	struct line l;

	r->lost = true;
	while (next_line(r, &l)) {
		if (l.len > 0 || (r->at == r->end && !r->last) || !at_end(r))
			continue;
		r->at = l.at; /* the empty line ends the message */
		return true;
	}
	return r->last;
}

/* The text of a value that its line has; true unless more is needed. */
static bool read_field(struct reader *r, const struct nmsg_field *field,
		       struct line l)
{
	struct nmsg_value v = {0};

	if (field->kind == NMSG_MLSTRING)
		return read_lines(r, field);
	if (field->style == NMSG_DIG || field->style == NMSG_DIG_TEXT)
		return read_dig(r, field, &l);
	if (field->style == NMSG_DATAGRAM && l.len == 0)
		return pass_datagram(r);
	if (field->number == 0)
		return true;
	if (field->kind == NMSG_STRING) {
		r->p->scratch.len = 0;
		if (l.len > 0)
			text_put(&r->p->scratch, l.at, l.len);
		r->pending = field;
		return true;
	}
	while (l.len > 0 && l.at[l.len - 1] == ' ' &&
	       field->style != NMSG_RDATA)
		l.len--;
	if ((starts(&l, "<BYTE ARRAY LEN=") &&
	     !starts(&l, "<BYTE ARRAY LEN=0>")) ||
	    starts(&l, "<INVALID IP"))
		r->lost = true;
	else if (starts(&l, "<BYTE ARRAY LEN=0>"))
		add(r, field, &v);
	else if (nmsg_parse_text(&r->p->parse, field, l.at, l.len, &v))
		add(r, field, &v);
	else
		r->bad = true;
	return true;
}

/* The lines of a message; false where it is not whole. */
static bool read_fields(struct reader *r)
{
	const struct nmsg_field *field;
	struct line l, value;

	while (next_line(r, &l)) {
		if (l.len == 0) {
			flush(r);
			return true;
		}
		value = l;
		field = r->type ? named(r, &value) : NULL;
		if (field) {
			flush(r);
			if (!read_field(r, field, value))
				return false;
		} else if (starts(&l, "<UNKNOWN NMSG ") ||
			   starts(&l, "<INVALID NMSG ")) {
			r->lost = true;
		} else if (r->pending) {
			text_putc(&r->p->scratch, '\n');
			text_put(&r->p->scratch, l.at, l.len);
		}
	}
	flush(r);
	return r->last;
}

static int finish(struct reader *r)
{
	struct nmsg_pres *p = r->p;

	if (p->scratch.error || p->parse.bytes.error)
		return -ENOMEM;
	if (r->bad || (!r->type && !r->lost))
		return -EBADMSG;
	if (r->lost)
		return -ENODATA;
	return nmsg_build_finish(&p->build, r->m) < 0 ? -ENOMEM : 1;
}

int nmsg_pres_next(struct nmsg_pres *p, const char *text, size_t len, bool last,
		   int64_t now_ns, size_t *used, struct message *m)
{
	struct reader r = {.p = p,
			   .at = text,
			   .end = text + len,
			   .last = last,
			   .type = p->type,
			   .m = m};
	const char *start = text;
	struct line l;

	*used = 0;
	do {
		start = r.at;
		*used = (size_t)(start - text);
		if (!next_line(&r, &l))
			return 0;
	} while (is_blank(&l));
	memset(m, 0, sizeof(*m));
	m->time_sec = now_ns / NSEC;
	m->time_nsec = (uint32_t)(now_ns % NSEC);
	if (*l.at == '[') {
		r.bad = !read_header(&r, l);
		r.type = nmsg_type_find(m->vid, m->msgtype);
	} else {
		r.at = start;
		if (r.type) {
			m->vid = r.type->vid;
			m->msgtype = r.type->msgtype;
		}
	}
	nmsg_build_start(&p->build, r.type);
	nmsg_parse_start(&p->parse);
	if (!read_fields(&r))
		return 0;
	*used = (size_t)(r.at - text);
	return finish(&r);
}

void nmsg_pres_free(struct nmsg_pres *p)
{
	nmsg_build_free(&p->build);
	nmsg_parse_free(&p->parse);
	text_free(&p->scratch);
}
