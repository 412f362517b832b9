/* SPDX-License-Identifier: MIT */
#ifndef TCP_SEGMENTS_H
#define TCP_SEGMENTS_H

#include "streams.h"
#include "unit.h"

enum {
	FIN = 1,
	SYN = 2,
	RST = 4,
	PSH = 8,
	ACK = 16,
	TOLD_MAX = 1 << 20,
};

#define SECOND INT64_C(1000000000)

/* What one chef was told of all connections, one after another. */
struct told {
	struct nd_stream last; /* its pointers are gone */
	uint8_t bytes[2][TOLD_MAX];
	uint64_t next[2]; /* offset, by direction: to the server is 1 */
	uint64_t kept[2];
	uint64_t gaps, gap_bytes, ends, calls;
	bool gap_at[2][TOLD_MAX];
	/* what it answers */
	uint64_t (*keep)(const struct nd_stream *st);
	bool done;
};

static struct told told[3];
static struct streams *streams;
static int64_t now;

/* Each byte once and in order, but those that were kept. */
static inline void tell(void *host, size_t chef, struct nd_stream *st)
{
	struct told *t = &told[chef];
	bool to = st->to_server;

	assert_ptr_equal(host, told);
	assert_true(chef < LENGTH(told));
	if (t->calls++ == 0 && st->number != t->last.number) {
		memset(t->next, 0, sizeof(t->next));
		memset(t->kept, 0, sizeof(t->kept));
	}
	t->last = *st;
	assert_int_equal(*(uint64_t *)st->state, t->calls - 1);
	*(uint64_t *)st->state = t->calls;
	if (st->event == ND_STREAM_END) {
		t->ends++;
		t->calls = 0;
		return;
	}
	assert_true(st->len > 0);
	if (st->event == ND_STREAM_GAP) {
		assert_null(st->data);
		assert_true(st->offset == t->next[to] ||
			    st->offset + st->len == t->next[to]);
		t->gaps++;
		t->gap_bytes += st->len;
		for (uint64_t i = 0; i < st->len; i++)
			if (st->offset + i < TOLD_MAX)
				t->gap_at[to][st->offset + i] = true;
		t->kept[to] = 0;
	} else {
		assert_int_equal(st->offset, t->next[to] - t->kept[to]);
		assert_true(st->len > t->kept[to]);
		assert_true(st->offset + st->len <= TOLD_MAX);
		if (t->kept[to])
			assert_memory_equal(t->bytes[to] + st->offset, st->data,
					    t->kept[to]);
		memcpy(t->bytes[to] + st->offset, st->data, st->len);
		st->keep = t->keep ? t->keep(st) : 0;
		t->kept[to] = st->keep < st->len ? st->keep : st->len;
	}
	t->next[to] = st->offset + st->len;
	st->done = t->done;
	if (t->done)
		t->calls = 0;
}

/* A segment from the client (192.0.2.10:40000) or the server (:80). */
static struct nd_packet segment_of(bool from_client, uint32_t seq, uint32_t ack,
				   uint8_t flags, const void *data,
				   uint32_t len)
{
	static const uint8_t ip[2][4] = {{198, 51, 100, 7}, {192, 0, 2, 10}};

	return (struct nd_packet){
		.time_ns = now,
		.layers = UINT64_C(1) << ND_IP | UINT64_C(1) << ND_TCP,
		.vlan = -1,
		.ip_src = ip[from_client],
		.ip_dst = ip[!from_client],
		.ip_len = 4,
		.ip_protocol = 6,
		.tcp_flags = flags,
		.port_src = from_client ? 40000 : 80,
		.port_dst = from_client ? 80 : 40000,
		.tcp_seq = seq,
		.tcp_ack = ack,
		.payload = len ? data : NULL,
		.payload_len = len,
		.payload_wire_len = len,
	};
}

/* Its bytes end where their allocation does. */
static inline void give(bool from_client, uint32_t seq, uint32_t ack,
			uint8_t flags, const void *data, uint32_t len)
{
	uint8_t *copy = malloc(len ? len : 1);
	struct nd_packet pkt =
		segment_of(from_client, seq, ack, flags, copy, len);

	assert_non_null(copy);
	if (len)
		memcpy(copy, data, len);
	streams_packet(streams, &pkt);
	free(copy);
}

#define CLIENT(seq, ack, flags, text) \
	give(true, seq, ack, flags, text, sizeof(text) - 1)
#define SERVER(seq, ack, flags, text) \
	give(false, seq, ack, flags, text, sizeof(text) - 1)

/* From 1000 and 5000: the first bytes are 1001 and 5001. */
static inline void handshake(void)
{
	CLIENT(1000, 0, SYN, "");
	SERVER(5000, 1001, SYN | ACK, "");
	CLIENT(1001, 5001, ACK, "");
}

static inline int open_streams(size_t memory, size_t chefs, size_t state_size)
{
	memset(told, 0, sizeof(told));
	now = SECOND;
	streams = streams_new(memory, tell, told);
	for (size_t i = 0; streams && i < chefs; i++)
		if (streams_chef(streams, NULL, state_size) != (int)i)
			return -1;
	return streams ? 0 : -1;
}

static inline void forget_told(void)
{
	memset(told, 0, sizeof(told));
}

static inline void check_told(const struct told *t, bool to, const char *text)
{
	assert_int_equal(t->next[to], strlen(text));
	assert_memory_equal(t->bytes[to], text, strlen(text));
}

#endif
