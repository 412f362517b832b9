/* SPDX-License-Identifier: MIT */
#include "layers.h"

#include <stddef.h>

#define U LAYERS_U
#define B LAYERS_B
#define F LAYERS_F
#define END LAYERS_END

/* A field that only some packets have. */
#define W(name, type, byte, bytes, when)                    \
	{                                                   \
		name, type, (byte)*8, (bytes)*8, when, 0, 0 \
	}

static const struct layers_field ethernet[] = {
	F("dst", LAYERS_MAC, 0, 6),
	F("src", LAYERS_MAC, 6, 6),
	U("type", 12, 2),
	END,
};

static const struct layers_field dot3[] = {
	F("dst", LAYERS_MAC, 0, 6),
	F("src", LAYERS_MAC, 6, 6),
	U("len", 12, 2),
	END,
};

static const struct layers_field llc[] = {
	U("dsap", 0, 1),
	U("ssap", 1, 1),
	U("ctrl", 2, 1),
	END,
};

static const struct layers_field snap[] = {
	U("OUI", 0, 3),
	U("code", 3, 2),
	END,
};

static const struct layers_field vlan[] = {
	B("prio", 0, 0, 3),
	B("id", 0, 3, 1),
	B("vlan", 0, 4, 12),
	U("type", 2, 2),
	END,
};

static const struct layers_field sll[] = {
	U("pkttype", 0, 2),   U("lladdrtype", 2, 2),
	U("lladdrlen", 4, 2), F("src", LAYERS_BYTES, 6, 8),
	U("proto", 14, 2),    END,
};

static const struct layers_field sll2[] = {
	U("proto", 0, 2),
	U("reserved", 2, 2),
	U("ifindex", 4, 4),
	U("lladdrtype", 8, 2),
	U("pkttype", 10, 1),
	U("lladdrlen", 11, 1),
	F("src", LAYERS_BYTES, 12, 8),
	END,
};

/* In the order of the machine that captured; on the BSDs a small number. */
static bool is_little(const uint8_t *p, uint32_t len)
{
	return len >= 4 && (p[0] || p[1]);
}

static bool is_big(const uint8_t *p, uint32_t len)
{
	return !is_little(p, len);
}

static const struct layers_field loopback[] = {
	W("type", LAYERS_LITTLE, 0, 4, is_little),
	W("type", LAYERS_UINT, 0, 4, is_big),
	END,
};

static const struct layers_field arp[] = {
	U("hwtype", 0, 2),
	U("ptype", 2, 2),
	U("hwlen", 4, 1),
	U("plen", 5, 1),
	U("op", 6, 2),
	F("hwsrc", LAYERS_ARP_HARDWARE, 0, 0),
	F("psrc", LAYERS_ARP_PROTOCOL, 0, 0),
	F("hwdst", LAYERS_ARP_HARDWARE, 1, 0),
	F("pdst", LAYERS_ARP_PROTOCOL, 1, 0),
	END,
};

static const struct layers_field mpls[] = {
	B("label", 0, 0, 20),
	B("cos", 2, 4, 3),
	B("s", 2, 7, 1),
	U("ttl", 3, 1),
	END,
};

static const struct layers_field pppoe[] = {
	B("version", 0, 0, 4), B("type", 0, 4, 4), U("code", 1, 1),
	U("sessionid", 2, 2),  U("len", 4, 2),     END,
};

/* RFC 1661 section 2, RFC 1662 section 3.1: address and control may lack. */
static bool ppp_long(const uint8_t *p, uint32_t len)
{
	return len == 2 || (len == 4 && p[0] == 0xff);
}

static bool ppp_one(const uint8_t *p, uint32_t len)
{
	(void)p;
	return len == 1;
}

static bool ppp_address(const uint8_t *p, uint32_t len)
{
	return len == 4 && p[0] == 0xff;
}

static const struct layers_field ppp[] = {
	W("address", LAYERS_UINT, 0, 1, ppp_address),
	W("control", LAYERS_UINT, 1, 1, ppp_address),
	W("proto", LAYERS_UINT, 2, 2, ppp_address),
	W("proto", LAYERS_UINT, 0, 2, ppp_long),
	W("proto", LAYERS_UINT, 0, 1, ppp_one),
	END,
};

/* RFC 2890 section 2; RFC 2637 section 4.1 is version 1. */
static bool gre_0(const uint8_t *p, uint32_t len)
{
	return len >= 2 && !(p[1] & 7);
}

