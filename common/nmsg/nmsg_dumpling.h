/* SPDX-License-Identifier: MIT */
#ifndef NMSG_DUMPLING_H
#define NMSG_DUMPLING_H

#include "nmsg_alias.h"
#include "nmsg_build.h"

#include <netdumplings/dumpling.h>

/*
 * Messages as dumplings of a chef nmsg.VENDOR.TYPE: a map of the type's fields
 * and of source, operator and group where they are set.
 */

/* A chef's name for a type, of 64 bytes at most with its NUL. */
#define NMSG_DUMPLING_CHEF 64
void nmsg_dumpling_chef(char chef[NMSG_DUMPLING_CHEF], uint32_t vid,
			uint32_t msgtype);
/* The vid and msgtype of such a name; false for any other name. */
bool nmsg_dumpling_type(const char *chef, uint32_t *vid, uint32_t *msgtype);

/*
 * Puts the message's fields as the payload of `out`, which is empty.  A type
 * that is not known has its payload as bytes.  0, or -EBADMSG for a payload
 * that is not of its type.
 */
int nmsg_dumpling_put(struct nd_dumpling *out, const struct message *m,
		      const struct nmsg_aliases *aliases);

/*
 * The message of a dumpling whose chef is nmsg.VENDOR.TYPE, lent until the
 * builder's next start.  0, -ENOENT for another chef, -EBADMSG where the
 * payload is not that type's.
 */
int nmsg_dumpling_get(struct nmsg_build *b, const struct nd_dumpling *d,
		      const struct nmsg_aliases *aliases, struct message *m);

#endif
