/* SPDX-License-Identifier: MIT */
#include "crypto.h"

#include <errno.h>
#include <netdumplings/flow.h>
#include <string.h>

enum {
	ICMP = 1,
	TCP = 6,
	UDP = 17,
	ICMPV6 = 58,
	SCTP = 132,
};

/* Seed, two addresses, protocol, a zero, two ports. */
#define INPUT_MAX (2 + 2 * 16 + 2 + 4)

/* Types that ask and those that answer, in pairs. */
static const uint8_t pairs4[][2] = {
	{8, 0}, {10, 9}, {13, 14}, {15, 16}, {17, 18}};
static const uint8_t pairs6[][2] = {{128, 129}, {130, 131}, {133, 134},
				    {135, 136}, {139, 140}, {144, 145}};

/* The type that goes the other way, or -1 for a message without answer. */
static int counterpart(uint8_t protocol, uint16_t type)
{
	const uint8_t(*pairs)[2] = protocol == ICMP ? pairs4 : pairs6;
	size_t count = protocol == ICMP ? sizeof(pairs4) / sizeof(*pairs4)
					: sizeof(pairs6) / sizeof(*pairs6);

	for (size_t i = 0; i < count; i++) {
		if (pairs[i][0] == type)
			return pairs[i][1];
		if (pairs[i][1] == type)
			return pairs[i][0];
	}
	return -1;
}

static uint8_t *put16(uint8_t *to, uint16_t n)
{
	to[0] = (uint8_t)(n >> 8);
	to[1] = (uint8_t)n;
	return to + 2;
}

/* What is to be hashed: the ends in order, unless it goes one way only. */
static size_t input(const struct nd_flow_key *key, unsigned side,
		    const struct nd_flow_icmp *icmp, uint16_t seed, uint8_t *to)
{
	uint8_t protocol = key->protocol, len = key->ip_len;
	bool is_icmp = protocol == ICMP || protocol == ICMPV6;
	bool ports = is_icmp ? icmp != NULL
			     : protocol == TCP || protocol == UDP ||
				       protocol == SCTP;
	uint16_t src = key->port[side], dst = key->port[!side];
	bool turn, one_way = false;
	const uint8_t *start = to;
	int order;

	if (is_icmp) {
		int answer = icmp ? counterpart(protocol, icmp->type) : 0;

		one_way = answer < 0;
		src = icmp ? icmp->type : 0;
		dst = one_way ? icmp->code : (uint16_t)answer;
	}
	order = memcmp(nd_flow_ip(key, side), nd_flow_ip(key, !side), len);
	turn = !one_way && (order > 0 || (order == 0 && src >= dst));
	to = put16(to, seed);
	memcpy(to, nd_flow_ip(key, side ^ turn), len);
	memcpy(to + len, nd_flow_ip(key, side ^ !turn), len);
	to += 2 * len;
	*to++ = protocol;
	*to++ = 0;
	if (ports) {
		to = put16(to, turn ? dst : src);
		to = put16(to, turn ? src : dst);
	}
	return (size_t)(to - start);
}

/* RFC 4648 section 4, of 20 bytes: 27 characters and one of padding. */
static void base64(const uint8_t *digest, char *to)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	uint8_t bytes[CRYPTO_SHA1_LEN + 1] = {0};

	memcpy(bytes, digest, CRYPTO_SHA1_LEN);
	for (size_t i = 0; i < sizeof(bytes); i += 3) {
		uint32_t n = (uint32_t)bytes[i] << 16 |
			     (uint32_t)bytes[i + 1] << 8 | bytes[i + 2];

		*to++ = digits[n >> 18];
		*to++ = digits[n >> 12 & 63];
		*to++ = digits[n >> 6 & 63];
		*to++ = digits[n & 63];
	}
	to[-1] = '=';
	*to = '\0';
}

int nd_community_id(const struct nd_flow_key *key, unsigned side,
		    const struct nd_flow_icmp *icmp, uint16_t seed,
		    char text[ND_COMMUNITY_ID_SIZE])
{
	uint8_t bytes[INPUT_MAX], digest[CRYPTO_SHA1_LEN];
	size_t len;

	if (key->ip_len != 4 && key->ip_len != 16)
		return -EINVAL;
	len = input(key, side, icmp, seed, bytes);
	if (crypto_sha1(bytes, len, digest) < 0)
		return -ENOTSUP;
	text[0] = '1';
	text[1] = ':';
	base64(digest, text + 2);
	return 0;
}

int nd_community_id_packet(const struct nd_packet *pkt, uint16_t seed,
			   char text[ND_COMMUNITY_ID_SIZE])
{
	struct nd_flow_icmp icmp;
	struct nd_flow_key key;
	int side = nd_flow_key(pkt, &key);

	if (side < 0)
		return side;
	return nd_community_id(&key, (unsigned)side,
			       nd_flow_icmp(pkt, &icmp) ? &icmp : NULL, seed,
			       text);
}
