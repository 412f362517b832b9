/* SPDX-License-Identifier: MIT */
#include "flow.h"

#include <errno.h>
#include <netdumplings/flow.h>
#include <string.h>

enum {
	ICMP = 1,
	TCP = 6,
	UDP = 17,
	ICMPV6 = 58,
	SCTP = 132,
};

static bool is_extension(uint32_t layer)
{
	return layer == ND_IPV6_EXT || layer == ND_IPV6_FRAGMENT ||
	       layer == ND_AH || layer == ND_IPV6_HOP_BY_HOP ||
	       layer == ND_IPV6_ROUTING || layer == ND_IPV6_DESTINATION ||
	       layer == ND_IPV6_AH || layer == ND_IPV6_SEGMENT_ROUTING;
}

/* Where the transport's header is: what follows the innermost IP. */
static const uint8_t *transport(const struct nd_packet *pkt, uint32_t len)
{
	const struct nd_layer_at *l =
		nd_layer_of(pkt, pkt->ip_len == 4 ? ND_IP : ND_IPV6);
	uint64_t at;

	if (!l)
		return NULL;
	do {
		at = (uint64_t)l->offset + l->header_len;
		l++;
	} while (l < pkt->layer + pkt->layer_count && is_extension(l->layer));
	return at + len <= pkt->caplen ? pkt->data + at : NULL;
}

/* Echo, timestamp, information and mask: RFC 792, RFC 950, RFC 4443. */
static bool has_id(uint8_t protocol, uint8_t type)
{
	if (protocol == ICMPV6)
		return type == 128 || type == 129;
	return type == 0 || type == 8 || (type >= 13 && type <= 18);
}

bool nd_flow_icmp(const struct nd_packet *pkt, struct nd_flow_icmp *icmp)
{
	const uint8_t *p;

	if (pkt->ip_protocol != (pkt->ip_len == 4 ? ICMP : ICMPV6))
		return false;
	p = transport(pkt, 8);
	/* A later fragment has no header; a layer says that it was one. */
	if (!p || !(nd_has(pkt, ND_ICMP) || nd_has(pkt, ND_ICMPV6)))
		return false;
	icmp->type = p[0];
	icmp->code = p[1];
	icmp->has_id = has_id(pkt->ip_protocol, p[0]);
	icmp->id = 0;
	if (icmp->has_id)
		icmp->id = (uint16_t)(p[4] << 8 | p[5]);
	return true;
}

/* The request's type of those that come in pairs, else the type. */
static uint8_t request(uint8_t protocol, uint8_t type)
{
	if (protocol == ICMPV6)
		switch (type) {
		case 129: /* echo */
		case 131: /* multicast listener */
		case 134: /* router */
		case 136: /* neighbor */
		case 140: /* node information */
		case 145: /* home agent */
			return type - 1;
		}
	else if (type == 0) /* echo */
		return 8;
	else if (type == 9) /* router */
		return 10;
	else if (type == 14 || type == 16 || type == 18)
		return type - 1;
	return type;
}

static void icmp_ports(const struct nd_packet *pkt, struct nd_flow_key *key)
{
	struct nd_flow_icmp icmp;

	if (!nd_flow_icmp(pkt, &icmp))
		return;
	key->port[0] = icmp.id;
	key->port[1] = (uint16_t)(request(pkt->ip_protocol, icmp.type) << 8 |
				  icmp.code);
}

/* Of GTP-U, L2TP and MPLS each way has an id of its own. */
static bool is_both_ways(uint32_t tunnel)
{
	return tunnel == ND_VXLAN || tunnel == ND_GENEVE || tunnel == ND_GRE ||
	       tunnel == ND_ERSPAN || tunnel == ND_PPPOE;
}

int nd_flow_key(const struct nd_packet *pkt, struct nd_flow_key *key)
{
	uint8_t len = pkt->ip_len;
	int side;

	if (len != 4 && len != 16)
		return -ENOENT;
	side = memcmp(pkt->ip_src, pkt->ip_dst, len);
	if (side == 0)
		side = pkt->port_src > pkt->port_dst;
	side = side > 0;
	key->protocol = pkt->ip_protocol;
	key->ip_len = len;
	key->vlan = (int16_t)pkt->vlan;
	key->port[side] = pkt->port_src;
	key->port[!side] = pkt->port_dst;
	key->tunnel = pkt->tunnel;
	key->tunnel_id = is_both_ways(pkt->tunnel) ? pkt->tunnel_id : 0;
	memcpy(key->ip + side * len, pkt->ip_src, len);
	memcpy(key->ip + !side * len, pkt->ip_dst, len);
	if (pkt->ip_protocol == ICMP || pkt->ip_protocol == ICMPV6)
		icmp_ports(pkt, key);
	return side;
}

/* https://www.iana.org/assignments/protocol-numbers */
const char *flow_protocol(uint8_t protocol)
{
	static const char *const names[256] = {
		[ICMP] = "ICMP",    [2] = "IGMP",      [4] = "IP-in-IP",
		[TCP] = "TCP",      [8] = "EGP",       [9] = "IGP",
		[UDP] = "UDP",      [27] = "RDP",      [33] = "DCCP",
		[41] = "IPv6",      [46] = "RSVP",     [47] = "GRE",
		[50] = "ESP",       [51] = "AH",       [ICMPV6] = "ICMPv6",
		[59] = "none",      [88] = "EIGRP",    [89] = "OSPF",
		[94] = "IPIP",      [97] = "EtherIP",  [103] = "PIM",
		[108] = "IPComp",   [112] = "VRRP",    [115] = "L2TP",
		[124] = "IS-IS",    [132] = "SCTP",    [133] = "FC",
		[135] = "Mobility", [136] = "UDPLite", [137] = "MPLS-in-IP",
		[143] = "Ethernet",
	};

	return names[protocol];
}

void nd_flow_put_protocol(struct nd_dumpling *out,
			  const struct nd_flow_key *key,
			  const struct nd_flow_icmp *icmp)
{
	const char *name = flow_protocol(key->protocol);

	if (name)
		nd_put_str(out, "protocol", name);
	else
		nd_put_uint(out, "protocol", key->protocol);
	if (!icmp)
		return;
	nd_put_map(out, "icmp");
	nd_put_uint(out, "type", icmp->type);
	nd_put_uint(out, "code", icmp->code);
	if (icmp->has_id)
		nd_put_uint(out, "id", icmp->id);
	nd_end(out);
}

void nd_flow_put_way(struct nd_dumpling *out, const struct nd_flow_key *key)
{
	if (key->vlan >= 0)
		nd_put_int(out, "vlan", key->vlan);
	if (!key->tunnel)
		return;
	nd_put_map(out, "tunnel");
	nd_put_str(out, "layer", nd_layer_name((enum nd_layer)key->tunnel));
	nd_put_uint(out, "id", key->tunnel_id);
	nd_end(out);
}

void nd_flow_put_end(struct nd_dumpling *out, const char *name,
		     const struct nd_flow_key *key, unsigned side)
{
	uint8_t protocol = key->protocol;

	nd_put_map(out, name);
	nd_put_ip(out, "ip", nd_flow_ip(key, side), key->ip_len);
	if (protocol == TCP || protocol == UDP || protocol == SCTP)
		nd_put_uint(out, "port", key->port[side]);
}

void nd_put_endpoint(struct nd_dumpling *out, const char *name,
		     const uint8_t *ip, uint8_t ip_len, uint16_t port)
{
	nd_put_map(out, name);
	nd_put_ip(out, "ip", ip, ip_len);
	nd_put_uint(out, "port", port);
	nd_end(out);
}
