/* SPDX-License-Identifier: MIT */
#include "nmsg_build.h"

#include <errno.h>
#include <string.h>

enum {
	VARINT = 0,
	FIXED64 = 1,
	LENGTH = 2,
	FIXED32 = 5,
};

#define VARINT_MAX 10

static void put_varint(struct text *t, uint64_t n)
{
	char *to = text_room(t, VARINT_MAX);

	if (!to)
		return;
	while (n > 0x7f) {
		*to++ = (char)(uint8_t)(n | 0x80);
		n >>= 7;
	}
	*to++ = (char)n;
	t->len = (size_t)(to - t->at);
}

static void put_fixed(struct text *t, uint64_t n, size_t len)
{
	char *to = text_room(t, len);

	if (!to)
		return;
	for (size_t i = 0; i < len; i++)
		to[i] = (char)(uint8_t)(n >> 8 * i);
	t->len += len;
}

static void put_tag(struct text *t, uint32_t number, unsigned type)
{
	put_varint(t, (uint64_t)number << 3 | type);
}

void nmsg_build_start(struct nmsg_build *b, const struct nmsg_type *type)
{
	b->type = type;
	b->bytes.len = b->inside.len = b->sorted.len = 0;
	b->bytes.error = b->inside.error = b->sorted.error = 0;
	b->last = b->last_inside = 0;
	b->mixed = b->mixed_inside = false;
	b->number_inside = 0;
	b->seen = 0;
}

/* Whether a number is one that the field can hold. */
static bool fits(const struct nmsg_field *field, uint64_t u)
{
	int64_t i = (int64_t)u;

	switch (field->kind) {
	case NMSG_UINT16:
		return u <= UINT16_MAX;
	case NMSG_UINT32:
		return u <= UINT32_MAX;
	case NMSG_INT16:
		return i >= INT16_MIN && i <= INT16_MAX;
	case NMSG_ENUM:
	case NMSG_INT32:
		return i >= INT32_MIN && i <= INT32_MAX;
	default:
		return true;
	}
}

static bool is_text(const struct nmsg_field *field)
{
	return field->kind == NMSG_STRING || field->kind == NMSG_MLSTRING;
}

static void put_bytes(struct text *t, const struct nmsg_field *field,
		      const struct nmsg_value *v)
{
	bool nul = is_text(field);

	put_tag(t, field->number, LENGTH);
	put_varint(t, v->len + nul);
	if (v->len > 0)
		text_put(t, v->bytes, v->len);
	if (nul)
		text_putc(t, '\0');
}

static int put_value(struct text *t, const struct nmsg_field *field,
		     const struct nmsg_value *v)
{
	uint64_t bits;

	switch (field->kind) {
	case NMSG_IP:
		if (v->len != 4 && v->len != 16)
			return -EINVAL;
		put_bytes(t, field, v);
		return 0;
	case NMSG_BYTES:
	case NMSG_STRING:
	case NMSG_MLSTRING:
		put_bytes(t, field, v);
		return 0;
	case NMSG_DOUBLE:
		memcpy(&bits, &v->d, sizeof(bits));
		put_tag(t, field->number, FIXED64);
		put_fixed(t, bits, 8);
		return 0;
	default:
		break;
	}
	if (!fits(field, v->u))
		return -EINVAL;
	if (field->flags & NMSG_FIXED) {
		put_tag(t, field->number, FIXED32);
		put_fixed(t, v->u, 4);
	} else {
		put_tag(t, field->number, VARINT);
		put_varint(t, field->kind == NMSG_BOOL ? v->u != 0 : v->u);
	}
	return 0;
}

int nmsg_build_add(struct nmsg_build *b, const struct nmsg_field *field,
		   const struct nmsg_value *v)
{
	struct text *t = field->inside ? &b->inside : &b->bytes;
	uint32_t *last = field->inside ? &b->last_inside : &b->last;
	bool *mixed = field->inside ? &b->mixed_inside : &b->mixed;
	uint32_t bit = 1u << (field - b->type->fields);
	int rc;

	if (field->number == 0)
		return 0;
	rc = put_value(t, field, v);
	if (rc < 0)
		return rc;
	/* What comes again where it may not must be left out below. */
	if (field->number < *last ||
	    (b->seen & bit && !(field->flags & NMSG_REPEATED)))
		*mixed = true;
	*last = field->number;
	b->seen |= bit;
	if (field->inside)
		b->number_inside = field->inside;
	return 0;
}

void nmsg_build_raw(struct nmsg_build *b, const void *bytes, size_t len)
{
	if (len > 0)
		text_put(&b->bytes, bytes, len);
}

