/* SPDX-License-Identifier: MIT */
#ifndef JSON_READ_H
#define JSON_READ_H

#include "dumpling.h"

/*
 * Reads JSON as RFC 8259 has it, and what Python writes beyond that: NaN,
 * Infinity and -Infinity.  Integers that 64 bits do not hold become doubles,
 * halves of surrogates U+FFFD; bytes that are not UTF-8 stay as they are, and
 * so do several members of one name.
 *
 * Errors are -EBADMSG for what is not JSON or nested deeper than ND_DEPTH_MAX,
 * and those of nd_put_*(): -EMSGSIZE, -ENOMEM.  Then *why says in a few words
 * what is wrong, static.
 */

/*
 * Puts the one value that the text is into `out`, as nd_put_*() without a key
 * does.  Errors stick there, so that put_finish() takes back what was put.
 */
int json_read(struct nd_dumpling *out, const char *text, size_t len,
	      const char **why);

/*
 * The same, as the payload of d, in place of all that its buffer had; *v is
 * that payload, valid as long.
 */
int json_read_value(struct nd_dumpling *d, struct nd_value *v, const char *text,
		    size_t len, const char **why);

/* A member that is looked for in an object, and the text of its value. */
struct json_read_member {
	const char *name;
	const char *at; /* NULL: it is not there */
	size_t len;
};

/*
 * Checks that the text is an object, and finds some of its members, of two
 * with one name the last.  Their values may be nested as deep as a value may.
 * -EINVAL for JSON that is no object.
 */
int json_read_members(struct json_read_member *members, size_t count,
		      const char *text, size_t len, const char **why);

#endif
