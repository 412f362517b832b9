/* SPDX-License-Identifier: MIT */
#include "arp.h"

#include "wire.h"

enum {
	REQUEST = 1,
	REPLY = 2,
};

static void send_arp(struct world *w, unsigned operation,
		     const struct host *from, const uint8_t to_mac[6],
		     const uint8_t to_ip[4], const uint8_t frame_to[6])
{
	static const uint8_t ethernet_ipv4[] = {0, 1, 8, 0, 6, 4};
	struct fill f = wire_body(w);

	fill_bytes(&f, ethernet_ipv4, sizeof(ethernet_ipv4));
	fill16(&f, operation);
	fill_bytes(&f, from->mac, 6);
	fill_bytes(&f, from->ip4, 4);
	fill_bytes(&f, to_mac, 6);
	fill_bytes(&f, to_ip, 4);
	wire_arp(w, from->mac, frame_to, &f);
}

static void reply(void *self)
{
	struct errand *e = self;

	send_arp(e->w, REPLY, e->to, e->from->mac, e->from->ip4, e->from->mac);
	world_done(e);
}

static void request(void *self)
{
	static const uint8_t unknown[6];
	struct errand *e = self;
	const struct host everyone = wire_everyone(e->from->place);
	uint8_t ip[4];

	memcpy(ip, e->from->ip4, sizeof(ip));
	ip[3] = 240; /* where nobody is */
	send_arp(e->w, REQUEST, e->from, unknown, e->to ? e->to->ip4 : ip,
		 everyone.mac);
	if (e->to)
		world_go_on(e,
			    chance_between(&e->w->chance, 90, 1900) * WORLD_US,
			    reply);
	else if (e->step < 2)
		world_go_on(e, WORLD_SECOND, request);
	else
		world_done(e);
}

void arp_ask(struct world *w, struct host *from, struct host *to)
{
	if (from != to)
		world_errand(w, from, to, request);
}

void arp_announce(struct world *w, struct host *h)
{
	const struct host everyone = wire_everyone(h->place);

	send_arp(w, REPLY, h, everyone.mac, h->ip4, everyone.mac);
}

void arp_chat(struct world *w, struct place *place)
{
	struct host *from = world_any(w, place);

	if (chance_one_in(&w->chance, 14))
		arp_ask(w, from, NULL);
	else if (chance_one_in(&w->chance, 2))
		arp_ask(w, from, place->router);
	else
		arp_ask(w, from, world_any(w, place));
}
