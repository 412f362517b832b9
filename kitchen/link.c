/* SPDX-License-Identifier: MIT */
#include "link.h"

/* IEEE 802.1Q section 9.3: tag control information, then what follows. */
enum proto link_vlan(struct decode *d, enum nd_layer layer)
{
	const uint8_t *p = walk_here(d);
	uint32_t type;

	if (walk_left(d) < 4)
		return PROTO_RAW;
	if (d->pkt.vlan < 0)
		d->pkt.vlan = (int32_t)(walk_get16(p) & 0xfff);
	type = walk_get16(p + 2);
	walk_add(d, layer, 4);
	if (type > 1500)
		return link_ethertype(type);
	walk_narrow(d, type);
	return PROTO_LLC;
}

/* IEEE 802.2; both addresses 0xaa and unnumbered: SNAP, RFC 1042. */
enum proto link_llc(struct decode *d)
{
	const uint8_t *p = walk_here(d);

	if (walk_left(d) < 3)
		return PROTO_RAW;
	walk_add(d, ND_LLC, 3);
	if (p[0] == 0xaa && p[1] == 0xaa && p[2] == 3)
		return PROTO_SNAP;
	return PROTO_RAW;
}

enum proto link_snap(struct decode *d)
{
	const uint8_t *p = walk_here(d);

	if (walk_left(d) < 5)
		return PROTO_RAW;
	walk_add(d, ND_SNAP, 5);
	return link_ethertype(walk_get16(p + 3));
}

/* In some cooked packets the protocol number is not an Ethernet one. */
static enum proto cooked(uint32_t device_type, uint32_t type)
{
	switch (device_type) {
	case 770: /* frame relay */
	case 803: /* 802.11 with radiotap */
	case 824: /* netlink */
		return PROTO_RAW;
	}
	return type == 4 ? PROTO_LLC : link_ethertype(type);
}

/* LINKTYPE_LINUX_SLL */
enum proto link_sll(struct decode *d)
{
	const uint8_t *p = walk_here(d);

	if (walk_left(d) < 16)
		return PROTO_RAW;
	if (walk_get16(p + 4) == 6)
		d->pkt.mac_src = p + 6;
	walk_add(d, ND_SLL, 16);
	return cooked(walk_get16(p + 2), walk_get16(p + 14));
}

/* LINKTYPE_LINUX_SLL2 */
enum proto link_sll2(struct decode *d)
{
	const uint8_t *p = walk_here(d);

	if (walk_left(d) < 20)
		return PROTO_RAW;
	if (p[11] == 6)
		d->pkt.mac_src = p + 12;
	walk_add(d, ND_SLL2, 20);
	return cooked(walk_get16(p + 8), walk_get16(p));
}

/*
 * LINKTYPE_NULL and LINKTYPE_LOOP: an address family in the byte order of the
 * host that captured, or of the network; IPv6 has another number on each BSD.
 */
enum proto link_loopback(struct decode *d, bool network_order)
{
	const uint8_t *p = walk_here(d);
	uint32_t family;

	if (walk_left(d) < 4)
		return PROTO_RAW;
	family = walk_get32(p);
	if (!network_order && family > 0xffff)
		family = (uint32_t)p[1] << 8 | p[0];
	walk_add(d, ND_LOOPBACK, 4);
	switch (family) {
	case 2:
		return PROTO_IPV4;
	case 10: /* Linux */
	case 23: /* Windows */
	case 24: /* NetBSD, OpenBSD */
	case 28: /* FreeBSD */
	case 30: /* Darwin */
		return PROTO_IPV6;
	}
	return PROTO_RAW;
}
