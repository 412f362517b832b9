/* SPDX-License-Identifier: MIT */
#include "ping.h"

#include "wire.h"

enum {
	ECHO = 8,
	ECHO_REPLY = 0,
	UNREACHABLE = 3,
	BAD_PORT = 3,
	TIME_EXCEEDED = 11,
	ECHO6 = 128,
	ECHO6_REPLY = 129,
	TRACE_PORT = 33434,
	PROBE_BYTES = 32,
};

/* One in a few errands is of IPv6; its id says so. */
static bool is_v6(const struct errand *e)
{
	return e->id % 4 == 0;
}

static void put_payload(struct fill *f)
{
	for (unsigned i = 0; i < 56; i++)
		fill8(f, i);
}

static void send_echo(struct errand *e, bool back)
{
	struct host *from = back ? e->to : e->from;
	const struct ends ends = {.from = from,
				  .to = back ? e->from : e->to,
				  .v6 = is_v6(e)};
	struct fill body = wire_body(e->w);
	uint8_t type = back ? ECHO_REPLY : ECHO;

	if (ends.v6)
		type = back ? ECHO6_REPLY : ECHO6;
	put_payload(&body);
	wire_icmp(e->w, &ends, type, 0, (uint32_t)e->id << 16 | e->seq, &body);
}

static void echo(void *self);

static void go_on(struct errand *e, int64_t ns)
{
	if (++e->seq < e->count)
		world_go_on(e, ns, echo);
	else
		world_done(e);
}

static void echo_back(void *self)
{
	struct errand *e = self;

	send_echo(e, true);
	go_on(e, WORLD_SECOND);
}

static void echo(void *self)
{
	struct errand *e = self;
	uint32_t us = 200 + 1900U * e->to->hops;

	send_echo(e, false);
	if (chance_one_in(&e->w->chance, 40))
		go_on(e, WORLD_SECOND);
	else
		world_go_on(e,
			    chance_between(&e->w->chance, us, us + us / 3) *
				    WORLD_US,
			    echo_back);
}

void ping_start(struct world *w, struct host *from, struct host *to,
		uint32_t count)
{
	struct errand *e = from != to ? world_errand(w, from, to, echo) : NULL;

	if (!e)
		return;
	e->count = count;
	e->id = (uint16_t)chance_next(&w->chance);
}

/* --- hop by hop ---------------------------------------------------------- */

/* Of a probe. */
static struct ends probe_of(const struct errand *e)
{
	return (struct ends){.from = e->from,
			     .to = e->to,
			     .from_port = e->id,
			     .to_port = (uint16_t)(TRACE_PORT + e->seq),
			     .ttl = (uint8_t)(e->seq + 1)};
}

static void probe(void *self);

/* The router, then somebody on the way, and at last the host itself. */
static void object(void *self)
{
	struct errand *e = self;
	struct world *w = e->w;
	const bool last = e->seq + 1U == e->count;
	const struct ends sent = probe_of(e);
	struct host between = *e->to;
	struct ends ends = {.from = &between, .to = e->from};
	struct fill body = wire_body(w);

	between.hops = (uint8_t)e->seq;
	if (e->seq == 0 && !last)
		between = *e->from->place->router;
	else if (!last)
		between.ip4[3] = (uint8_t)(250 + e->seq % 4);
	wire_quote(&body, &sent, PROBE_BYTES);
	wire_icmp(w, &ends, last ? UNREACHABLE : TIME_EXCEEDED,
		  last ? BAD_PORT : 0, 0, &body);
	if (last) {
		world_done(e);
		return;
	}
	e->seq++;
	world_go_on(e, 3 * WORLD_MS, probe);
}

static void probe(void *self)
{
	struct errand *e = self;
	const struct ends ends = probe_of(e);
	struct fill body = wire_body(e->w);

	for (unsigned i = 0; i < PROBE_BYTES; i++)
		fill8(&body, 0x40 + i);
	wire_udp(e->w, &ends, &body);
	world_go_on(e,
		    chance_between(&e->w->chance, 300, 900) * (e->seq + 1) *
			    WORLD_US,
		    object);
}

void ping_trace(struct world *w, struct host *from, struct host *to)
{
	struct errand *e = world_errand(w, from, to, probe);

	if (!e)
		return;
	e->count = to->place == from->place ? 1 : to->hops;
	e->id = world_port(from);
}
