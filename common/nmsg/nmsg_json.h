/* SPDX-License-Identifier: MIT */
#ifndef NMSG_JSON_H
#define NMSG_JSON_H

#include "nmsg_alias.h"
#include "nmsg_build.h"
#include "nmsg_parse.h"

/* Messages as JSON, one object a line, as nmsgtool has them; docs/nmsg.md. */

/*
 * Appends the message and a newline.  A type that is not known has its numbers
 * in place of the names and its payload as one field of bytes, which
 * nmsg_json_next() takes back.  0, or -EBADMSG for a payload that is not of
 * its type: nothing is appended then.  t->error for memory.
 */
int nmsg_json_write(struct text *t, const struct message *m,
		    const struct nmsg_aliases *aliases);

/* A reader of lines; start it zeroed, nmsg_json_free() it. */
struct nmsg_json {
	const struct nmsg_aliases *aliases; /* lent, may be NULL */
	struct nmsg_build build;
	struct nmsg_parse parse;
	struct text scratch, raw;
};

/*
 * Reads the line that text starts with: 1 with a message in *m, lent until the
 * next call, and *used moved behind the line; 0 where the line is not whole
 * and nothing is used, or only empty lines are there and they are; -EBADMSG
 * for a line that is no message, and it is used; -ENOMEM.  With `last` no more
 * text comes and a line without a newline is whole.  A message that tells no
 * time has now_ns, nanoseconds since 1970.
 */
int nmsg_json_next(struct nmsg_json *j, const char *text, size_t len, bool last,
		   int64_t now_ns, size_t *used, struct message *m);
void nmsg_json_free(struct nmsg_json *j);

#endif
