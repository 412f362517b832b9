/* SPDX-License-Identifier: MIT */
#ifndef PORT_H
#define PORT_H

#include "walk.h"

/* What lies behind the UDP or TCP header just noted, by port and content. */
enum proto port_udp(struct decode *d);
enum proto port_tcp(struct decode *d);

/* IANA's service names and port numbers: those that port_udp() looks into. */
static inline bool port_is_known(uint32_t port)
{
	switch (port) {
	case 53:   /* DNS */
	case 1701: /* L2TP */
	case 2152: /* GTP-U */
	case 3544: /* Teredo */
	case 4500: /* ESP that passes NAT */
	case 4789: /* VXLAN */
	case 4790: /* VXLAN-GPE */
	case 5353: /* mDNS */
	case 5355: /* LLMNR */
	case 6081: /* Geneve */
	case 6635: /* MPLS */
	case 8472: /* VXLAN as Linux had it first */
		return true;
	}
	return false;
}

#endif
