/* SPDX-License-Identifier: MIT */
#include "link.h"

#include "walk.h"

#include <string.h>

/* libpcap's DLT_ numbers, https://www.tcpdump.org/linktypes.html. */
enum {
	DLT_NULL = 0,
	DLT_ETHERNET = 1,
	DLT_PPP = 9,
	DLT_FDDI = 10,
	DLT_RAW = 12,
	DLT_PPP_SERIAL = 50,
	DLT_PPP_ETHER = 51,
	DLT_RAW_FILE = 101, /* the number of DLT_RAW in savefiles */
	DLT_C_HDLC = 104,
	DLT_IEEE802_11 = 105,
	DLT_LOOP = 108,
	DLT_LINUX_SLL = 113,
	DLT_PRISM_HEADER = 119,
	DLT_IEEE802_11_RADIO = 127,
	DLT_ARCNET_LINUX = 129,
	DLT_IEEE802_11_RADIO_AVS = 163,
	DLT_PPP_PPPD = 166,
	DLT_PPI = 192,
	DLT_PPP_WITH_DIR = 204,
	DLT_IPV4 = 228,
	DLT_IPV6 = 229,
	DLT_NFLOG = 239,
	DLT_PKTAP = 258,
	DLT_LINUX_SLL2 = 276,
};

static const struct {
	int linktype;
	enum proto proto;
} firsts[] = {
	{DLT_NULL, PROTO_NULL},
	{DLT_ETHERNET, PROTO_ETHERNET},
	{DLT_PPP, PROTO_PPP},
	{DLT_FDDI, PROTO_FDDI},
	{DLT_RAW, PROTO_IP},
	{DLT_PPP_SERIAL, PROTO_PPP},
	{DLT_PPP_ETHER, PROTO_PPPOE},
	{DLT_RAW_FILE, PROTO_IP},
	{DLT_C_HDLC, PROTO_CHDLC},
	{DLT_IEEE802_11, PROTO_DOT11},
	{DLT_LOOP, PROTO_LOOP},
	{DLT_LINUX_SLL, PROTO_SLL},
	{DLT_PRISM_HEADER, PROTO_PRISM},
	{DLT_IEEE802_11_RADIO, PROTO_RADIOTAP},
	{DLT_ARCNET_LINUX, PROTO_ARCNET},
	{DLT_IEEE802_11_RADIO_AVS, PROTO_PRISM},
	{DLT_PPP_PPPD, PROTO_PPP_DIRECTION},
	{DLT_PPI, PROTO_PPI},
	{DLT_PPP_WITH_DIR, PROTO_PPP_DIRECTION},
	{DLT_IPV4, PROTO_IPV4},
	{DLT_IPV6, PROTO_IPV6},
	{DLT_NFLOG, PROTO_NFLOG},
	{DLT_PKTAP, PROTO_PKTAP},
	{DLT_LINUX_SLL2, PROTO_SLL2},
};

enum proto link_first(int linktype)
{
	size_t i;

	for (i = 0; i < sizeof(firsts) / sizeof(*firsts); i++)
		if (firsts[i].linktype == linktype)
			return firsts[i].proto;
	return PROTO_RAW;
}

/* IEEE 802.1Q section 9.3: tag control information, then what follows. */
static enum proto vlan(struct decode *d, enum nd_layer layer)
{
	const uint8_t *p = walk_here(d);
	uint32_t type;

	if (walk_left(d) < 4)
		return PROTO_RAW;
	if (!d->tagged)
		d->pkt.vlan = (int32_t)(walk_get16(p) & 0xfff);
	d->tagged = true;
	type = walk_get16(p + 2);
	walk_add(d, layer, 4);
	if (type > 1500)
		return link_ethertype(type);
	walk_narrow(d, type);
	return PROTO_LLC;
}

enum proto link_vlan(struct decode *d)
{
	return vlan(d, ND_VLAN);
}

enum proto link_vlan_ad(struct decode *d)
{
	return vlan(d, ND_VLAN_AD);
}

/* IEEE 802.1Q section 9.7: a provider's tag before a customer's frame. */
enum proto link_service(struct decode *d)
{
	if (walk_left(d) < 4)
		return PROTO_RAW;
	d->at += 4;
	return PROTO_ETHERNET;
}

/* FabricPath: a tag of 16 bits and then a frame. */
enum proto link_fabric(struct decode *d)
{
	if (walk_left(d) < 2)
		return PROTO_RAW;
	d->at += 2;
	return PROTO_ETHERNET;
}

/* IEEE 802.1BR's forerunner: four bytes and then another type. */
enum proto link_vn_tag(struct decode *d)
{
	uint32_t type;

	if (walk_left(d) < 6)
		return PROTO_RAW;
	type = walk_get16(walk_here(d) + 4);
	d->at += 6;
	return link_ethertype(type);
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
	/* RFC 948 */
	if (p[0] == 6 && p[1] == 6 && p[2] == 3)
		return PROTO_IPV4;
	return PROTO_RAW;
}

/* Others than these two organisations number by themselves, RFC 1042. */
enum proto link_snap(struct decode *d)
{
	const uint8_t *p = walk_here(d);
	uint32_t organisation;

