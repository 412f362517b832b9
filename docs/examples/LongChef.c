/* SPDX-License-Identifier: MIT */
/* Tells of long packets, and where they come from. */
#include <netdumplings/chef.h>

static int long_packet(void *self, const struct nd_packet *pkt,
		       struct nd_dumpling *out)
{
	(void)self; /* it remembers nothing */
	if (pkt->len < 200)
		return 0;
	nd_put_uint(out, "bytes", pkt->len);
	nd_put_ip(out, "from", pkt->ip_src, pkt->ip_len);
	return ND_SERVE;
}

ND_CHEF = {
	ND_CHEF_HEAD,
	.name = "LongChef",
	.summary = "packets of 200 bytes and more",
	.packet = long_packet,
};
