/* SPDX-License-Identifier: MIT */
#ifndef VALUE_H
#define VALUE_H

#include <netdumplings/dumpling.h>

/*
 * A reader of msgpack, https://github.com/msgpack/msgpack/blob/master/spec.md,
 * that builds nothing: it steps over hostile bytes, value by value.
 */
struct value_reader {
	const uint8_t *at;
	const uint8_t *end;
};

/*
 * The next value.  The elements of an array or map are not stepped over; they
 * are the next values.  0, -EBADMSG.
 */
int value_read(struct value_reader *r, struct nd_value *v);

/* Steps over the next value, however deep, in time linear to its bytes. */
int value_skip(struct value_reader *r);

/* The next value, which must be an unsigned integer. */
int value_read_uint(struct value_reader *r, uint64_t *v);

/* The next value, which must be an array; *count gets its elements. */
int value_read_array(struct value_reader *r, uint32_t *count);

/* True if no arrays and maps are nested in it deeper than that. */
bool value_within(const struct nd_value *v, unsigned depth);

/* True if a text value is just `text`. */
bool value_is(const struct nd_value *v, const char *text);

#endif
