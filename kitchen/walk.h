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
	PROTO_SLL,
	PROTO_SLL2,
	PROTO_NULL,
	PROTO_LOOP,
	PROTO_IP, /* of either version, as its first bits tell */
	PROTO_ARP,
	PROTO_IPV4,
	PROTO_IPV6,
	PROTO_HOP_BY_HOP,
	PROTO_ROUTING,
	PROTO_DESTINATION,
	PROTO_AH,
	PROTO_FRAGMENT,
	PROTO_TCP,
	PROTO_UDP,
	PROTO_ICMP,
	PROTO_ICMPV6,
	PROTO_ND_OPTION,
	PROTO_DNS,
	PROTO_DNS_TCP,
	PROTO_LLMNR,
};

static inline uint32_t walk_get16(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

static inline uint32_t walk_get32(const uint8_t *p)
{
	return walk_get16(p) << 16 | walk_get16(p + 2);
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

/* The layer that starts here says how long it is; padding may follow. */
static inline void walk_narrow(struct decode *d, uint32_t len)
{
	if (len >= walk_left(d))
		return;
	d->end = d->at + len;
	if (d->cuts < DECODE_CUTS_MAX)
		d->cuts++;
	d->cut[d->cuts - 1] = d->end;
}

/* What is left is the payload of the transport just noted. */
static inline void walk_payload(struct decode *d)
{
	if (d->quoted || !walk_left(d))
		return;
	d->pkt.payload = walk_here(d);
	d->pkt.payload_len = walk_left(d);
}

#endif
