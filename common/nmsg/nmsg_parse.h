/* SPDX-License-Identifier: MIT */
#ifndef NMSG_PARSE_H
#define NMSG_PARSE_H

#include "nmsg_record.h"

/*
 * Values of fields, read from the texts that show them.  Start one zeroed,
 * nmsg_parse_free() it; bytes are lent until the next value.
 */
struct nmsg_parse {
	struct text bytes;
	bool has_type, has_class; /* of the record that data is of */
	uint16_t type, klass;
};

/* Forgets the values of the message before. */
void nmsg_parse_start(struct nmsg_parse *p);
/* Tells a value that others may depend on. */
void nmsg_parse_seen(struct nmsg_parse *p, const struct nmsg_field *field,
		     const struct nmsg_value *v);

/*
 * A value as its style and kind have it: a name, a number, an address, a date,
 * bytes in base64.  False for what is none.
 */
bool nmsg_parse_text(struct nmsg_parse *p, const struct nmsg_field *field,
		     const char *text, size_t len, struct nmsg_value *v);
/* A number for a field of any kind that is one. */
bool nmsg_parse_number(const struct nmsg_field *field, const char *text,
		       size_t len, struct nmsg_value *v);

void nmsg_parse_free(struct nmsg_parse *p);

#endif