	if (walk_left(d) < 5)
		return PROTO_RAW;
	walk_add(d, ND_SNAP, 5);
	organisation = walk_get32(p) >> 8;
	if (organisation != 0 && organisation != 0xf8)
		return PROTO_RAW;
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
static enum proto loopback(struct decode *d, bool network_order)
{
	const uint8_t *p = walk_here(d);
	uint32_t family;

	if (walk_left(d) < 4)
		return PROTO_RAW;
	family = walk_get32(p);
	walk_add(d, ND_LOOPBACK, 4);
	/* some have the header that Cisco puts on serial lines there */
	if (!network_order &&
	    (family >> 16 == 0x0f00 || family >> 16 == 0x8f00))
		return link_ethertype(family & 0xffff);
	if (!network_order && family > 0xffff)
		family = (uint32_t)p[1] << 8 | p[0];
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

enum proto link_null(struct decode *d)
{
	return loopback(d, false);
}

enum proto link_loop(struct decode *d)
{
	return loopback(d, true);
}

/* RFC 1390: frame control, addresses, and LLC in frames of its kind. */
enum proto link_fddi(struct decode *d)
{
	const uint8_t *p = walk_here(d);

	if (walk_left(d) < 13)
		return PROTO_RAW;
	d->pkt.mac_dst = p + 1;
	d->pkt.mac_src = p + 7;
	d->at += 13;
	return (p[0] & 0xf0) == 0x50 ? PROTO_LLC : PROTO_RAW;
}

/* LINKTYPE_ARCNET_LINUX: RFC 1201, of which all but the first is RAW. */
enum proto link_arcnet(struct decode *d)
{
	const uint8_t *p = walk_here(d);
	uint32_t len = 5;

	if (walk_left(d) < 5)
		return PROTO_RAW;
	/* RFC 1051 has no more; RFC 1201 counts its fragments */
	if (p[4] != 0xf0 && p[4] != 0xf1) {
		if (walk_left(d) < 8)
			return PROTO_RAW;
		len = p[5] == 0xff ? 12 : 8;
		if (walk_left(d) < len ||
		    (p[5] != 0xff && p[5] > 1 && !(p[5] & 1)))
			return PROTO_RAW;
	}
	d->at += len;
	switch (p[4]) {
	case 0xd4:
	case 0xf0:
		return PROTO_IPV4;
	case 0xd5:
	case 0xf1:
		return PROTO_ARP;
	case 0xc4:
		return PROTO_IPV6;
	}
	return PROTO_RAW;
}

static uint32_t native16(const uint8_t *p)
{
	uint16_t value;

	memcpy(&value, p, sizeof(value));
	return value;
}

/*
 * LINKTYPE_NFLOG: type and length of each attribute are in this machine's
 * order, as libpcap sees to; 9 is the packet, 8 whom it came from.
 */
enum proto link_nflog(struct decode *d)
{
	const uint8_t *p = walk_here(d);
	uint32_t left = walk_left(d), at = 4, len, type;

	if (left < 4 || p[1])
		return PROTO_RAW;
	while (at + 4 <= left) {
		len = native16(p + at);
		type = native16(p + at + 2) & 0x7fff;
		if (len < 4)
			return PROTO_RAW;
		if (type == 9)
			break;
		if (type == 8 && len >= 10 && at + 14 <= left &&
		    walk_get16(p + at + 4) == 6)
			d->pkt.mac_src = p + at + 8;
		at += (len + 3) & ~3U;
	}
	if (at + 4 > left)
		return PROTO_RAW;
	walk_add(d, ND_NFLOG, at + 4);
	walk_narrow(d, len - 4);
	return p[0] == 2 ? PROTO_IPV4 : p[0] == 10 ? PROTO_IPV6 : PROTO_RAW;
}

/* LINKTYPE_PKTAP: its length, 1 for a packet, and the DLT_ of that. */
enum proto link_pktap(struct decode *d)
{
	const uint8_t *p = walk_here(d);
	uint32_t len;

	if (walk_left(d) < 12)
		return PROTO_RAW;
	len = walk_little32(p);
	if (len < 12 || walk_left(d) < len)
		return PROTO_RAW;
	walk_add(d, ND_PKTAP, len);
	if (walk_little32(p + 4) != 1)
		return PROTO_RAW;
	return link_first((int)(walk_little32(p + 8) & 0xffff));
}

/* LINKTYPE_PPI: version, flags, length, DLT_, and fields of no use here. */
enum proto link_ppi(struct decode *d)
{
	const uint8_t *p = walk_here(d);
	uint32_t len;

	if (walk_left(d) < 8 || p[0])
		return PROTO_RAW;
	len = walk_little16(p + 2);
	if (len < 8 || walk_left(d) < len)
		return PROTO_RAW;
	d->at += len;
	return link_first((int)(walk_little32(p + 4) & 0xffff));
}

uint32_t link_arp_len(const struct decode *d)
{
	const uint8_t *p = walk_here(d);
	uint32_t len;

	if (walk_left(d) < 8)
		return 0;
	len = 8 + 2 * ((uint32_t)p[4] + p[5]);
	return walk_left(d) < len ? 0 : len;
}

enum proto link_arp(struct decode *d)
{
	const uint8_t *p = walk_here(d);
	uint32_t len = link_arp_len(d);

	if (!len)
		return PROTO_RAW;
	d->pkt.arp = p;
	d->pkt.arp_len = len;
	walk_narrow(d, len);
	walk_add(d, ND_ARP, len);
	return PROTO_DONE;
}
