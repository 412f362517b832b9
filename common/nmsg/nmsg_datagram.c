/* SPDX-License-Identifier: MIT */
#include "nmsg_datagram.h"

#include <netdumplings/bytes.h>
#include <netinet/in.h>
#include <string.h>

#define IP_LEN 20
#define IPV6_LEN 40
#define UDP_LEN 8
#define EXTENSIONS_MAX 16

/* RFC 791 section 3.1 */
static bool read_ip(struct nmsg_datagram *d, const uint8_t *p, size_t len)
{
	size_t head = (size_t)(p[0] & 15) * 4;
	size_t total = len < IP_LEN ? 0 : nd_be16(p + 2);
	uint16_t at;

	if (len < IP_LEN || head < IP_LEN || head > len)
		return false;
	/* Cards that cut packets for their host leave the length 0. */
	if (total >= head && total < len)
		len = total;
	at = nd_be16(p + 6);
	d->fragment = (at & 0x3fff) != 0;
	d->fragment_at = (uint32_t)(at & 0x1fff) * 8;
	d->fragment_last = !(at & 0x2000);
	d->protocol = d->next = p[9];
	d->src = p + 12;
	d->dst = p + 16;
	d->address_len = 4;
	d->body = p + head;
	d->body_len = len - head;
	return true;
}

/* RFC 8200 sections 3 and 4 */
static bool read_ipv6(struct nmsg_datagram *d, const uint8_t *p, size_t len)
{
	const uint8_t *end = p + len;
	uint8_t next;

	if (len < IPV6_LEN)
		return false;
	if ((size_t)nd_be16(p + 4) + IPV6_LEN < len && nd_be16(p + 4) > 0)
		end = p + IPV6_LEN + nd_be16(p + 4);
	d->next = next = p[6];
	d->src = p + 8;
	d->dst = p + 24;
	d->address_len = 16;
	p += IPV6_LEN;
	for (int i = 0; i < EXTENSIONS_MAX; i++) {
		size_t head = 8;

		if (next != IPPROTO_HOPOPTS && next != IPPROTO_ROUTING &&
		    next != IPPROTO_DSTOPTS && next != IPPROTO_FRAGMENT)
			break;
		if (end - p < 8)
			return false;
		if (next == IPPROTO_FRAGMENT) {
			d->fragment = true;
			d->fragment_at = nd_be16(p + 2) & 0xfff8u;
			d->fragment_last = !(p[3] & 1);
		} else {
			head = ((size_t)p[1] + 1) * 8;
		}
		if ((size_t)(end - p) < head)
			return false;
		next = p[0];
		p += head;
		if (d->fragment_at > 0)
			break;
	}
	d->protocol = next;
	d->body = p;
	d->body_len = (size_t)(end - p);
	return true;
}

bool nmsg_datagram_read(struct nmsg_datagram *d, const uint8_t *bytes,
			size_t len)
{
	memset(d, 0, sizeof(*d));
	if (len == 0)
		return false;
	d->version = bytes[0] >> 4;
	if (d->version == 4   ? !read_ip(d, bytes, len)
	    : d->version == 6 ? !read_ipv6(d, bytes, len)
			      : true)
		return false;
	d->payload = d->body;
	d->payload_len = d->body_len;
	if (d->protocol != IPPROTO_UDP || d->fragment_at > 0)
		return true;
	if (d->body_len < UDP_LEN)
		return false;
	d->udp = d->body;
	d->payload = d->body + UDP_LEN;
	d->payload_len = d->body_len - UDP_LEN;
	return true;
}
