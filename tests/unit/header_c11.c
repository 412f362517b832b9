/* SPDX-License-Identifier: MIT */
/* The public headers by themselves, in C11: a chef and an eater. */
#include <netdumplings/chef.h>

#include <netdumplings/dns.h>

#include <netdumplings/eater.h>

#include <netdumplings/bytes.h>

#include <netdumplings/checksum.h>

#include <netdumplings/dhcp.h>

#include <netdumplings/dumpling.h>

#include <netdumplings/flow.h>

#include <netdumplings/http.h>

#include <netdumplings/quic.h>

#include <netdumplings/tls.h>

struct state {
	uint64_t top;
	struct nd_table *seen;
};

static const struct nd_option options[] = {
	{.name = "top",
	 .type = ND_OPTION_UINT,
	 .def = "10",
	 .help = "How many."},
	{0},
};

static int open_chef(void *self, char *why, size_t why_size)
{
	struct state *s = self;

	(void)why;
	(void)why_size;
	s->seen = nd_table_new(s->top, sizeof(uint64_t));
	return s->seen ? 0 : -1;
}

static int packet(void *self, const struct nd_packet *pkt,
		  struct nd_dumpling *out)
{
	struct nd_dns dns;

	(void)self;
	if (!nd_has(pkt, ND_DNS) || !nd_dns(pkt, &dns))
		return 0;
	nd_put_map(out, "lookup");
	nd_put_str(out, "hostname", dns.name);
	nd_end(out);
	return ND_SERVE;
}

static int interval(void *self, int64_t time_ns, struct nd_dumpling *out)
{
	(void)self;
	nd_put_time(out, "when", time_ns);
	return nd_serve(out);
}

static void close_chef(void *self)
{
	nd_table_free(((struct state *)self)->seen);
}

ND_CHEF = {
	ND_CHEF_HEAD,
	.name = "TestChef",
	.summary = "made to be compiled",
	.options = options,
	.state_size = sizeof(struct state),
	.layers = UINT64_C(1) << ND_DNS,
	.open = open_chef,
	.packet = packet,
	.interval = interval,
	.close = close_chef,
};

int main(void)
{
	const struct nd_eater_config config = {.name = "test"};
	struct nd_eater *eater = nd_eater_new(&config);
	const struct nd_dumpling *d;
	int count = 0;

	if (!eater || nd_eater_want(eater, "TestChef") < 0)
		return 1;
	while (nd_eater_next(eater, &d, -1) > 0)
		count += nd_get_str(d, "lookup.hostname", 0) != 0;
	nd_eater_free(eater);
	return count;
}
