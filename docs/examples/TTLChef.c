/* SPDX-License-Identifier: MIT */
/* Tells the hosts whose packets arrive with few hops left. */
#include <errno.h>
#include <netdumplings/chef.h>

struct ttl {
	uint64_t below;         /* option */
	uint64_t seen;          /* packets, since the start */
	struct nd_table *hosts; /* told already; bounded */
};

static const struct nd_option ttl_options[] = {
	{"below", ND_OPTION_UINT, offsetof(struct ttl, below), "5",
	 "Tell packets whose TTL or hop limit is below this.", .min = 1,
	 .max = 255},
	{0},
};

static int ttl_open(void *self, char *why, size_t why_size)
{
	struct ttl *t = self;

	(void)why;
	(void)why_size;
	t->hosts = nd_table_new(1000, 0);
	return t->hosts ? 0 : -errno;
}

static int ttl_packet(void *self, const struct nd_packet *pkt,
		      struct nd_dumpling *out)
{
	struct ttl *t = self;
	bool is_new;

	t->seen++;
	if (pkt->ip_ttl >= t->below)
		return 0;
	nd_table_add(t->hosts, pkt->ip_src, pkt->ip_len, &is_new);
	if (!is_new)
		return 0;
	nd_put_ip(out, "host", pkt->ip_src, pkt->ip_len);
	nd_put_uint(out, "ttl", pkt->ip_ttl);
	nd_put_time(out, "when", pkt->time_ns);
	return ND_SERVE;
}

static int ttl_interval(void *self, int64_t time_ns, struct nd_dumpling *out)
{
	struct ttl *t = self;

	(void)time_ns;
	nd_put_uint(out, "packets", t->seen);
	nd_put_uint(out, "hosts", nd_table_count(t->hosts));
	return ND_SERVE;
}

static void ttl_close(void *self)
{
	struct ttl *t = self;

	nd_table_free(t->hosts);
}

ND_CHEF = {
	ND_CHEF_HEAD,
	.name = "TTLChef",
	.summary = "hosts whose packets have few hops left",
	.options = ttl_options,
	.state_size = sizeof(struct ttl),
	.layers = 1 << ND_IP | 1 << ND_IPV6,
	.open = ttl_open,
	.packet = ttl_packet,
	.interval = ttl_interval,
	.close = ttl_close,
};
