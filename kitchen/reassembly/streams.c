/* SPDX-License-Identifier: MIT */
#include "streams.h"

#include "direction.h"
#include "hash.h"
#include "ports.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	FIN = 1,
	SYN = 2,
	RST = 4,
	ACK = 16,
	MEMORY_MIN = 1 << 20,
	AHEAD_MAX = (1 << 20) / ARENA_MIN,
	PLACES_MIN = 4,
	/* An RST so far behind what was told is believed. */
	RST_WINDOW = 1 << 20,
};

#define IDLE_NS INT64_C(300000000000)
#define SHORT_IDLE_NS INT64_C(30000000000)

struct streams {
	struct direction_host host;
	struct ports ports;
	size_t memory; /* for records */
	uint64_t seed;
	struct connection *current; /* must not be forgotten now */
	bool evicting;
};

static struct streams *of(struct direction_host *h)
{
	return (struct streams *)h;
}

/* --- their ends ----------------------------------------------------------- */

static void finish(struct streams *s, struct connection *c,
		   enum nd_stream_end end)
{
	struct direction_host *h = &s->host;
	struct nd_stream st;

	if (c->closed)
		return;
	direction_flush(h, c, c->client);
	direction_flush(h, c, !c->client);
	if (c->side[0].has_fin && c->side[1].has_fin && end != ND_STREAM_RST)
		end = ND_STREAM_FIN;
	if (c->place && c->chefs) {
		st = direction_base(c, c->client, c->last_ns);
		st.event = ND_STREAM_END;
		st.end = end;
		st.offset = 0;
		seats_end(&h->seats, c->place, c->chefs, &st);
	}
	seats_give(&h->seats, c->place);
	c->place = NULL;
	segments_clear(&c->side[0].ahead, h->arena);
	segments_clear(&c->side[1].ahead, h->arena);
	c->closed = true;
}

/* No chef was told of it, nor will be of what came so far. */
static bool is_blank(const struct connection *c)
{
	return !c->place && !c->side[0].ahead.first && !c->side[1].ahead.first;
}

static void forget(struct streams *s, struct connection *c)
{
	bool evicting = s->evicting;

	s->evicting = true;
	s->host.stats.forgotten += !is_blank(c);
	finish(s, c, ND_STREAM_FORGOTTEN);
	connections_remove(&s->host.table, c);
	s->evicting = evicting;
}

/* The one on some lists not touched for longest, but the current one. */
static struct connection *oldest(const struct streams *s, unsigned lists)
{
	struct connection *found = NULL;

	for (unsigned i = 0; i < CONNECTIONS_LISTS; i++) {
		struct connection *c =
			lists >> i & 1 ? connections_oldest(&s->host.table, i)
				       : NULL;

		if (c && c != s->current &&
		    (!found || c->last_ns < found->last_ns))
			found = c;
	}
	return found;
}

static struct connection *oldest_of_many(const struct streams *s,
					 enum connections_list list,
					 uint32_t max)
{
	if (s->host.table.list[list].count <= max / 8)
		return NULL;
	return oldest(s, 1u << list);
}

#define SEATED                                              \
	(1u << CONNECTIONS_FRESH | 1u << CONNECTIONS_OPEN | \
	 1u << CONNECTIONS_HOLDING | 1u << CONNECTIONS_CLOSING)

static bool room_for_bytes(void *owner)
{
	struct streams *s = owner;
	struct connection *c;

	if (s->evicting)
		return false;
	c = oldest(s, 1u << CONNECTIONS_HOLDING);
	if (c)
		forget(s, c);
	return c != NULL;
}

static bool seat(struct direction_host *h, struct connection *conn)
{
	struct streams *s = of(h);
	struct connection *c;

	conn->place = seats_take(&h->seats);
	while (!conn->place && !s->evicting) {
		c = oldest_of_many(s, CONNECTIONS_FRESH, h->seats.places);
		if (!c)
			c = oldest(s, SEATED);
		if (!c)
			break;
		forget(s, c);
		conn->place = seats_take(&h->seats);
	}
	return conn->place != NULL;
}

