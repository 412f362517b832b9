/* SPDX-License-Identifier: MIT */
#include "decode.h"

#include "dot11.h"
#include "icmp.h"
#include "ip.h"
#include "link.h"
#include "port.h"
#include "ppp.h"
#include "tunnel.h"
#include "walk.h"

/* What the usual packet goes through; steps[] has it once more. */
#define ON_THE_WAY static inline __attribute__((always_inline))

/*
 * A step adds two layers at most, or none to a header that has no name here;
 * room stays for the rest and for padding.
 */
#define LAYERS_MAX (ND_LAYERS_MAX - 2 - DECODE_CUTS_MAX)
#define STEPS_MAX (2 * ND_LAYERS_MAX)

ON_THE_WAY enum proto ethernet(struct decode *d)
{
	const uint8_t *p = walk_here(d);
	uint32_t type;

	if (walk_left(d) < 14)
		return PROTO_RAW;
	d->pkt.mac_dst = p;
	d->pkt.mac_src = p + 6;
	d->tagged = false;
	type = walk_get16(p + 12);
	if (type > 1500) {
		walk_add(d, ND_ETHERNET, 14);
		return link_ethertype(type);
	}
	walk_add(d, ND_DOT3, 14);
	walk_narrow(d, type);
	return PROTO_LLC;
}

static inline void addresses(struct decode *d, const uint8_t *src, uint8_t len,
			     uint8_t protocol, uint8_t ttl)
{
	d->pkt.ip_src = src;
	d->pkt.ip_dst = src + len;
	d->pkt.ip_len = len;
	d->pkt.ip_protocol = protocol;
	d->pkt.ip_ttl = ttl;
}

/*
 * RFC 791 section 3.1.  A total length of 0 is that of a segment which the
 * card has yet to cut; one shorter than the header is not believed either.
 */
ON_THE_WAY enum proto ipv4(struct decode *d)
{
	const uint8_t *p = walk_here(d);
	uint32_t header, total, fragment;

	if (walk_left(d) < 20 || p[0] >> 4 != 4 || (p[0] & 15) < 5)
		return PROTO_RAW;
	header = (p[0] & 15U) * 4;
	total = walk_get16(p + 2);
	fragment = walk_get16(p + 6);
	if (total >= header)
		walk_length(d, total);
	header = walk_min32(header, walk_left(d));
	if (d->quoted) {
		walk_add(d, ND_IP_IN_ICMP, header);
	} else {
		walk_add(d, ND_IP, header);
		addresses(d, p + 12, 4, p[9], p[8]);
		d->pkt.ip_fragment = (fragment & 0x3fff) != 0;
	}
	if (fragment & 0x1fff)
		return PROTO_RAW;
	switch (p[9]) {
	case 6:
		return PROTO_TCP;
	case 17:
		return PROTO_UDP;
	}
	return ip_number4(d, p[9]);
}

/*
 * RFC 8200 section 3.  A payload length of 0 is that of a jumbogram, RFC 2675
 * section 3, or of a segment which the card has yet to cut, unless there is
 * nothing after the header.
 */
ON_THE_WAY enum proto ipv6(struct decode *d)
{
	const uint8_t *p = walk_here(d);
	uint32_t len;

	if (walk_left(d) < 40 || p[0] >> 4 != 6)
		return PROTO_RAW;
	len = walk_get16(p + 4);
	if (len || p[6] == 59)
		walk_length(d, 40 + len);
	if (d->quoted) {
		walk_add(d, ND_IPV6_IN_ICMP, 40);
	} else {
		walk_add(d, ND_IPV6, 40);
		addresses(d, p + 8, 16, p[6], p[7]);
	}
	switch (p[6]) {
	case 6:
		return PROTO_TCP;
	case 17:
		return PROTO_UDP;
	}
	return ip_number6(d, p[6]);
}

/* RFC 9293 section 3.1; an ICMP error may quote no more than 8 bytes. */
ON_THE_WAY enum proto tcp(struct decode *d)
{
	const uint8_t *p = walk_here(d);
	uint32_t header = 20, src, dst;

	if (walk_left(d) < (d->quoted ? 8 : 20))
		return PROTO_RAW;
	src = walk_get16(p);
	dst = walk_get16(p + 2);
	if (walk_left(d) > 12 && p[12] >> 4 > 5)
		header = (p[12] >> 4) * 4U;
	if (header > walk_left(d)) {
		d->missing -= walk_min32(d->missing, header - walk_left(d));
		header = walk_left(d);
	}
	if (d->quoted) {
		walk_add(d, ND_TCP_IN_ICMP, header);
	} else {
		walk_add(d, ND_TCP, header);
		d->pkt.port_src = (uint16_t)src;
		d->pkt.port_dst = (uint16_t)dst;
		d->pkt.tcp_seq = walk_get32(p + 4);
		d->pkt.tcp_ack = walk_get32(p + 8);
		d->pkt.tcp_flags = p[13];
		walk_payload(d);
	}
	return src == 53 || dst == 53 ? PROTO_TCP_PORT : PROTO_RAW;
}

