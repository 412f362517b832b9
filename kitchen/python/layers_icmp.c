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

/* Types of RFC 792, RFC 950 and RFC 1788 by what follows the checksum. */
static bool has_id(const uint8_t *p, uint32_t len)
{
	if (len < 1)
		return false;
	switch (p[0]) {
	case 0:
	case 8:
	case 13:
	case 14:
	case 15:
	case 16:
	case 17:
	case 18:
	case 37:
	case 38:
		return true;
	}
	return false;
}

static bool is_timestamp(const uint8_t *p, uint32_t len)
{
	return len > 0 && (p[0] == 13 || p[0] == 14);
}

static bool is_redirect(const uint8_t *p, uint32_t len)
{
	return len > 0 && p[0] == 5;
}

static bool is_parameter(const uint8_t *p, uint32_t len)
{
	return len > 0 && p[0] == 12;
}

static bool is_unreachable(const uint8_t *p, uint32_t len)
{
	return len > 0 && p[0] == 3;
}

static bool is_exceeded(const uint8_t *p, uint32_t len)
{
	return len > 0 && p[0] == 11;
}

static bool has_length(const uint8_t *p, uint32_t len)
{
	return is_unreachable(p, len) || is_exceeded(p, len) ||
	       is_parameter(p, len);
}

static bool has_reserved(const uint8_t *p, uint32_t len)
{
	return is_unreachable(p, len) || is_exceeded(p, len);
}

static bool has_unused(const uint8_t *p, uint32_t len)
{
	return is_exceeded(p, len) || is_parameter(p, len);
}

static bool is_mask(const uint8_t *p, uint32_t len)
{
	return len > 0 && (p[0] == 17 || p[0] == 18);
}

static bool is_other(const uint8_t *p, uint32_t len)
{
	return len > 0 && !has_id(p, len) && !has_length(p, len) &&
	       !is_redirect(p, len);
}

static const struct layers_field icmp[] = {
	U("type", 0, 1),
	U("code", 1, 1),
	U("chksum", 2, 2),
	W("id", LAYERS_UINT, 4, 2, has_id),
	W("seq", LAYERS_UINT, 6, 2, has_id),
	W("ts_ori", LAYERS_UINT, 8, 4, is_timestamp),
	W("ts_rx", LAYERS_UINT, 12, 4, is_timestamp),
	W("ts_tx", LAYERS_UINT, 16, 4, is_timestamp),
	W("gw", LAYERS_IP, 4, 4, is_redirect),
	W("ptr", LAYERS_UINT, 4, 1, is_parameter),
	W("reserved", LAYERS_UINT, 4, 1, has_reserved),
	W("length", LAYERS_UINT, 5, 1, has_length),
	W("addr_mask", LAYERS_IP, 8, 4, is_mask),
	W("nexthopmtu", LAYERS_UINT, 6, 2, is_unreachable),
	W("unused", LAYERS_UINT, 6, 2, has_unused),
	W("unused", LAYERS_UINT, 4, 4, is_other),
	END,
};

static const struct layers_field icmpv6_unreachable[] = {
	U("type", 0, 1),   U("code", 1, 1),   U("cksum", 2, 2),
	U("length", 4, 1), U("unused", 5, 3), END,
};

static const struct layers_field icmpv6_too_big[] = {
	U("type", 0, 1), U("code", 1, 1), U("cksum", 2, 2), U("mtu", 4, 4), END,
};

static const struct layers_field icmpv6_parameter[] = {
	U("type", 0, 1), U("code", 1, 1), U("cksum", 2, 2), U("ptr", 4, 4), END,
};

static const struct layers_field icmpv6_echo_request[] = {
	U("type", 0, 1),
	U("code", 1, 1),
	U("cksum", 2, 2),
	U("id", 4, 2),
	U("seq", 6, 2),
	F("data", LAYERS_TAIL, 8, 0),
	END,
};

static const struct layers_field mld_query[] = {
	U("type", 0, 1),
	U("code", 1, 1),
	U("cksum", 2, 2),
	U("mrd", 4, 2),
	U("reserved", 6, 2),
	F("mladdr", LAYERS_IPV6, 8, 16),
	END,
};

static const struct layers_field mld2_report[] = {
	U("type", 0, 1),
	U("res", 1, 1),
	U("cksum", 2, 2),
	U("reserved", 4, 2),
	U("records_number", 6, 2),
	F("records", LAYERS_TAIL, 8, 0),
	END,
};

static const struct layers_field mld2_query[] = {
	U("type", 0, 1),
	U("code", 1, 1),
	U("cksum", 2, 2),
	U("mrd", 4, 2),
	U("reserved", 6, 2),
	F("mladdr", LAYERS_IPV6, 8, 16),
	B("Resv", 24, 0, 4),
	B("S", 24, 4, 1),
	B("QRV", 24, 5, 3),
	U("QQIC", 25, 1),
	U("sources_number", 26, 2),
	F("sources", LAYERS_IPV6S, 28, 0),
	END,
};