static void room_for_record(struct streams *s)
{
	uint32_t max = s->host.table.max;
	struct connection *c;

	if (s->host.table.count < max)
		return;
	c = oldest_of_many(s, CONNECTIONS_EMBRYO, max);
	if (!c)
		c = oldest(s, 1u << CONNECTIONS_CLOSED);
	if (!c)
		c = oldest_of_many(s, CONNECTIONS_QUIET, max / 2);
	if (!c)
		c = oldest_of_many(s, CONNECTIONS_FRESH, max / 2);
	if (!c)
		c = oldest(s, (1u << CONNECTIONS_LISTS) - 1);
	if (c)
		forget(s, c);
}

/* --- what they are -------------------------------------------------------- */

struct streams *streams_new(size_t memory, streams_tell *tell, void *host)
{
	struct streams *s;
	int rc = -ENOMEM;

	if (memory < MEMORY_MIN) {
		errno = EINVAL;
		return NULL;
	}
	s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	s->host.arena = arena_new(memory / 2, room_for_bytes, s);
	if (s->host.arena)
		rc = hash_seed(&s->seed);
	if (rc < 0) {
		streams_free(s);
		errno = -rc;
		return NULL;
	}
	s->memory = memory - arena_size(s->host.arena) - sizeof(*s);
	s->host.ahead_max =
		(uint32_t)(arena_size(s->host.arena) / 4 / ARENA_MIN);
	if (s->host.ahead_max > AHEAD_MAX)
		s->host.ahead_max = AHEAD_MAX;
	s->host.seat = seat;
	s->host.seats.arena = s->host.arena;
	s->host.seats.tell = tell;
	s->host.seats.host = host;
	return s;
}

void streams_free(struct streams *s)
{
	if (!s)
		return;
	seats_close(&s->host.seats);
	connections_close(&s->host.table);
	arena_free(s->host.arena);
	free(s);
}

int streams_chef(struct streams *s, const uint16_t *ports, size_t state_size)
{
	struct seats *seats = &s->host.seats;
	/* two records and their places in the hash, for each place of chefs */
	size_t each = 2 * (sizeof(struct connection) + 2 * sizeof(uint32_t));
	size_t places, i;
	int rc;

	if (seats->chefs == SEATS_CHEFS_MAX)
		return -ENOSPC;
	if (state_size > s->memory ||
	    s->memory / (each + seats->place_size + state_size + 256) <
		    PLACES_MIN)
		return -E2BIG;
	i = seats_add(seats, state_size);
	places = s->memory / (each + seats->place_size);
	if (places > UINT32_MAX / 4)
		places = UINT32_MAX / 4;
	rc = seats_open(seats, (uint32_t)places);
	if (rc == 0)
		rc = connections_open(&s->host.table, (uint32_t)places * 2);
	if (rc < 0)
		return rc;
	ports_add(&s->ports, i, ports);
	return (int)i;
}

static uint32_t wire_len(const struct nd_packet *pkt)
{
	return pkt->payload_wire_len > pkt->payload_len ? pkt->payload_wire_len
							: pkt->payload_len;
}

/* --- packets -------------------------------------------------------------- */

static void set_up(struct streams *s, struct connection *c, unsigned d,
		   const struct nd_packet *pkt)
{
	bool from_client = pkt->port_src >= pkt->port_dst;

	if (pkt->tcp_flags & SYN)
		from_client = !(pkt->tcp_flags & ACK);
	c->midstream = !(pkt->tcp_flags & SYN);
	c->client = (uint8_t)(from_client ? d : !d);
	c->start_ns = c->last_ns = pkt->time_ns;
	c->number = s->host.stats.connections++;
	c->chefs = ports_chefs(&s->ports, pkt);
}

/* Another connection between the same ends. */
static void replace(struct streams *s, struct connection *c, unsigned d,
		    const struct nd_packet *pkt)
{
	struct connections_side none = {0};

	finish(s, c,
	       c->side[0].has_fin || c->side[1].has_fin ? ND_STREAM_FIN
							: ND_STREAM_RST);
	c->side[0] = c->side[1] = none;
	c->handshaken = c->proven = c->closed = c->has_syn = false;
	set_up(s, c, d, pkt);
}

