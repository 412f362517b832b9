/* SPDX-License-Identifier: MIT */
#ifndef DISPATCH_H
#define DISPATCH_H

#include "chef_host.h"

/* Which chefs want a packet, found without asking each of them. */

#define DISPATCH_CHEFS_MAX 64
#define DISPATCH_GROUPS 256

struct dispatch {
	struct chef_host *chefs; /* lent */
	size_t count;
	uint64_t any_port;  /* bit 1 << chef */
	uint64_t expecting; /* those that want to know what comes next */
	uint64_t group[DISPATCH_GROUPS];
	unsigned groups;
	uint8_t group_of_port[65536]; /* 0: no chef asks for it by name */
};

/*
 * Learns what the chefs want; they are lent for as long as it is used.  0, or
 * -E2BIG: more than DISPATCH_CHEFS_MAX, or too many different ports.
 */
int dispatch_init(struct dispatch *d, struct chef_host *chefs, size_t count);

/* Tells those who want to know it of the packet that comes next. */
void dispatch_expect(const struct dispatch *d, const struct nd_packet *pkt);

/* Hands the packet to those who want it, in their order. */
void dispatch_packet(const struct dispatch *d, const struct nd_packet *pkt,
		     int64_t time_ns);

#endif
