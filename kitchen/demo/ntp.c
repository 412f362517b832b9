/* SPDX-License-Identifier: MIT */
#include "ntp.h"

#include "wire.h"

#define PORT 123
#define SECONDS_1900_TO_1970 2208988800

/* Seconds since 1900 and their fraction, 32 bits each. */
static void put_time(struct fill *f, int64_t ns)
{
	const uint64_t fraction = (uint64_t)(ns % WORLD_SECOND) << 32;

	fill32(f, (uint32_t)(ns / WORLD_SECOND + SECONDS_1900_TO_1970));
	fill32(f, (uint32_t)(fraction / (uint64_t)WORLD_SECOND));
}

static void send_ntp(struct errand *e, const struct ends *ends, bool back)
{
	struct world *w = e->w;
	const int64_t now = w->clock_ns + w->now_ns;
	struct fill f = wire_body(w);

	fill8(&f, back ? 0x24 : 0x23); /* version 4, server or client */
	fill8(&f, back ? 2 : 0);
	fill8(&f, 6);
	fill8(&f, 0xe9);
	fill32(&f, back ? 0x00000a3d : 0);
	fill32(&f, back ? 0x0000021b : 0);
	if (back)
		fill_bytes(&f, e->to->ip4, 4); /* stratum 2: whom it asked */
	else
		fill32(&f, 0);
	for (unsigned i = 0; i < 4; i++)
		if (back ? i == 0 || i == 2 : i == 3)
			put_time(&f, now - (i == 0 ? 17 * WORLD_SECOND : 0));
		else if (back)
			put_time(&f, now - WORLD_MS);
		else
			fill_zeros(&f, 8);
	wire_udp(w, ends, &f);
}

static struct ends ends_of(const struct errand *e)
{
	return (struct ends){.from = e->from,
			     .to = e->to,
			     .from_port = e->id,
			     .to_port = PORT};
}

static void tell(void *self)
{
	struct errand *e = self;
	const struct ends asked = ends_of(e);
	const struct ends back = wire_back(&asked, e->to);

	send_ntp(e, &back, true);
	world_done(e);
}

static void ask(void *self)
{
	struct errand *e = self;
	const struct ends ends = ends_of(e);

	send_ntp(e, &ends, false);
	world_go_on(e, chance_between(&e->w->chance, 9000, 24000) * WORLD_US,
		    tell);
}

void ntp_ask(struct world *w, struct host *client, struct host *server)
{
	struct errand *e = world_errand(w, client, server, ask);

	if (e)
		e->id = world_port(client);
}
