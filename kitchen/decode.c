/* SPDX-License-Identifier: MIT */
#include "icmp.h"
#include "link.h"
#include "walk.h"

/* libpcap's DLT_ numbers, https://www.tcpdump.org/linktypes.html. */
enum {
	DLT_NULL = 0,
	DLT_ETHERNET = 1,
	DLT_RAW = 12,
	DLT_RAW_FILE = 101, /* the number of DLT_RAW in savefiles */
	DLT_LOOP = 108,
	DLT_LINUX_SLL = 113,
	DLT_IPV4 = 228,
	DLT_IPV6 = 229,
	DLT_LINUX_SLL2 = 276,
};

/* Each step adds a layer; room stays for the rest and for padding. */
#define STEPS_MAX (ND_LAYERS_MAX - 1 - DECODE_CUTS_MAX)

static inline enum proto ethernet(struct decode *d)
{
	const uint8_t *p = walk_here(d);
	uint32_t type;

	if (walk_left(d) < 14)
		return PROTO_RAW;
	d->pkt.mac_dst = p;
	d->pkt.mac_src = p + 6;
	type = walk_get16(p + 12);
	if (type > 1500) {
		walk_add(d, ND_ETHERNET, 14);
		return link_ethertype(type);
	}
	walk_add(d, ND_DOT3, 14);
	walk_narrow(d, type);
	return PROTO_LLC;
}

/* RFC 826 */
static enum proto arp(struct decode *d)
{
	const uint8_t *p = walk_here(d);
	uint32_t len;

	if (walk_left(d) < 8)
		return PROTO_RAW;
	len = 8 + 2 * ((uint32_t)p[4] + p[5]);
	if (walk_left(d) < len)
		return PROTO_RAW;
	d->pkt.arp = p;
	d->pkt.arp_len = len;
	walk_narrow(d, len);
	walk_add(d, ND_ARP, len);
	return PROTO_DONE;
}

static enum proto ip(struct decode *d)
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

static inline void ip_addresses(struct decode *d, const uint8_t *src,
				uint8_t len, uint8_t protocol, uint8_t ttl)
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
static inline enum proto ipv4(struct decode *d)
{
	const uint8_t *p = walk_here(d);
	uint32_t header, total, fragment;

	if (walk_left(d) < 20 || p[0] >> 4 != 4 || (p[0] & 15) < 5)
		return PROTO_RAW;
	header = (p[0] & 15U) * 4;
	total = walk_get16(p + 2);
	fragment = walk_get16(p + 6);
	if (total >= header)
		walk_narrow(d, total);
	header = walk_min32(header, walk_left(d));
	if (d->quoted) {
		walk_add(d, ND_IP_IN_ICMP, header);
	} else {
		walk_add(d, ND_IP, header);
		ip_addresses(d, p + 12, 4, p[9], p[8]);
		d->pkt.ip_fragment = (fragment & 0x3fff) != 0;
	}
	if (fragment & 0x1fff)
		return PROTO_RAW;
	switch (p[9]) {
	case 6:
		return PROTO_TCP;
	case 17:
		return PROTO_UDP;
	case 1:
		return PROTO_ICMP;
	}
	return PROTO_RAW;
}

/* RFC 8200 section 4: extension headers and the transports behind them. */
static inline enum proto next_header(struct decode *d, uint8_t number)
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
		return PROTO_AH;
	case 60:
		return PROTO_DESTINATION;
	}
	return PROTO_RAW; /* 50 and 59, ESP and nothing, among others */
}

/*
 * RFC 8200 section 3.  A payload length of 0 before hop-by-hop options is
 * that of a jumbogram, RFC 2675 section 3.
 */
