/* SPDX-License-Identifier: MIT */
#include "scan.h"

#include "wire.h"

/* Those that are asked for first, and at last any. */
static const uint16_t usual[] = {21,  22,  23,   25,   53,   80,   110,  111,
				 135, 139, 143,  443,  445,  465,  587,  631,
				 993, 995, 1433, 1723, 3306, 3389, 5432, 5900};

#define USUAL (sizeof(usual) / sizeof(*usual))

static uint16_t port_of(const struct errand *e)
{
	return e->seq < USUAL ? usual[e->seq] : (uint16_t)(6000 + 37 * e->seq);
}

static void send_bare(struct errand *e, bool back, uint8_t flags)
{
	const struct ends there = {.from = e->from,
				   .to = e->to,
				   .from_port = e->id,
				   .to_port = port_of(e)};
	const struct ends ends = back ? wire_back(&there, e->to) : there;
	const uint32_t seq = e->id * 65539U + e->seq * 4099U;
	const struct wire_tcp tcp = {
		.seq = back                ? ~seq
		       : flags == WIRE_SYN ? seq
					   : seq + 1,
		.ack = seq + 1,
		.flags = flags,
		.window = flags & WIRE_SYN ? 1024 : 0,
	};
	const struct fill none = wire_body(e->w);

	wire_tcp(e->w, &ends, &tcp, &none);
}

static void try_port(void *self);

static void go_on(struct errand *e)
{
	if (++e->seq == e->count)
		world_done(e);
	else
		world_go_on(e, chance_wait(&e->w->chance, 18 * WORLD_MS),
			    try_port);
}

static void give_up(void *self)
{
	struct errand *e = self;

	send_bare(e, false, WIRE_RST);
	go_on(e);
}

static void answer(void *self)
{
	struct errand *e = self;
	const bool is_open = e->seq % 11 == 5;

	if (is_open) {
		send_bare(e, true, WIRE_SYN | WIRE_ACK);
		world_go_on(e, 2 * WORLD_MS, give_up);
		return;
	}
	send_bare(e, true, WIRE_RST | WIRE_ACK);
	go_on(e);
}

static void try_port(void *self)
{
	struct errand *e = self;

	send_bare(e, false, WIRE_SYN);
	if (e->seq % 4 == 3)
		go_on(e); /* a firewall that says nothing */
	else
		world_go_on(e,
			    chance_between(&e->w->chance, 300, 1200) * WORLD_US,
			    answer);
}

void scan_start(struct world *w, struct host *from, struct host *to,
		uint32_t ports)
{
	struct errand *e = world_errand(w, from, to, try_port);

	if (!e)
		return;
	e->count = ports;
	e->id = world_port(from);
}
