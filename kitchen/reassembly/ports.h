/* SPDX-License-Identifier: MIT */
#ifndef PORTS_H
#define PORTS_H

#include "seats.h"

/* Which chefs ask for the connections of which ports. */
struct ports {
	const uint16_t *of[SEATS_CHEFS_MAX]; /* by chef; end with 0 */
	uint8_t wanted[65536 / 8];
	uint64_t all;  /* chefs that take any port */
	uint64_t some; /* those that do not */
};

/* `ports` is lent for the life of p; NULL: all. */
void ports_add(struct ports *p, size_t chef, const uint16_t *ports);

/* The bits of the chefs that ask for a packet's ports. */
uint64_t ports_chefs(const struct ports *p, const struct nd_packet *pkt);

static inline bool ports_has(const struct ports *p, uint16_t port)
{
	return p->wanted[port / 8] >> port % 8 & 1;
}

/* Whether there are any. */
static inline bool ports_wanted(const struct ports *p,
				const struct nd_packet *pkt)
{
	return p->all || ports_has(p, pkt->port_src) ||
	       ports_has(p, pkt->port_dst);
}

#endif
