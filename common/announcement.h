/* SPDX-License-Identifier: MIT */
#ifndef ANNOUNCEMENT_H
#define ANNOUNCEMENT_H

#include <netdumplings/dumpling.h>

/*
 * Reads what a kitchen says of its chefs' numbers in its announcement, the
 * map "chef_stats" (docs/protocol.md): calls told() with each chef's topic in
 * that kitchen and the number that comes next.  What is not right is skipped.
 */
void announcement_read(const struct nd_value *map, const char *kitchen,
		       void (*told)(void *host, const char *topic,
				    size_t topic_len, uint64_t next_seq),
		       void *host);

#endif
