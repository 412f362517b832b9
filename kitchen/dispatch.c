/* SPDX-License-Identifier: MIT */
#include "dispatch.h"

#include <errno.h>
#include <string.h>

/* The group of a port is shared by all ports that the same chefs ask for. */
static int add_port(struct dispatch *d, uint16_t port, uint64_t chef)
{
	uint64_t chefs = d->group[d->group_of_port[port]] | chef;
	unsigned g;

	for (g = 0; g < d->groups; g++)
		if (d->group[g] == chefs)
			break;
	if (g == DISPATCH_GROUPS)
		return -E2BIG;
	if (g == d->groups)
		d->group[d->groups++] = chefs;
	d->group_of_port[port] = (uint8_t)g;
	return 0;
}

int dispatch_init(struct dispatch *d, struct chef_host *chefs, size_t count)
{
	int rc = 0;

	if (count > DISPATCH_CHEFS_MAX)
		return -E2BIG;
	memset(d, 0, sizeof(*d));
	d->chefs = chefs;
	d->count = count;
	d->groups = 1; /* the first: nobody */
	for (size_t i = 0; i < count; i++) {
		const struct nd_chef *chef = &chefs[i].file.chef;
		uint64_t bit = UINT64_C(1) << i;

		if (!chef->packet)
			continue;
		if (chef->expect)
			d->expecting |= bit;
		if (!chef->ports)
			d->any_port |= bit;
		for (const uint16_t *p = chef->ports; p && *p && rc == 0; p++)
			rc = add_port(d, *p, bit);
	}
	return rc;
}

static uint64_t who_wants(const struct dispatch *d, const struct nd_packet *pkt)
{
	return d->any_port | d->group[d->group_of_port[pkt->port_src]] |
	       d->group[d->group_of_port[pkt->port_dst]];
}

void dispatch_expect(const struct dispatch *d, const struct nd_packet *pkt)
{
	uint64_t wanted = d->expecting ? d->expecting & who_wants(d, pkt) : 0;

	for (; wanted; wanted &= wanted - 1) {
		struct chef_host *h = &d->chefs[__builtin_ctzll(wanted)];

		if (!h->file.chef.layers || h->file.chef.layers & pkt->layers)
			h->file.chef.expect(h->self, pkt);
	}
}

void dispatch_packet(const struct dispatch *d, const struct nd_packet *pkt,
		     int64_t time_ns)
{
	uint64_t wanted = who_wants(d, pkt);

	while (wanted) {
		struct chef_host *h = &d->chefs[__builtin_ctzll(wanted)];

		wanted &= wanted - 1;
		if (!h->file.chef.layers || h->file.chef.layers & pkt->layers)
			chef_host_packet(h, pkt, time_ns);
	}
}
