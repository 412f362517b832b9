/* SPDX-License-Identifier: MIT */
#ifndef JSON_H
#define JSON_H

#include "text.h"

#include <netdumplings/dumpling.h>

/*
 * Appends a payload value as JSON (RFC 8259), always valid whatever its bytes:
 * text that is not UTF-8 has U+FFFD for each bad byte, bytes and extensions
 * are base64, NaN and infinities are null, times are seconds since 1970.
 * -EBADMSG where it is not msgpack or nested too deep; t->error for memory.
 */
int json_value(struct text *t, const struct nd_value *v);

/* Appends a text, quoted and escaped. */
void json_string(struct text *t, const char *s, size_t len);

/* Appends a number as short as it can be read back exactly. */
void json_double(struct text *t, double d);

/* Appends ns since 1970 as seconds, exact to the nanosecond. */
void json_time(struct text *t, int64_t time_ns);

/* Appends a dumpling's beginning, to be followed by its payload and a "}". */
void json_head(struct text *t, const struct nd_dumpling *d);

/* Appends the whole dumpling, as docs/protocol.md says.  0 or -EBADMSG. */
int json_dumpling(struct text *t, const struct nd_dumpling *d);

#endif
