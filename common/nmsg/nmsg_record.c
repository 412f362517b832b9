/* SPDX-License-Identifier: MIT */
#include "nmsg_record.h"

#include <errno.h>
#include <string.h>

/* https://protobuf.dev/programming-guides/encoding/ */
enum {
	VARINT = 0,
	FIXED64 = 1,
	LENGTH = 2,
	FIXED32 = 5,
};

/* A field as it is on the wire. */
struct wire {
	uint32_t number;
	unsigned type;
	uint64_t u; /* not of LENGTH */
	const uint8_t *bytes;
	size_t len;
};

static bool varint(const uint8_t **at, const uint8_t *end, uint64_t *n)
{
	const uint8_t *p = *at;
	uint64_t v = 0;

	for (unsigned shift = 0; p < end && shift < 70; shift += 7) {
		uint8_t byte = *p++;

		if (shift < 64)
			v |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80)) {
			*at = p;
			*n = v;
			return true;
		}
	}
	return false;
}

static uint64_t little_endian(const uint8_t *p, size_t len)
{
	uint64_t n = 0;

	while (len-- > 0)
		n = n << 8 | p[len];
	return n;
}

static bool fixed(const uint8_t **at, const uint8_t *end, size_t len,
		  uint64_t *n)
{
	if ((size_t)(end - *at) < len)
		return false;
	*n = little_endian(*at, len);
	*at += len;
	return true;
}

static bool next(const uint8_t **at, const uint8_t *end, struct wire *w)
{
	uint64_t tag, len;

	if (!varint(at, end, &tag) || tag >> 3 == 0 || tag > UINT32_MAX)
		return false;
	w->number = (uint32_t)(tag >> 3);
	w->type = tag & 7;
	switch (w->type) {
	case VARINT:
		return varint(at, end, &w->u);
	case FIXED64:
		return fixed(at, end, 8, &w->u);
	case FIXED32:
		return fixed(at, end, 4, &w->u);
	case LENGTH:
		if (!varint(at, end, &len) || len > (size_t)(end - *at))
			return false;
		w->bytes = *at;
		w->len = (size_t)len;
		*at += len;
		return true;
	default:
		return false; /* groups, which nobody makes */
	}
}

static unsigned wire_type(const struct nmsg_field *field)
{
	switch (field->kind) {
	case NMSG_BYTES:
	case NMSG_STRING:
	case NMSG_MLSTRING:
	case NMSG_IP:
		return LENGTH;
	case NMSG_DOUBLE:
		return FIXED64;
	default:
		return field->flags & NMSG_FIXED ? FIXED32 : VARINT;
	}
}

static void number(const struct nmsg_field *field, uint64_t u,
		   struct nmsg_value *v)
{
	v->bytes = NULL;
	v->len = 0;
	switch (field->kind) {
	case NMSG_UINT16:
	case NMSG_UINT32:
		v->u = (uint32_t)u;
		break;
	case NMSG_ENUM:
	case NMSG_INT16:
	case NMSG_INT32:
		v->u = (uint64_t)(int64_t)(int32_t)(uint32_t)u;
		break;
	case NMSG_BOOL:
		v->u = u != 0;
		break;
	case NMSG_DOUBLE:
		memcpy(&v->d, &u, sizeof(v->d));
		break;
	default:
		v->u = u;
		break;
	}
}

static void value(const struct nmsg_field *field, const struct wire *w,
		  struct nmsg_value *v)
{
	if (w->type != LENGTH) {
		number(field, w->u, v);
		return;
	}
	v->bytes = w->bytes;
	v->len = w->len;
	if ((field->kind == NMSG_STRING || field->kind == NMSG_MLSTRING) &&
	    v->len > 0 && v->bytes[v->len - 1] == '\0')
		v->len--;
}