static const struct layers_field router_solicitation[] = {
	U("type", 0, 1), U("code", 1, 1), U("cksum", 2, 2), U("res", 4, 4), END,
};

static const struct layers_field router_advertisement[] = {
	U("type", 0, 1),           U("code", 1, 1),
	U("cksum", 2, 2),          U("chlim", 4, 1),
	B("M", 5, 0, 1),           B("O", 5, 1, 1),
	B("H", 5, 2, 1),           B("prf", 5, 3, 2),
	B("P", 5, 5, 1),           B("res", 5, 6, 2),
	U("routerlifetime", 6, 2), U("reachabletime", 8, 4),
	U("retranstimer", 12, 4),  END,
};

static const struct layers_field neighbor_solicitation[] = {
	U("type", 0, 1),
	U("code", 1, 1),
	U("cksum", 2, 2),
	U("res", 4, 4),
	F("tgt", LAYERS_IPV6, 8, 16),
	END,
};

static const struct layers_field neighbor_advertisement[] = {
	U("type", 0, 1),
	U("code", 1, 1),
	U("cksum", 2, 2),
	B("R", 4, 0, 1),
	B("S", 4, 1, 1),
	B("O", 4, 2, 1),
	B("res", 4, 3, 29),
	F("tgt", LAYERS_IPV6, 8, 16),
	END,
};

static const struct layers_field redirect[] = {
	U("type", 0, 1),
	U("code", 1, 1),
	U("cksum", 2, 2),
	U("res", 4, 4),
	F("tgt", LAYERS_IPV6, 8, 16),
	F("dst", LAYERS_IPV6, 24, 16),
	END,
};

static const struct layers_field opt_source_address[] = {
	U("type", 0, 1),
	U("len", 1, 1),
	F("lladdr", LAYERS_MAC, 2, 6),
	END,
};

static const struct layers_field opt_prefix[] = {
	U("type", 0, 1),
	U("len", 1, 1),
	U("prefixlen", 2, 1),
	B("L", 3, 0, 1),
	B("A", 3, 1, 1),
	B("R", 3, 2, 1),
	B("res1", 3, 3, 5),
	U("validlifetime", 4, 4),
	U("preferredlifetime", 8, 4),
	U("res2", 12, 4),
	F("prefix", LAYERS_IPV6, 16, 16),
	END,
};

static const struct layers_field opt_redirected[] = {
	U("type", 0, 1),
	U("len", 1, 1),
	F("res", LAYERS_BYTES, 2, 6),
	F("pkt", LAYERS_REST, 8, 0),
	END,
};

static const struct layers_field opt_mtu[] = {
	U("type", 0, 1), U("len", 1, 1), U("res", 2, 2), U("mtu", 4, 4), END,
};

static const struct layers_field opt_rdnss[] = {
	U("type", 0, 1),
	U("len", 1, 1),
	U("res", 2, 2),
	U("lifetime", 4, 4),
	F("dns", LAYERS_IPV6S, 8, 0),
	END,
};

static const struct layers_field opt_dnssl[] = {
	U("type", 0, 1),
	U("len", 1, 1),
	U("res", 2, 2),
	U("lifetime", 4, 4),
	F("searchlist", LAYERS_REST, 8, 0),
	END,
};

static const struct layers_field opt_unknown[] = {
	U("type", 0, 1),
	U("len", 1, 1),
	F("data", LAYERS_REST, 2, 0),
	END,
};

static const struct layers_field inverse_solicitation[] = {
	U("type", 0, 1),
	U("code", 1, 1),
	U("cksum", 2, 2),
	U("reserved", 4, 4),
	END,
};

static const struct layers_field mobile_home_agent_request[] = {
	U("type", 0, 1),
	U("code", 1, 1),
	U("cksum", 2, 2),
	U("id", 4, 2),
	B("R", 6, 0, 1),
	B("res", 6, 1, 15),
	END,
};

static const struct layers_field mobile_home_agent_reply[] = {
	U("type", 0, 1),
	U("code", 1, 1),
	U("cksum", 2, 2),
	U("id", 4, 2),
	B("R", 6, 0, 1),
	B("res", 6, 1, 15),
	F("addresses", LAYERS_IPV6S, 8, 0),
	END,
};

static const struct layers_field mobile_prefix_solicitation[] = {
	U("type", 0, 1), U("code", 1, 1), U("cksum", 2, 2),
	U("id", 4, 2),   U("res", 6, 2),  END,
};

static const struct layers_field mobile_prefix_advertisement[] = {
	U("type", 0, 1),
	U("code", 1, 1),
	U("cksum", 2, 2),
	U("id", 4, 2),
	B("flags", 6, 0, 2),
	B("res", 6, 2, 14),
	END,
};

