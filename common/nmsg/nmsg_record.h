/* SPDX-License-Identifier: MIT */
#ifndef NMSG_RECORD_H
#define NMSG_RECORD_H

#include "message.h"
#include "nmsg_type.h"

/*
 * The fields of a message's payload, read by its type's table.  Nothing is
 * copied or allocated and no length is trusted; bytes are lent by the message.
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
	uint32_t count[NMSG_FIELDS_MAX]; /* of each field's values */
	uint32_t first[NMSG_FIELDS_MAX]; /* where the first one starts */
	struct nmsg_value last[NMSG_FIELDS_MAX];
};

/*
 * Reads a payload.  0, -ENOENT for a type that is not known, -EBADMSG where
 * it is no protobuf, a required field is missing, or one is of a wrong kind.
 */
int nmsg_record_read(struct nmsg_record *r, const struct message *m);

/*
 * The n-th value of a field, virtual ones included: 0 for what is not
 * repeated, and the last of several then.  False where there is none.
 */
bool nmsg_record_get(const struct nmsg_record *r,
		     const struct nmsg_field *field, size_t n,
		     struct nmsg_value *v);

/* Steps through the values of a repeated field in linear time. */
struct nmsg_each {
	size_t at;
	size_t n;
	size_t packed_end;
};
/* Start with a zeroed *each.  False behind the last one. */
bool nmsg_record_each(const struct nmsg_record *r,
		      const struct nmsg_field *field, struct nmsg_each *each,
		      struct nmsg_value *v);

#endif
