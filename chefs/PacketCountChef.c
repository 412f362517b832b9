/* SPDX-License-Identifier: MIT */
/* Counts packets by layer: {"packet_counts": {"Ethernet": 12, "IP": 9}}. */
#include <netdumplings/chef.h>

struct packet_count {
	uint64_t counts[ND_LAYER_COUNT];
};

static int count_packet(void *self, const struct nd_packet *pkt,
			struct nd_dumpling *out)
{
	struct packet_count *c = self;

	(void)out;
	for (uint32_t i = 0; i < pkt->layer_count; i++)
		c->counts[pkt->layer[i].layer]++;
	return 0;
}

static int count_interval(void *self, int64_t time_ns, struct nd_dumpling *out)
{
	const struct packet_count *c = self;

	(void)time_ns;
	nd_put_map(out, "packet_counts");
	for (unsigned i = 0; i < ND_LAYER_COUNT; i++)
		if (c->counts[i] > 0)
			nd_put_uint(out, nd_layer_name((enum nd_layer)i),
				    c->counts[i]);
	nd_end(out);
	return ND_SERVE;
}

ND_CHEF = {
	ND_CHEF_HEAD,
	.name = "PacketCountChef",
	.summary = "how many packets of each layer were seen, at intervals",
	.state_size = sizeof(struct packet_count),
	.packet = count_packet,
	.interval = count_interval,
};