/* RFC 768; a length of 0 is that of a jumbogram, RFC 2675 section 4. */
ON_THE_WAY enum proto udp(struct decode *d)
{
	const uint8_t *p = walk_here(d);
	uint32_t src, dst, len;

	if (walk_left(d) < 8)
		return PROTO_RAW;
	src = walk_get16(p);
	dst = walk_get16(p + 2);
	len = walk_get16(p + 4);
	if (len >= 8)
		walk_narrow(d, len);
	if (d->quoted) {
		walk_add(d, ND_UDP_IN_ICMP, 8);
	} else {
		walk_add(d, ND_UDP, 8);
		d->pkt.port_src = (uint16_t)src;
		d->pkt.port_dst = (uint16_t)dst;
		walk_payload(d);
	}
	if (port_is_known(src) || port_is_known(dst))
		return PROTO_UDP_PORT;
	return PROTO_RAW;
}

static enum proto (*const steps[PROTO_COUNT])(struct decode *d) = {
	[PROTO_ETHERNET] = ethernet,
	[PROTO_LLC] = link_llc,
	[PROTO_SNAP] = link_snap,
	[PROTO_VLAN] = link_vlan,
	[PROTO_VLAN_AD] = link_vlan_ad,
	[PROTO_SERVICE] = link_service,
	[PROTO_FABRIC] = link_fabric,
	[PROTO_VN_TAG] = link_vn_tag,
	[PROTO_SLL] = link_sll,
	[PROTO_SLL2] = link_sll2,
	[PROTO_NULL] = link_null,
	[PROTO_LOOP] = link_loop,
	[PROTO_FDDI] = link_fddi,
	[PROTO_ARCNET] = link_arcnet,
	[PROTO_NFLOG] = link_nflog,
	[PROTO_PKTAP] = link_pktap,
	[PROTO_PPI] = link_ppi,
	[PROTO_RADIOTAP] = dot11_radiotap,
	[PROTO_PRISM] = dot11_prism,
	[PROTO_DOT11] = dot11_frame,
	[PROTO_DOT11_PADDED] = dot11_padded,
	[PROTO_AMSDU] = dot11_amsdu,
	[PROTO_PPP] = ppp_frame,
	[PROTO_PPP_DIRECTION] = ppp_direction,
	[PROTO_CHDLC] = ppp_cisco,
	[PROTO_PPPOE] = ppp_ethernet,
	[PROTO_PPPOE_DISCOVERY] = ppp_discovery,
	[PROTO_MPLS] = tunnel_mpls,
	[PROTO_IP] = ip_any,
	[PROTO_ARP] = link_arp,
	[PROTO_IPV4] = ipv4,
	[PROTO_IPV6] = ipv6,
	[PROTO_HOP_BY_HOP] = ip_hop_by_hop,
	[PROTO_ROUTING] = ip_routing,
	[PROTO_DESTINATION] = ip_destination,
	[PROTO_MOBILITY] = ip_mobility,
	[PROTO_AH] = ip_ah,
	[PROTO_AH_IPV6] = ip_ah6,
	[PROTO_ESP] = ip_esp,
	[PROTO_FRAGMENT] = ip_fragment,
	[PROTO_TCP] = tcp,
	[PROTO_UDP] = udp,
	[PROTO_SCTP] = ip_sctp,
	[PROTO_ICMP] = icmp_v4,
	[PROTO_ICMPV6] = icmp_v6,
	[PROTO_ND_OPTION] = icmp_nd_option,
	[PROTO_IGMP] = ip_igmp,
	[PROTO_ETHERIP] = ip_ethernet,
	[PROTO_GRE] = tunnel_gre,
	[PROTO_WCCP] = tunnel_wccp,
	[PROTO_ERSPAN] = tunnel_erspan,
	[PROTO_ERSPAN_3] = tunnel_erspan3,
	[PROTO_VXLAN] = tunnel_vxlan,
	[PROTO_VXLAN_GPE] = tunnel_vxlan_gpe,
	[PROTO_GENEVE] = tunnel_geneve,
	[PROTO_GTP_U] = tunnel_gtp,
	[PROTO_L2TP] = ppp_l2tp,
	[PROTO_L2TP_IP] = ppp_l2tp_ip,
	[PROTO_UDP_PORT] = port_udp,
	[PROTO_TCP_PORT] = port_tcp,
};

