/* SPDX-License-Identifier: MIT */
#include <netdumplings/bytes.h>
#include <netdumplings/checksum.h>

/* What a transport's checksum covers: its bytes and its IP header. */
struct span {
	const uint8_t *p;
	uint32_t len;
	const uint8_t *ip; /* of either version */
	bool v6;
};

/* RFC 1071: words added up; folded by fold(). */
static uint64_t add(uint64_t sum, const uint8_t *p, uint32_t len)
{
	for (; len > 1; len -= 2, p += 2)
		sum += nd_be16(p);
	return len ? sum + ((uint64_t)*p << 8) : sum;
}

static enum nd_checksum fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum == 0xffff ? ND_CHECKSUM_GOOD : ND_CHECKSUM_BAD;
}

/* RFC 9293 section 3.1, RFC 8200 section 8.1 */
static enum nd_checksum with_addresses(const struct span *s, uint8_t protocol)
{
	uint64_t sum = (uint64_t)protocol + s->len;

	if (s->v6)
		sum = add(sum, s->ip + 8, 32);
	else
		sum = add(sum, s->ip + 12, 8);
	return fold(add(sum, s->p, s->len));
}

static enum nd_checksum header(const struct nd_packet *pkt)
{
	const struct nd_layer_at *l = nd_layer_of(pkt, ND_IP);
	const uint8_t *p;
	uint32_t len;

	if (!l || l->header_len < 20)
		return ND_CHECKSUM_UNKNOWN;
	p = pkt->data + l->offset;
	len = (p[0] & 15U) * 4;
	if (len < 20 || l->header_len < len)
		return ND_CHECKSUM_UNKNOWN;
	return fold(add(0, p, len));
}

static bool is_extension(uint32_t layer)
{
	return layer == ND_IPV6_EXT || layer == ND_IPV6_FRAGMENT ||
	       layer == ND_IPV6_HOP_BY_HOP || layer == ND_IPV6_DESTINATION ||
	       layer == ND_IPV6_ROUTING || layer == ND_IPV6_SEGMENT_ROUTING ||
	       layer == ND_IPV6_AH || layer == ND_AH;
}

/* The transport's layer: ICMPv6 messages have closer names there. */
static const struct nd_layer_at *transport(const struct nd_packet *pkt,
					   enum nd_layer layer)
{
	uint32_t i;

	if (layer != ND_ICMPV6)
		return nd_layer_of(pkt, layer);
	if (!nd_has(pkt, ND_ICMPV6) || pkt->ip_protocol != 58)
		return NULL;
	for (i = pkt->layer_count; i > 0; i--)
		if (pkt->layer[i - 1].layer == ND_IPV6)
			break;
	while (i && i < pkt->layer_count && is_extension(pkt->layer[i].layer))
		i++;
	return i && i < pkt->layer_count ? &pkt->layer[i] : NULL;
}

/* Segments left: the destination in the sum is another, RFC 8200 8.1. */
static bool still_routed(const struct nd_packet *pkt,
			 const struct nd_layer_at *l)
{
	return (l->layer == ND_IPV6_ROUTING ||
		l->layer == ND_IPV6_SEGMENT_ROUTING) &&
	       (l->header_len < 4 || pkt->data[l->offset + 3] != 0);
}

/* The IP header that carries a layer, and how far its packet goes. */
static bool find(const struct nd_packet *pkt, const struct nd_layer_at *at,
		 struct span *s)
{
	const struct nd_layer_at *l = at;
	uint32_t end, header_len;

	for (;;) {
		if (l-- == pkt->layer)
			return false;
		if (l->layer == ND_IP || l->layer == ND_IPV6)
			break;
		if (!is_extension(l->layer) || still_routed(pkt, l))
			return false;
	}
	s->ip = pkt->data + l->offset;
	s->v6 = l->layer == ND_IPV6;
	header_len = s->v6 ? 40 : 20;
	if (l->header_len < header_len)
		return false;
	end = l->offset + nd_be16(s->ip + (s->v6 ? 4 : 2));
	if (s->v6)
		end += 40;
	if (end <= at->offset || end > pkt->caplen)
		return false;
	s->p = pkt->data + at->offset;
	s->len = end - at->offset;
	return true;
}

static enum nd_checksum udp(struct span *s)
{
	uint32_t len;

	if (s->len < 8)
		return ND_CHECKSUM_UNKNOWN;
	if (nd_be16(s->p + 6) == 0)
		return s->v6 ? ND_CHECKSUM_BAD : ND_CHECKSUM_NONE;
	len = nd_be16(s->p + 4);
	if (len < 8 || len > s->len)
		return ND_CHECKSUM_UNKNOWN;
	s->len = len;
	return with_addresses(s, 17);
}

/* CRC32c, least significant bit first, four bits at a time. */
static uint32_t crc32c(uint32_t crc, const uint8_t *p, uint32_t len)
{
	static const uint32_t table[16] = {
		0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1,
		0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
		0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9,
		0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
	};

	for (; len > 0; len--) {
		crc ^= *p++;
		crc = crc >> 4 ^ table[crc & 15];
		crc = crc >> 4 ^ table[crc & 15];
	}
	return crc;
}

static enum nd_checksum sctp(const struct span *s)
{
	static const uint8_t zeros[4];
	uint32_t crc, told;

	if (s->len < 12)
		return ND_CHECKSUM_UNKNOWN;
	crc = crc32c(0xffffffff, s->p, 8);
	crc = crc32c(crc, zeros, 4);
	crc = ~crc32c(crc, s->p + 12, s->len - 12);
	told = (uint32_t)s->p[11] << 24 | (uint32_t)s->p[10] << 16 |
	       (uint32_t)s->p[9] << 8 | s->p[8];
	return crc == told ? ND_CHECKSUM_GOOD : ND_CHECKSUM_BAD;
}

enum nd_checksum nd_checksum(const struct nd_packet *pkt, enum nd_layer layer)
{
	const struct nd_layer_at *at;
	struct span s;

	if (layer == ND_IP)
		return header(pkt);
	at = transport(pkt, layer);
	if (!at || pkt->ip_fragment || !find(pkt, at, &s))
		return ND_CHECKSUM_UNKNOWN;
	switch (layer) {
	case ND_TCP:
		return s.len < 20 ? ND_CHECKSUM_UNKNOWN : with_addresses(&s, 6);
	case ND_UDP:
		return udp(&s);
	case ND_ICMP:
		return s.v6 || s.len < 4 ? ND_CHECKSUM_UNKNOWN
					 : fold(add(0, s.p, s.len));
	case ND_ICMPV6:
		return s.len < 4 ? ND_CHECKSUM_UNKNOWN : with_addresses(&s, 58);
	case ND_SCTP:
		return sctp(&s);
	default:
		return ND_CHECKSUM_UNKNOWN;
	}
}
