/* SPDX-License-Identifier: MIT */
/*
 * Counts packets by layer, and their bytes on the wire:
 *
 *	{"packet_counts": {"Ethernet": 12, "IP": 9},
 *	 "byte_counts": {"Ethernet": 1830, "IP": 1650}}
 */
#include <netdumplings/chef.h>

/* A layer that occurs twice in a packet counts its bytes once. */
struct layer_count {
	uint64_t packets, bytes;
	uint64_t last; /* number of the last packet that had it */
};

struct packet_count {
	uint64_t packets;
	struct layer_count layer[ND_LAYER_COUNT];
};

static int count_packet(void *self, const struct nd_packet *pkt,
			struct nd_dumpling *out)
{
	struct packet_count *c = self;

	(void)out;
	c->packets++;
	for (uint32_t i = 0; i < pkt->layer_count; i++) {
		struct layer_count *l = &c->layer[pkt->layer[i].layer];

		l->packets++;
		if (l->last != c->packets)
			l->bytes += pkt->len;
		l->last = c->packets;
	}
	return 0;
}

static int count_interval(void *self, int64_t time_ns, struct nd_dumpling *out)
{
	const struct packet_count *c = self;

	(void)time_ns;
	nd_put_map(out, "packet_counts");
	for (unsigned i = 0; i < ND_LAYER_COUNT; i++)
		if (c->layer[i].packets > 0)
			nd_put_uint(out, nd_layer_name((enum nd_layer)i),
				    c->layer[i].packets);
	nd_end(out);
	nd_put_map(out, "byte_counts");
	for (unsigned i = 0; i < ND_LAYER_COUNT; i++)
		if (c->layer[i].packets > 0)
			nd_put_uint(out, nd_layer_name((enum nd_layer)i),
				    c->layer[i].bytes);
	nd_end(out);
	return ND_SERVE;
}

ND_CHEF = {
	ND_CHEF_HEAD,
	.name = "PacketCountChef",
	.summary = "how many packets and bytes of each layer were seen, at "
		   "intervals",
	.state_size = sizeof(struct packet_count),
	.packet = count_packet,
	.interval = count_interval,
};
