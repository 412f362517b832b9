/* SPDX-License-Identifier: MIT */
#ifndef NMSG_ALIAS_H
#define NMSG_ALIAS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Names of operators and groups, from files of lines "NUMBER NAME".  Where
 * functions take a struct nmsg_aliases it may be NULL: no names then.
 */
struct nmsg_alias;

struct nmsg_aliases {
	struct nmsg_alias *operators;
	struct nmsg_alias *groups;
};

/*
 * Reads a file, yours: nmsg_alias_free().  NULL and errno.  Lines that are
 * none are passed over.
 */
struct nmsg_alias *nmsg_alias_read(const char *path);
void nmsg_alias_free(struct nmsg_alias *alias);

/* NULL where the number has no name; 0 where the name has no number. */
const char *nmsg_alias_name(const struct nmsg_alias *alias, uint32_t number);
uint32_t nmsg_alias_number(const struct nmsg_alias *alias, const char *name,
			   size_t name_len);

/*
 * Reads the two files that NMSG_OPALIAS_FILE and NMSG_GRALIAS_FILE name in
 * the environment, else nmsg.opalias and nmsg.gralias in `folder` unless NULL;
 * what is not there stays NULL.
 */
void nmsg_alias_load(struct nmsg_aliases *aliases, const char *folder);
void nmsg_alias_unload(struct nmsg_aliases *aliases);

#endif