/* RFC 9293 section 3.5; false if the segment is not to be looked at. */
static bool take_syn(struct streams *s, struct connection *c, unsigned d,
		     const struct nd_packet *pkt)
{
	struct connections_side *own = &c->side[d];
	uint32_t start = pkt->tcp_seq + 1;
	bool ack = pkt->tcp_flags & ACK;

	if (own->known && own->start == start)
		return true; /* once more */
	if (ack && c->has_syn && c->syn_from != d &&
	    pkt->tcp_ack == c->syn_start)
		replace(s, c, d, pkt);
	else if (c->closed || !c->chefs || (!ack && is_blank(c) && own->known))
		replace(s, c, d, pkt);
	if (!own->known) {
		direction_start(own, start);
		if (ack && !c->side[!d].known)
			direction_start(&c->side[!d], pkt->tcp_ack);
		return true;
	}
	if (!ack) {
		c->has_syn = true;
		c->syn_from = (uint8_t)d;
		c->syn_start = start;
	}
	return false;
}

/* RFC 9293 section 3.10.7.4, as far as one can tell who only listens. */
static bool is_reset(const struct connection *c, unsigned d,
		     const struct nd_packet *pkt)
{
	const struct connections_side *own = &c->side[d], *other = &c->side[!d];
	int32_t away = segments_diff(pkt->tcp_seq, own->next);

	if (own->known)
		return (away >= 0 && away <= RST_WINDOW) ||
		       (own->has_ack && pkt->tcp_seq == own->acked);
	if (!(pkt->tcp_flags & ACK) || !other->known)
		return true;
	away = segments_diff(pkt->tcp_ack, other->next);
	return away >= -RST_WINDOW && away <= RST_WINDOW;
}

static void take_data(struct streams *s, struct connection *c, unsigned d,
		      const struct nd_packet *pkt)
{
	struct segment what = {
		.seq = pkt->tcp_seq + (pkt->tcp_flags & SYN ? 1 : 0),
		.len = pkt->payload_len,
		.missing = wire_len(pkt) - pkt->payload_len,
		.time_ns = pkt->time_ns,
	};

	if (what.len > DIRECTION_WINDOW || what.missing > DIRECTION_WINDOW)
		return;
	if (!(pkt->tcp_flags & SYN) && (c->handshaken || c->place))
		c->proven = true;
	direction_data(&s->host, c, d, &what, pkt->payload);
}

static void take(struct streams *s, struct connection *c, unsigned d,
		 const struct nd_packet *pkt)
{
	struct connections_side *other = &c->side[!d];
	uint8_t flags = pkt->tcp_flags;

	if (c->has_syn && c->syn_from == d && !(flags & SYN) &&
	    pkt->tcp_seq == c->syn_start) {
		uint32_t start = c->syn_start;

		replace(s, c, d, pkt);
		direction_start(&c->side[d], start);
		c->client = (uint8_t)d;
		c->midstream = false;
	}
	if (flags & SYN && !(flags & RST) && !take_syn(s, c, d, pkt))
		return;
	if (c->closed || !c->chefs)
		return;
	if (flags & RST) {
		if (is_reset(c, d, pkt))
			finish(s, c, ND_STREAM_RST);
		return;
	}
	if (flags & ACK) {
		direction_ack(other, pkt->tcp_ack);
		if (other->known && pkt->tcp_ack == other->start &&
		    c->side[d].known && !(flags & SYN))
			c->handshaken = true;
	}
	if (pkt->payload_len || pkt->payload_wire_len)
		take_data(s, c, d, pkt);
	if (flags & FIN)
		direction_fin(&c->side[d], pkt->tcp_seq + wire_len(pkt));
	direction_wait(&s->host, c, 0, pkt->time_ns);
	direction_wait(&s->host, c, 1, pkt->time_ns);
	if (direction_closed(&c->side[0]) && direction_closed(&c->side[1]))
		finish(s, c, ND_STREAM_FIN);
}

