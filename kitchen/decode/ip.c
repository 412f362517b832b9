/* SPDX-License-Identifier: MIT */
#include "ip.h"

#include "walk.h"

enum proto ip_any(struct decode *d)
{
	if (!walk_left(d))
		return PROTO_RAW;
	switch (*walk_here(d) >> 4) {
	case 4:
		return PROTO_IPV4;
	case 6:
		return PROTO_IPV6;
	}
	return PROTO_RAW;
}

/* Numbers that mean the same over both versions. */
static enum proto common(struct decode *d, uint8_t number, enum nd_layer outer)
{
	if (d->quoted)
		return PROTO_RAW;
	walk_tunnel(d, outer, 0);
	switch (number) {
	case 2:
		return PROTO_IGMP;
	case 4:
		return PROTO_IPV4;
	case 41:
		return PROTO_IPV6;
	case 47:
		return PROTO_GRE;
	case 50:
		return PROTO_ESP;
	case 97:
		return PROTO_ETHERIP;
	case 115:
		return PROTO_L2TP_IP;
	case 132:
		return PROTO_SCTP;
	case 137:
		return PROTO_MPLS;
	}
	d->carrier = 0;
	return PROTO_RAW;
}

enum proto ip_number4(struct decode *d, uint8_t number)
{
	switch (number) {
	case 6:
		return PROTO_TCP;
	case 17:
		return PROTO_UDP;
	case 1:
		return PROTO_ICMP;
	case 51:
		return d->quoted ? PROTO_RAW : PROTO_AH;
	}
	return common(d, number, ND_IP);
}

enum proto ip_number6(struct decode *d, uint8_t number)
{
	if (!d->quoted)
		d->pkt.ip_protocol = number;
	switch (number) {
	case 6:
		return PROTO_TCP;
	case 17:
		return PROTO_UDP;
	case 58:
		return PROTO_ICMPV6;
	case 0:
		return PROTO_HOP_BY_HOP;
	case 43:
		return PROTO_ROUTING;
	case 44:
		return PROTO_FRAGMENT;
	case 51:
		return PROTO_AH_IPV6;
	case 60:
		return PROTO_DESTINATION;
	case 135: /* RFC 6275 section 6.1 */
	case 139: /* RFC 7401 section 5.1 */
	case 140: /* RFC 5533 section 5.1 */
		return PROTO_MOBILITY;
	case 143: /* RFC 8986 section 10.1 */
		walk_tunnel(d, ND_IPV6, 0);
		return d->quoted ? PROTO_RAW : PROTO_ETHERNET;
	}
	return common(d, number, ND_IPV6);
}

static enum proto extension(struct decode *d, enum nd_layer layer, uint32_t len)
{
	const uint8_t *p = walk_here(d);

	if (walk_left(d) < len)
		return PROTO_RAW;
	walk_add(d, layer, len);
	walk_mark(d, ND_IPV6_EXT);
	return ip_number6(d, p[0]);
}

/* RFC 8200 sections 4.3, 4.4 and 4.6 */
static uint32_t extension_len(const struct decode *d)
{
	return walk_left(d) < 8 ? UINT32_MAX : (walk_here(d)[1] + 1U) * 8;
}

/* RFC 2675 section 2: the option with the length, of 65,536 or more. */
static uint32_t jumbo_len(const uint8_t *p, uint32_t len)
{
	uint32_t at = 2;

	while (at + 6 <= len) {
		if (p[at] == 0xc2 && p[at + 1] == 4)
			return walk_get32(p + at + 2);
		at += p[at] ? 2U + p[at + 1] : 1;
	}
	return 0;
}

enum proto ip_hop_by_hop(struct decode *d)
{
	const struct nd_layer_at *before =
		&d->layer[d->pkt.layer_count ? d->pkt.layer_count - 1 : 0];
	uint32_t len = extension_len(d), jumbo;

	if (len <= walk_left(d) && before->layer == ND_IPV6 &&
	    !walk_get16(d->pkt.data + before->offset + 4)) {
		jumbo = jumbo_len(walk_here(d), len);
		if (jumbo > 0xffff)
			walk_length(d, jumbo);
	}
	return extension(d, ND_IPV6_HOP_BY_HOP, len);
}

enum proto ip_routing(struct decode *d)
{
	uint32_t len = extension_len(d);

	if (len > walk_left(d))
		return PROTO_RAW;
	/* type 4: RFC 8754 section 2 */
	return extension(d,
			 walk_here(d)[2] == 4 ? ND_IPV6_SEGMENT_ROUTING
					      : ND_IPV6_ROUTING,
			 len);
}

enum proto ip_destination(struct decode *d)
{
	return extension(d, ND_IPV6_DESTINATION, extension_len(d));
}

enum proto ip_mobility(struct decode *d)
{
	return extension(d, ND_IPV6_EXT, extension_len(d));
}

/* RFC 4302 section 2.2: it counts words of four bytes. */
static uint32_t ah_len(const struct decode *d)
{
	uint32_t len;

	if (walk_left(d) < 12)
		return UINT32_MAX;
	len = (walk_here(d)[1] + 2U) * 4;
	return len < 12 ? UINT32_MAX : len;
}

enum proto ip_ah6(struct decode *d)
{
	return extension(d, ND_IPV6_AH, ah_len(d));
}

enum proto ip_ah(struct decode *d)
{
	const uint8_t *p = walk_here(d);
	uint32_t len = ah_len(d);

	if (walk_left(d) < len)
		return PROTO_RAW;
	walk_add(d, ND_AH, len);
	d->pkt.ip_protocol = p[0];
	return ip_number4(d, p[0]);
}

/* RFC 4303 section 2: what follows these is encrypted. */
enum proto ip_esp(struct decode *d)
{
	if (walk_left(d) < 8)
		return PROTO_RAW;
	walk_add(d, ND_ESP, 8);
	return PROTO_RAW;
}

/* RFC 8200 section 4.5; a lone fragment is a whole packet, RFC 6946. */
enum proto ip_fragment(struct decode *d)
{
	const uint8_t *p = walk_here(d);
	uint32_t fragment;
	enum proto next;

	if (walk_left(d) < 8)
		return PROTO_RAW;
	fragment = walk_get16(p + 2);
	walk_add(d, ND_IPV6_FRAGMENT, 8);
	if (!d->quoted && (fragment & 0xfff9))
		d->pkt.ip_fragment = true;
	next = ip_number6(d, p[0]);
	return fragment & 0xfff8 ? PROTO_RAW : next;
}

/* RFC 9260 section 3.1; the payload is its chunks. */
enum proto ip_sctp(struct decode *d)
{
	const uint8_t *p = walk_here(d);

	if (walk_left(d) < 12)
		return PROTO_RAW;
	walk_add(d, ND_SCTP, 12);
	d->pkt.port_src = (uint16_t)walk_get16(p);
	d->pkt.port_dst = (uint16_t)walk_get16(p + 2);
	walk_payload(d);
	return PROTO_RAW;
}

/* RFC 2236 section 2, RFC 9776 section 4; the message is all that is left. */
enum proto ip_igmp(struct decode *d)
{
	if (walk_left(d) < 8)
		return PROTO_RAW;
	walk_add(d, ND_IGMP, walk_left(d));
	return PROTO_DONE;
}

/* RFC 3378 section 3: version 3 and nothing else */
enum proto ip_ethernet(struct decode *d)
{
	if (walk_left(d) < 2 || walk_get16(walk_here(d)) != 0x3000)
		return PROTO_RAW;
	d->at += 2;
	return PROTO_ETHERNET;
}
