/* SPDX-License-Identifier: MIT */
#ifndef PRETTY_H
#define PRETTY_H

#include "text.h"

#include <netdumplings/dumpling.h>

/* A dumpling as people read it. */

/*
 * Appends "2026-11-22T12:58:11.764482 [packet  ] CHEF from KITCHEN" without
 * a line's end, in local time; the microseconds are left out when 0.
 */
void pretty_summary(struct text *t, const struct nd_dumpling *d, bool colour);

/*
 * Appends a value as JSON of ASCII alone: four spaces for each level, keys
 * sorted.  What else is in it is as in json.h.  0, -EBADMSG where it is not
 * msgpack or nested too deep, and then nothing is appended, or -ENOMEM.
 */
int pretty_value(struct text *t, const struct nd_value *v, bool colour);

/*
 * Makes the JSON from byte `from` on ASCII alone, with \uXXXX for the rest:
 * a terminal is sent no controls, such as U+009B, and no change of direction.
 */
void pretty_ascii(struct text *t, size_t from);

#endif