static enum connections_list list_for(const struct connection *c)
{
	if (c->closed)
		return CONNECTIONS_CLOSED;
	if (!c->chefs)
		return CONNECTIONS_QUIET;
	if (c->side[0].ahead.first || c->side[1].ahead.first ||
	    (c->place && c->keeps))
		return CONNECTIONS_HOLDING;
	if (!c->place)
		return c->handshaken ? CONNECTIONS_QUIET : CONNECTIONS_EMBRYO;
	if (c->side[0].has_fin || c->side[1].has_fin)
		return CONNECTIONS_CLOSING;
	return c->proven ? CONNECTIONS_OPEN : CONNECTIONS_FRESH;
}

static bool is_ours(const struct streams *s, const struct nd_packet *pkt)
{
	return nd_has(pkt, ND_TCP) && !pkt->ip_fragment && pkt->ip_src &&
	       s->host.table.max && ports_wanted(&s->ports, pkt);
}

void streams_expect(struct streams *s, const struct nd_packet *pkt)
{
	struct connections_key key;

	if (!is_ours(s, pkt))
		return;
	connections_key(pkt, &key);
	connections_expect(&s->host.table,
			   (uint32_t)hash_key(&key, sizeof(key), s->seed));
}

void streams_fetch(struct streams *s)
{
	const struct connection *c = connections_fetch(&s->host.table);

	if (c && c->place)
		seats_fetch(&s->host.seats, c->place, c->chefs);
}

void streams_packet(struct streams *s, const struct nd_packet *pkt)
{
	struct connections_key key;
	struct connection *c;
	uint32_t hash;
	unsigned d;

	if (!is_ours(s, pkt))
		return;
	d = connections_key(pkt, &key);
	hash = (uint32_t)hash_key(&key, sizeof(key), s->seed);
	c = connections_find(&s->host.table, &key, hash);
	if (!c) {
		if (pkt->tcp_flags & RST ||
		    (!(pkt->tcp_flags & SYN) && !wire_len(pkt)))
			return;
		room_for_record(s);
		c = connections_add(&s->host.table, &key, hash);
		if (!c)
			return;
		set_up(s, c, d, pkt);
	}
	c->last_ns = pkt->time_ns;
	connections_touch(&s->host.table, c, c->list);
	s->current = c;
	take(s, c, d, pkt);
	s->current = NULL;
	connections_touch(&s->host.table, c, list_for(c));
}

void streams_tick(struct streams *s, int64_t time_ns)
{
	static const int64_t idle_ns[CONNECTIONS_LISTS] = {
		[CONNECTIONS_EMBRYO] = SHORT_IDLE_NS,
		[CONNECTIONS_QUIET] = IDLE_NS,
		[CONNECTIONS_FRESH] = IDLE_NS,
		[CONNECTIONS_OPEN] = IDLE_NS,
		[CONNECTIONS_HOLDING] = IDLE_NS,
		[CONNECTIONS_CLOSING] = SHORT_IDLE_NS,
		[CONNECTIONS_CLOSED] = SHORT_IDLE_NS,
	};
	struct connection *c;

	if (!s->host.table.max)
		return;
	for (unsigned i = 0; i < CONNECTIONS_LISTS; i++)
		while ((c = connections_oldest(&s->host.table, i)) &&
		       (time_ns - c->last_ns > idle_ns[i] ||
			c->last_ns - time_ns > idle_ns[i])) {
			s->current = c;
			finish(s, c, ND_STREAM_IDLE);
			s->current = NULL;
			connections_remove(&s->host.table, c);
		}
}

void streams_stop(struct streams *s)
{
	struct connection *c;

	if (!s->host.table.max)
		return;
	for (unsigned i = 0; i < CONNECTIONS_LISTS; i++)
		while ((c = connections_oldest(&s->host.table, i))) {
			s->current = c;
			finish(s, c, ND_STREAM_STOP);
			s->current = NULL;
			connections_remove(&s->host.table, c);
		}
}

const struct streams_stats *streams_stats(struct streams *s)
{
	struct streams_stats *stats = &s->host.stats;

	stats->live = s->host.table.count;
	stats->kept_lost = s->host.seats.kept_lost;
	stats->memory = arena_used(s->host.arena) +
			s->host.table.count * sizeof(struct connection) +
			s->host.seats.taken * s->host.seats.place_size;
	return stats;
}
