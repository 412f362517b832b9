/* SPDX-License-Identifier: MIT */
#include "share.h"

#include <string.h>

/* A multiplication that spreads what differs in few bits (Fibonacci's). */
#define SPREAD UINT64_C(0x9e3779b97f4a7c15)

static uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * SPREAD;
	return h ^ h >> 32;
}

static uint64_t fold(const uint8_t *p, size_t len)
{
	uint64_t h = len, word;

	for (; len >= sizeof(word); p += sizeof(word), len -= sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		h = mix(h, word);
	}
	word = 0;
	memcpy(&word, p, len);
	return mix(h, word);
}

/* Sums do not tell which side is which. */
uint32_t share_of(const struct nd_packet *pkt, uint32_t workers)
{
	uint64_t h = 0;

	if (pkt->ip_len) {
		h = fold(pkt->ip_src, pkt->ip_len) +
		    fold(pkt->ip_dst, pkt->ip_len);
		h = mix(h, (uint64_t)pkt->port_src + pkt->port_dst);
	} else if (pkt->mac_src && pkt->mac_dst) {
		h = fold(pkt->mac_src, 6) + fold(pkt->mac_dst, 6);
	}
	return (uint32_t)((mix(h, 0) >> 32) * workers >> 32);
}
