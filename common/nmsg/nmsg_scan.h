/* SPDX-License-Identifier: MIT */
#ifndef NMSG_SCAN_H
#define NMSG_SCAN_H

#include "text.h"

#include <stdbool.h>

/* JSON (RFC 8259) read as it comes, and its strings. */

struct nmsg_scan {
	const char *at, *end;
	struct text *scratch; /* of the last string that has escapes */
};

enum nmsg_scan_kind {
	NMSG_SCAN_BAD, /* the end, or no JSON */
	NMSG_SCAN_STRING,
	NMSG_SCAN_NUMBER, /* its text */
	NMSG_SCAN_OBJECT,
	NMSG_SCAN_ARRAY,
	NMSG_SCAN_TRUE,
	NMSG_SCAN_FALSE,
	NMSG_SCAN_NULL,
};

/* A value.  Of an object or array only the bracket is read. */
struct nmsg_scan_value {
	enum nmsg_scan_kind kind;
	const char *text; /* of strings and numbers; lent until the next one */
	size_t len;
};

void nmsg_scan_value(struct nmsg_scan *s, struct nmsg_scan_value *v);

/*
 * Steps to the next member of an object or element of an array, of which
 * *first says whether it is the first: 1, 0 behind the last, -EBADMSG.  The
 * key is lent until the next value.
 */
int nmsg_scan_member(struct nmsg_scan *s, bool *first, const char **key,
		     size_t *key_len);
int nmsg_scan_element(struct nmsg_scan *s, bool *first);

/* Steps over the next value, however deep up to a bound.  0 or -EBADMSG. */
int nmsg_scan_skip(struct nmsg_scan *s);

/* True where nothing but spaces is left. */
bool nmsg_scan_end(struct nmsg_scan *s);

/* Whether bytes are one JSON value. */
bool nmsg_scan_valid(const char *text, size_t len);

/* Appends a string, quoted and escaped as nmsgtool does; each sequence that is
 * no UTF-8 is U+FFFD. */
void nmsg_scan_put_string(struct text *t, const uint8_t *s, size_t len);

#endif
