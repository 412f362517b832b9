/* SPDX-License-Identifier: MIT */
#ifndef FRAGMENTS_H
#define FRAGMENTS_H

#include <netdumplings/chef.h>

/*
 * Puts fragmented IP packets together again: IPv4 by RFC 791 section 3.2 and
 * RFC 815, IPv6 by RFC 8200 section 4.5 and RFC 5722.
 *
 * Where fragments of IPv4 overlap, the bytes captured first are right.  An
 * IPv6 packet with overlapping fragments is dropped, with those of it that are
 * still to come; one that is only captured twice does no harm.
 */
struct fragments;

/* What the module counts. */
struct fragments_stats {
	uint64_t seen;        /* fragments */
	uint64_t reassembled; /* packets */
	uint64_t overlaps;    /* fragments that overlapped others */
	uint64_t expired;     /* packets not complete after 30 s */
	uint64_t dropped;     /* packets that made room for others */
	uint64_t invalid;     /* fragments that cannot be */
	uint64_t cut;         /* fragments not captured whole */
};

/* A packet put together; lent until the next call. */
struct fragments_whole {
	const uint8_t *data;
	uint32_t len;
	int linktype;      /* to decode data with */
	uint32_t count;    /* frames that it came in */
	uint64_t wire_len; /* of all these frames */
};

/*
 * `memory` bounds all that is kept; the packet begun first makes room.  NULL
 * and errno: EINVAL if two packets of 64 KiB would not fit.
 */
struct fragments *fragments_new(size_t memory);
void fragments_free(struct fragments *fragments);

/*
 * Takes a packet with ip_fragment set; of several fragmented layers in one
 * another the outermost is meant, so that a whole may be a fragment again.  1
 * if it is the last piece, and *whole is the packet; 0 otherwise.  `pkt` may
 * point into the last whole, and then no longer does.
 *
 * A whole is the first fragment's frame up to its IP header, mended to be that
 * of a packet never fragmented, and the payload.  The lengths of IP, UDP,
 * PPPoE and GTP-U around it are mended too; UDP's checksum becomes 0.  If it
 * is inside something else that has a length (such as 802.11, which may end in
 * a checksum) or grows too long for what is around it, the whole starts with
 * its own IP header and the link type is that of raw IP: the layers around are
 * then not to be had.
 */
int fragments_take(struct fragments *fragments, const struct nd_packet *pkt,
		   struct fragments_whole *whole);

const struct fragments_stats *fragments_stats(const struct fragments *f);

#endif