static inline enum proto ipv6(struct decode *d)
{
	const uint8_t *p = walk_here(d);
	uint32_t len;

	if (walk_left(d) < 40 || p[0] >> 4 != 6)
		return PROTO_RAW;
	len = walk_get16(p + 4);
	if (len || p[6])
		walk_narrow(d, 40 + len);
	if (d->quoted) {
		walk_add(d, ND_IPV6_IN_ICMP, 40);
	} else {
		walk_add(d, ND_IPV6, 40);
		ip_addresses(d, p + 8, 16, p[6], p[7]);
	}
	return next_header(d, p[6]);
}

/* RFC 8200 sections 4.3, 4.4 and 4.6; AH counts otherwise, RFC 4302. */
static enum proto extension(struct decode *d, enum proto which)
{
	enum nd_layer layer = ND_IPV6_HOP_BY_HOP;
	const uint8_t *p = walk_here(d);
	uint32_t len;

	if (walk_left(d) < 8)
		return PROTO_RAW;
	len = (p[1] + 1U) * 8;
	if (which == PROTO_DESTINATION) {
		layer = ND_IPV6_DESTINATION;
	} else if (which == PROTO_ROUTING) {
		/* type 4: RFC 8754 section 2 */
		layer = p[2] == 4 ? ND_IPV6_SEGMENT_ROUTING : ND_IPV6_ROUTING;
	} else if (which == PROTO_AH) {
		layer = ND_IPV6_AH;
		len = (p[1] + 2U) * 4;
	}
	if (walk_left(d) < len)
		return PROTO_RAW;
	walk_add(d, layer, len);
	walk_mark(d, ND_IPV6_EXT);
	return next_header(d, p[0]);
}

/* RFC 8200 section 4.5; a lone fragment is a whole packet, RFC 6946. */
static enum proto fragment6(struct decode *d)
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
	next = next_header(d, p[0]);
	return fragment & 0xfff8 ? PROTO_RAW : next;
}

/* RFC 9293 section 3.1; an ICMP error may quote no more than 8 bytes. */
static inline enum proto tcp(struct decode *d)
{
	const uint8_t *p = walk_here(d);
	uint32_t header = 20, src, dst;

	if (walk_left(d) < (d->quoted ? 8 : 20))
		return PROTO_RAW;
	src = walk_get16(p);
	dst = walk_get16(p + 2);
	if (walk_left(d) > 12 && p[12] >> 4 > 5)
		header = (p[12] >> 4) * 4U;
	header = walk_min32(header, walk_left(d));
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
	return src == 53 || dst == 53 ? PROTO_DNS_TCP : PROTO_RAW;
}

/* RFC 768; a length of 0 is that of a jumbogram, RFC 2675 section 4. */
static inline enum proto udp(struct decode *d)
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
	if (src == 53 || dst == 53 || src == 5353 || dst == 5353)
		return PROTO_DNS;
	return src == 5355 || dst == 5355 ? PROTO_LLMNR : PROTO_RAW;
}

/* RFC 1035 section 4.1.1, RFC 6762; the message is whatever is left. */
static enum proto dns(struct decode *d, enum nd_layer layer)
{
	if (walk_left(d) < 12)
		return PROTO_RAW;
	walk_add(d, layer, walk_left(d));
	return PROTO_DONE;
}

/* RFC 1035 section 4.2.2: a segment that starts with a whole message. */
static enum proto dns_tcp(struct decode *d)
{
	uint32_t len;

	if (walk_left(d) < 2 + 12)
		return PROTO_RAW;
	len = walk_get16(walk_here(d));
	if (len < 12 || len > walk_left(d) - 2)
		return PROTO_RAW;
	d->at += 2;
	walk_add(d, ND_DNS, len);
	return PROTO_RAW;
}

/* RFC 4795 section 2.1.1 */
static enum proto llmnr(struct decode *d)
{
	if (walk_left(d) < 12)
		return PROTO_RAW;
	if (!(walk_here(d)[2] & 0x80))
		return dns(d, ND_LLMNR);
	walk_mark(d, ND_LLMNR);
	return dns(d, ND_LLMNR_RESPONSE);
}