static const struct layers_field mrd_advertisement[] = {
	U("type", 0, 1),     U("advinter", 1, 1),   U("cksum", 2, 2),
	U("queryint", 4, 2), U("robustness", 6, 2), END,
};

static const struct layers_field mrd_solicitation[] = {
	U("type", 0, 1),
	U("res", 1, 1),
	U("cksum", 2, 2),
	END,
};

static const struct layers_field rpl[] = {
	U("type", 0, 1),
	U("code", 1, 1),
	U("cksum", 2, 2),
	END,
};

static const struct layers_field opt_shortcut_limit[] = {
	U("type", 0, 1), U("len", 1, 1),  U("shortcutlim", 2, 1),
	U("res1", 3, 1), U("res2", 4, 4), END,
};

static const struct layers_field opt_interval[] = {
	U("type", 0, 1), U("len", 1, 1), U("res", 2, 2), U("advint", 4, 4), END,
};

static const struct layers_field opt_home_agent[] = {
	U("type", 0, 1), U("len", 1, 1),      U("res", 2, 2),
	U("pref", 4, 2), U("lifetime", 6, 2), END,
};

static const struct layers_field opt_source_list[] = {
	U("type", 0, 1),
	U("len", 1, 1),
	F("res", LAYERS_BYTES, 2, 6),
	F("addrlist", LAYERS_IPV6S, 8, 0),
	END,
};

static const struct layers_field opt_ip_address[] = {
	U("type", 0, 1),
	U("len", 1, 1),
	U("optcode", 2, 1),
	U("plen", 3, 1),
	U("res", 4, 4),
	F("addr", LAYERS_IPV6, 8, 16),
	END,
};

static const struct layers_field opt_new_prefix[] = {
	U("type", 0, 1),
	U("len", 1, 1),
	U("optcode", 2, 1),
	U("plen", 3, 1),
	U("res", 4, 4),
	F("prefix", LAYERS_IPV6, 8, 16),
	END,
};

static const struct layers_field opt_link_address[] = {
	U("type", 0, 1),
	U("len", 1, 1),
	U("optcode", 2, 1),
	F("lla", LAYERS_MAC, 3, 6),
	END,
};

static const struct layers_field opt_map[] = {
	U("type", 0, 1),
	U("len", 1, 1),
	B("dist", 2, 0, 4),
	B("pref", 2, 4, 4),
	B("R", 3, 0, 1),
	B("res", 3, 1, 7),
	U("validlifetime", 4, 4),
	F("addr", LAYERS_IPV6, 8, 16),
	END,
};

static const struct layers_field opt_route[] = {
	U("type", 0, 1),
	U("len", 1, 1),
	U("plen", 2, 1),
	B("res1", 3, 0, 3),
	B("prf", 3, 3, 2),
	B("res2", 3, 5, 3),
	U("rtlifetime", 4, 4),
	F("prefix", LAYERS_IPV6_PREFIX, 8, 0),
	END,
};

static const struct layers_field opt_flags[] = {
	U("type", 0, 1),
	U("len", 1, 1),
	B("res", 2, 0, 48),
	END,
};

