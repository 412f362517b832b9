/* SPDX-License-Identifier: MIT */
#ifndef LINK_H
#define LINK_H

#include "walk.h"

/* The layer that a frame of this libpcap DLT_ value starts with. */
enum proto link_first(int linktype);

/* Link layers and what lies between them and the network's. */
enum proto link_vlan(struct decode *d);
enum proto link_vlan_ad(struct decode *d);
enum proto link_llc(struct decode *d);
enum proto link_snap(struct decode *d);
enum proto link_sll(struct decode *d);
enum proto link_sll2(struct decode *d);
enum proto link_null(struct decode *d);
enum proto link_loop(struct decode *d);
enum proto link_fddi(struct decode *d);
enum proto link_arcnet(struct decode *d);
enum proto link_nflog(struct decode *d);
enum proto link_pktap(struct decode *d);
enum proto link_ppi(struct decode *d);
enum proto link_service(struct decode *d);
enum proto link_fabric(struct decode *d);
enum proto link_vn_tag(struct decode *d);
enum proto link_arp(struct decode *d);

/* How long the ARP packet here is, or 0 if it is not all there; RFC 826. */
uint32_t link_arp_len(const struct decode *d);

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
	case 0x9100: /* before 802.1ad */
		return PROTO_VLAN;
	case 0x88a8:
		return PROTO_VLAN_AD;
	case 0x8847:
	case 0x8848:
		return PROTO_MPLS;
	case 0x88e7:
		return PROTO_SERVICE;
	case 0x8903:
		return PROTO_FABRIC;
	case 0x8926:
		return PROTO_VN_TAG;
	case 0x8863:
		return PROTO_PPPOE_DISCOVERY;
	case 0x8864:
		return PROTO_PPPOE;
	case 0x8870: /* LLC in a frame too long for a length */
		return PROTO_LLC;
	}
	return PROTO_RAW;
}

#endif