/* One layer of any kind. */
static enum proto step(struct decode *d, enum proto proto)
{
	switch (proto) {
	case PROTO_ETHERNET:
		return ethernet(d);
	case PROTO_IPV4:
		return ipv4(d);
	case PROTO_IPV6:
		return ipv6(d);
	case PROTO_TCP:
		return tcp(d);
	case PROTO_UDP:
		return udp(d);
	case PROTO_LLC:
		return link_llc(d);
	case PROTO_SNAP:
		return link_snap(d);
	case PROTO_VLAN:
		return link_vlan(d, ND_VLAN);
	case PROTO_VLAN_AD:
		return link_vlan(d, ND_VLAN_AD);
	case PROTO_SLL:
		return link_sll(d);
	case PROTO_SLL2:
		return link_sll2(d);
	case PROTO_NULL:
		return link_loopback(d, false);
	case PROTO_LOOP:
		return link_loopback(d, true);
	case PROTO_IP:
		return ip(d);
	case PROTO_ARP:
		return arp(d);
	case PROTO_HOP_BY_HOP:
	case PROTO_ROUTING:
	case PROTO_DESTINATION:
	case PROTO_AH:
		return extension(d, proto);
	case PROTO_FRAGMENT:
		return fragment6(d);
	case PROTO_ICMP:
		return icmp_v4(d);
	case PROTO_ICMPV6:
		return icmp_v6(d);
	case PROTO_ND_OPTION:
		return icmp_nd_option(d);
	case PROTO_DNS:
		return dns(d, ND_DNS);
	case PROTO_DNS_TCP:
		return dns_tcp(d);
	case PROTO_LLMNR:
		return llmnr(d);
	default:
		return PROTO_RAW;
	}
}

static enum proto first(int linktype)
{
	switch (linktype) {
	case DLT_ETHERNET:
		return PROTO_ETHERNET;
	case DLT_LINUX_SLL:
		return PROTO_SLL;
	case DLT_LINUX_SLL2:
		return PROTO_SLL2;
	case DLT_NULL:
		return PROTO_NULL;
	case DLT_LOOP:
		return PROTO_LOOP;
	case DLT_RAW:
	case DLT_RAW_FILE:
		return PROTO_IP;
	case DLT_IPV4:
		return PROTO_IPV4;
	case DLT_IPV6:
		return PROTO_IPV6;
	}
	return PROTO_RAW;
}

bool decode_knows(int linktype)
{
	return first(linktype) != PROTO_RAW;
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

/* Member by member, which compilers make faster than one assignment. */
static inline void begin(struct decode *d)
{
	struct nd_packet *pkt = &d->pkt;

	pkt->layer_count = 0;
	pkt->layer = d->layer;
	pkt->layers = 0;
	pkt->mac_src = NULL;
	pkt->mac_dst = NULL;
	pkt->vlan = -1;
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
	d->at = 0;
	d->cuts = 0;
	d->quoted = false;
}

void decode_packet(struct decode *d, int linktype, int64_t time_ns,
		   const uint8_t *data, uint32_t caplen, uint32_t len)
{
	enum proto proto = first(linktype);

	begin(d);
	d->pkt.time_ns = time_ns;
	d->pkt.data = data;
	d->pkt.caplen = caplen;
	d->pkt.len = len;
	d->pkt.linktype = linktype;
	d->end = caplen;
	/* The usual packet goes straight through; what is left is stepped. */
	if (proto == PROTO_ETHERNET)
		proto = ethernet(d);
	if (proto == PROTO_IPV4)
		proto = ipv4(d);
	else if (proto == PROTO_IPV6)
		proto = ipv6(d);
	if (proto == PROTO_TCP)
		proto = tcp(d);
	else if (proto == PROTO_UDP)
		proto = udp(d);
	while (proto > PROTO_RAW && d->pkt.layer_count < STEPS_MAX)
		proto = step(d, proto);
	rest(d, proto == PROTO_DONE ? PROTO_DONE : PROTO_RAW);
}
