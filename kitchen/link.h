/* SPDX-License-Identifier: MIT */
#ifndef LINK_H
#define LINK_H

#include "walk.h"

/* Link layers and what lies between them and the network's. */
enum proto link_vlan(struct decode *d, enum nd_layer layer);
enum proto link_llc(struct decode *d);
enum proto link_snap(struct decode *d);
enum proto link_sll(struct decode *d);
enum proto link_sll2(struct decode *d);
enum proto link_loopback(struct decode *d, bool network_order);

/* IEEE 802 numbers; up to 1500 it is a length, IEEE 802.3 section 3.2.6. */
static inline enum proto link_ethertype(uint32_t type)
{
	switch (type) {
	case 0x0800:
		return PROTO_IPV4;
	case 0x86dd:
		return PROTO_IPV6;
	case 0x0806:
		return PROTO_ARP;
	case 0x8100:
		return PROTO_VLAN;
	case 0x88a8:
		return PROTO_VLAN_AD;
	case 0x8870: /* LLC in a frame too long for a length */
		return PROTO_LLC;
	}
	return PROTO_RAW;
}

#endif
