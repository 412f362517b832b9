/* SPDX-License-Identifier: MIT */
/* A dumpling for every packet: the most that a kitchen can be asked for. */
#include <netdumplings/chef.h>

struct every {
	bool full;
};

static const struct nd_option every_options[] = {
	{"full", ND_OPTION_BOOL, offsetof(struct every, full), "no",
	 "Ten fields in place of two."},
	{0},
};

static int every_packet(void *self, const struct nd_packet *pkt,
			struct nd_dumpling *out)
{
	const struct every *e = self;

	nd_put_uint(out, "len", pkt->len);
	nd_put_ip(out, "src", pkt->ip_src, pkt->ip_len);
	if (!e->full)
		return ND_SERVE;
	nd_put_ip(out, "dst", pkt->ip_dst, pkt->ip_len);
	nd_put_time(out, "when", pkt->time_ns);
	nd_put_int(out, "vlan", pkt->vlan);
	nd_put_uint(out, "flags", pkt->tcp_flags);
	nd_put_uint(out, "protocol", pkt->ip_protocol);
	nd_put_uint(out, "ttl", pkt->ip_ttl);
	nd_put_uint(out, "port_src", pkt->port_src);
	nd_put_uint(out, "port_dst", pkt->port_dst);
	return ND_SERVE;
}

ND_CHEF = {
	ND_CHEF_HEAD,
	.name = "EveryPacketChef",
	.summary = "every packet's length and source",
	.options = every_options,
	.state_size = sizeof(struct every),
	.packet = every_packet,
};
