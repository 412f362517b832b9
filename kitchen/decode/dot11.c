/* SPDX-License-Identifier: MIT */
#include "dot11.h"

#include "walk.h"

/* IEEE 802.11-2020 section 9.2.4.1: bits of the frame control field. */
enum {
	TO_DS = 1,
	FROM_DS = 2,
	PROTECTED = 0x40,
	ORDER = 0x80, /* of a data frame with QoS: four bytes more */
	SUBTYPE_NULL = 4,
	SUBTYPE_QOS = 8,
};

/* Section 9.3.1: acknowledgements name but their receiver. */
static uint32_t control_len(uint32_t subtype)
{
	return subtype == 12 || subtype == 13 ? 10 : 16;
}

static uint32_t header_len(const uint8_t *p)
{
	uint32_t type = p[0] >> 2 & 3, subtype = p[0] >> 4, len = 24;

	if (type == 1)
		return control_len(subtype);
	if (type == 3)
		return 2;
	if (type == 0)
		return p[1] & ORDER ? 28 : 24;
	if ((p[1] & (TO_DS | FROM_DS)) == (TO_DS | FROM_DS))
		len += 6;
	if (subtype & SUBTYPE_QOS)
		len += p[1] & ORDER ? 6 : 2;
	return len;
}

/* Section 9.3.2.1: which address is whose. */
static void addresses(struct decode *d, const uint8_t *p, uint32_t len)
{
	bool data = (p[0] >> 2 & 3) == 2;

	if (len < 10)
		return;
	d->pkt.mac_dst = p + (data && p[1] & TO_DS ? 16 : 4);
	if (len < 16)
		return;
	d->pkt.mac_src = p + 10;
	if (data && p[1] & FROM_DS)
		d->pkt.mac_src = p + (p[1] & TO_DS ? 24 : 16);
}

/* What a data frame that anybody can read has in it. */
static enum proto body(const uint8_t *p, uint32_t len)
{
	uint32_t qos = len - (p[1] & ORDER ? 6 : 2);

	if ((p[0] >> 2 & 3) != 2 || p[0] >> 4 & SUBTYPE_NULL ||
	    p[1] & PROTECTED)
		return PROTO_RAW;
	/* of several fragments the first may have all that is needed */
	if (p[22] & 15)
		return PROTO_RAW;
	if (p[0] >> 4 & SUBTYPE_QOS && p[qos] & 0x80)
		return PROTO_AMSDU;
	return PROTO_LLC;
}

static enum proto frame(struct decode *d, bool padded)
{
	const uint8_t *p = walk_here(d);
	uint32_t len;

	if (walk_left(d) < 2)
		return PROTO_RAW;
	len = header_len(p);
	if (walk_left(d) < len)
		return PROTO_RAW;
	addresses(d, p, len);
	walk_add(d, ND_DOT11, len);
	if (padded)
		d->at += walk_min32(-len & 3, walk_left(d));
	return body(p, len);
}

enum proto dot11_frame(struct decode *d)
{
	return frame(d, false);
}

enum proto dot11_padded(struct decode *d)
{
	return frame(d, true);
}

/* Section 9.3.2.2.2: addresses and a length before each. */
enum proto dot11_amsdu(struct decode *d)
{
	const uint8_t *p = walk_here(d);

	if (walk_left(d) < 14)
		return PROTO_RAW;
	d->pkt.mac_dst = p;
	d->pkt.mac_src = p + 6;
	d->at += 14;
	walk_narrow(d, walk_get16(p + 12));
	return PROTO_LLC;
}

/*
 * https://www.radiotap.org: the byte of flags, which lies behind all words of
 * the bitmap and, if there is one, the timestamp; 0 if there are none.
 */
static uint32_t radiotap_flags(const uint8_t *p, uint32_t len)
{
	uint32_t at = 8, present = walk_little32(p + 4), word = present;

	while (word >> 31 && at + 4 <= len) {
		word = walk_little32(p + at);
		at += 4;
	}
	if (present & 1)
		at = ((at + 7) & ~7U) + 8;
	return present & 2 && at < len ? p[at] : 0;
}

/* The checksum at the frame's end, as far as that was captured. */
static void without_checksum(struct decode *d)
{
	uint32_t left = walk_left(d);

	if (d->missing >= 4)
		d->missing -= 4;
	else if (left + d->missing >= 4)
		walk_narrow(d, left + d->missing - 4);
}

enum proto dot11_radiotap(struct decode *d)
{
	const uint8_t *p = walk_here(d);
	uint32_t len, flags;

	if (walk_left(d) < 8 || p[0])
		return PROTO_RAW;
	len = walk_little16(p + 2);
	if (len < 8 || walk_left(d) < len)
		return PROTO_RAW;
	flags = radiotap_flags(p, len);
	walk_add(d, ND_RADIOTAP, len);
	if (flags & 0x10)
		without_checksum(d);
	return flags & 0x20 ? PROTO_DOT11_PADDED : PROTO_DOT11;
}

/* LINKTYPE_IEEE802_11_PRISM, LINKTYPE_IEEE802_11_AVS */
enum proto dot11_prism(struct decode *d)
{
	const uint8_t *p = walk_here(d);
	uint32_t len;

	if (walk_left(d) < 8)
		return PROTO_RAW;
	if (walk_get32(p) >> 12 == 0x80211)
		len = walk_get32(p + 4);
	else
		len = walk_little32(p + 4);
	if (len < 8 || walk_left(d) < len)
		return PROTO_RAW;
	d->at += len;
	return PROTO_DOT11;
}