static bool gre_1(const uint8_t *p, uint32_t len)
{
	return len >= 2 && (p[1] & 7) == 1;
}

static bool gre_sum(const uint8_t *p, uint32_t len)
{
	return gre_0(p, len) && p[0] & 0xc0;
}

static bool gre_key(const uint8_t *p, uint32_t len)
{
	return gre_0(p, len) && !(p[0] & 0xc0) && p[0] & 0x20;
}

static bool gre_sum_key(const uint8_t *p, uint32_t len)
{
	return gre_sum(p, len) && p[0] & 0x20;
}

static bool gre_number_4(const uint8_t *p, uint32_t len)
{
	return gre_0(p, len) && p[0] & 0x10 && !(p[0] & 0xe0);
}

static bool gre_number_8(const uint8_t *p, uint32_t len)
{
	return len >= 2 && p[0] & 0x10 &&
	       (gre_1(p, len) || !(p[0] & 0xc0) != !(p[0] & 0x20));
}

static bool gre_number_12(const uint8_t *p, uint32_t len)
{
	return gre_sum_key(p, len) && p[0] & 0x10;
}

static bool gre_ack_8(const uint8_t *p, uint32_t len)
{
	return gre_1(p, len) && p[1] & 0x80 && !(p[0] & 0x10);
}

static bool gre_ack_12(const uint8_t *p, uint32_t len)
{
	return gre_1(p, len) && p[1] & 0x80 && p[0] & 0x10;
}

static const struct layers_field gre[] = {
	B("chksum_present", 0, 0, 1),
	B("routing_present", 0, 1, 1),
	B("key_present", 0, 2, 1),
	B("seqnum_present", 0, 3, 1),
	B("strict_route_source", 0, 4, 1),
	B("recursion_control", 0, 5, 3),
	{"flags", LAYERS_UINT, 8, 5, gre_0, 0, 0},
	{"acknum_present", LAYERS_UINT, 8, 1, gre_1, 0, 0},
	{"flags", LAYERS_UINT, 9, 4, gre_1, 0, 0},
	B("version", 1, 5, 3),
	U("proto", 2, 2),
	W("chksum", LAYERS_UINT, 4, 2, gre_sum),
	W("offset", LAYERS_UINT, 6, 2, gre_sum),
	W("key", LAYERS_UINT, 4, 4, gre_key),
	W("key", LAYERS_UINT, 8, 4, gre_sum_key),
	W("payload_len", LAYERS_UINT, 4, 2, gre_1),
	W("call_id", LAYERS_UINT, 6, 2, gre_1),
	W("sequence_number", LAYERS_UINT, 4, 4, gre_number_4),
	W("sequence_number", LAYERS_UINT, 8, 4, gre_number_8),
	W("sequence_number", LAYERS_UINT, 12, 4, gre_number_12),
	W("ack_number", LAYERS_UINT, 8, 4, gre_ack_8),
	W("ack_number", LAYERS_UINT, 12, 4, gre_ack_12),
	END,
};

static bool vxlan_next(const uint8_t *p, uint32_t len)
{
	return len > 0 && p[0] & 4;
}

static bool vxlan_group(const uint8_t *p, uint32_t len)
{
	return len > 0 && p[0] & 0x80;
}

static bool vxlan_plain(const uint8_t *p, uint32_t len)
{
	return len > 0 && !(p[0] & 0x84);
}

static const struct layers_field vxlan[] = {
	F("flags", LAYERS_VXLAN_FLAGS, 0, 1),
	W("reserved0", LAYERS_UINT, 1, 2, vxlan_next),
	W("NextProtocol", LAYERS_UINT, 3, 1, vxlan_next),
	W("reserved1", LAYERS_UINT, 1, 3, vxlan_plain),
	W("gpflags", LAYERS_UINT, 1, 1, vxlan_group),
	W("gpid", LAYERS_UINT, 2, 2, vxlan_group),
	U("vni", 4, 3),
	U("reserved2", 7, 1),
	END,
};

static const struct layers_field geneve[] = {
	B("version", 0, 0, 2),
	B("optionlen", 0, 2, 6),
	B("oam", 1, 0, 1),
	B("critical", 1, 1, 1),
	B("reserved", 1, 2, 6),
	U("proto", 2, 2),
	U("vni", 4, 3),
	U("reserved2", 7, 1),
	F("options", LAYERS_REST, 8, 0),
	END,
};

