/* SPDX-License-Identifier: MIT */
#ifndef NMSG_RECORD_H
#define NMSG_RECORD_H

#include "message.h"
#include "nmsg_type.h"
#include "text.h"

/*
 * The fields of a message's payload, read by its type's table.  Nothing is
 * copied and no length is trusted; bytes are lent by the message.
 */

struct nmsg_value {
	uint64_t u; /* numbers; negative ones as two's complement of 64 bits */
	double d;   /* NMSG_DOUBLE */
	const uint8_t *bytes; /* what has a length; strings without their NUL */
	size_t len;
};

struct nmsg_record {
	const struct nmsg_type *type;
	const uint8_t *payload;
	size_t payload_len;
	bool inside;                     /* a message in it is there */
	uint32_t count[NMSG_FIELDS_MAX]; /* of each field's values */
	struct nmsg_value last[NMSG_FIELDS_MAX];
	/*
	 * Where get() may put together what is in pieces; nmsg_record_read()
	 * makes it NULL, and such a field has no value then.  Lent.
	 */
	struct text *scratch;
	struct nmsg_value whole; /* what is there */
};

/*
 * Reads a payload.  0, -ENOENT for a type that is not known, -EBADMSG where
 * it is no protobuf, a required field is missing, or one is of a wrong kind.
 */
int nmsg_record_read(struct nmsg_record *r, const struct message *m);

/* A field's last value on the wire; false where there is none. */
static inline bool nmsg_record_wire(const struct nmsg_record *r,
				    const struct nmsg_field *field,
				    struct nmsg_value *v)
{
	size_t i = (size_t)(field - r->type->fields);

	if (r->count[i] == 0)
		return false;
	*v = r->last[i];
	return true;
}

/* The same, and what get() makes where there is none. */
static inline bool nmsg_record_get(struct nmsg_record *r,
				   const struct nmsg_field *field,
				   struct nmsg_value *v)
{
	return nmsg_record_wire(r, field, v) ||
	       (field->get && field->get(r, v));
}

/* nmsg_record_wire() of the field of a name. */
bool nmsg_record_named(const struct nmsg_record *r, const char *name,
		       struct nmsg_value *v);

/* Where nmsg_record_each() is. */
struct nmsg_each {
	const uint8_t *at, *end;
	const uint8_t *packed, *packed_end;
	size_t left;
};

/* Steps through all values of a field on the wire. */
void nmsg_record_start(const struct nmsg_record *r,
		       const struct nmsg_field *field, struct nmsg_each *each);
/* False behind the last one. */
bool nmsg_record_each(const struct nmsg_field *field, struct nmsg_each *each,
		      struct nmsg_value *v);

#endif
