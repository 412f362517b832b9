/* SPDX-License-Identifier: MIT */
#include "tunnel.h"

#include "link.h"
#include "walk.h"

/* How much so many bytes on looks like Ethernet: 0, 1 for a length, or 2. */
static uint32_t ethernet_likeness(const struct decode *d, uint32_t skip)
{
	uint32_t type;

	if (walk_left(d) < skip + 14)
		return 0;
	type = walk_get16(walk_here(d) + skip + 12);
	if (type <= 1500)
		return 1;
	return link_ethertype(type) == PROTO_RAW ? 0 : 2;
}

/* Whether what starts like IPv4 or IPv6 has a length that can be right. */
static bool is_ip(const struct decode *d)
{
	const uint8_t *p = walk_here(d);
	uint64_t left = (uint64_t)walk_left(d) + d->missing;
	uint32_t len = walk_get16(p + 2);

	if (p[0] >> 4 == 6)
		return 40 + walk_get16(p + 4) <= left;
	return (p[0] & 15) >= 5 && len >= 20 && len <= left;
}

/*
 * RFC 4928 section 3: the first four bits are IP's version, or 0 for the
 * control word of a pseudowire, RFC 4385 section 3, or 1 for what belongs to
 * the network, RFC 5586.  Ethernet may come without a control word, and then
 * start with any bits.
 */
static enum proto label_payload(struct decode *d)
{
	uint32_t bits;

	if (walk_left(d) < 20)
		return PROTO_RAW;
	bits = *walk_here(d) >> 4;
	if (bits == 1)
		return PROTO_RAW;
	if (bits == 4 || bits == 6) {
		if (!is_ip(d) && ethernet_likeness(d, 0) == 2)
			return PROTO_ETHERNET;
		return PROTO_IP;
	}
	if (bits == 0 && ethernet_likeness(d, 4) &&
	    ethernet_likeness(d, 4) >= ethernet_likeness(d, 0)) {
		d->at += 4;
		return PROTO_ETHERNET;
	}
	return ethernet_likeness(d, 0) ? PROTO_ETHERNET : PROTO_RAW;
}

/* RFC 3032 section 2.1 */
enum proto tunnel_mpls(struct decode *d)
{
	const uint8_t *p = walk_here(d);

	if (walk_left(d) < 4)
		return PROTO_RAW;
	walk_add(d, ND_MPLS, 4);
	walk_tunnel(d, ND_MPLS, walk_get32(p) >> 12);
	return p[2] & 1 ? label_payload(d) : PROTO_MPLS;
}

/* RFC 2890 section 2, RFC 1701 for the routes, RFC 2637 section 4.1 */
static uint32_t gre_len(const uint8_t *p, uint32_t left)
{
	uint32_t flags = walk_get16(p), len = 4;

	if (flags & 0xc000)
		len += 4;
	if (flags & 0x2000)
		len += 4;
	if (flags & 0x1000)
		len += 4;
	if ((flags & 7) == 1 && flags & 0x80)
		len += 4;
	if (!(flags & 0x4000))
		return len;
	/* each route entry: a family, where it stands, and its length */
	while (len + 4 <= left && (walk_get16(p + len) || p[len + 3]))
		len += 4U + p[len + 3];
	return len + 4;
}

static enum proto gre_payload(uint32_t flags, uint32_t type)
{
	switch (type) {
	case 0x880b:
		return PROTO_PPP;
	case 0x883e:
		return PROTO_WCCP;
	case 0x6558:
		return PROTO_ETHERNET;
	case 0x22eb:
		return PROTO_ERSPAN_3;
	case 0x88be: /* the first type has no header, and no numbers in GRE's */
		return flags & 0x1000 ? PROTO_ERSPAN : PROTO_ETHERNET;
	}
	return link_ethertype(type);
}

enum proto tunnel_gre(struct decode *d)
{
	const uint8_t *p = walk_here(d);
	uint32_t flags, type, len, key = 0;

	if (walk_left(d) < 4)
		return PROTO_RAW;
	flags = walk_get16(p);
	type = walk_get16(p + 2);
	len = gre_len(p, walk_left(d));
	if ((flags & 7) > 1 || walk_left(d) < len)
		return PROTO_RAW;
	if (flags & 0x2000)
		key = walk_get32(p + (flags & 0xc000 ? 8 : 4));
	/* what PPTP has for a key is a length and the call */
	if ((flags & 7) == 1)
		key &= 0xffff;
	walk_add(d, ND_GRE, len);
	walk_tunnel(d, ND_GRE, key);
	if (type == 0x88be && !(flags & 0x1000)) {
		walk_add(d, ND_ERSPAN, 0);
		walk_tunnel(d, ND_ERSPAN, 0);
	}
	return gre_payload(flags, type);
}

