/* SPDX-License-Identifier: MIT */
#ifndef NMSG_BUILD_H
#define NMSG_BUILD_H

#include "message.h"
#include "nmsg_record.h"
#include "text.h"

/*
 * Makes a payload of values that come in any order; the bytes are in the order
 * of the fields' numbers, as protobuf's own encoder has them.  Start one
 * zeroed and use it again and again; nmsg_build_free() it.
 */
struct nmsg_build {
	const struct nmsg_type *type;
	struct text bytes, sorted;
	uint32_t last_number;
	bool mixed;    /* numbers went down */
	uint64_t seen; /* fields, by place in the table */
};

void nmsg_build_start(struct nmsg_build *b, const struct nmsg_type *type);

/*
 * Adds a value.  Of a field that is not repeated a second value counts, as
 * protobuf says.  A virtual field's is left out.  -EINVAL for a number that
 * its field cannot hold.
 */
int nmsg_build_add(struct nmsg_build *b, const struct nmsg_field *field,
		   const struct nmsg_value *v);

/*
 * The payload into *m with its vid and msgtype, lent until the next start.
 * Required fields that were not added are 0 or empty, as nmsgtool has it.
 * 0 or -ENOMEM.
 */
int nmsg_build_finish(struct nmsg_build *b, struct message *m);
void nmsg_build_free(struct nmsg_build *b);

#endif
