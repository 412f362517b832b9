/* SPDX-License-Identifier: MIT */
#include "frame.h"

#include "decode.h"

#include <errno.h>

#define LINKTYPE_ETHERNET 1
#define TYPE_IP 1 /* base:packet's only one */

struct frame {
	struct nd_value bytes;
	uint64_t linktype, len;
};

/* Its time becomes the message's. */
static bool find(struct maker *k, struct frame *f)
{
	const struct nd_value *map = &k->payload;

	return map->type == ND_MAP &&
	       maker_find(map, "bytes", ND_BIN, &f->bytes) &&
	       maker_find_uint(map, "linktype", UINT16_MAX, &f->linktype) &&
	       maker_find_uint(map, "len", UINT32_MAX, &f->len) &&
	       maker_find_time(map, "time", &k->time_ns);
}

int frame_make_packet(struct maker *k)
{
	struct decode decode = {0};
	struct nd_packet *pkt = &decode.pkt;
	struct frame f;

	if (!find(k, &f))
		return -ENOENT;
	decode_packet(&decode, (int)f.linktype, k->time_ns, f.bytes.as.bytes,
		      f.bytes.len, (uint32_t)f.len);
	for (uint32_t i = 0; i < pkt->layer_count; i++) {
		const struct nd_layer_at *l = &pkt->layer[i];

		if (l->layer != ND_IP && l->layer != ND_IPV6)
			continue;
		maker_begin(k, MESSAGE_PACKET);
		maker_uint(k, "payload_type", TYPE_IP);
		maker_bytes(k, "payload", pkt->data + l->offset,
			    pkt->caplen - l->offset);
		return maker_end(k);
	}
	return -ENOENT;
}

int frame_make_pkt(struct maker *k)
{
	struct frame f;

	if (!find(k, &f) || f.linktype != LINKTYPE_ETHERNET)
		return -ENOENT;
	maker_begin(k, MESSAGE_PKT);
	maker_bytes(k, "payload", f.bytes.as.bytes, f.bytes.len);
	maker_uint(k, "len_frame", f.len);
	return maker_end(k);
}
