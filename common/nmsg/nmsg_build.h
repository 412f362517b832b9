/* SPDX-License-Identifier: MIT */
#ifndef NMSG_BUILD_H
#define NMSG_BUILD_H

#include "nmsg_record.h"
#include "text.h"

/*
 * Makes a payload of values that come in any order; the bytes are in the order
 * of the fields' numbers, as protobuf's own encoder has them.  Start one
 * zeroed and use it again and again; nmsg_build_free() it.
 */
struct nmsg_build {
	const struct nmsg_type *type; /* NULL: of bytes alone */
	struct text bytes, inside, sorted;
	uint32_t last, last_inside; /* numbers added last */
	bool mixed, mixed_inside;   /* they went down */
	uint16_t number_inside;     /* of the message inside, or 0 */
	uint32_t seen;              /* fields, by place in the table */
};

/* A type of NULL is one that is not known. */
void nmsg_build_start(struct nmsg_build *b, const struct nmsg_type *type);

/*
 * Adds a value; of a field that is not repeated the last one counts.  A field
 * that is never on the wire is left out.  -EINVAL for a number that its field
 * cannot hold, an IP address of other than 4 or 16 bytes.  Memory that is
 * short shows in nmsg_build_finish().
 */
int nmsg_build_add(struct nmsg_build *b, const struct nmsg_field *field,
		   const struct nmsg_value *v);

/* Adds bytes of a type that is not known as they are. */
void nmsg_build_raw(struct nmsg_build *b, const void *bytes, size_t len);

/* True where a value of the field was added. */
bool nmsg_build_has(const struct nmsg_build *b, const struct nmsg_field *field);

/*
 * The payload into m->payload and m->payload_len, lent until the next start.
 * Required fields that were not added are 0 or empty, as nmsgtool has it.
 * 0 or -ENOMEM.
 */
int nmsg_build_finish(struct nmsg_build *b, struct message *m);
void nmsg_build_free(struct nmsg_build *b);

#endif
