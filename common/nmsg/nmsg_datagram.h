/* SPDX-License-Identifier: MIT */
#ifndef NMSG_DATAGRAM_H
#define NMSG_DATAGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An IP packet as messages hold it; all is lent by its bytes. */
struct nmsg_datagram {
	uint8_t version;
	uint8_t protocol;
	uint8_t next; /* the header that follows the first one */
	const uint8_t *src, *dst;
	size_t address_len;
	bool fragment;
	uint32_t fragment_at; /* of its bytes in the whole packet */
	bool fragment_last;
	const uint8_t *body; /* what follows the headers of IP */
	size_t body_len;
	/* Of UDP, but for fragments that are not the first. */
	const uint8_t *udp;
	const uint8_t *payload;
	size_t payload_len;
};

/* False for what is no IP packet or cut off in its headers. */
bool nmsg_datagram_read(struct nmsg_datagram *d, const uint8_t *bytes,
			size_t len);

#endif
