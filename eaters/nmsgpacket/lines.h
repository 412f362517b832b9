/* SPDX-License-Identifier: MIT */
#ifndef LINES_H
#define LINES_H

#include "nmsg/message.h"
#include "nmsg_alias.h"
#include "text.h"
#include "tuple.h"

/*
 * Appends the two lines of a packet: what a message's header tells, with a
 * space behind it, and "SRC.PORT --> DST.PORT (PROTO)".
 */
void lines_put(struct text *t, const struct message *m,
	       const struct nmsg_aliases *aliases, const struct tuple *tuple);

#endif
