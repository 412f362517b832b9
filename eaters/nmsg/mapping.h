/* SPDX-License-Identifier: MIT */
#ifndef MAPPING_H
#define MAPPING_H

#include "maker.h"
#include "nmsg/nmsg_alias.h"

/*
 * Which types of NMSG's messages dumplings become: what their chef is for,
 * else base:ipconn where they tell a 5-tuple, else base:encode with all of it.
 */
struct mapping;

struct mapping_config {
	bool json; /* base:encode has JSON, not msgpack */
	const struct nmsg_aliases *aliases;              /* lent */
	int (*take)(void *arg, const struct message *m); /* maker.h */
	void *arg;
};

/* Yours: mapping_free().  NULL and errno ENOMEM. */
struct mapping *mapping_new(const struct mapping_config *config);
void mapping_free(struct mapping *map);

/*
 * "CHEF=TYPE": the chef's dumplings become packet, pkt, dnsqr, dns, ipconn or
 * encode, and where one cannot, what they would otherwise.  0, -EINVAL,
 * -ENOMEM.
 */
int mapping_set(struct mapping *map, const char *chef_type);

/*
 * Makes a dumpling's messages, one or more.  0, -EBADMSG for a payload that is
 * none, or what take() returned.
 */
int mapping_make(struct mapping *map, const struct nd_dumpling *d);

#endif
