/* SPDX-License-Identifier: MIT */
#include "nmsg_dumpling.h"

#include "nmsg_dns.h"
#include "nmsg_parse.h"
#include "nmsg_rdata.h"
#include "nmsg_text.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#define NSEC 1000000000
#define PREFIX "nmsg."

/* Of a type that is not known, all of it. */
static const struct nmsg_field raw = {.name = "payload", .kind = NMSG_BYTES};

void nmsg_dumpling_chef(char chef[NMSG_DUMPLING_CHEF], uint32_t vid,
			uint32_t msgtype)
{
	const struct nmsg_type *type = nmsg_type_find(vid, msgtype);
	const char *vname = nmsg_type_vendor(vid);
	char vendor[16], number[16];

	snprintf(vendor, sizeof(vendor), "%u", vid);
	snprintf(number, sizeof(number), "%u", msgtype);
	snprintf(chef, NMSG_DUMPLING_CHEF, PREFIX "%s.%s",
		 vname ? vname : vendor, type ? type->mname : number);
}

bool nmsg_dumpling_type(const char *chef, uint32_t *vid, uint32_t *msgtype)
{
	const char *vname = chef + strlen(PREFIX), *dot;

	if (strncmp(chef, PREFIX, strlen(PREFIX)) != 0)
		return false;
	dot = strchr(vname, '.');
	return dot && nmsg_type_named(vname, (size_t)(dot - vname), dot + 1,
				      strlen(dot + 1), vid, msgtype);
}

/* --- writing ------------------------------------------------------------- */

/* What texts are made in. */
struct making {
	struct nd_dumpling *out;
	const struct nmsg_record *r;
	struct text text, back;
};

static void put_text(struct making *k, const char *key)
{
	nd_put_strn(k->out, key, k->text.at ? k->text.at : "", k->text.len);
}

static void put_bytes(struct making *k, const char *key,
		      const struct nmsg_value *v)
{
	nd_put_bin(k->out, key, v->len > 0 ? v->bytes : (const uint8_t *)"",
		   v->len);
}

static bool same(const struct text *t, const struct nmsg_value *v)
{
	return t->len == v->len &&
	       (v->len == 0 || memcmp(t->at, v->bytes, v->len) == 0);
}

/* Text where it leads back to just these bytes. */
static void put_name(struct making *k, const char *key,
		     const struct nmsg_value *v)
{
	uint8_t wire[NMSG_DNS_NAME_MAX];
	size_t len;

	k->text.len = 0;
	if (v->len > 0)
		nmsg_dns_name(&k->text, v->bytes, v->len);
	if (v->len > 0 &&
	    nmsg_dns_name_read(k->text.at, k->text.len, wire, &len) &&
	    len == v->len && memcmp(wire, v->bytes, len) == 0)
		put_text(k, key);
	else
		put_bytes(k, key, v);
}

static void put_rdata(struct making *k, const char *key,
		      const struct nmsg_value *v)
{
	struct nmsg_value type, klass;

	k->text.len = k->back.len = 0;
	if (nmsg_record_named(k->r, "rrtype", &type) &&
	    nmsg_record_named(k->r, "rrclass", &klass)) {
		nmsg_rdata_write(&k->text, v->bytes, v->len, (uint16_t)type.u,
				 (uint16_t)klass.u);
		if (nmsg_rdata_read(&k->back, k->text.at ? k->text.at : "",
				    k->text.len, (uint16_t)type.u,
				    (uint16_t)klass.u) == 0 &&
		    same(&k->back, v)) {
			put_text(k, key);
			return;
		}
	}
	put_bytes(k, key, v);
}

static void put_named(struct making *k, const char *key, const char *name,
		      uint64_t number)
{
	if (name)
		nd_put_str(k->out, key, name);
	else
		nd_put_uint(k->out, key, number);
}

static const char *protocol(uint64_t number)
{
	return number == IPPROTO_UDP    ? "UDP"
	       : number == IPPROTO_TCP  ? "TCP"
	       : number == IPPROTO_ICMP ? "ICMP"
					: NULL;
}

static void put_plain(struct making *k, const char *key,
		      const struct nmsg_field *field,
		      const struct nmsg_value *v)
{
	const char *name;

	switch (field->kind) {
	case NMSG_BYTES:
		put_bytes(k, key, v);
		break;
	case NMSG_STRING:
	case NMSG_MLSTRING:
		nd_put_strn(k->out, key,
			    v->len > 0 ? (const char *)v->bytes : "", v->len);
		break;
	case NMSG_IP:
		if (v->len == 4 || v->len == 16)
			nd_put_ip(k->out, key, v->bytes, v->len);
		else
			put_bytes(k, key, v);
		break;
	case NMSG_DOUBLE:
		nd_put_double(k->out, key, v->d);
		break;
	case NMSG_BOOL:
		nd_put_bool(k->out, key, v->u != 0);
		break;
	case NMSG_ENUM:
		name = nmsg_type_enum(field, (int64_t)v->u);
		if (name) {
			nd_put_str(k->out, key, name);
			break;
		}
		/* fall through */
	case NMSG_INT16:
	case NMSG_INT32:
	case NMSG_INT64:
		nd_put_int(k->out, key, (int64_t)v->u);
		break;
	default:
		nd_put_uint(k->out, key, v->u);
		break;
	}
}

