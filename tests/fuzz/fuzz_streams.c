/* SPDX-License-Identifier: MIT */
#include "streams.h"

#include <stdlib.h>
#include <string.h>

/*
 * Six bytes make a packet of one of four connections.  Each byte on the wire
 * is the last of its sequence number, so what chefs are told must count on.
 */

enum {
	CHEFS = 2,
	DONE = 77,
};

/* A chef's state for one connection; zeroed at first. */
struct seat {
	uint64_t number_plus_1;
	uint64_t next[2], kept[2];
	uint8_t byte[2];
	bool has_byte[2], gone;
};

static struct streams *s;
static uint8_t mood; /* of the chefs */

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void told_data(struct seat *seat, struct nd_stream *st)
{
	bool to = st->to_server;

	check(st->data && st->len > seat->kept[to]);
	check(st->offset == seat->next[to] - seat->kept[to]);
	if (seat->has_byte[to])
		check(st->data[0] ==
		      (uint8_t)(seat->byte[to] + (uint8_t)st->offset));
	for (uint64_t i = 1; i < st->len; i++)
		check(st->data[i] == (uint8_t)(st->data[0] + i));
	seat->byte[to] = (uint8_t)(st->data[0] - (uint8_t)st->offset);
	seat->has_byte[to] = true;
	seat->next[to] = st->offset + st->len;
	mood = (uint8_t)(mood * 5 + 1);
	if (mood & 1)
		st->keep = mood & 2 ? st->len : mood;
	seat->kept[to] = st->keep < st->len ? st->keep : st->len;
}

static void tell(void *host, size_t chef, struct nd_stream *st)
{
	struct seat *seat = st->state;
	bool to = st->to_server;

	check(host == &s && chef < CHEFS && !seat->gone);
	check(!seat->number_plus_1 || seat->number_plus_1 == st->number + 1);
	seat->number_plus_1 = st->number + 1;
	check(!st->keep && !st->done && st->ip_len == 4 && st->client_ip);
	switch (st->event) {
	case ND_STREAM_DATA:
		told_data(seat, st);
		break;
	case ND_STREAM_GAP:
		check(!st->data && st->len > 0 && st->len <= 1 << 30);
		check(st->offset == seat->next[to] ||
		      (seat->kept[to] == st->len &&
		       st->offset + st->len == seat->next[to]));
		seat->next[to] = st->offset + st->len;
		seat->kept[to] = 0;
		break;
	case ND_STREAM_END:
		check(st->end <= ND_STREAM_STOP);
		seat->gone = true;
		break;
	}
	if (mood == DONE)
		st->done = seat->gone = true;
}

static void packet(const uint8_t *p, int64_t now)
{
	static const uint8_t ip[2][4] = {{10, 0, 0, 1}, {10, 0, 0, 2}};
	static const uint8_t flags[8] = {2, 18, 16, 16, 16, 17, 4, 20};
	bool dir = p[0] & 1;
	uint32_t base = p[0] & 2 ? 0xffffff00 : 1000;
	uint32_t len = p[2] & 0x80 ? p[2] * 16U : p[2] & 0x3fU, i;
	struct nd_packet pkt = {
		.time_ns = now,
		.layers = UINT64_C(1) << ND_TCP,
		.ip_src = ip[dir],
		.ip_dst = ip[!dir],
		.ip_len = 4,
		.vlan = -1,
		.tcp_flags = flags[p[0] >> 5],
		.port_src = dir ? 80 : 1000 + (p[0] >> 2 & 3),
		.port_dst = dir ? 1000 + (p[0] >> 2 & 3) : 80,
		.tcp_seq = base + p[1] + (p[0] & 16 ? p[4] * 256U : 0),
		.tcp_ack = base + p[3] + (p[0] & 16 ? p[4] * 256U : 0),
		.payload_len = len,
		.payload_wire_len = len + (p[5] & 1 ? p[4] : 0),
	};
	uint8_t *bytes = malloc(len ? len : 1);

	if (!bytes)
		return;
	for (i = 0; i < len; i++)
		bytes[i] = (uint8_t)(pkt.tcp_seq + i +
				     (pkt.tcp_flags & 2 ? 1 : 0));
	pkt.payload = len ? bytes : NULL;
	streams_packet(s, &pkt);
	free(bytes);
}

/* With states so large that there are places for a few connections only. */
static struct streams *open_streams(size_t memory, bool large)
{
	static const uint16_t ports[] = {1001, 1002, 0};
	struct streams *made = streams_new(memory, tell, &s);

	check(made != NULL);
	check(streams_chef(made, NULL, sizeof(struct seat) + large * 100000U) ==
	      0);
	check(streams_chef(made, ports, sizeof(struct seat)) == 1);
	return made;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct streams *kept[2];
	const size_t memory = 1 << 20;
	int64_t now = 1;

	if (!len)
		return 0;
	mood = data[0];
	/* Nothing is left in it from the last input. */
	s = kept[mood & 1];
	if (!s)
		s = kept[mood & 1] = open_streams(memory, mood & 1);
	for (data++, len--; len >= 6; data += 6, len -= 6) {
		if (data[5] & 2)
			now += (int8_t)data[4] * INT64_C(4000000000);
		packet(data, now);
		if (data[5] & 4)
			streams_tick(s, now);
		check(streams_stats(s)->memory <= memory);
	}
	streams_stop(s);
	check(streams_stats(s)->memory == 0 && streams_stats(s)->live == 0);
	return 0;
}
