/* SPDX-License-Identifier: MIT */
#include <netdumplings/bytes.h>
#include <netdumplings/dhcp.h>

#include <string.h>

#define HEADER_LEN 236 /* before the cookie */
#define RELAY_LEN 34

struct nd_dhcp_bytes nd_dhcp_option(struct nd_dhcp *dhcp, uint8_t code)
{
	struct nd_dhcp_bytes all = {dhcp->gathered, 0};

	for (unsigned a = 0; a < dhcp->areas; a++) {
		const uint8_t *p = dhcp->area[a].at;
		const uint8_t *end = p + dhcp->area[a].len;

		while (p < end && *p != 255) {
			if (!*p) {
				p++;
				continue;
			}
			if (end - p < 2 || p[1] > end - p - 2)
				break;
			if (*p == code &&
			    all.len + p[1] <= ND_DHCP_OPTION_MAX) {
				memcpy(dhcp->gathered + all.len, p + 2, p[1]);
				all.len += p[1];
			}
			p += 2 + p[1];
		}
	}
	return all;
}

bool nd_dhcp(struct nd_dhcp *dhcp, const void *message, size_t len)
{
	static const uint8_t cookie[] = {99, 130, 83, 99};
	const uint8_t *p = message;
	struct nd_dhcp_bytes overload;

	dhcp->header = p;
	dhcp->areas = 0;
	/* op, and the length of a hardware address */
	if (len < HEADER_LEN || (p[0] != 1 && p[0] != 2) || p[2] > 16)
		return false;
	if (len < HEADER_LEN + 4 || memcmp(p + HEADER_LEN, cookie, 4) != 0)
		return true;
	dhcp->area[dhcp->areas++] =
		(struct nd_dhcp_bytes){p + HEADER_LEN + 4,
				       len - HEADER_LEN - 4};
	overload = nd_dhcp_option(dhcp, 52);
	if (overload.len == 1 && overload.at[0] & 1)
		dhcp->area[dhcp->areas++] =
			(struct nd_dhcp_bytes){p + 108, 128};
	if (overload.len == 1 && overload.at[0] & 2)
		dhcp->area[dhcp->areas++] = (struct nd_dhcp_bytes){p + 44, 64};
	return true;
}

/* RFC 2132 section 9.6, RFC 3203 and RFC 4388. */
const char *nd_dhcp_type(struct nd_dhcp *dhcp)
{
	static const char *const names[] = {
		"other",        "DISCOVER",   "OFFER",      "REQUEST",
		"DECLINE",      "ACK",        "NAK",        "RELEASE",
		"INFORM",       "FORCERENEW", "LEASEQUERY", "LEASEUNASSIGNED",
		"LEASEUNKNOWN", "LEASEACTIVE"};
	struct nd_dhcp_bytes type = nd_dhcp_option(dhcp, 53);
	size_t number = type.len == 1 ? type.at[0] : 0;

	if (type.len != 1)
		return dhcp->header[0] == 1 ? "BOOTREQUEST" : "BOOTREPLY";
	return names[number < sizeof(names) / sizeof(*names) ? number : 0];
}

bool nd_dhcp6_each(struct nd_dhcp_bytes *list, uint16_t *code,
		   struct nd_dhcp_bytes *value)
{
	if (list->len < 4 || nd_be16(list->at + 2) > list->len - 4)
		return false;
	*code = nd_be16(list->at);
	*value = (struct nd_dhcp_bytes){list->at + 4, nd_be16(list->at + 2)};
	list->at += 4 + value->len;
	list->len -= 4 + value->len;
	return true;
}

struct nd_dhcp_bytes nd_dhcp6_option(struct nd_dhcp_bytes list, uint16_t code,
				     size_t least)
{
	struct nd_dhcp_bytes value;
	uint16_t found;

	while (nd_dhcp6_each(&list, &found, &value))
		if (found == code && value.len >= least)
			return value;
	return (struct nd_dhcp_bytes){NULL, 0};
}

/* RFC 8415 section 7.3 */
bool nd_dhcp6(struct nd_dhcp6 *dhcp, const void *message, size_t len)
{
	static const char *const names[] = {
		NULL,      "SOLICIT", "ADVERTISE",   "REQUEST",
		"CONFIRM", "RENEW",   "REBIND",      "REPLY",
		"RELEASE", "DECLINE", "RECONFIGURE", "INFORMATION-REQUEST"};
	struct nd_dhcp_bytes m = {message, len};

	dhcp->relays = 0;
	while (m.len >= RELAY_LEN && (m.at[0] == 12 || m.at[0] == 13)) {
		if (dhcp->relays == ND_DHCP6_RELAYS_MAX)
			return false;
		dhcp->relay[dhcp->relays++] = m;
		m.at += RELAY_LEN;
		m.len -= RELAY_LEN;
		m = nd_dhcp6_option(m, 9, 4);
	}
	if (m.len < 4 || m.at[0] == 0 ||
	    m.at[0] >= sizeof(names) / sizeof(*names))
		return false;
	dhcp->type = names[m.at[0]];
	dhcp->xid = (uint32_t)m.at[1] << 16 | nd_be16(m.at + 2);
	dhcp->options = (struct nd_dhcp_bytes){m.at + 4, m.len - 4};
	return true;
}

struct nd_dhcp_bytes nd_dhcp6_mac(struct nd_dhcp_bytes duid)
{
	unsigned type = duid.len >= 4 ? nd_be16(duid.at) : 0;
	size_t at = type == 1 ? 8 : 4; /* with a time, or without */

	if ((type != 1 && type != 3) || duid.len != at + 6 ||
	    nd_be16(duid.at + 2) != 1)
		return (struct nd_dhcp_bytes){NULL, 0};
	return (struct nd_dhcp_bytes){duid.at + at, 6};
}

size_t nd_dhcp_name(struct nd_dhcp_bytes wire, char *to, size_t to_size)
{
	size_t len = 0, label;

	for (size_t at = 0; at < wire.len && wire.at[at]; at += 1 + label) {
		label = wire.at[at];
		if (label > 63 || label > wire.len - at - 1 ||
		    len + label + 1 > to_size)
			break;
		if (len)
			to[len++] = '.';
		memcpy(to + len, wire.at + at + 1, label);
		len += label;
	}
	return len;
}
