/* SPDX-License-Identifier: MIT */
#include "nmsg_json.h"

#include "nmsg_head.h"
#include "nmsg_json_value.h"
#include "nmsg_parse.h"
#include "nmsg_scan.h"
#include "nmsg_text.h"

#include <errno.h>
#include <string.h>

/* Of a type that is not known, all of it. */
static const struct nmsg_field raw = {.name = "payload", .kind = NMSG_BYTES};

static void put_key(struct text *t, const char *name)
{
	size_t len = strlen(name);
	char *to = text_room(t, len + 3);

	if (!to)
		return;
	*to++ = '"';
	memcpy(to, name, len);
	to[len] = '"';
	to[len + 1] = ':';
	t->len += len + 3;
}

static void put_all(struct text *t, const struct nmsg_record *r,
		    const struct nmsg_field *field)
{
	struct nmsg_each each;
	struct nmsg_value v;
	bool more = false;

	text_putc(t, '[');
	nmsg_record_start(r, field, &each);
	while (nmsg_record_each(field, &each, &v)) {
		if (more)
			text_putc(t, ',');
		nmsg_json_value_put(t, r, field, &v);
		more = true;
	}
	text_putc(t, ']');
}

static void put_fields(struct text *t, struct nmsg_record *r)
{
	struct nmsg_value v;
	bool more = false;

	for (size_t i = 0; i < r->type->field_count; i++) {
		const struct nmsg_field *field = &r->type->fields[i];
		bool all = field->flags & NMSG_REPEATED;

		if (!all && !(field->flags & NMSG_JSON_WIRE
				      ? nmsg_record_wire(r, field, &v)
				      : nmsg_record_get(r, field, &v)))
			continue;
		if (more)
			text_putc(t, ',');
		more = true;
		put_key(t, field->name);
		if (all)
			put_all(t, r, field);
		else
			nmsg_json_value_put(t, r, field, &v);
	}
}

static void put_alias(struct text *t, const char *key,
		      const struct nmsg_alias *alias, uint32_t number)
{
	const char *name = nmsg_alias_name(alias, number);

	if (number == 0)
		return;
	text_putc(t, ',');
	put_key(t, key);
	if (name)
		nmsg_scan_put_string(t, (const uint8_t *)name, strlen(name));
	else
		text_uint(t, number);
}

static void put_head(struct text *t, const struct message *m,
		     const struct nmsg_type *type,
		     const struct nmsg_aliases *aliases)
{
	const char *vname = nmsg_type_vendor(m->vid);

	text_puts(t, "{\"time\":\"");
	nmsg_text_time(t, m->time_sec, m->time_nsec);
	text_puts(t, "\",\"vname\":\"");
	if (vname)
		text_puts(t, vname);
	else
		text_uint(t, m->vid);
	text_puts(t, "\",\"mname\":\"");
	if (type)
		text_puts(t, type->mname);
	else
		text_uint(t, m->msgtype);
	text_putc(t, '"');
	if (m->source > 0)
		text_printf(t, ",\"source\":\"%08x\"", m->source);
	put_alias(t, "operator", aliases ? aliases->operators : NULL,
		  m->operator_id);
	put_alias(t, "group", aliases ? aliases->groups : NULL, m->group);
	text_puts(t, ",\"message\":{");
}

int nmsg_json_write(struct text *t, const struct message *m,
		    const struct nmsg_aliases *aliases)
{
	struct nmsg_value bytes = {.bytes = m->payload, .len = m->payload_len};
	struct text scratch = {0};
	struct nmsg_record r;
	int rc = nmsg_record_read(&r, m);

	if (rc == -EBADMSG)
		return rc;
	if (rc == 0) {
		put_head(t, m, r.type, aliases);
		r.scratch = &scratch;
		put_fields(t, &r);
		t->error |= scratch.error;
		text_free(&scratch);
	} else {
		put_head(t, m, NULL, aliases);
		put_key(t, raw.name);
		nmsg_json_value_put(t, &r, &raw, &bytes);
	}
	text_puts(t, "}}\n");
	return 0;
}

/* --- reading ------------------------------------------------------------- */

#define NAME_MAX_LEN 64
#define NSEC 1000000000

/* A line while it is read. */
struct line {
	struct nmsg_json *j;
	struct nmsg_scan s;
	const struct nmsg_type *type;
	struct message *m;
	char vname[NAME_MAX_LEN], mname[NAME_MAX_LEN];
	size_t vname_len, mname_len;
	const char *message; /* what has to be read yet */
	bool read;
};

