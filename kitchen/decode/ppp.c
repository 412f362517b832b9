/* SPDX-License-Identifier: MIT */
#include "ppp.h"

#include "link.h"
#include "walk.h"

/*
 * RFC 1661 section 2, RFC 1662 section 3.1: address and control may be left
 * out, and so may the first byte of a protocol below 256.
 */
enum proto ppp_frame(struct decode *d)
{
	const uint8_t *p = walk_here(d);
	uint32_t left = walk_left(d), len = 0, protocol;

	if (left < 2)
		return PROTO_RAW;
	/* Cisco's way, which those who capture may call by the same name */
	if ((p[0] == 0x0f || p[0] == 0x8f) && !p[1])
		return PROTO_CHDLC;
	if (p[0] == 0xff && p[1] == 3)
		len = 2;
	if (left <= len)
		return PROTO_RAW;
	protocol = p[len++];
	if (!(protocol & 1)) {
		if (left <= len)
			return PROTO_RAW;
		protocol = protocol << 8 | p[len++];
	}
	walk_add(d, ND_PPP, len);
	switch (protocol) {
	case 0x0021:
		return PROTO_IPV4;
	case 0x0057:
		return PROTO_IPV6;
	case 0x0281:
	case 0x0283:
		return PROTO_MPLS;
	}
	return PROTO_RAW;
}

/* LINKTYPE_PPP_PPPD, LINKTYPE_PPP_WITH_DIR: control, if any, follows. */
enum proto ppp_direction(struct decode *d)
{
	const uint8_t *p = walk_here(d);

	if (!walk_left(d))
		return PROTO_RAW;
	d->at += walk_left(d) > 1 && p[1] == 3 ? 2 : 1;
	return PROTO_PPP;
}

/* LINKTYPE_C_HDLC: an address, a zero, and Ethernet's types. */
enum proto ppp_cisco(struct decode *d)
{
	uint32_t type;

	if (walk_left(d) < 4)
		return PROTO_RAW;
	type = walk_get16(walk_here(d) + 2);
	d->at += 4;
	return link_ethertype(type);
}

/* RFC 2516 section 4 */
static bool pppoe(struct decode *d)
{
	const uint8_t *p = walk_here(d);

	if (walk_left(d) < 6 || p[0] != 0x11)
		return false;
	walk_narrow(d, 6 + walk_get16(p + 4));
	return true;
}

enum proto ppp_ethernet(struct decode *d)
{
	const uint8_t *p = walk_here(d);

	if (!pppoe(d))
		return PROTO_RAW;
	walk_tunnel(d, ND_PPPOE, walk_get16(p + 2));
	walk_add(d, ND_PPPOE, 6);
	return p[1] ? PROTO_RAW : PROTO_PPP;
}

enum proto ppp_discovery(struct decode *d)
{
	if (!pppoe(d))
		return PROTO_RAW;
	walk_add(d, ND_PPPOE, walk_left(d));
	return PROTO_DONE;
}

/* The length of version 2's header, RFC 2661 section 3.1, and its session. */
static uint32_t l2tp_len(const uint8_t *p, uint32_t left, uint32_t *session)
{
	uint32_t flags = walk_get16(p), len = flags & 0x4000 ? 4 : 2;

	if (left < len + 4)
		return UINT32_MAX;
	*session = walk_get16(p + len + 2);
	len += flags & 0x0800 ? 8 : 4;
	if (!(flags & 0x0200))
		return len;
	if (left < len + 2)
		return UINT32_MAX;
	return len + 2 + walk_get16(p + len);
}

/* RFC 3931 section 4.1.2: only the ends know what is behind a session. */
static enum proto l2tp3(struct decode *d, uint32_t flags)
{
	walk_add(d, ND_L2TP, flags & 0x8000 ? walk_left(d) : 8);
	return flags & 0x8000 ? PROTO_DONE : PROTO_RAW;
}

enum proto ppp_l2tp(struct decode *d)
{
	const uint8_t *p = walk_here(d);
	uint32_t flags, len, session = 0;

	if (walk_left(d) < 8)
		return PROTO_RAW;
	flags = walk_get16(p);
	if ((flags & 15) == 3)
		return l2tp3(d, flags);
	if ((flags & 15) != 2)
		return PROTO_RAW;
	len = l2tp_len(p, walk_left(d), &session);
	if (walk_left(d) < len)
		return PROTO_RAW;
	if (flags & 0x4000 && walk_get16(p + 2) >= len)
		walk_narrow(d, walk_get16(p + 2));
	if (flags & 0x8000)
		len = walk_left(d);
	walk_tunnel(d, ND_L2TP, session);
	walk_add(d, ND_L2TP, len);
	return flags & 0x8000 ? PROTO_DONE : PROTO_PPP;
}

/* RFC 3931 section 4.1.1: session 0 is the control connection. */
enum proto ppp_l2tp_ip(struct decode *d)
{
	if (walk_left(d) < 4)
		return PROTO_RAW;
	if (!walk_get32(walk_here(d))) {
		walk_add(d, ND_L2TP, walk_left(d));
		return PROTO_DONE;
	}
	walk_add(d, ND_L2TP, 4);
	return PROTO_RAW;
}
