/* SPDX-License-Identifier: MIT */
#include "layers.h"

#include <stddef.h>

#define U LAYERS_U
#define B LAYERS_B
#define F LAYERS_F
#define END LAYERS_END

static const struct layers_field nothing[] = {END};

static const struct layers_field load[] = {
	F("load", LAYERS_TAIL, 0, 0),
	END,
};

/* Of a header that is left as bytes. */
static const struct layers_field header[] = {
	F("load", LAYERS_REST, 0, 0),
	END,
};

static const struct layers_field ip[] = {
	B("version", 0, 0, 4),
	B("ihl", 0, 4, 4),
	U("tos", 1, 1),
	U("len", 2, 2),
	U("id", 4, 2),
	{"flags", LAYERS_IP_FLAGS, 6 * 8, 3, NULL, 0, 0},
	B("frag", 6, 3, 13),
	U("ttl", 8, 1),
	U("proto", 9, 1),
	U("chksum", 10, 2),
	F("src", LAYERS_IP, 12, 4),
	F("dst", LAYERS_IP, 16, 4),
	F("options", LAYERS_IP_OPTIONS, 20, 0),
	END,
};

static const struct layers_field ipv6[] = {
	B("version", 0, 0, 4),
	B("tc", 0, 4, 8),
	B("fl", 1, 4, 20),
	U("plen", 4, 2),
	U("nh", 6, 1),
	U("hlim", 7, 1),
	F("src", LAYERS_IPV6, 8, 16),
	F("dst", LAYERS_IPV6, 24, 16),
	END,
};

static const struct layers_field extension[] = {
	U("nh", 0, 1),
	U("len", 1, 1),
	F("options", LAYERS_REST, 2, 0),
	END,
};

static const struct layers_field routing[] = {
	U("nh", 0, 1),
	U("len", 1, 1),
	U("type", 2, 1),
	U("segleft", 3, 1),
	U("reserved", 4, 4),
	F("addresses", LAYERS_IPV6S, 8, 0),
	END,
};

static const struct layers_field segment_routing[] = {
	U("nh", 0, 1),
	U("len", 1, 1),
	U("type", 2, 1),
	U("segleft", 3, 1),
	U("lastentry", 4, 1),
	B("unused1", 5, 0, 1),
	B("protected", 5, 1, 1),
	B("oam", 5, 2, 1),
	B("alert", 5, 3, 1),
	B("hmac", 5, 4, 1),
	B("unused2", 5, 5, 3),
	U("tag", 6, 2),
	F("addresses", LAYERS_IPV6S, 8, 0),
	END,
};

static const struct layers_field fragment[] = {
	U("nh", 0, 1),
	U("res1", 1, 1),
	B("offset", 2, 0, 13),
	B("res2", 3, 5, 2),
	B("m", 3, 7, 1),
	U("id", 4, 4),
	END,
};

static const struct layers_field ah[] = {
	U("nh", 0, 1),
	U("payloadlen", 1, 1),
	U("reserved", 2, 2),
	U("spi", 4, 4),
	U("seq", 8, 4),
	F("icv", LAYERS_REST, 12, 0),
	END,
};

static const struct layers_field esp[] = {
	U("spi", 0, 4),
	U("seq", 4, 4),
	F("data", LAYERS_TAIL, 8, 0),
	END,
};

static const struct layers_field tcp[] = {
	U("sport", 0, 2),
	U("dport", 2, 2),
	U("seq", 4, 4),
	U("ack", 8, 4),
	B("dataofs", 12, 0, 4),
	B("reserved", 12, 4, 3),
	{"flags", LAYERS_TCP_FLAGS, 12 * 8 + 7, 9, NULL, 0, 0},
	U("window", 14, 2),
	U("chksum", 16, 2),
	U("urgptr", 18, 2),
	F("options", LAYERS_TCP_OPTIONS, 20, 0),
	END,
};

static const struct layers_field udp[] = {
	U("sport", 0, 2),
	U("dport", 2, 2),
	U("len", 4, 2),
	U("chksum", 6, 2),
	END,
};

static const struct layers_field sctp[] = {
	U("sport", 0, 2),
	U("dport", 2, 2),
	U("tag", 4, 4),
	U("chksum", 8, 4),
	END,
};

static const struct layers_field igmp[] = {
	U("type", 0, 1),
	U("mrcode", 1, 1),
	U("chksum", 2, 2),
	F("gaddr", LAYERS_IP, 4, 4),
	F("load", LAYERS_REST, 8, 0),
	END,
};

static const struct layers_kind kinds[LAYERS_COUNT] = {
	[ND_IP] = {"IP", NULL, ip},
	[ND_IP_IN_ICMP] = {"IPerror", NULL, ip},
	[ND_IPV6] = {"IPv6", NULL, ipv6},
	[ND_IPV6_IN_ICMP] = {"IPerror6", NULL, ipv6},
	[ND_IPV6_EXT] = {"IPv6ExtHdrUnknown", NULL, extension},
	[ND_IPV6_FRAGMENT] = {"IPv6ExtHdrFragment", NULL, fragment},
	[ND_IPV6_HOP_BY_HOP] = {"IPv6ExtHdrHopByHop", NULL, extension},
	[ND_IPV6_DESTINATION] = {"IPv6ExtHdrDestOpt", NULL, extension},
	[ND_IPV6_ROUTING] = {"IPv6ExtHdrRouting", NULL, routing},
	[ND_IPV6_SEGMENT_ROUTING] = {"IPv6ExtHdrSegmentRouting", NULL,
				     segment_routing},
	[ND_IPV6_AH] = {"AH", NULL, ah},
	[ND_AH] = {"AH", "AH", ah},
	[ND_ESP] = {"ESP", NULL, esp},
	[ND_TCP] = {"TCP", NULL, tcp},
	[ND_TCP_IN_ICMP] = {"TCPerror", NULL, tcp},
	[ND_UDP] = {"UDP", NULL, udp},
	[ND_UDP_IN_ICMP] = {"UDPerror", NULL, udp},
	[ND_SCTP] = {"SCTP", NULL, sctp},
	[ND_IGMP] = {"IGMP", NULL, igmp},
	[ND_RAW] = {"Raw", NULL, load},
	[ND_PADDING] = {"Padding", NULL, load},
	[ND_TEREDO] = {"Teredo", NULL, header},
	[ND_NFLOG] = {"NFLOG", NULL, header},
	[ND_PKTAP] = {"PKTAP", NULL, header},
	[LAYERS_NOTHING] = {"NoPayload", "NoPayload", nothing},
};

const struct layers_kind *layers_of(unsigned kind)
{
	static const struct layers_kind none = {NULL, "unknown", nothing};
	const struct layers_kind *k;

	if (kind >= LAYERS_COUNT)
		return &none;
	if (kinds[kind].fields)
		return &kinds[kind];
	k = layers_link_of(kind);
	if (!k)
		k = layers_icmp_of(kind);
	if (!k)
		k = layers_dns_of(kind);
	return k ? k : &none;
}
