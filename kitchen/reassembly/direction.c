/* SPDX-License-Identifier: MIT */
#include "direction.h"

enum {
	HOLE_WAITS = 4, /* packets of the connection */
	/* This much acknowledged and none of it captured: it never will be. */
	UNSEEN_MAX = 1 << 28,
};

static uint32_t min32(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

void direction_start(struct connections_side *side, uint32_t seq)
{
	side->known = true;
	side->start = side->next = seq;
}

struct nd_stream direction_base(const struct connection *c, unsigned d,
				int64_t time_ns)
{
	const struct connections_key *key = &c->key;
	unsigned client = c->client;

	return (struct nd_stream){
		.to_server = d == client,
		.midstream = c->midstream,
		.ip_len = (uint8_t)key->ip_len,
		.client_port = key->port[client],
		.server_port = key->port[!client],
		.vlan = key->vlan,
		.client_ip = key->ip[client],
		.server_ip = key->ip[!client],
		.time_ns = time_ns,
		.start_ns = c->start_ns,
		.number = c->number,
		.offset = c->side[d].offset,
	};
}

/* No chef wants more: what is kept for them goes. */
static void leave(struct direction_host *h, struct connection *c)
{
	segments_clear(&c->side[0].ahead, h->arena);
	segments_clear(&c->side[1].ahead, h->arena);
	seats_give(&h->seats, c->place);
	c->place = NULL;
}

static bool seated(struct direction_host *h, struct connection *c)
{
	if (!c->place && c->chefs && !h->seat(h, c))
		c->chefs = 0;
	return c->chefs != 0;
}

static void tell(struct direction_host *h, struct connection *c, unsigned d,
		 const uint8_t *data, uint32_t len, int64_t time_ns)
{
	struct connections_side *side = &c->side[d];
	struct nd_stream st;

	if (len && seated(h, c)) {
		st = direction_base(c, d, time_ns);
		st.event = ND_STREAM_DATA;
		st.data = data;
		st.len = len;
		c->chefs = seats_data(&h->seats, c->place, c->chefs, &st);
		c->keeps = seats_keeps(&h->seats, c->place, c->chefs);
		h->stats.bytes += len;
	}
	side->next += len;
	side->offset += len;
}

static void tell_gap(struct direction_host *h, struct connection *c, unsigned d,
		     uint32_t len, int64_t time_ns)
{
	struct connections_side *side = &c->side[d];
	struct nd_stream st;

	if (len && seated(h, c)) {
		st = direction_base(c, d, time_ns);
		st.event = ND_STREAM_GAP;
		st.len = len;
		c->chefs = seats_gap(&h->seats, c->place, c->chefs, &st);
		c->keeps = seats_keeps(&h->seats, c->place, c->chefs);
		h->stats.gaps++;
		h->stats.gap_bytes += len;
	}
	side->next += len;
	side->offset += len;
}

/* Tells what is ahead no longer. */
static void drain(struct direction_host *h, struct connection *c, unsigned d)
{
	struct connections_side *side = &c->side[d];
	struct segment *s;

	while (c->chefs && (s = side->ahead.first) && s->seq == side->next) {
		tell(h, c, d, s->data, s->len, s->time_ns);
		tell_gap(h, c, d, s->missing, s->time_ns);
		segments_pop(&side->ahead, h->arena);
	}
	if (!c->chefs)
		leave(h, c);
}

/* Gives up the first hole. */
static void skip(struct direction_host *h, struct connection *c, unsigned d,
		 uint32_t to, int64_t time_ns)
{
	tell_gap(h, c, d, to - c->side[d].next, time_ns);
	drain(h, c, d);
}

/* Tells the part of a segment that is next and that nothing ahead has. */
static uint32_t tell_next(struct direction_host *h, struct connection *c,
			  unsigned d, const struct segment *what,
			  const uint8_t *data)
{
	const struct segment *first = c->side[d].ahead.first;
	uint32_t n = what->len + what->missing, len;

	if (first)
		n = min32(n, first->seq - what->seq);
	len = min32(n, what->len);
	tell(h, c, d, data, len, what->time_ns);
	tell_gap(h, c, d, n - len, what->time_ns);
	return n;
}

static void advance(struct segment *what, const uint8_t **data, uint32_t n)
{
	uint32_t len = min32(n, what->len);

	what->seq += n;
	what->len -= len;
	what->missing -= n - len;
	if (len)
		*data += len;
}

/* Takes away what was told before, and what is behind the FIN. */
static void trim(struct direction_host *h, const struct connections_side *side,
		 struct segment *what, const uint8_t **data)
{
	uint32_t total = what->len + what->missing, n;
	int32_t old = segments_diff(side->next, what->seq);

	if (old > 0) {
		n = min32((uint32_t)old, total);
		h->stats.retransmitted += min32(n, what->len);
		advance(what, data, n);
		total -= n;
	}
	if (!side->has_fin || !total)
		return;
	old = segments_diff(what->seq + total, side->fin);
	if (old > 0) {
		n = min32((uint32_t)old, total);
		old = (int32_t)min32(n, what->missing);
		what->missing -= (uint32_t)old;
		what->len -= n - (uint32_t)old;
	}
}

void direction_data(struct direction_host *h, struct connection *c, unsigned d,
		    const struct segment *segment, const uint8_t *data)
{
	struct connections_side *side = &c->side[d];
	struct segment what = {.seq = segment->seq,
			       .len = segment->len,
			       .missing = segment->missing,
			       .time_ns = segment->time_ns};
	struct segments_seen seen = {0, 0};
	uint32_t end;
	int32_t away;

	if (!side->known)
		direction_start(side, what.seq);
	away = segments_diff(what.seq, side->next);
	if (away > DIRECTION_WINDOW || away < -DIRECTION_WINDOW)
		return;
	while (c->chefs) {
		trim(h, side, &what, &data);
		if (!(what.len + what.missing))
			break;
		if (what.seq == side->next &&
		    !(side->ahead.first &&
		      side->ahead.first->seq == what.seq)) {
			advance(&what, &data, tell_next(h, c, d, &what, data));
			continue;
		}
		advance(&what, &data,
			segments_put(&side->ahead, h->arena, h->ahead_max,
				     &what, data, &seen));
		if (!(what.len + what.missing))
			break;
		/* No room: on with what there is. */
		end = what.seq;
		if (side->ahead.first &&
		    segments_diff(side->ahead.first->seq, end) < 0)
			end = side->ahead.first->seq;
		skip(h, c, d, end, what.time_ns);
	}
	h->stats.retransmitted += seen.again;
	h->stats.conflicts += seen.conflicts;
	if (side->ahead.first || !c->chefs)
		drain(h, c, d);
}

void direction_fin(struct connections_side *side, uint32_t seq)
{
	int32_t away;

	if (!side->known)
		direction_start(side, seq);
	away = segments_diff(seq, side->next);
	if (side->has_fin || away < 0 || away > DIRECTION_WINDOW)
		return;
	if (side->ahead.last &&
	    segments_diff(segments_end(side->ahead.last), seq) > 0)
		return;
	side->has_fin = true;
	side->fin = seq;
}

void direction_ack(struct connections_side *side, uint32_t ack)
{
	int32_t away = segments_diff(ack, side->next);

	if (!side->known || away > DIRECTION_WINDOW ||
	    away < -DIRECTION_WINDOW ||
	    (side->has_ack && segments_diff(ack, side->acked) <= 0))
		return;
	side->has_ack = true;
	side->acked = ack;
}

/* Where the first hole ends: at bytes, or at the FIN. */
static bool hole_end(const struct connections_side *side, uint32_t *end)
{
	if (side->ahead.first)
		*end = side->ahead.first->seq;
	else if (side->has_fin)
		*end = side->fin;
	else
		return false;
	return *end != side->next;
}

/* Whether the other end has what is behind a hole as well. */
static bool passed(const struct connections_side *side, uint32_t end,
		   uint32_t acked)
{
	return segments_diff(acked, end) > (side->ahead.first ? -1 : 0);
}

void direction_wait(struct direction_host *h, struct connection *c, unsigned d,
		    int64_t time_ns)
{
	struct connections_side *side = &c->side[d];
	uint32_t end;

	if (!side->known || !side->has_ack)
		return;
	if (!hole_end(side, &end)) {
		side->hole_waits = 0;
		if (segments_diff(side->acked, side->next) > UNSEEN_MAX)
			skip(h, c, d, side->acked, time_ns);
		return;
	}
	if (!passed(side, end, side->acked)) {
		side->hole_waits = 0;
		return;
	}
	if (side->hole_waits == 0)
		side->hole_acked = side->acked;
	if (side->hole_waits++ < HOLE_WAITS)
		return;
	side->hole_waits = 0;
	while (c->chefs && hole_end(side, &end) &&
	       passed(side, end, side->hole_acked))
		skip(h, c, d, end, time_ns);
}

bool direction_closed(const struct connections_side *side)
{
	return side->has_fin && side->next == side->fin;
}

void direction_flush(struct direction_host *h, struct connection *c, unsigned d)
{
	struct connections_side *side = &c->side[d];
	int32_t unseen;
	uint32_t end;

	while (c->chefs && hole_end(side, &end))
		skip(h, c, d, end, c->last_ns);
	if (!c->chefs || !side->known || !side->has_ack || side->has_fin)
		return;
	/* One byte alone may be a FIN's that was not captured. */
	unseen = segments_diff(side->acked, side->next);
	if (unseen > 1)
		skip(h, c, d, side->acked, c->last_ns);
}
