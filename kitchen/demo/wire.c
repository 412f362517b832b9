/* SPDX-License-Identifier: MIT */
#include "wire.h"

#define HEADROOM 128

enum {
	ICMP = 1,
	TCP = 6,
	UDP = 17,
	ICMPV6 = 58,
};

struct fill wire_body(struct world *w)
{
	return fill_into(w->buffer + HEADROOM, sizeof(w->buffer) - HEADROOM);
}

struct ends wire_back(const struct ends *e, struct host *to)
{
	return (struct ends){.from = to,
			     .to = e->from,
			     .from_port = e->to_port,
			     .to_port = e->from_port,
			     .v6 = e->v6};
}

struct host wire_everyone(const struct place *place)
{
	struct host all = {.name = "everyone", .place = place};

	memset(all.mac, 0xff, sizeof(all.mac));
	memset(all.ip4, 0xff, sizeof(all.ip4));
	return all;
}

/* A packet in work, from its outermost header so far. */
struct packet {
	uint8_t *at, *end;
};

static struct packet packet_of(const struct fill *body)
{
	return (struct packet){body->start, body->at};
}

/* Room for a header before what is there, to be filled. */
static struct fill before(struct packet *p, size_t len)
{
	p->at -= len;
	return fill_into(p->at, len);
}

/* --- checksums ----------------------------------------------------------- */

/* RFC 1071 */
static uint32_t add(uint32_t sum, const uint8_t *p, size_t len)
{
	for (; len > 1; len -= 2, p += 2)
		sum += (uint32_t)p[0] << 8 | p[1];
	return len ? sum + ((uint32_t)*p << 8) : sum;
}

static void put_sum(uint8_t *at, uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	at[0] = (uint8_t)(~sum >> 8);
	at[1] = (uint8_t)~sum;
}

/* The sum of what a transport's checksum covers beside its own bytes. */
static uint32_t pseudo(const struct ends *e, uint8_t protocol, size_t len)
{
	uint32_t sum = protocol + (uint32_t)len;

	if (e->v6) {
		sum = add(sum, e->from->ip6, 16);
		return add(sum, e->to->ip6, 16);
	}
	sum = add(sum, e->from->ip4, 4);
	return add(sum, e->to->ip4, 4);
}

static void put_transport_sum(const struct ends *e, uint8_t protocol,
			      const struct packet *p, size_t offset)
{
	size_t len = (size_t)(p->end - p->at);

	put_sum(p->at + offset, add(pseudo(e, protocol, len), p->at, len));
}

/* --- what carries it ----------------------------------------------------- */

static void send_frame(struct world *w, struct packet *p, const uint8_t *from,
		       const uint8_t *to, uint16_t type)
{
	struct fill f = before(p, 14);

	fill_bytes(&f, to, 6);
	fill_bytes(&f, from, 6);
	fill16(&f, type);
	w->packets++;
	record_packet(w->record, w->clock_ns + w->now_ns, p->at,
		      (size_t)(p->end - p->at));
}

/* Before so many bytes, of which perhaps not all are there. */
static void put_ip4(const struct ends *e, uint8_t ttl, uint8_t protocol,
		    size_t len, struct packet *p)
{
	struct fill f = before(p, 20);

	fill16(&f, 0x4500);
	fill16(&f, (unsigned)len + 20);
	fill16(&f, e->from->id);
	fill16(&f, 0x4000); /* don't fragment */
	fill8(&f, ttl);
	fill8(&f, protocol);
	fill16(&f, 0);
	fill_bytes(&f, e->from->ip4, 4);
	fill_bytes(&f, e->to->ip4, 4);
	put_sum(p->at + 10, add(0, p->at, 20));
}

static void put_ip6(const struct ends *e, uint8_t ttl, uint8_t protocol,
		    struct packet *p)
{
	size_t len = (size_t)(p->end - p->at);
	struct fill f = before(p, 40);

	fill32(&f, 0x60000000);
	fill16(&f, (unsigned)len);
	fill8(&f, protocol);
	fill8(&f, ttl);
	fill_bytes(&f, e->from->ip6, 16);
	fill_bytes(&f, e->to->ip6, 16);
}

