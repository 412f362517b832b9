/* SPDX-License-Identifier: MIT */
#ifndef NETDUMPLINGS_DHCP_H
#define NETDUMPLINGS_DHCP_H

/*
 * The messages of DHCP (RFC 2131) and DHCPv6 (RFC 8415), for chefs.  Nothing
 * here allocates; bytes are lent from the message unless said otherwise.
 */

#include <netdumplings/dumpling.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Some bytes; `at` is NULL and len 0 where there are none. */
struct nd_dhcp_bytes {
	const uint8_t *at;
	size_t len;
};

/* The longest option that is put together from pieces. */
#define ND_DHCP_OPTION_MAX 1024

/* A message of DHCP or BOOTP, RFC 2131 section 2. */
struct nd_dhcp {
	const uint8_t *header;        /* 236 bytes: op to file */
	struct nd_dhcp_bytes area[3]; /* where options are */
	unsigned areas;
	uint8_t gathered[ND_DHCP_OPTION_MAX];
};

/* False where the bytes are no such message. */
ND_PUBLIC bool nd_dhcp(struct nd_dhcp *dhcp, const void *message, size_t len);

/*
 * An option, all its pieces put together (RFC 3396), also those in the `file`
 * and `sname` fields (RFC 2132 section 9.3).  Lent until the next call.
 */
ND_PUBLIC struct nd_dhcp_bytes nd_dhcp_option(struct nd_dhcp *dhcp,
					      uint8_t code);

/* "DISCOVER" and so on; static.  For BOOTP "BOOTREQUEST" or "BOOTREPLY". */
ND_PUBLIC const char *nd_dhcp_type(struct nd_dhcp *dhcp);

/* --- DHCPv6 -------------------------------------------------------------- */

/* Messages around a message, from relays, RFC 8415 section 7.6. */
#define ND_DHCP6_RELAYS_MAX 8

struct nd_dhcp6 {
	const char *type;
	uint32_t xid;
	struct nd_dhcp_bytes options;
	/* Each of 34 bytes and options, the one next to the server first. */
	struct nd_dhcp_bytes relay[ND_DHCP6_RELAYS_MAX];
	unsigned relays;
};

/* False where the bytes are no such message, or its relays are too many. */
ND_PUBLIC bool nd_dhcp6(struct nd_dhcp6 *dhcp, const void *message, size_t len);

/* Steps through options, section 21.1: *list moves on.  False at the end. */
ND_PUBLIC bool nd_dhcp6_each(struct nd_dhcp_bytes *list, uint16_t *code,
			     struct nd_dhcp_bytes *value);
/* The first option of a code that has so many bytes at least. */
ND_PUBLIC struct nd_dhcp_bytes nd_dhcp6_option(struct nd_dhcp_bytes list,
					       uint16_t code, size_t least);
/* The Ethernet address in a DUID, section 11: six bytes or none. */
ND_PUBLIC struct nd_dhcp_bytes nd_dhcp6_mac(struct nd_dhcp_bytes duid);

/* A name as DNS has it, RFC 1035 section 3.1, as text; its length, or 0. */
ND_PUBLIC size_t nd_dhcp_name(struct nd_dhcp_bytes wire, char *to,
			      size_t to_size);

#ifdef __cplusplus
}
#endif
#endif