/* The bytes of {"val":...,"b64":"..."}, of which b64 says all. */
static int read_tagged(struct line *l, struct nmsg_value *v)
{
	struct text *bytes = &l->j->raw;
	struct nmsg_scan_value value;
	bool first = true, done = false;
	const char *key;
	size_t len;
	int rc;

	bytes->len = 0;
	while ((rc = nmsg_scan_member(&l->s, &first, &key, &len)) > 0) {
		bool b64 = len == 3 && memcmp(key, "b64", 3) == 0;
		bool val = len == 3 && memcmp(key, "val", 3) == 0 && !done;
		const char *start = l->s.at;

		nmsg_scan_value(&l->s, &value);
		if (value.kind == NMSG_SCAN_STRING && (b64 || val)) {
			bytes->len = 0;
			if (b64 && !nmsg_text_base64_read(bytes, value.text,
							  value.len))
				return -EBADMSG;
			if (val && value.len > 0)
				text_put(bytes, value.text, value.len);
			done |= b64;
			continue;
		}
		l->s.at = start;
		if (nmsg_scan_skip(&l->s) < 0)
			return -EBADMSG;
		if (val) {
			bytes->len = 0;
			text_put(bytes, start, (size_t)(l->s.at - start));
		}
	}
	v->bytes = (const uint8_t *)bytes->at;
	v->len = bytes->len;
	return rc;
}

/* One value of a field; 0 for null, which is left out. */
static int read_value(struct line *l, const struct nmsg_field *field,
		      struct nmsg_value *v)
{
	struct nmsg_scan_value value;

	memset(v, 0, sizeof(*v));
	nmsg_scan_value(&l->s, &value);
	switch (value.kind) {
	case NMSG_SCAN_STRING:
		if (field->flags & NMSG_UNSTYLED && field->kind == NMSG_BYTES)
			field = &raw;
		return nmsg_parse_text(&l->j->parse, field, value.text,
				       value.len, v)
			       ? 1
			       : -EBADMSG;
	case NMSG_SCAN_NUMBER:
		return nmsg_parse_number(field, value.text, value.len, v)
			       ? 1
			       : -EBADMSG;
	case NMSG_SCAN_OBJECT:
		if (field->kind != NMSG_BYTES || read_tagged(l, v) < 0)
			return -EBADMSG;
		return 1;
	case NMSG_SCAN_TRUE:
	case NMSG_SCAN_FALSE:
		v->u = value.kind == NMSG_SCAN_TRUE;
		return field->kind == NMSG_BOOL ? 1 : -EBADMSG;
	case NMSG_SCAN_NULL:
		return field->kind == NMSG_BYTES;
	default:
		return -EBADMSG;
	}
}

static int read_one(struct line *l, const struct nmsg_field *field)
{
	struct nmsg_value v;
	int rc = read_value(l, field, &v);

	if (rc <= 0)
		return rc;
	nmsg_parse_seen(&l->j->parse, field, &v);
	return nmsg_build_add(&l->j->build, field, &v) < 0 ? -EBADMSG : 0;
}

static int read_field(struct line *l, const struct nmsg_field *field)
{
	struct nmsg_scan_value value;
	const char *start = l->s.at;
	bool first = true;
	int rc;

	if (!(field->flags & NMSG_REPEATED))
		return read_one(l, field);
	nmsg_scan_value(&l->s, &value);
	if (value.kind == NMSG_SCAN_NULL)
		return 0;
	if (value.kind != NMSG_SCAN_ARRAY) {
		l->s.at = start;
		return read_one(l, field);
	}
	while ((rc = nmsg_scan_element(&l->s, &first)) > 0)
		if (read_one(l, field) < 0)
			return -EBADMSG;
	return rc;
}

static int read_raw(struct line *l)
{
	struct nmsg_value v;
	int rc = read_value(l, &raw, &v);

	if (rc > 0)
		nmsg_build_raw(&l->j->build, v.bytes, v.len);
	return rc;
}

/* The object of fields; those that need others come last. */
static int read_message(struct line *l)
{
	const struct nmsg_field *later_field = NULL;
	struct nmsg_scan_value value;
	const char *key, *later = NULL, *behind;
	bool first = true;
	size_t len;
	int rc;

	l->type = nmsg_type_find(l->m->vid, l->m->msgtype);
	nmsg_build_start(&l->j->build, l->type);
	nmsg_parse_start(&l->j->parse);
	nmsg_scan_value(&l->s, &value);
	if (value.kind != NMSG_SCAN_OBJECT)
		return -EBADMSG;
	while ((rc = nmsg_scan_member(&l->s, &first, &key, &len)) > 0) {
		const struct nmsg_field *field =
			l->type ? nmsg_type_field(l->type, key, len) : NULL;

		if (!l->type && len == 7 && memcmp(key, raw.name, 7) == 0) {
			rc = read_raw(l);
		} else if (field && field->style == NMSG_RDATA) {
			later_field = field;
			later = l->s.at;
			rc = nmsg_scan_skip(&l->s);
		} else if (field && field->number > 0) {
			rc = read_field(l, field);
		} else {
			rc = nmsg_scan_skip(&l->s);
		}
		if (rc < 0)
			return -EBADMSG;
	}
	behind = l->s.at;
	if (rc == 0 && later) {
		l->s.at = later;
		rc = read_field(l, later_field);
		l->s.at = behind;
	}
	l->read = true;
	return rc;
}

