/* SPDX-License-Identifier: MIT */
#include <netdumplings/chef.h>

#define EXTENSION "IPv6 Extension Header - "
#define DISCOVERY "ICMPv6 Neighbor Discovery - "
#define INVERSE "ICMPv6 Inverse Neighbor Discovery "
#define OPTION "ICMPv6 Neighbor Discovery Option - "

static const char *const names[ND_LAYER_COUNT] = {
	[ND_ETHERNET] = "Ethernet",
	[ND_DOT3] = "802.3",
	[ND_LLC] = "LLC",
	[ND_SNAP] = "SNAP",
	[ND_VLAN] = "802.1Q",
	[ND_VLAN_AD] = "802_1AD",
	[ND_SLL] = "cooked linux",
	[ND_SLL2] = "cooked linux v2",
	[ND_LOOPBACK] = "Loopback",
	[ND_ARP] = "ARP",
	[ND_IP] = "IP",
	[ND_IPV6] = "IPv6",
	[ND_IPV6_EXT] = "IPv6 Extension Header",
	[ND_IPV6_FRAGMENT] = EXTENSION "Fragmentation header",
	[ND_TCP] = "TCP",
	[ND_UDP] = "UDP",
	[ND_ICMP] = "ICMP",
	[ND_ICMPV6] = "ICMPv6",
	[ND_DNS] = "DNS",
	[ND_LLMNR] = "Link Local Multicast Node Resolution - Query",
	[ND_RAW] = "Raw",
	[ND_PADDING] = "Padding",
	[ND_MPLS] = "MPLS",
	[ND_PPPOE] = "PPP over Ethernet",
	[ND_PPP] = "PPP Link Layer",
	[ND_GRE] = "GRE",
	[ND_VXLAN] = "VXLAN",
	[ND_GENEVE] = "GENEVE",
	[ND_ERSPAN] = "ERSPAN",
	[ND_GTP_U] = "GTP-U Header",
	[ND_L2TP] = "L2TP",
	[ND_TEREDO] = "Teredo",
	[ND_DOT11] = "802.11",
	[ND_RADIOTAP] = "RadioTap",
	[ND_NFLOG] = "NFLOG",
	[ND_PKTAP] = "PKTAP",
	[ND_SCTP] = "SCTP",
	[ND_IGMP] = "IGMP",
	[ND_ESP] = "ESP",
	[ND_AH] = "AH over IPv4",
	[ND_IPV6_HOP_BY_HOP] = EXTENSION "Hop-by-Hop Options Header",
	[ND_IPV6_ROUTING] = "IPv6 Option Header Routing",
	[ND_IPV6_DESTINATION] = EXTENSION "Destination Options Header",
	[ND_IPV6_AH] = "AH",
	[ND_IP_IN_ICMP] = "IP in ICMP",
	[ND_TCP_IN_ICMP] = "TCP in ICMP",
	[ND_UDP_IN_ICMP] = "UDP in ICMP",
	[ND_ICMP_IN_ICMP] = "ICMP in ICMP",
	[ND_ICMPV6_UNREACHABLE] = "ICMPv6 Destination Unreachable",
	[ND_ICMPV6_TOO_BIG] = "ICMPv6 Packet Too Big",
	[ND_ICMPV6_TIME_EXCEEDED] = "ICMPv6 Time Exceeded",
	[ND_ICMPV6_PARAMETER] = "ICMPv6 Parameter Problem",
	[ND_ICMPV6_ECHO_REQUEST] = "ICMPv6 Echo Request",
	[ND_ICMPV6_ECHO_REPLY] = "ICMPv6 Echo Reply",
	[ND_MLD_QUERY] = "MLD - Multicast Listener Query",
	[ND_MLD_REPORT] = "MLD - Multicast Listener Report",
	[ND_MLD_DONE] = "MLD - Multicast Listener Done",
	[ND_MLD2_REPORT] = "MLDv2 - Multicast Listener Report",
	[ND_ND_ROUTER_SOLICITATION] = DISCOVERY "Router Solicitation",
	[ND_ND_ROUTER_ADVERTISEMENT] = DISCOVERY "Router Advertisement",
	[ND_ND_NEIGHBOR_SOLICITATION] = DISCOVERY "Neighbor Solicitation",
	[ND_ND_NEIGHBOR_ADVERTISEMENT] = DISCOVERY "Neighbor Advertisement",
	[ND_ND_REDIRECT] = DISCOVERY "Redirect",
	[ND_ND_OPT_SOURCE_ADDRESS] = OPTION "Source Link-Layer Address",
	[ND_ND_OPT_TARGET_ADDRESS] = OPTION "Destination Link-Layer Address",
	[ND_ND_OPT_PREFIX] = OPTION "Prefix Information",
	[ND_ND_OPT_REDIRECTED] = OPTION "Redirected Header",
	[ND_ND_OPT_MTU] = OPTION "MTU",
	[ND_ND_OPT_RDNSS] = OPTION "Recursive DNS Server Option",
	[ND_ND_OPT_DNSSL] = OPTION "DNS Search List Option",
	[ND_ND_OPT_UNKNOWN] = OPTION "Scapy Unimplemented",
	[ND_LLMNR_RESPONSE] = "Link Local Multicast Node Resolution - "
			      "Response",
	[ND_IPV6_SEGMENT_ROUTING] = "IPv6 Option Header Segment Routing",
	[ND_IPV6_IN_ICMP] = "IPv6 in ICMPv6",
	[ND_MLD2_QUERY] = "MLDv2 - Multicast Listener Query",
	[ND_ND_INVERSE_SOLICITATION] = INVERSE "Solicitation",
	[ND_ND_INVERSE_ADVERTISEMENT] = INVERSE "Advertisement",
	[ND_MOBILE_HOME_AGENT_REQUEST] = "ICMPv6 Home Agent Address Discovery "
					 "Request",
	[ND_MOBILE_HOME_AGENT_REPLY] = "ICMPv6 Home Agent Address Discovery "
				       "Reply",
	[ND_MOBILE_PREFIX_SOLICITATION] = "ICMPv6 Mobile Prefix Solicitation",
	[ND_MOBILE_PREFIX_ADVERTISEMENT] = "ICMPv6 Mobile Prefix Advertisement",
	[ND_MRD_ADVERTISEMENT] = "ICMPv6 Multicast Router Discovery "
				 "Advertisement",
	[ND_MRD_SOLICITATION] = "ICMPv6 Multicast Router Discovery "
				"Solicitation",
	[ND_MRD_TERMINATION] = "ICMPv6 Multicast Router Discovery Termination",
	[ND_RPL] = "RPL",
	[ND_ND_OPT_SHORTCUT_LIMIT] = OPTION "NBMA Shortcut Limit",
	[ND_ND_OPT_INTERVAL] = DISCOVERY "Interval Advertisement",
	[ND_ND_OPT_HOME_AGENT] = DISCOVERY "Home Agent Information",
	[ND_ND_OPT_SOURCE_LIST] = INVERSE "Option - Source Address List",
	[ND_ND_OPT_TARGET_LIST] = INVERSE "Option - Target Address List",
	[ND_ND_OPT_IP_ADDRESS] = DISCOVERY "IP Address Option (FH for MIPv6)",
	[ND_ND_OPT_NEW_PREFIX] =
		DISCOVERY "New Router Prefix Information Option (FH for MIPv6)",
	[ND_ND_OPT_LINK_ADDRESS] =
		DISCOVERY "Link-Layer Address (LLA) Option (FH for MIPv6)",
	[ND_ND_OPT_MAP] = DISCOVERY "MAP Option",
	[ND_ND_OPT_ROUTE] = OPTION "Route Information Option",
	[ND_ND_OPT_FLAGS] = OPTION "Expanded Flags Option",
};

const char *nd_layer_name(enum nd_layer layer)
{
	const char *name = NULL;

	if ((unsigned)layer < ND_LAYER_COUNT)
		name = names[layer];
	return name ? name : "unknown";
}
