/* SPDX-License-Identifier: MIT */
#ifndef NETDUMPLINGS_CHECKSUM_H
#define NETDUMPLINGS_CHECKSUM_H

/* Checksums, which the kitchen itself never verifies: for a chef to ask. */

#include <netdumplings/chef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum nd_checksum {
	/*
	 * Not to be told: no such layer, a part of what is summed was not
	 * captured or is in another fragment, a length that the card fills in,
	 * or an address that a routing header will replace.
	 */
	ND_CHECKSUM_UNKNOWN,
	ND_CHECKSUM_GOOD,
	/* Also that of a packet captured before the card put the sum in. */
	ND_CHECKSUM_BAD,
	ND_CHECKSUM_NONE, /* the sender left it out: UDP over IPv4 */
};

/*
 * The checksum of the packet's innermost layer of a kind: ND_IP's header (RFC
 * 791), ND_TCP (RFC 9293), ND_UDP (RFC 768, RFC 8200 section 8.1), ND_ICMP
 * (RFC 792), ND_ICMPV6 (RFC 4443) or ND_SCTP (RFC 9260 appendix A).
 */
ND_PUBLIC enum nd_checksum nd_checksum(const struct nd_packet *pkt,
				       enum nd_layer layer);

#ifdef __cplusplus
}
#endif
#endif