static bool copy_name(const struct nmsg_scan_value *v, char *name, size_t *len)
{
	if (v->kind != NMSG_SCAN_STRING || v->len > NAME_MAX_LEN || !v->len)
		return false;
	memcpy(name, v->text, v->len);
	*len = v->len;
	return true;
}

static bool key_is(const char *key, size_t len, const char *name)
{
	return strlen(name) == len && memcmp(key, name, len) == 0;
}

/* A member beside the fields; what is not known is passed over. */
static int read_beside(struct line *l, const char *key, size_t len)
{
	const struct nmsg_aliases *aliases = l->j->aliases;
	static const char *const names[] = {"time",   "vname",    "mname",
					    "source", "operator", "group"};
	struct nmsg_scan_value v;
	size_t i = 0;
	bool good;

	while (i < 6 && !key_is(key, len, names[i]))
		i++;
	if (i == 6)
		return nmsg_scan_skip(&l->s);
	nmsg_scan_value(&l->s, &v);
	switch (i) {
	case 0:
		good = nmsg_head_time(&v, l->m);
		break;
	case 1:
		good = copy_name(&v, l->vname, &l->vname_len);
		break;
	case 2:
		good = copy_name(&v, l->mname, &l->mname_len);
		break;
	case 3:
		good = nmsg_head_source(&v, &l->m->source);
		break;
	case 4:
		good = nmsg_head_alias(&v, aliases ? aliases->operators : NULL,
				       &l->m->operator_id);
		break;
	default:
		good = nmsg_head_alias(&v, aliases ? aliases->groups : NULL,
				       &l->m->group);
		break;
	}
	return good ? 0 : -EBADMSG;
}

static bool find_type(struct line *l)
{
	return l->vname_len > 0 && l->mname_len > 0 &&
	       nmsg_type_named(l->vname, l->vname_len, l->mname, l->mname_len,
			       &l->m->vid, &l->m->msgtype);
}

static int read_line(struct nmsg_json *j, const char *text, size_t len,
		     struct message *m)
{
	struct line l = {.j = j, .m = m, .s = {text, text + len, &j->scratch}};
	struct nmsg_scan_value v;
	bool first = true;
	const char *key;
	size_t key_len;
	int rc;

	nmsg_scan_value(&l.s, &v);
	if (v.kind != NMSG_SCAN_OBJECT)
		return -EBADMSG;
	while ((rc = nmsg_scan_member(&l.s, &first, &key, &key_len)) > 0) {
		if (!key_is(key, key_len, "message")) {
			rc = read_beside(&l, key, key_len);
		} else if (find_type(&l)) {
			rc = read_message(&l);
		} else {
			l.message = l.s.at;
			rc = nmsg_scan_skip(&l.s);
		}
		if (rc < 0)
			return -EBADMSG;
	}
	if (rc < 0 || !nmsg_scan_end(&l.s))
		return -EBADMSG;
	if (!l.read) {
		if (!l.message || !find_type(&l))
			return -EBADMSG;
		l.s.at = l.message;
		if (read_message(&l) < 0)
			return -EBADMSG;
	}
	if (j->scratch.error || j->raw.error || j->parse.bytes.error)
		return -ENOMEM;
	return nmsg_build_finish(&j->build, m);
}

int nmsg_json_next(struct nmsg_json *j, const char *text, size_t len, bool last,
		   int64_t now_ns, size_t *used, struct message *m)
{
	size_t at = 0;
	int rc;

	*used = 0;
	while (at < len) {
		const char *end = memchr(text + at, '\n', len - at);
		size_t line_len = end ? (size_t)(end - text) - at : len - at;
		struct nmsg_scan s = {text + at, text + at + line_len, NULL};

		if (!end && !last)
			return 0;
		*used = at + line_len + (end != NULL);
		if (!nmsg_scan_end(&s)) {
			memset(m, 0, sizeof(*m));
			m->time_sec = now_ns / NSEC;
			m->time_nsec = (uint32_t)(now_ns % NSEC);
			rc = read_line(j, text + at, line_len, m);
			return rc < 0 ? rc : 1;
		}
		at = *used;
	}
	return 0;
}

void nmsg_json_free(struct nmsg_json *j)
{
	nmsg_build_free(&j->build);
	nmsg_parse_free(&j->parse);
	text_free(&j->scratch);
	text_free(&j->raw);
}
