/* SPDX-License-Identifier: MIT */
#include "icmp.h"

/* RFC 792, RFC 950; 37 and 38 are RFC 1788. */
enum proto icmp_v4(struct decode *d)
{
	const uint8_t *p = walk_here(d);
	bool error = false;
	uint32_t len = 8;

	if (walk_left(d) < 8)
		return PROTO_RAW;
	switch (p[0]) {
	case 3:  /* destination unreachable */
	case 4:  /* source quench */
	case 5:  /* redirect */
	case 11: /* time exceeded */
	case 12: /* parameter problem */
		error = true;
		break;
	case 13: /* timestamp, and its reply */
	case 14:
		len = 20;
		break;
	case 17: /* address mask, and its reply */
	case 18:
	case 37: /* domain name, and its reply */
	case 38:
		len = 12;
		break;
	}
	if (walk_left(d) < len)
		return PROTO_RAW;
	walk_add(d, d->quoted ? ND_ICMP_IN_ICMP : ND_ICMP, len);
	walk_payload(d);
	if (!error)
		return PROTO_RAW;
	d->quoted = true;
	return PROTO_IPV4;
}

/* A message's layer, the length of its fixed part, and what follows that. */
struct message {
	uint8_t layer;
	uint8_t len;
	uint8_t next; /* enum proto; IPv6 is a quoted packet */
};

/* RFC 4443, 2710, 4861, 3122, 6275, 4286 and 6550. */
static const struct message messages[256] = {
	[1] = {ND_ICMPV6_UNREACHABLE, 8, PROTO_IPV6},
	[2] = {ND_ICMPV6_TOO_BIG, 8, PROTO_IPV6},
	[3] = {ND_ICMPV6_TIME_EXCEEDED, 8, PROTO_IPV6},
	[4] = {ND_ICMPV6_PARAMETER, 8, PROTO_IPV6},
	[128] = {ND_ICMPV6_ECHO_REQUEST, 8, PROTO_DONE},
	[129] = {ND_ICMPV6_ECHO_REPLY, 8, PROTO_DONE},
	[130] = {ND_MLD_QUERY, 24, PROTO_RAW},
	[131] = {ND_MLD_REPORT, 24, PROTO_RAW},
	[132] = {ND_MLD_DONE, 24, PROTO_RAW},
	[133] = {ND_ND_ROUTER_SOLICITATION, 8, PROTO_ND_OPTION},
	[134] = {ND_ND_ROUTER_ADVERTISEMENT, 16, PROTO_ND_OPTION},
	[135] = {ND_ND_NEIGHBOR_SOLICITATION, 24, PROTO_ND_OPTION},
	[136] = {ND_ND_NEIGHBOR_ADVERTISEMENT, 24, PROTO_ND_OPTION},
	[137] = {ND_ND_REDIRECT, 40, PROTO_ND_OPTION},
	[141] = {ND_ND_INVERSE_SOLICITATION, 8, PROTO_ND_OPTION},
	[142] = {ND_ND_INVERSE_ADVERTISEMENT, 8, PROTO_ND_OPTION},
	[143] = {ND_MLD2_REPORT, 8, PROTO_DONE},
	[144] = {ND_MOBILE_HOME_AGENT_REQUEST, 8, PROTO_RAW},
	[145] = {ND_MOBILE_HOME_AGENT_REPLY, 8, PROTO_RAW},
	[146] = {ND_MOBILE_PREFIX_SOLICITATION, 8, PROTO_RAW},
	[147] = {ND_MOBILE_PREFIX_ADVERTISEMENT, 8, PROTO_ND_OPTION},
	[151] = {ND_MRD_ADVERTISEMENT, 8, PROTO_RAW},
	[152] = {ND_MRD_SOLICITATION, 4, PROTO_RAW},
	[153] = {ND_MRD_TERMINATION, 4, PROTO_RAW},
	[155] = {ND_RPL, 4, PROTO_RAW},
};

/* RFC 3810 section 8.1: a query of 28 bytes or more has a list of sources. */
static uint32_t mld2_query_len(const struct decode *d)
{
	return 28 + 16 * walk_get16(walk_here(d) + 26);
}

enum proto icmp_v6(struct decode *d)
{
	const struct message *message;
	enum nd_layer layer;
	uint32_t len;

	if (walk_left(d) < 4)
		return PROTO_RAW;
	message = &messages[*walk_here(d)];
	layer = message->layer;
	len = message->len;
	if (layer == ND_MLD_QUERY && walk_left(d) >= 28) {
		layer = ND_MLD2_QUERY;
		len = walk_min32(mld2_query_len(d), walk_left(d));
	}
	walk_mark(d, ND_ICMPV6);
	if (!len || walk_left(d) < len)
		return PROTO_RAW;
	walk_add(d, layer, len);
	walk_payload(d);
	if (message->next == PROTO_IPV6)
		d->quoted = true;
	return message->next;
}

/* RFC 4861 section 4.6, and the registry of its options. */
static const uint8_t options[256] = {
	[1] = ND_ND_OPT_SOURCE_ADDRESS,
	[2] = ND_ND_OPT_TARGET_ADDRESS,
	[3] = ND_ND_OPT_PREFIX,
	[4] = ND_ND_OPT_REDIRECTED,
	[5] = ND_ND_OPT_MTU,
	[6] = ND_ND_OPT_SHORTCUT_LIMIT,
	[7] = ND_ND_OPT_INTERVAL,
	[8] = ND_ND_OPT_HOME_AGENT,
	[9] = ND_ND_OPT_SOURCE_LIST,
	[10] = ND_ND_OPT_TARGET_LIST,
	[17] = ND_ND_OPT_IP_ADDRESS,
	[18] = ND_ND_OPT_NEW_PREFIX,
	[19] = ND_ND_OPT_LINK_ADDRESS,
	[23] = ND_ND_OPT_MAP,
	[24] = ND_ND_OPT_ROUTE,
	[25] = ND_ND_OPT_RDNSS,
	[26] = ND_ND_OPT_FLAGS,
	[31] = ND_ND_OPT_DNSSL,
};

enum proto icmp_nd_option(struct decode *d)
{
	const uint8_t *p = walk_here(d);
	enum nd_layer layer;
	uint32_t len;

	if (walk_left(d) < 2)
		return PROTO_RAW;
	layer = options[p[0]];
	len = p[1] * 8U;
	if (!len || walk_left(d) < len)
		return PROTO_RAW;
	walk_add(d, layer ? layer : ND_ND_OPT_UNKNOWN, len);
	return PROTO_ND_OPTION;
}