bool nmsg_build_has(const struct nmsg_build *b, const struct nmsg_field *field)
{
	return b->seen >> (field - b->type->fields) & 1;
}

/* The length of a varint, or of a field's value behind its tag. */
static size_t varint_len(const uint8_t *p)
{
	size_t len = 1;

	while (*p++ & 0x80)
		len++;
	return len;
}

static size_t value_len(const uint8_t *p, unsigned type)
{
	uint64_t len = 0;
	size_t head;

	switch (type) {
	case VARINT:
		return varint_len(p);
	case FIXED64:
		return 8;
	case FIXED32:
		return 4;
	default:
		head = varint_len(p);
		for (size_t i = head; i-- > 0;)
			len = len << 7 | (p[i] & 0x7f);
		return head + (size_t)len;
	}
}

/* Appends what was added of one field: all of it, or the last value. */
static void pick(struct text *to, const struct text *from,
		 const struct nmsg_field *field)
{
	const uint8_t *at = (const uint8_t *)from->at, *end = at + from->len;
	const uint8_t *found = NULL;
	size_t found_len = 0;

	while (at < end) {
		const uint8_t *start = at;
		size_t head = varint_len(at);
		uint32_t tag = 0;

		for (size_t i = head; i-- > 0;)
			tag = tag << 7 | (at[i] & 0x7f);
		at += head;
		at += value_len(at, tag & 7);
		if (tag >> 3 != field->number)
			continue;
		if (field->flags & NMSG_REPEATED)
			text_put(to, start, (size_t)(at - start));
		found = start;
		found_len = (size_t)(at - start);
	}
	if (found && !(field->flags & NMSG_REPEATED))
		text_put(to, found, found_len);
}

/* The field with the next number above `number`, of those inside or not. */
static const struct nmsg_field *above(const struct nmsg_build *b,
				      uint32_t number, unsigned inside)
{
	const struct nmsg_field *found = NULL;

	for (size_t i = 0; i < b->type->field_count; i++) {
		const struct nmsg_field *field = &b->type->fields[i];

		if (field->inside == inside && field->number > number &&
		    (!found || field->number < found->number))
			found = field;
	}
	return found;
}

static void sort(struct nmsg_build *b, struct text *t, unsigned inside)
{
	const struct nmsg_field *field = NULL;
	struct text was;

	b->sorted.len = 0;
	while ((field = above(b, field ? field->number : 0, inside)))
		if (nmsg_build_has(b, field))
			pick(&b->sorted, t, field);
	was = *t;
	*t = b->sorted;
	b->sorted = was;
}

static void add_required(struct nmsg_build *b)
{
	static const struct nmsg_value none;

	for (size_t i = 0; i < b->type->field_count; i++) {
		const struct nmsg_field *field = &b->type->fields[i];

		if (!(field->flags & NMSG_REQUIRED) ||
		    nmsg_build_has(b, field) ||
		    (field->inside && !b->number_inside))
			continue;
		if (field->kind != NMSG_IP) {
			nmsg_build_add(b, field, &none);
			continue;
		}
		put_tag(&b->bytes, field->number, LENGTH);
		put_varint(&b->bytes, 0);
		b->mixed = true;
		b->seen |= 1u << i;
	}
}

int nmsg_build_finish(struct nmsg_build *b, struct message *m)
{
	if (b->type) {
		add_required(b);
		if (b->mixed_inside)
			sort(b, &b->inside, b->number_inside);
		if (b->mixed)
			sort(b, &b->bytes, 0);
	}
	/* Of the types with a message inside, only its own tag is behind it. */
	if (b->number_inside) {
		struct text *t = &b->sorted;
		const uint8_t *at = (const uint8_t *)b->bytes.at;
		size_t before = 0;

		t->len = 0;
		while (before < b->bytes.len &&
		       at[before] >> 3 < b->number_inside)
			before +=
				1 + value_len(at + before + 1, at[before] & 7);
		if (before > 0)
			text_put(t, at, before);
		put_tag(t, b->number_inside, LENGTH);
		put_varint(t, b->inside.len);
		if (b->inside.len > 0)
			text_put(t, b->inside.at, b->inside.len);
		if (before < b->bytes.len)
			text_put(t, at + before, b->bytes.len - before);
		m->payload = (const uint8_t *)t->at;
		m->payload_len = t->len;
	} else {
		m->payload = (const uint8_t *)b->bytes.at;
		m->payload_len = b->bytes.len;
	}
	return b->bytes.error || b->inside.error || b->sorted.error ? -ENOMEM
								    : 0;
}

void nmsg_build_free(struct nmsg_build *b)
{
	text_free(&b->bytes);
	text_free(&b->inside);
	text_free(&b->sorted);
}
