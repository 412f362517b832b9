/* SPDX-License-Identifier: MIT */
#include "decode.h"

#include <stdlib.h>
#include <string.h>

/*
 * The first byte chooses the link type and how much of the frame was not
 * captured; the others are the frame.
 */

static const int linktypes[] = {1,   113, 276, 0,   108, 12,  101, 228, 229,
				147, 9,   10,  50,  51,  104, 105, 119, 127,
				129, 163, 166, 192, 204, 239, 258};

#define LINKTYPES (sizeof(linktypes) / sizeof(*linktypes))

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void check_inside(const struct nd_packet *pkt, const uint8_t *p,
			 uint32_t len)
{
	if (p)
		check(p >= pkt->data && len <= pkt->caplen &&
		      p + len <= pkt->data + pkt->caplen);
	else
		check(len == 0);
}

static void check_packet(const struct nd_packet *pkt)
{
	struct nd_dns dns;
	uint32_t i, at = 0;

	check(pkt->layer_count <= ND_LAYERS_MAX);
	for (i = 0; i < pkt->layer_count; i++) {
		const struct nd_layer_at *l = &pkt->layer[i];

		check(l->layer < ND_LAYER_COUNT);
		check(strcmp(nd_layer_name(l->layer), "unknown") != 0);
		check(l->offset >= at);
		check(l->header_len <= pkt->caplen - l->offset);
		at = l->offset + l->header_len;
	}
	check_inside(pkt, pkt->mac_src, pkt->mac_src ? 6 : 0);
	check_inside(pkt, pkt->mac_dst, pkt->mac_dst ? 6 : 0);
	check_inside(pkt, pkt->arp, pkt->arp_len);
	check_inside(pkt, pkt->ip_src, pkt->ip_len);
	check_inside(pkt, pkt->ip_dst, pkt->ip_len);
	check_inside(pkt, pkt->payload, pkt->payload_len);
	check(pkt->payload_wire_len >= pkt->payload_len);
	check(pkt->vlan >= -1 && pkt->vlan < 4096);
	check(pkt->frame == pkt->data && pkt->frame_len == pkt->caplen);
	check(!pkt->fragments && !pkt->fragments_len);
	check(pkt->tunnel < ND_LAYER_COUNT);
	check(pkt->tunnel_depth <= pkt->layer_count);
	check(!pkt->tunnel_depth || nd_has(pkt, pkt->tunnel));
	if (nd_dns(pkt, &dns))
		check(strlen(dns.name) == dns.name_len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct decode d;
	uint32_t missing;
	uint8_t *frame;
	int linktype;

	if (!len--)
		return 0;
	linktype = linktypes[*data % LINKTYPES];
	missing = *data++ / (uint32_t)LINKTYPES * 100;
	frame = malloc(len ? len : 1);
	if (!frame)
		return 0;
	memcpy(frame, data, len);
	decode_packet(&d, linktype, 1, frame, (uint32_t)len,
		      (uint32_t)len + missing);
	check_packet(&d.pkt);
	free(frame);
	return 0;
}
