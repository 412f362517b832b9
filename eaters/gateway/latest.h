/* SPDX-License-Identifier: MIT */
#ifndef LATEST_H
#define LATEST_H

#include <netdumplings/chef.h>

/*
 * Which dumplings are of the same thing: those of one chef, kitchen and driver
 * with the same value at a path of their payloads.
 */

/* Things that are told apart at a time; the longest unheard makes room. */
#define LATEST_MAX 8192
/* Values longer than this are no names of things. */
#define LATEST_VALUE_MAX 255

/*
 * What is noted about the thing, 0 if nothing: lent until the next call.  The
 * table is of uint64_t.  Of the path "" all are one thing.  NULL where a
 * dumpling has no such value, or memory is short.
 */
uint64_t *latest_noted(struct nd_table *table, const struct nd_dumpling *d,
		       uint32_t stream, const char *path);

#endif
