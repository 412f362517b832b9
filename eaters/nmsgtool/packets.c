/* SPDX-License-Identifier: MIT */
#include "packets.h"

#include "decode.h"
#include "fragments.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NCAP 1 /* the type that message.h has no need for */

#define FRAGMENT_MEMORY (4 * 1024 * 1024)
#define LINK_ETHERNET 1 /* libpcap's DLT_EN10MB */
#define NS_A_SECOND INT64_C(1000000000)

/* Tags and numbers around the bytes of a packet, at most. */
#define AROUND_MAX 32

struct packets {
	uint32_t msgtype;
	struct decode decode;
	struct fragments *fragments; /* of base:ncap */
	uint8_t *buf;
	size_t cap;
	uint64_t skipped;
};

/* What of a frame becomes the message. */
struct part {
	const uint8_t *at;
	uint32_t len;
	bool ipv6;
};

struct packets *packets_new(uint32_t msgtype)
{
	struct packets *p;

	if (msgtype != MESSAGE_PACKET && msgtype != MESSAGE_PKT &&
	    msgtype != NCAP) {
		errno = EINVAL;
		return NULL;
	}
	p = calloc(1, sizeof(*p));
	if (!p)
		return NULL;
	p->msgtype = msgtype;
	if (msgtype == NCAP)
		p->fragments = fragments_new(FRAGMENT_MEMORY);
	if (msgtype != NCAP || p->fragments)
		return p;
	packets_free(p);
	errno = ENOMEM;
	return NULL;
}

void packets_free(struct packets *p)
{
	if (!p)
		return;
	fragments_free(p->fragments);
	free(p->buf);
	free(p);
}

/* --- where IP is in a frame ---------------------------------------------- */

/* Ethernet with IP right behind it, which most of them are. */
static bool is_plain(const struct capture_packet *pkt, struct part *part)
{
	const uint8_t *at = pkt->data;
	uint32_t type;

	if (pkt->linktype != LINK_ETHERNET || pkt->caplen < 14 + 20)
		return false;
	type = (uint32_t)at[12] << 8 | at[13];
	if (type != 0x0800 || at[14] >> 4 != 4)
		return false;
	*part = (struct part){at + 14, pkt->caplen - 14, false};
	return true;
}

/* The outermost IP of a frame that was decoded, with all behind it. */
static bool find_ip(const struct nd_packet *pkt, struct part *part)
{
	for (uint32_t i = 0; i < pkt->layer_count; i++) {
		const struct nd_layer_at *l = &pkt->layer[i];

		if (l->layer != ND_IP && l->layer != ND_IPV6)
			continue;
		*part = (struct part){pkt->data + l->offset,
				      pkt->caplen - l->offset,
				      l->layer == ND_IPV6};
		return true;
	}
	return false;
}

static void decode(struct packets *p, const struct capture_packet *pkt)
{
	decode_packet(&p->decode, pkt->linktype, pkt->time_ns, pkt->data,
		      pkt->caplen, pkt->len);
}

static bool take_packet(struct packets *p, const struct capture_packet *pkt,
			struct part *part)
{
	if (is_plain(pkt, part))
		return true;
	decode(p, pkt);
	return find_ip(&p->decode.pkt, part);
}

/* What the link layer added behind a short datagram is none of it. */
static void cut_padding(struct part *part)
{
	const uint8_t *at = part->at;
	uint32_t len = part->ipv6 ? 40U + ((uint32_t)at[4] << 8 | at[5])
				  : (uint32_t)at[2] << 8 | at[3];

	/* 0, or less than a header, is of one that was yet to be cut. */
	if (len > 40U * part->ipv6 && len >= 20 && len < part->len)
		part->len = len;
}

/* A datagram put together if it came in fragments.  1, or 0 for none yet. */
static int take_ncap(struct packets *p, const struct capture_packet *pkt,
		     struct part *part)
{
	struct fragments_whole whole;

	decode(p, pkt);
	if (p->decode.pkt.ip_fragment) {
		if (!fragments_take(p->fragments, &p->decode.pkt, &whole))
			return 0;
		decode_packet(&p->decode, whole.linktype, pkt->time_ns,
			      whole.data, whole.len, whole.len);
	}
	if (!find_ip(&p->decode.pkt, part)) {
		p->skipped++;
		return 0;
	}
	cut_padding(part);
	return 1;
}

/* --- protobuf ------------------------------------------------------------ */

static uint8_t *varint(uint8_t *to, uint32_t n)
{
	for (; n >= 0x80; n >>= 7)
		*to++ = (uint8_t)(n | 0x80);
	*to++ = (uint8_t)n;
	return to;
}

/* A field of bytes: its tag, their number, and they. */
static uint8_t *bytes(uint8_t *to, uint8_t tag, const struct part *part)
{
	*to++ = tag;
	to = varint(to, part->len);
	memcpy(to, part->at, part->len);
	return to + part->len;
}

/* The fields as docs/nmsg.md has them for each type. */
static int encode(struct packets *p, const struct part *part, uint32_t len,
		  struct message *out)
{
	uint8_t *to;

	if (p->cap < part->len + AROUND_MAX) {
		size_t cap = 2 * ((size_t)part->len + AROUND_MAX);
		uint8_t *more = realloc(p->buf, cap);

		if (!more)
			return -ENOMEM;
		p->buf = more;
		p->cap = cap;
	}
	to = p->buf;
	if (p->msgtype == MESSAGE_PKT) {
		to = bytes(to, 1 << 3 | 2, part);
		*to++ = 2 << 3;
		to = varint(to, len);
	} else {
		*to++ = 1 << 3;
		/* PacketType IP; NcapType IPV4 or IPV6 */
		*to++ = p->msgtype == MESSAGE_PACKET ? 1 : part->ipv6;
		to = bytes(to, 2 << 3 | 2, part);
	}
	out->payload = p->buf;
	out->payload_len = (size_t)(to - p->buf);
	return 1;
}

int packets_message(struct packets *p, const struct capture_packet *pkt,
		    struct message *out)
{
	struct part part = {pkt->data, pkt->caplen, false};
	int64_t nsec = pkt->time_ns % NS_A_SECOND;

	if (p->msgtype == NCAP) {
		if (!take_ncap(p, pkt, &part))
			return 0;
	} else if (p->msgtype == MESSAGE_PKT ? pkt->linktype != LINK_ETHERNET
					     : !take_packet(p, pkt, &part)) {
		p->skipped++;
		return 0;
	}
	*out = (struct message){.vid = MESSAGE_BASE, .msgtype = p->msgtype};
	out->time_sec = pkt->time_ns / NS_A_SECOND - (nsec < 0);
	out->time_nsec = (uint32_t)(nsec < 0 ? nsec + NS_A_SECOND : nsec);
	return encode(p, &part, pkt->len, out);
}

uint64_t packets_skipped(const struct packets *p)
{
	return p->skipped;
}