static void put_value(struct making *k, const char *key,
		      const struct nmsg_field *field,
		      const struct nmsg_value *v)
{
	uint16_t n = (uint16_t)v->u;
	char text[16];

	switch (field->style) {
	case NMSG_NAME:
		put_name(k, key, v);
		break;
	case NMSG_RDATA:
		put_rdata(k, key, v);
		break;
	case NMSG_RRTYPE:
		put_named(k, key, v->u == n ? nmsg_dns_type(n) : NULL, v->u);
		break;
	case NMSG_RRCLASS:
		put_named(k, key, v->u == n ? nmsg_dns_class(n) : NULL, v->u);
		break;
	case NMSG_RCODE:
		put_named(k, key, v->u == n ? nmsg_dns_rcode(n) : NULL, v->u);
		break;
	case NMSG_PROTO:
		put_named(k, key, protocol(v->u), v->u);
		break;
	case NMSG_HEX:
		snprintf(text, sizeof(text), "%x", (uint32_t)v->u);
		nd_put_str(k->out, key, text);
		break;
	case NMSG_TIME:
		nd_put_time(k->out, key, (int64_t)v->u * NSEC);
		break;
	default:
		put_plain(k, key, field, v);
		break;
	}
}

static void put_fields(struct making *k, struct nmsg_record *r)
{
	struct nmsg_each each;
	struct nmsg_value v;

	for (size_t i = 0; i < r->type->field_count; i++) {
		const struct nmsg_field *field = &r->type->fields[i];

		if (field->flags & NMSG_REPEATED) {
			if (r->count[i] == 0)
				continue;
			nd_put_array(k->out, field->name);
			nmsg_record_start(r, field, &each);
			while (nmsg_record_each(field, &each, &v))
				put_value(k, NULL, field, &v);
			nd_end(k->out);
		} else if (field->number > 0 ? nmsg_record_wire(r, field, &v)
					     : (field->kind != NMSG_BYTES ||
						field->style == NMSG_NAME) &&
						       field->get(r, &v)) {
			put_value(k, field->name, field, &v);
		}
	}
}

static void put_alias(struct nd_dumpling *out, const char *key,
		      const struct nmsg_alias *alias, uint32_t number)
{
	const char *name = nmsg_alias_name(alias, number);

	if (number > 0 && name)
		nd_put_str(out, key, name);
	else if (number > 0)
		nd_put_uint(out, key, number);
}

int nmsg_dumpling_put(struct nd_dumpling *out, const struct message *m,
		      const struct nmsg_aliases *aliases)
{
	struct nmsg_value bytes = {.bytes = m->payload, .len = m->payload_len};
	struct nmsg_record r;
	struct making k = {.out = out, .r = &r};
	char source[16];
	int rc = nmsg_record_read(&r, m);

	if (rc == -EBADMSG)
		return rc;
	nd_put_map(out, NULL);
	if (m->source > 0) {
		snprintf(source, sizeof(source), "%08x", m->source);
		nd_put_str(out, "source", source);
	}
	put_alias(out, "operator", aliases ? aliases->operators : NULL,
		  m->operator_id);
	put_alias(out, "group", aliases ? aliases->groups : NULL, m->group);
	if (rc == 0)
		put_fields(&k, &r);
	else
		put_bytes(&k, raw.name, &bytes);
	nd_end(out);
	rc = k.text.error || k.back.error ? -ENOMEM : 0;
	text_free(&k.text);
	text_free(&k.back);
	return rc;
}

/* --- reading ------------------------------------------------------------- */

struct taking {
	struct nmsg_build *b;
	struct nmsg_parse parse;
	const struct nmsg_aliases *aliases;
	struct message *m;
};

static bool is(const struct nd_value *key, const char *name)
{
	return key->type == ND_STR && key->len == strlen(name) &&
	       memcmp(key->as.bytes, name, key->len) == 0;
}

static bool take_text(struct taking *k, const struct nmsg_field *field,
		      const struct nd_value *in, struct nmsg_value *v)
{
	if (field->style == NMSG_TAGGED) {
		v->bytes = in->as.bytes;
		v->len = in->len;
		return true;
	}
	return nmsg_parse_text(&k->parse, field, (const char *)in->as.bytes,
			       in->len, v);
}

static bool is_bytes(const struct nmsg_field *field)
{
	return field->kind == NMSG_BYTES || field->kind == NMSG_STRING ||
	       field->kind == NMSG_MLSTRING || field->kind == NMSG_IP;
}

