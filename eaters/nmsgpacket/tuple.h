/* SPDX-License-Identifier: MIT */
#ifndef TUPLE_H
#define TUPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Between whom a TCP or UDP packet went. */
struct tuple {
	const uint8_t *src, *dst; /* lent by the packet */
	uint8_t ip_len;           /* bytes of an address: 4 or 16 */
	uint8_t proto;
	uint16_t src_port, dst_port;
};

/*
 * Reads the outermost IP header of a packet that starts with it, and the ports
 * behind.  False if it is not TCP or UDP, has no ports, as fragments but the
 * first have none, or is cut off before them.
 */
bool tuple_read(struct tuple *t, const uint8_t *packet, size_t len);

#endif