static void send_ip(struct world *w, const struct ends *e, uint8_t protocol,
		    struct packet *p)
{
	const struct host *from = e->from, *to = e->to;
	uint8_t ttl = e->ttl ? e->ttl : (uint8_t)(64 - from->hops);

	e->from->id++;
	if (e->v6)
		put_ip6(e, ttl, protocol, p);
	else
		put_ip4(e, ttl, protocol, (size_t)(p->end - p->at), p);
	/* What is far comes from the router, and goes there. */
	if (from->place != to->place && from->place)
		to = from->place->router;
	else if (from->place != to->place)
		from = to->place->router;
	send_frame(w, p, from->mac, to->mac, e->v6 ? 0x86dd : 0x0800);
}

/* --- what is carried ----------------------------------------------------- */

void wire_udp(struct world *w, const struct ends *e, const struct fill *body)
{
	struct packet p = packet_of(body);
	struct fill f = before(&p, 8);

	fill16(&f, e->from_port);
	fill16(&f, e->to_port);
	fill16(&f, (unsigned)(fill_len(body) + 8));
	fill16(&f, 0);
	put_transport_sum(e, UDP, &p, 6);
	if (p.at[6] == 0 && p.at[7] == 0)
		p.at[6] = p.at[7] = 0xff; /* as 0 is none, RFC 768 */
	send_ip(w, e, UDP, &p);
}

/* Maximum segment size, selective acknowledgements, window scale 7. */
static void put_options(const struct ends *e, struct fill *f)
{
	static const uint8_t rest[] = {4, 2, 1, 3, 3, 7, 1, 1};

	fill16(f, 0x0204);
	fill16(f, e->v6 ? WIRE_MSS6 : WIRE_MSS4);
	fill_bytes(f, rest, sizeof(rest));
}

void wire_tcp(struct world *w, const struct ends *e, const struct wire_tcp *tcp,
	      const struct fill *body)
{
	struct packet p = packet_of(body);
	size_t header = tcp->flags & WIRE_SYN ? 32 : 20;
	struct fill f = before(&p, header);

	fill16(&f, e->from_port);
	fill16(&f, e->to_port);
	fill32(&f, tcp->seq);
	fill32(&f, tcp->flags & WIRE_ACK ? tcp->ack : 0);
	fill16(&f, (unsigned)(header / 4 << 12) | tcp->flags);
	fill16(&f, tcp->window);
	fill32(&f, 0);
	if (tcp->flags & WIRE_SYN)
		put_options(e, &f);
	put_transport_sum(e, TCP, &p, 16);
	send_ip(w, e, TCP, &p);
}

void wire_icmp(struct world *w, const struct ends *e, uint8_t type,
	       uint8_t code, uint32_t rest, const struct fill *body)
{
	struct packet p = packet_of(body);
	struct fill f = before(&p, 8);

	fill8(&f, type);
	fill8(&f, code);
	fill16(&f, 0);
	fill32(&f, rest);
	if (e->v6)
		put_transport_sum(e, ICMPV6, &p, 2);
	else
		put_sum(p.at + 2, add(0, p.at, (size_t)(p.end - p.at)));
	send_ip(w, e, e->v6 ? ICMPV6 : ICMP, &p);
}

void wire_quote(struct fill *f, const struct ends *e, size_t len)
{
	uint8_t head[28];
	struct packet p = {head + 20, head + sizeof(head)};
	struct fill udp = fill_into(p.at, 8);

	fill16(&udp, e->from_port);
	fill16(&udp, e->to_port);
	fill16(&udp, (unsigned)len + 8);
	fill16(&udp, 0);
	put_ip4(e, 1, UDP, len + 8, &p);
	fill_bytes(f, head, sizeof(head));
}

void wire_arp(struct world *w, const uint8_t from[6], const uint8_t to[6],
	      const struct fill *body)
{
	struct packet p = packet_of(body);

	send_frame(w, &p, from, to, 0x0806);
}
