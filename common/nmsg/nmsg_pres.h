/* SPDX-License-Identifier: MIT */
#ifndef NMSG_PRES_H
#define NMSG_PRES_H

#include "nmsg_alias.h"
#include "nmsg_build.h"
#include "nmsg_parse.h"

/* Messages as text for people, nmsgtool's presentation form; docs/nmsg.md. */

/*
 * Appends the header line, a line for each field and an empty one, each ended
 * by `endline`.  A type that is not known, or a payload that is not of its
 * type, is one line that says so.  t->error for memory.
 */
void nmsg_pres_write(struct text *t, const struct message *m,
		     const struct nmsg_aliases *aliases, const char *endline);

/* A reader; start it zeroed, nmsg_pres_free() it. */
struct nmsg_pres {
	const struct nmsg_aliases *aliases; /* lent, may be NULL */
	const struct nmsg_type *type; /* of messages without a header line */
	struct nmsg_build build;
	struct nmsg_parse parse;
	struct text scratch;
};

/*
 * Reads the message that text starts with, with its header line or without:
 * 1 with a message in *m, lent until the next call, and *used moved behind it;
 * 0 where it is not whole and nothing is used, or only empty lines are there
 * and they are; -EBADMSG for what is no message of its type, -ENODATA for one
 * with bytes that the text does not have ("<BYTE ARRAY LEN=4>"), and it is
 * used; -ENOMEM.  With `last` no more text comes and what is there is whole.
 * A message without a header line has the time now_ns, in ns since 1970.
 */
int nmsg_pres_next(struct nmsg_pres *p, const char *text, size_t len, bool last,
		   int64_t now_ns, size_t *used, struct message *m);
void nmsg_pres_free(struct nmsg_pres *p);

#endif
