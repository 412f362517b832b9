/* SPDX-License-Identifier: MIT */
#include "ports.h"

void ports_add(struct ports *p, size_t chef, const uint16_t *ports)
{
	p->of[chef] = ports;
	*(ports ? &p->some : &p->all) |= UINT64_C(1) << chef;
	for (; ports && *ports; ports++)
		p->wanted[*ports / 8] |= (uint8_t)(1 << *ports % 8);
}

uint64_t ports_chefs(const struct ports *p, const struct nd_packet *pkt)
{
	uint64_t chefs = p->all;

	for (uint64_t left = p->some; left; left &= left - 1) {
		size_t chef = (size_t)__builtin_ctzll(left);

		for (const uint16_t *port = p->of[chef]; *port; port++)
			if (*port == pkt->port_src || *port == pkt->port_dst)
				chefs |= UINT64_C(1) << chef;
	}
	return chefs;
}
