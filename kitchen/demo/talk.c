/* SPDX-License-Identifier: MIT */
#include "talk.h"

#include "wire.h"

/* Once in so many packets. */
#define LOSS 700

static void go(struct talk *t, int64_t ns, agenda_fn *run)
{
	world_after(t->w, ns, run, t);
}

/* How long it takes from here to the client or the server. */
static int64_t way_ns(const struct talk *t, bool to_server)
{
	return to_server ? t->far_ns : t->near_ns;
}

static void send_from(struct talk *t, bool by_server, uint8_t flags,
		      const struct fill *body)
{
	const struct ends there = {.from = t->client,
				   .to = t->server,
				   .from_port = t->client_port,
				   .to_port = t->server_port,
				   .v6 = t->v6};
	const struct ends back = wire_back(&there, t->server);
	const struct wire_tcp tcp = {
		.seq = t->seq[by_server],
		.ack = t->seq[!by_server],
		.flags = flags,
		.window = flags & WIRE_SYN   ? 64240
			  : flags & WIRE_RST ? 0
					     : 502,
	};

	wire_tcp(t->w, by_server ? &back : &there, &tcp, body);
}

static void send_bare(struct talk *t, bool by_server, uint8_t flags)
{
	const struct fill none = wire_body(t->w);

	send_from(t, by_server, flags, &none);
	if (flags & (WIRE_SYN | WIRE_FIN))
		t->seq[by_server]++;
}

/* --- the end ------------------------------------------------------------- */

static void done(struct talk *t)
{
	pool_give(&t->w->talks, t);
}

static void confirm_end(void *self)
{
	struct talk *t = self;

	send_bare(t, t->server_closes, WIRE_ACK);
	done(t);
}

static void close_second(void *self)
{
	struct talk *t = self;

	send_bare(t, !t->server_closes, WIRE_FIN | WIRE_ACK);
	go(t, way_ns(t, t->server_closes), confirm_end);
}

static void close_first(void *self)
{
	struct talk *t = self;

	send_bare(t, t->server_closes, WIRE_FIN | WIRE_ACK);
	go(t, way_ns(t, !t->server_closes) + 40 * WORLD_US, close_second);
}

static void break_off(void *self)
{
	struct talk *t = self;

	send_bare(t, false, WIRE_RST | WIRE_ACK);
	done(t);
}

/* --- a turn -------------------------------------------------------------- */

static void say(void *self);

static void take_turn(struct talk *t)
{
	struct fill head = fill_into(t->head, sizeof(t->head));

	t->turn = (struct talk_turn){.gap_ns = 12 * WORLD_US};
	if (t->breaks_off && t->step >= 3) {
		go(t, 30 * WORLD_MS, break_off);
		return;
	}
	if (!t->plan(t, &head)) {
		go(t, way_ns(t, t->server_closes), close_first);
		return;
	}
	t->step++;
	t->head_len = (uint32_t)fill_len(&head);
	t->said = 0;
	t->unconfirmed = 0;
	go(t, t->turn.after_ns + way_ns(t, t->turn.by_server), say);
}

static uint32_t whole(const struct talk *t)
{
	return t->head_len + t->turn.body_len;
}

static void confirm(void *self)
{
	struct talk *t = self;

	send_bare(t, !t->turn.by_server, WIRE_ACK);
	t->unconfirmed = 0;
	if (t->said < whole(t))
		go(t, t->turn.gap_ns, say);
	else
		take_turn(t);
}

static void put_letters(struct fill *f, uint32_t from, uint32_t len)
{
	static const char text[] =
		"The quick brown fox jumps over the lazy dog, and the dog "
		"dreams of a fox that runs.\n";

	for (uint32_t i = from; i < from + len; i++)
		fill8(f, (uint8_t)text[i % (sizeof(text) - 1)]);
}

/* The next `len` bytes of the turn. */
static struct fill words(struct talk *t, uint32_t len)
{
	struct fill f = wire_body(t->w);
	uint32_t at = t->said, head = 0;

	if (at < t->head_len) {
		head = t->head_len - at < len ? t->head_len - at : len;
		fill_bytes(&f, t->head + at, head);
		at += head;
	}
	len -= head;
	if (t->turn.letters) {
		put_letters(&f, at - t->head_len, len);
	} else {
		chance_bytes(t->seq[t->turn.by_server], f.at, len);
		f.at += len;
	}
	return f;
}

static void say(void *self)
{
	struct talk *t = self;
	const uint32_t most = t->v6 ? WIRE_MSS6 : WIRE_MSS4;
	const uint32_t left = whole(t) - t->said;
	const uint32_t len = left < most ? left : most;
	const bool last = len == left;
	const struct fill body = words(t, len);

	send_from(t, t->turn.by_server, last ? WIRE_PSH | WIRE_ACK : WIRE_ACK,
		  &body);
	if (!t->again && chance_one_in(&t->w->chance, LOSS)) {
		t->again = true;
		go(t, 210 * WORLD_MS, say);
		return;
	}
	t->again = false;
	t->said += len;
	t->seq[t->turn.by_server] += len;
	t->unconfirmed++;
	if (last || t->unconfirmed == 2)
		go(t, way_ns(t, !t->turn.by_server) + 30 * WORLD_US, confirm);
	else
		go(t, t->turn.gap_ns, say);
}

/* --- the beginning ------------------------------------------------------- */

static void open_third(void *self)
{
	struct talk *t = self;

	send_bare(t, false, WIRE_ACK);
	take_turn(t);
}

static void open_second(void *self)
{
	struct talk *t = self;

	send_bare(t, true, WIRE_SYN | WIRE_ACK);
	go(t, t->near_ns, open_third);
}

static void open_first(void *self)
{
	struct talk *t = self;

	send_bare(t, false, WIRE_SYN);
	go(t, t->far_ns, open_second);
}

/* There and back. */
static int64_t distance_ns(struct world *w, const struct host *h)
{
	uint32_t us = h->place ? 60 : 900U * h->hops;

	return chance_between(&w->chance, us, us + us / 2) * WORLD_US;
}

struct talk *talk_begin(struct world *w, struct host *client,
			struct host *server, uint16_t port, bool v6,
			talk_plan_fn *plan)
{
	struct talk *t = pool_take(&w->talks);

	if (!t)
		return NULL;
	memset(t, 0, offsetof(struct talk, head));
	t->w = w;
	t->client = client;
	t->server = server;
	t->client_port = world_port(client);
	t->server_port = port;
	t->v6 = v6;
	t->near_ns = distance_ns(w, client);
	t->far_ns = distance_ns(w, server);
	t->plan = plan;
	t->seq[0] = (uint32_t)chance_next(&w->chance);
	t->seq[1] = (uint32_t)chance_next(&w->chance);
	t->breaks_off = chance_one_in(&w->chance, 90);
	go(t, 80 * WORLD_US, open_first);
	return t;
}