/* Types II and III start the same; I has no header. */
static const struct layers_field erspan[] = {
	B("ver", 0, 0, 4), B("vlan", 0, 4, 12),       B("cos", 2, 0, 3),
	B("t", 2, 5, 1),   B("session_id", 2, 6, 10), END,
};

/* 3GPP TS 29.281 section 5.1 */
static bool gtp_more(const uint8_t *p, uint32_t len)
{
	return len > 0 && p[0] & 7;
}

static const struct layers_field gtp[] = {
	B("version", 0, 0, 3),
	B("PT", 0, 3, 1),
	B("reserved", 0, 4, 1),
	B("E", 0, 5, 1),
	B("S", 0, 6, 1),
	B("PN", 0, 7, 1),
	U("gtp_type", 1, 1),
	U("length", 2, 2),
	U("teid", 4, 4),
	W("seq", LAYERS_UINT, 8, 2, gtp_more),
	W("npdu", LAYERS_UINT, 10, 1, gtp_more),
	W("next_ex", LAYERS_UINT, 11, 1, gtp_more),
	END,
};

/* RFC 2661 section 3.1 */
static bool l2tp_long(const uint8_t *p, uint32_t len)
{
	return len > 0 && p[0] & 0x40;
}

static bool l2tp_short(const uint8_t *p, uint32_t len)
{
	return len > 0 && !(p[0] & 0x40);
}

static const struct layers_field l2tp[] = {
	B("hdr", 0, 0, 12),
	B("version", 1, 4, 4),
	W("len", LAYERS_UINT, 2, 2, l2tp_long),
	W("tunnel_id", LAYERS_UINT, 4, 2, l2tp_long),
	W("session_id", LAYERS_UINT, 6, 2, l2tp_long),
	W("tunnel_id", LAYERS_UINT, 2, 2, l2tp_short),
	W("session_id", LAYERS_UINT, 4, 2, l2tp_short),
	END,
};

/* IEEE 802.11 section 9.2 */
static const struct layers_field dot11[] = {
	B("subtype", 0, 0, 4),
	B("type", 0, 4, 2),
	B("proto", 0, 6, 2),
	U("FCfield", 1, 1),
	U("ID", 2, 2),
	F("addr1", LAYERS_MAC, 4, 6),
	F("addr2", LAYERS_MAC, 10, 6),
	F("addr3", LAYERS_MAC, 16, 6),
	F("SC", LAYERS_LITTLE, 22, 2),
	F("load", LAYERS_REST, 24, 0),
	END,
};

static const struct layers_field radiotap[] = {
	U("version", 0, 1),
	U("pad", 1, 1),
	F("len", LAYERS_LITTLE, 2, 2),
	F("present", LAYERS_LITTLE, 4, 4),
	F("load", LAYERS_REST, 8, 0),
	END,
};

static const struct layers_kind kinds[ND_LAYER_COUNT] = {
	[ND_ETHERNET] = {"Ether", NULL, ethernet},
	[ND_DOT3] = {"Dot3", NULL, dot3},
	[ND_LLC] = {"LLC", NULL, llc},
	[ND_SNAP] = {"SNAP", NULL, snap},
	[ND_VLAN] = {"Dot1Q", NULL, vlan},
	[ND_VLAN_AD] = {"Dot1AD", NULL, vlan},
	[ND_SLL] = {"CookedLinux", NULL, sll},
	[ND_SLL2] = {"CookedLinuxV2", NULL, sll2},
	[ND_LOOPBACK] = {"Loopback", NULL, loopback},
	[ND_ARP] = {"ARP", NULL, arp},
	[ND_MPLS] = {"MPLS", NULL, mpls},
	[ND_PPPOE] = {"PPPoE", NULL, pppoe},
	[ND_PPP] = {"PPP", NULL, ppp},
	[ND_GRE] = {"GRE", NULL, gre},
	[ND_VXLAN] = {"VXLAN", NULL, vxlan},
	[ND_GENEVE] = {"GENEVE", NULL, geneve},
	[ND_ERSPAN] = {"ERSPAN", NULL, erspan},
	[ND_GTP_U] = {"GTP_U_Header", NULL, gtp},
	[ND_L2TP] = {"L2TP", NULL, l2tp},
	[ND_DOT11] = {"Dot11", NULL, dot11},
	[ND_RADIOTAP] = {"RadioTap", NULL, radiotap},
};

const struct layers_kind *layers_link_of(unsigned kind)
{
	if (kind >= ND_LAYER_COUNT || !kinds[kind].fields)
		return NULL;
	return &kinds[kind];
}