static const struct layers_kind kinds[ND_LAYER_COUNT] = {
	[ND_ICMP] = {"ICMP", NULL, icmp},
	[ND_ICMP_IN_ICMP] = {"ICMPerror", NULL, icmp},
	[ND_ICMPV6_UNREACHABLE] = {"ICMPv6DestUnreach", NULL,
				   icmpv6_unreachable},
	[ND_ICMPV6_TOO_BIG] = {"ICMPv6PacketTooBig", NULL, icmpv6_too_big},
	[ND_ICMPV6_TIME_EXCEEDED] = {"ICMPv6TimeExceeded", NULL,
				     icmpv6_unreachable},
	[ND_ICMPV6_PARAMETER] = {"ICMPv6ParamProblem", NULL, icmpv6_parameter},
	[ND_ICMPV6_ECHO_REQUEST] = {"ICMPv6EchoRequest", NULL,
				    icmpv6_echo_request},
	[ND_ICMPV6_ECHO_REPLY] = {"ICMPv6EchoReply", NULL, icmpv6_echo_request},
	[ND_MLD_QUERY] = {"ICMPv6MLQuery", NULL, mld_query},
	[ND_MLD_REPORT] = {"ICMPv6MLReport", NULL, mld_query},
	[ND_MLD_DONE] = {"ICMPv6MLDone", NULL, mld_query},
	[ND_MLD2_REPORT] = {"ICMPv6MLReport2", NULL, mld2_report},
	[ND_MLD2_QUERY] = {"ICMPv6MLQuery2", NULL, mld2_query},
	[ND_ND_ROUTER_SOLICITATION] = {"ICMPv6ND_RS", NULL,
				       router_solicitation},
	[ND_ND_ROUTER_ADVERTISEMENT] = {"ICMPv6ND_RA", NULL,
					router_advertisement},
	[ND_ND_NEIGHBOR_SOLICITATION] = {"ICMPv6ND_NS", NULL,
					 neighbor_solicitation},
	[ND_ND_NEIGHBOR_ADVERTISEMENT] = {"ICMPv6ND_NA", NULL,
					  neighbor_advertisement},
	[ND_ND_REDIRECT] = {"ICMPv6ND_Redirect", NULL, redirect},
	[ND_ND_OPT_SOURCE_ADDRESS] = {"ICMPv6NDOptSrcLLAddr", NULL,
				      opt_source_address},
	[ND_ND_OPT_TARGET_ADDRESS] = {"ICMPv6NDOptDstLLAddr", NULL,
				      opt_source_address},
	[ND_ND_OPT_PREFIX] = {"ICMPv6NDOptPrefixInfo", NULL, opt_prefix},
	[ND_ND_OPT_REDIRECTED] = {"ICMPv6NDOptRedirectedHdr", NULL,
				  opt_redirected},
	[ND_ND_OPT_MTU] = {"ICMPv6NDOptMTU", NULL, opt_mtu},
	[ND_ND_OPT_RDNSS] = {"ICMPv6NDOptRDNSS", NULL, opt_rdnss},
	[ND_ND_OPT_DNSSL] = {"ICMPv6NDOptDNSSL", NULL, opt_dnssl},
	[ND_ND_OPT_UNKNOWN] = {"ICMPv6NDOptUnknown", NULL, opt_unknown},
	[ND_ND_INVERSE_SOLICITATION] = {"ICMPv6ND_INDSol", NULL,
					inverse_solicitation},
	[ND_ND_INVERSE_ADVERTISEMENT] = {"ICMPv6ND_INDAdv", NULL,
					 inverse_solicitation},
	[ND_MOBILE_HOME_AGENT_REQUEST] = {"ICMPv6HAADRequest", NULL,
					  mobile_home_agent_request},
	[ND_MOBILE_HOME_AGENT_REPLY] = {"ICMPv6HAADReply", NULL,
					mobile_home_agent_reply},
	[ND_MOBILE_PREFIX_SOLICITATION] = {"ICMPv6MPSol", NULL,
					   mobile_prefix_solicitation},
	[ND_MOBILE_PREFIX_ADVERTISEMENT] = {"ICMPv6MPAdv", NULL,
					    mobile_prefix_advertisement},
	[ND_MRD_ADVERTISEMENT] = {"ICMPv6MRD_Advertisement", NULL,
				  mrd_advertisement},
	[ND_MRD_SOLICITATION] = {"ICMPv6MRD_Solicitation", NULL,
				 mrd_solicitation},
	[ND_MRD_TERMINATION] = {"ICMPv6MRD_Termination", NULL,
				mrd_solicitation},
	[ND_RPL] = {"ICMPv6RPL", NULL, rpl},
	[ND_ND_OPT_SHORTCUT_LIMIT] = {"ICMPv6NDOptShortcutLimit", NULL,
				      opt_shortcut_limit},
	[ND_ND_OPT_INTERVAL] = {"ICMPv6NDOptAdvInterval", NULL, opt_interval},
	[ND_ND_OPT_HOME_AGENT] = {"ICMPv6NDOptHAInfo", NULL, opt_home_agent},
	[ND_ND_OPT_SOURCE_LIST] = {"ICMPv6NDOptSrcAddrList", NULL,
				   opt_source_list},
	[ND_ND_OPT_TARGET_LIST] = {"ICMPv6NDOptTgtAddrList", NULL,
				   opt_source_list},
	[ND_ND_OPT_IP_ADDRESS] = {"ICMPv6NDOptIPAddr", NULL, opt_ip_address},
	[ND_ND_OPT_NEW_PREFIX] = {"ICMPv6NDOptNewRtrPrefix", NULL,
				  opt_new_prefix},
	[ND_ND_OPT_LINK_ADDRESS] = {"ICMPv6NDOptLLA", NULL, opt_link_address},
	[ND_ND_OPT_MAP] = {"ICMPv6NDOptMAP", NULL, opt_map},
	[ND_ND_OPT_ROUTE] = {"ICMPv6NDOptRouteInfo", NULL, opt_route},
	[ND_ND_OPT_FLAGS] = {"ICMPv6NDOptEFA", NULL, opt_flags},
};

const struct layers_kind *layers_icmp_of(unsigned kind)
{
	if (kind >= ND_LAYER_COUNT || !kinds[kind].fields)
		return NULL;
	return &kinds[kind];
}
