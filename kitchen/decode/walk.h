/* SPDX-License-Identifier: MIT */
#ifndef WALK_H
#define WALK_H

#include "decode.h"

/*
 * What the layer functions of decode_packet() use.  Each notes one layer,
 * moves d->at behind it, and returns what the bytes there are.
 */
enum proto {
	PROTO_DONE, /* what is left belongs to the last layer */
	PROTO_RAW,  /* what is left is unknown */
	PROTO_ETHERNET,
	PROTO_LLC,
	PROTO_SNAP,
	PROTO_VLAN,
	PROTO_VLAN_AD,
	PROTO_SERVICE,
	PROTO_FABRIC,
	PROTO_VN_TAG,
	PROTO_SLL,
	PROTO_SLL2,
	PROTO_NULL,
	PROTO_LOOP,
	PROTO_FDDI,
	PROTO_ARCNET,
	PROTO_NFLOG,
	PROTO_PKTAP,
	PROTO_PPI,
	PROTO_RADIOTAP,
	PROTO_PRISM, /* or AVS, as its first bytes tell */
	PROTO_DOT11,
	PROTO_DOT11_PADDED, /* its header fills up words of four bytes */
	PROTO_AMSDU,
	PROTO_PPP,
	PROTO_PPP_DIRECTION, /* after a byte that tells who sent it */
	PROTO_CHDLC,
	PROTO_PPPOE,
	PROTO_PPPOE_DISCOVERY,
	PROTO_MPLS,
	PROTO_IP, /* of either version, as its first bits tell */
	PROTO_ARP,
	PROTO_IPV4,
	PROTO_IPV6,
	PROTO_HOP_BY_HOP,
	PROTO_ROUTING,
	PROTO_DESTINATION,
	PROTO_MOBILITY, /* and others of its form */
	PROTO_AH,
	PROTO_AH_IPV6,
	PROTO_ESP,
	PROTO_FRAGMENT,
	PROTO_TCP,
	PROTO_UDP,
	PROTO_SCTP,
	PROTO_ICMP,
	PROTO_ICMPV6,
	PROTO_ND_OPTION,
	PROTO_IGMP,
	PROTO_ETHERIP,
	PROTO_GRE,
	PROTO_WCCP,
	PROTO_ERSPAN,
	PROTO_ERSPAN_3,
	PROTO_VXLAN,
	PROTO_VXLAN_GPE,
	PROTO_GENEVE,
	PROTO_GTP_U,
	PROTO_L2TP,
	PROTO_L2TP_IP,  /* version 3, right over IP */
	PROTO_UDP_PORT, /* whatever its ports and first bytes tell */
	PROTO_TCP_PORT,
	PROTO_COUNT
};

static inline uint32_t walk_get16(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

static inline uint32_t walk_get32(const uint8_t *p)
{
	return walk_get16(p) << 16 | walk_get16(p + 2);
}

static inline uint32_t walk_little16(const uint8_t *p)
{
	return (uint32_t)p[1] << 8 | p[0];
}

static inline uint32_t walk_little32(const uint8_t *p)
{
	return walk_little16(p + 2) << 16 | walk_little16(p);
}

static inline uint32_t walk_min32(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static inline const uint8_t *walk_here(const struct decode *d)
{
	return d->pkt.data + d->at;
}

static inline uint32_t walk_left(const struct decode *d)
{
	return d->end - d->at;
}

static inline void walk_mark(struct decode *d, enum nd_layer layer)
{
	if (layer < ND_LAYER_BITS && !d->quoted)
		d->pkt.layers |= UINT64_C(1) << layer;
}

static inline void walk_add(struct decode *d, enum nd_layer layer, uint32_t len)
{
	struct nd_layer_at *l = &d->layer[d->pkt.layer_count++];

	l->layer = layer;
	l->offset = d->at;
	l->header_len = len;
	d->at += len;
	walk_mark(d, layer);
}

/* What starts here ends after so many of the bytes left; padding follows. */
static inline void walk_cut(struct decode *d, uint32_t len)
{
	d->missing = 0;
	d->end = d->at + len;
	if (d->cuts < DECODE_CUTS_MAX)
		d->cuts++;
	d->cut[d->cuts - 1] = d->end;
}

/* The layer that starts here says how long it is, and is believed. */
static inline void walk_length(struct decode *d, uint32_t len)
{
	uint32_t left = walk_left(d);

	if (len < left)
		walk_cut(d, len);
	else
		d->missing = len - left;
}

/* The same, but no longer than what it is in. */
static inline void walk_narrow(struct decode *d, uint32_t len)
{
	uint32_t left = walk_left(d);

	if (len < left)
		walk_cut(d, len);
	else
		d->missing = walk_min32(d->missing, len - left);
}

/* What is left is the payload of the transport just noted. */
static inline void walk_payload(struct decode *d)
{
	if (d->quoted)
		return;
	d->pkt.payload_wire_len = walk_left(d) + d->missing;
	if (!walk_left(d))
		return;
	d->pkt.payload = walk_here(d);
	d->pkt.payload_len = walk_left(d);
}

/* If there is a packet in what follows, then this layer carries it. */
static inline void walk_tunnel(struct decode *d, enum nd_layer layer,
			       uint32_t id)
{
	d->carrier = layer;
	d->carrier_id = id;
}

#endif
