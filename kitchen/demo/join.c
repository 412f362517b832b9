/* SPDX-License-Identifier: MIT */
#include "join.h"

#include "arp.h"
#include "wire.h"

#define SERVER_PORT 67
#define CLIENT_PORT 68
#define LEASE_SECONDS 3600

enum {
	DISCOVER = 1,
	OFFER = 2,
	REQUEST = 3,
	ACK = 5,
};

/* In this order. */
static const uint8_t types[] = {DISCOVER, OFFER, REQUEST, ACK};

static void put_option(struct fill *f, unsigned code, const void *value,
		       size_t len)
{
	fill8(f, code);
	fill8(f, (unsigned)len);
	fill_bytes(f, value, len);
}

static void put_fixed(struct fill *f, const struct errand *e, bool back)
{
	const struct host *h = e->from;

	fill8(f, back ? 2 : 1);
	fill8(f, 1);
	fill8(f, 6);
	fill8(f, 0);
	fill16(f, e->id);
	fill16(f, e->id ^ 0x5a5a);
	fill32(f, 0x8000); /* seconds, and: by broadcast, please */
	fill_zeros(f, 4);
	if (back)
		fill_bytes(f, h->ip4, 4);
	else
		fill_zeros(f, 4);
	fill_zeros(f, 8);
	fill_bytes(f, h->mac, 6);
	fill_zeros(f, 10 + 64 + 128);
	fill32(f, 0x63825363);
}

static void put_client_options(struct fill *f, const struct errand *e,
			       unsigned type)
{
	static const uint8_t wanted[] = {1, 3, 6, 15, 26, 28, 42, 51};
	const struct place *place = e->from->place;

	if (type == REQUEST) {
		put_option(f, 50, e->from->ip4, 4);
		put_option(f, 54, place->router->ip4, 4);
	}
	put_option(f, 12, e->from->name, strcspn(e->from->name, "."));
	put_option(f, 60, "dumpling-dhcp", 13);
	put_option(f, 55, wanted, sizeof(wanted));
}

static void put_server_options(struct fill *f, const struct place *place)
{
	static const uint8_t mask[] = {255, 255, 255, 0};
	static const uint8_t lease[] = {0, 0, LEASE_SECONDS >> 8,
					LEASE_SECONDS & 0xff};

	put_option(f, 54, place->router->ip4, 4);
	put_option(f, 51, lease, 4);
	put_option(f, 1, mask, 4);
	put_option(f, 3, place->router->ip4, 4);
	put_option(f, 6, place->resolver->ip4, 4);
	put_option(f, 15, place->domain, strlen(place->domain));
}

static void arrive(void *self)
{
	struct errand *e = self;

	arp_announce(e->w, e->from);
	arp_ask(e->w, e->from, e->from->place->router);
	e->then(e->w, e->from);
	world_done(e);
}

static void step(void *self)
{
	struct errand *e = self;
	struct world *w = e->w;
	const uint8_t type = types[e->step];
	const bool back = type == OFFER || type == ACK;
	const struct host everyone = wire_everyone(e->from->place);
	struct host nobody = *e->from;
	const struct ends ends = {
		.from = back ? e->to : &nobody,
		.to = &everyone,
		.from_port = back ? SERVER_PORT : CLIENT_PORT,
		.to_port = back ? CLIENT_PORT : SERVER_PORT,
	};
	struct fill f = wire_body(w);

	memset(nobody.ip4, 0, sizeof(nobody.ip4));
	put_fixed(&f, e, back);
	put_option(&f, 53, &type, 1);
	if (back)
		put_server_options(&f, e->from->place);
	else
		put_client_options(&f, e, type);
	fill8(&f, 255);
	while (fill_len(&f) < 300)
		fill8(&f, 0);
	wire_udp(w, &ends, &f);
	world_go_on(e, chance_between(&w->chance, 2, 60) * WORLD_MS,
		    type == ACK ? arrive : step);
}

void join_start(struct world *w, struct host *h, join_then_fn *then)
{
	struct errand *e = world_errand(w, h, h->place->router, step);

	if (!e)
		return;
	e->id = (uint16_t)chance_next(&w->chance);
	e->then = then;
}