static bool take_value(struct taking *k, const struct nmsg_field *field,
		       const struct nd_value *in, struct nmsg_value *v)
{
	memset(v, 0, sizeof(*v));
	switch (in->type) {
	case ND_STR:
		return take_text(k, field, in, v);
	case ND_BIN:
		v->bytes = in->as.bytes;
		v->len = in->len;
		return is_bytes(field);
	case ND_UINT:
		v->u = in->as.u;
		v->d = (double)in->as.u;
		return !is_bytes(field);
	case ND_INT:
		v->u = (uint64_t)in->as.i;
		v->d = (double)in->as.i;
		return !is_bytes(field) && field->kind != NMSG_UINT64;
	case ND_DOUBLE:
		v->d = in->as.d;
		return field->kind == NMSG_DOUBLE;
	case ND_BOOL:
		v->u = in->as.b;
		return field->kind == NMSG_BOOL;
	case ND_TIME:
		v->u = (uint64_t)(in->as.i / NSEC);
		return field->style == NMSG_TIME && in->as.i >= 0;
	default:
		return false;
	}
}

static bool take_one(struct taking *k, const struct nmsg_field *field,
		     const struct nd_value *in)
{
	struct nmsg_value v;

	if (in->type == ND_NIL)
		return true;
	if (!take_value(k, field, in, &v))
		return false;
	if (field == &raw) {
		nmsg_build_raw(k->b, v.bytes, v.len);
		return true;
	}
	nmsg_parse_seen(&k->parse, field, &v);
	/* An address of another length is put as it was. */
	return nmsg_build_add(k->b, field, &v) == 0;
}

static bool take_field(struct taking *k, const struct nmsg_field *field,
		       const struct nd_value *in)
{
	struct nd_value array = *in, element;
	int rc;

	if (in->type != ND_ARRAY)
		return take_one(k, field, in);
	while ((rc = nd_each(&array, NULL, &element)) > 0)
		if (!(field->flags & NMSG_REPEATED) ||
		    !take_one(k, field, &element))
			return false;
	return rc == 0;
}

static bool take_alias(const struct nd_value *in,
		       const struct nmsg_alias *alias, uint32_t *number)
{
	if (in->type == ND_STR)
		*number = nmsg_alias_number(alias, (const char *)in->as.bytes,
					    in->len);
	else if (in->type == ND_UINT && in->as.u <= UINT32_MAX)
		*number = (uint32_t)in->as.u;
	else
		return in->type == ND_NIL;
	return true;
}

/* What is beside the fields: 1 where it was taken, 0 for none of it. */
static int take_beside(struct taking *k, const struct nd_value *key,
		       const struct nd_value *in)
{
	const struct nmsg_aliases *a = k->aliases;
	bool good;

	if (is(key, "source"))
		good = in->type == ND_STR
			       ? nmsg_text_hex_read((const char *)in->as.bytes,
						    in->len, &k->m->source)
			       : take_alias(in, NULL, &k->m->source);
	else if (is(key, "operator"))
		good = take_alias(in, a ? a->operators : NULL,
				  &k->m->operator_id);
	else if (is(key, "group"))
		good = take_alias(in, a ? a->groups : NULL, &k->m->group);
	else
		return 0;
	return good ? 1 : -EBADMSG;
}

/* One round through the map: fields of records' data wait for the second. */
static int take_all(struct taking *k, struct nd_value map, bool second)
{
	const struct nmsg_type *type = k->b->type;
	struct nd_value key, in;
	int rc;

	while ((rc = nd_each(&map, &key, &in)) > 0) {
		const struct nmsg_field *field = NULL;

		if (!second && (rc = take_beside(k, &key, &in)) != 0) {
			if (rc < 0)
				return rc;
			continue;
		}
		if (key.type == ND_STR && type)
			field = nmsg_type_field(type,
						(const char *)key.as.bytes,
						key.len);
		else if (is(&key, raw.name))
			field = &raw;
		if (!field || (field != &raw && field->number == 0) ||
		    second != (field->style == NMSG_RDATA))
			continue;
		if (!take_field(k, field, &in))
			return -EBADMSG;
	}
	return rc;
}

int nmsg_dumpling_get(struct nmsg_build *b, const struct nd_dumpling *d,
		      const struct nmsg_aliases *aliases, struct message *m)
{
	struct taking k = {.b = b, .aliases = aliases, .m = m};
	int64_t time_ns = nd_creation_time_ns(d);
	struct nd_value map;
	int rc;

	memset(m, 0, sizeof(*m));
	if (!nmsg_dumpling_type(nd_chef_name(d), &m->vid, &m->msgtype))
		return -ENOENT;
	m->time_sec = time_ns / NSEC;
	m->time_nsec = (uint32_t)(time_ns % NSEC);
	nmsg_build_start(b, nmsg_type_find(m->vid, m->msgtype));
	if (nd_payload(d, &map) < 0 || map.type != ND_MAP)
		return -EBADMSG;
	rc = take_all(&k, map, false);
	if (rc == 0 && b->type)
		rc = take_all(&k, map, true);
	if (rc == 0)
		rc = k.parse.bytes.error ? -ENOMEM : nmsg_build_finish(b, m);
	nmsg_parse_free(&k.parse);
	return rc;
}