/* Whether a whole header of a packet of this kind is here. */
static bool is_packet(const struct decode *d, enum proto proto)
{
	const uint8_t *p = walk_here(d);
	uint32_t left = walk_left(d);

	switch (proto) {
	case PROTO_ETHERNET:
		return left >= 14;
	case PROTO_IPV4:
		return left >= 20 && p[0] >> 4 == 4 && (p[0] & 15) >= 5;
	case PROTO_IPV6:
		return left >= 40 && p[0] >> 4 == 6;
	case PROTO_ARP:
		return link_arp_len(d) != 0;
	default:
		return false;
	}
}

/* Member by member, which compilers make faster than one assignment. */
static inline void no_network(struct nd_packet *pkt)
{
	pkt->arp = NULL;
	pkt->arp_len = 0;
	pkt->ip_src = NULL;
	pkt->ip_dst = NULL;
	pkt->ip_len = 0;
	pkt->ip_protocol = 0;
	pkt->ip_ttl = 0;
	pkt->ip_fragment = false;
	pkt->tcp_flags = 0;
	pkt->port_src = 0;
	pkt->port_dst = 0;
	pkt->tcp_seq = 0;
	pkt->tcp_ack = 0;
	pkt->payload = NULL;
	pkt->payload_len = 0;
	pkt->payload_wire_len = 0;
}

/* The members are the inner packet's from here on. */
static void enter(struct decode *d)
{
	struct nd_packet *pkt = &d->pkt;

	no_network(pkt);
	pkt->tunnel = d->carrier;
	pkt->tunnel_id = d->carrier_id;
	pkt->tunnel_depth++;
	d->carrier = 0;
}

/* One layer of any kind; nothing is inside one fragment of a tunnel. */
static enum proto step(struct decode *d, enum proto proto)
{
	if (d->carrier && is_packet(d, proto)) {
		if (d->pkt.ip_fragment)
			return PROTO_RAW;
		enter(d);
	}
	return steps[proto](d);
}

bool decode_knows(int linktype)
{
	return link_first(linktype) != PROTO_RAW;
}

/* What nobody decoded, and what the lengths inside left over. */
static inline void rest(struct decode *d, enum proto proto)
{
	uint32_t end;

	d->quoted = false;
	if (proto == PROTO_RAW && walk_left(d))
		walk_add(d, ND_RAW, walk_left(d));
	while (d->cuts) {
		d->at = d->cut[--d->cuts];
		end = d->cuts ? d->cut[d->cuts - 1] : d->pkt.caplen;
		if (end > d->at)
			walk_add(d, ND_PADDING, end - d->at);
	}
}

static inline void begin(struct decode *d)
{
	struct nd_packet *pkt = &d->pkt;

	pkt->layer_count = 0;
	pkt->layer = d->layer;
	pkt->layers = 0;
	pkt->mac_src = NULL;
	pkt->mac_dst = NULL;
	pkt->vlan = -1;
	pkt->frame_len = pkt->caplen;
	pkt->frame = pkt->data;
	pkt->fragments = 0;
	pkt->fragments_len = 0;
	pkt->tunnel = 0;
	pkt->tunnel_id = 0;
	pkt->tunnel_depth = 0;
	no_network(pkt);
	d->at = 0;
	d->end = pkt->caplen;
	d->missing = pkt->len > pkt->caplen ? pkt->len - pkt->caplen : 0;
	d->carrier = 0;
	d->tagged = false;
	d->cuts = 0;
	d->quoted = false;
}

void decode_packet(struct decode *d, int linktype, int64_t time_ns,
		   const uint8_t *data, uint32_t caplen, uint32_t len)
{
	uint32_t room = STEPS_MAX;
	enum proto proto;

	d->pkt.time_ns = time_ns;
	d->pkt.data = data;
	d->pkt.caplen = caplen;
	d->pkt.len = len;
	d->pkt.linktype = linktype;
	begin(d);
	/* The usual packet goes straight through; what is left is stepped. */
	if (linktype == 1)
		proto = ethernet(d);
	else
		proto = link_first(linktype);
	if (proto == PROTO_IPV4)
		proto = ipv4(d);
	else if (proto == PROTO_IPV6)
		proto = ipv6(d);
	if (proto == PROTO_TCP)
		proto = tcp(d);
	else if (proto == PROTO_UDP)
		proto = udp(d);
	if (proto == PROTO_UDP_PORT)
		proto = port_udp(d);
	while (proto > PROTO_RAW && d->pkt.layer_count < LAYERS_MAX && room--)
		proto = step(d, proto);
	rest(d, proto == PROTO_DONE ? PROTO_DONE : PROTO_RAW);
}
