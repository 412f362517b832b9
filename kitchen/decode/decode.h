/* SPDX-License-Identifier: MIT */
#ifndef DECODE_H
#define DECODE_H

#include <netdumplings/chef.h>

/* Layers that may end before the bytes around them do: lengths inside. */
#define DECODE_CUTS_MAX 4

/* A packet and where its layers are; one is used for packet after packet. */
struct decode {
	struct nd_packet pkt;
	struct nd_layer_at layer[ND_LAYERS_MAX];

	/* The walk: what is left of the frame, and what was cut off behind. */
	uint32_t at, end;
	uint32_t cut[DECODE_CUTS_MAX];
	uint32_t cuts;
	uint32_t missing;    /* bytes of it on the wire behind d->end */
	uint32_t carrier;    /* the tunnel just passed, ND_... or 0 */
	uint32_t carrier_id; /* its VNI, key or the like */
	bool quoted;         /* inside the packet that an ICMP error quotes */
	bool tagged;         /* pkt.vlan is of this link layer */
};

/* Whether this libpcap DLT_ value means more than unknown bytes here. */
bool decode_knows(int linktype);

/*
 * Decodes a frame into d->pkt, which points into data and d: both are lent
 * for as long as the packet is used.  It cannot fail; what is short or odd
 * has fewer layers, and then one of ND_RAW.  pkt.interface stays as it was.
 */
void decode_packet(struct decode *d, int linktype, int64_t time_ns,
		   const uint8_t *data, uint32_t caplen, uint32_t len);

#endif