/* The next of several numbers in one, as protobuf may pack them. */
static bool unpack(const struct nmsg_field *field, const uint8_t **at,
		   const uint8_t *end, struct nmsg_value *v)
{
	uint64_t u;

	switch (wire_type(field)) {
	case FIXED32:
		if (!fixed(at, end, 4, &u))
			return false;
		break;
	case FIXED64:
		if (!fixed(at, end, 8, &u))
			return false;
		break;
	default:
		if (!varint(at, end, &u))
			return false;
		break;
	}
	number(field, u, v);
	return true;
}

static bool take(struct nmsg_record *r, size_t i, const struct wire *w)
{
	const struct nmsg_field *field = &r->type->fields[i];
	unsigned type = wire_type(field);
	const uint8_t *at = w->bytes;

	if (w->type == type) {
		r->count[i]++;
		value(field, w, &r->last[i]);
		return true;
	}
	if (w->type != LENGTH || !(field->flags & NMSG_REPEATED))
		return false;
	while (at < w->bytes + w->len) {
		if (!unpack(field, &at, w->bytes + w->len, &r->last[i]))
			return false;
		r->count[i]++;
	}
	return true;
}

/* Reads fields, those inside another one with its number. */
static int read_fields(struct nmsg_record *r, const uint8_t *at, size_t len,
		       unsigned inside)
{
	const struct nmsg_type *type = r->type;
	const uint8_t *end = at + len;
	struct wire w;
	size_t i;

	while (at < end) {
		bool nested = false;

		if (!next(&at, end, &w))
			return -EBADMSG;
		for (i = 0; i < type->field_count; i++) {
			if (type->fields[i].number == w.number &&
			    type->fields[i].inside == inside)
				break;
			nested |= type->fields[i].inside == w.number;
		}
		if (i < type->field_count) {
			if (!take(r, i, &w))
				return -EBADMSG;
		} else if (nested && inside == 0) {
			r->inside = true;
			if (w.type != LENGTH ||
			    read_fields(r, w.bytes, w.len, w.number) < 0)
				return -EBADMSG;
		}
	}
	return 0;
}

int nmsg_record_read(struct nmsg_record *r, const struct message *m)
{
	const struct nmsg_type *type = nmsg_type_find(m->vid, m->msgtype);

	if (!type)
		return -ENOENT;
	r->type = type;
	r->payload = m->payload;
	r->payload_len = m->payload_len;
	r->inside = false;
	memset(r->count, 0, type->field_count * sizeof(*r->count));
	r->scratch = NULL;
	r->whole.bytes = NULL;
	if (m->payload_len > 0 &&
	    read_fields(r, m->payload, m->payload_len, 0) < 0)
		return -EBADMSG;
	for (size_t i = 0; i < type->field_count; i++)
		if (type->fields[i].flags & NMSG_REQUIRED && r->count[i] == 0 &&
		    (!type->fields[i].inside || r->inside))
			return -EBADMSG;
	return 0;
}

bool nmsg_record_named(const struct nmsg_record *r, const char *name,
		       struct nmsg_value *v)
{
	const struct nmsg_field *field =
		nmsg_type_field(r->type, name, strlen(name));

	return field && nmsg_record_wire(r, field, v);
}

void nmsg_record_start(const struct nmsg_record *r,
		       const struct nmsg_field *field, struct nmsg_each *each)
{
	memset(each, 0, sizeof(*each));
	each->left = r->count[field - r->type->fields];
	if (each->left == 0)
		return;
	each->at = r->payload;
	each->end = r->payload + r->payload_len;
}

bool nmsg_record_each(const struct nmsg_field *field, struct nmsg_each *each,
		      struct nmsg_value *v)
{
	struct wire w;

	if (each->left == 0)
		return false;
	each->left--;
	for (;;) {
		if (each->packed < each->packed_end)
			return unpack(field, &each->packed, each->packed_end,
				      v);
		if (!next(&each->at, each->end, &w))
			return false;
		if (w.number != field->number)
			continue;
		if (w.type == wire_type(field)) {
			value(field, &w, v);
			return true;
		}
		each->packed = w.bytes;
		each->packed_end = w.bytes + w.len;
	}
}
