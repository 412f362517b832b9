/* SPDX-License-Identifier: MIT */
/* Passes on the time at which a UDP packet of the benchmark says it was sent.
 */
#include <netdumplings/chef.h>

#define PORT 9 /* discard */

static int payload_time(void *self, const struct nd_packet *pkt,
			struct nd_dumpling *out)
{
	uint64_t sent_ns = 0;

	(void)self;
	if (pkt->port_dst != PORT || pkt->payload_len != 8)
		return 0;
	for (int i = 0; i < 8; i++)
		sent_ns = sent_ns << 8 | pkt->payload[i];
	nd_put_uint(out, "sent", sent_ns);
	return ND_SERVE;
}

ND_CHEF = {
	ND_CHEF_HEAD,
	.name = "PayloadTimeChef",
	.summary = "when a packet was sent, as it says itself",
	.layers = 1 << ND_UDP,
	.packet = payload_time,
};