/* Version 2 has four bytes before the packet, which is IPv4. */
enum proto tunnel_wccp(struct decode *d)
{
	if (walk_left(d) >= 4 && *walk_here(d) >> 4 != 4)
		d->at += 4;
	return PROTO_IPV4;
}

/* draft-foschiano-erspan-03 section 4.2: type II */
enum proto tunnel_erspan(struct decode *d)
{
	const uint8_t *p = walk_here(d);

	if (walk_left(d) < 8 || p[0] >> 4 != 1)
		return PROTO_RAW;
	walk_tunnel(d, ND_ERSPAN, walk_get16(p + 2) & 0x3ff);
	walk_add(d, ND_ERSPAN, 8);
	return PROTO_ETHERNET;
}

/* Section 4.3: type III, with a part that depends on the platform. */
enum proto tunnel_erspan3(struct decode *d)
{
	const uint8_t *p = walk_here(d);
	uint32_t len = 12, kind;

	if (walk_left(d) < 12 || p[0] >> 4 != 2)
		return PROTO_RAW;
	if (p[11] & 1)
		len += 8;
	if (walk_left(d) < len)
		return PROTO_RAW;
	kind = p[10] >> 2 & 31;
	walk_tunnel(d, ND_ERSPAN, walk_get16(p + 2) & 0x3ff);
	walk_add(d, ND_ERSPAN, len);
	if (kind == 2)
		return PROTO_IP;
	return kind == 0 ? PROTO_ETHERNET : PROTO_RAW;
}

/* RFC 7348 section 5: the flag that says that the network's number holds. */
enum proto tunnel_vxlan(struct decode *d)
{
	const uint8_t *p = walk_here(d);

	if (walk_left(d) < 8 || !(p[0] & 8))
		return PROTO_RAW;
	walk_tunnel(d, ND_VXLAN, walk_get32(p + 4) >> 8);
	walk_add(d, ND_VXLAN, 8);
	return PROTO_ETHERNET;
}

/* draft-ietf-nvo3-vxlan-gpe-13 section 3; version 0 */
enum proto tunnel_vxlan_gpe(struct decode *d)
{
	const uint8_t *p = walk_here(d);
	uint32_t next = 3;

	if (walk_left(d) < 8 || (p[0] & 0x38) != 8)
		return PROTO_RAW;
	if (p[0] & 4)
		next = p[3];
	walk_tunnel(d, ND_VXLAN, walk_get32(p + 4) >> 8);
	walk_add(d, ND_VXLAN, 8);
	switch (next) {
	case 1:
		return PROTO_IPV4;
	case 2:
		return PROTO_IPV6;
	case 3:
		return PROTO_ETHERNET;
	case 5:
		return PROTO_MPLS;
	}
	return PROTO_RAW;
}

/* RFC 8926 section 3.4 */
enum proto tunnel_geneve(struct decode *d)
{
	const uint8_t *p = walk_here(d);
	uint32_t len, type;

	if (walk_left(d) < 8 || p[0] >> 6)
		return PROTO_RAW;
	len = 8 + (p[0] & 63U) * 4;
	type = walk_get16(p + 2);
	if (walk_left(d) < len)
		return PROTO_RAW;
	walk_tunnel(d, ND_GENEVE, walk_get32(p + 4) >> 8);
	walk_add(d, ND_GENEVE, len);
	return type == 0x6558 ? PROTO_ETHERNET : link_ethertype(type);
}

/* 3GPP TS 29.281 section 5.1; each extension header says what follows it. */
static uint32_t gtp_len(const uint8_t *p, uint32_t left)
{
	uint32_t len = 12, next;

	if (!(p[0] & 7))
		return 8;
	if (left < 12)
		return UINT32_MAX;
	next = p[0] & 4 ? p[11] : 0;
	while (next) {
		if (len >= left || !p[len] || p[len] * 4U > left - len)
			return UINT32_MAX;
		len += p[len] * 4U;
		next = p[len - 1];
	}
	return len;
}

/* Version 1, and not the protocol type of charging; 255 carries a packet. */
enum proto tunnel_gtp(struct decode *d)
{
	const uint8_t *p = walk_here(d);
	uint32_t len;

	if (walk_left(d) < 8 || (p[0] & 0xf0) != 0x30)
		return PROTO_RAW;
	len = gtp_len(p, walk_left(d));
	if (len > walk_left(d))
		return PROTO_RAW;
	walk_narrow(d, 8 + walk_get16(p + 2));
	if (p[1] != 255 || len > walk_left(d)) {
		walk_add(d, ND_GTP_U, walk_left(d));
		return PROTO_DONE;
	}
	walk_tunnel(d, ND_GTP_U, walk_get32(p + 4));
	walk_add(d, ND_GTP_U, len);
	return PROTO_IP;
}
