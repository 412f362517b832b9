/* SPDX-License-Identifier: MIT */
#include "tcp_segments.h"

static int end(void **state)
{
	(void)state;
	streams_free(streams);
	return 0;
}

static int begin(void **state)
{
	(void)state;
	return open_streams(4 << 20, 3, 8);
}

/* A message is as long as its first byte says, in digits. */
static uint64_t keep_message(const struct nd_stream *st)
{
	uint64_t at = 0;

	while (at < st->len && at + (uint64_t)(st->data[at] - '0') < st->len)
		at += 1 + (uint64_t)(st->data[at] - '0');
	return st->len - at;
}

static uint64_t keep_all(const struct nd_stream *st)
{
	return st->len;
}

static void test_keep(void **state)
{
	(void)state;
	told[1].keep = keep_message;
	handshake();
	CLIENT(1001, 5001, ACK, "3ab");
	assert_int_equal(told[0].last.len, 3);
	assert_int_equal(told[1].kept[1], 3);
	CLIENT(1004, 5001, ACK, "c5vwx");
	assert_int_equal(told[0].last.len, 5);
	assert_int_equal(told[1].last.len, 8);
	assert_int_equal(told[1].last.offset, 0);
	assert_int_equal(told[1].kept[1], 4);
	/* the other way has bytes of its own */
	SERVER(5001, 1009, ACK, "9zz");
	assert_int_equal(told[1].kept[0], 3);
	CLIENT(1009, 5004, ACK, "yz");
	assert_int_equal(told[1].last.len, 6);
	assert_int_equal(told[1].last.offset, 4);
	assert_int_equal(told[1].kept[1], 0);
	check_told(&told[0], true, "3abc5vwxyz");
	check_told(&told[1], true, "3abc5vwxyz");
	check_told(&told[2], true, "3abc5vwxyz");
	/* a gap lets go what was kept */
	SERVER(5005, 1011, ACK, "2..");
	streams_stop(streams);
	assert_int_equal(told[1].gap_bytes, 1);
	assert_int_equal(told[1].next[0], 7);
	assert_int_equal(streams_stats(streams)->kept_lost, 0);
	assert_int_equal(streams_stats(streams)->memory, 0);
}

/* More than a chef may keep becomes a gap, for that chef alone. */
static void test_keep_max(void **state)
{
	static uint8_t bytes[1024];
	uint32_t seq = 1001;

	(void)state;
	told[1].keep = keep_all;
	handshake();
	for (; seq < 1001 + 65536; seq += sizeof(bytes))
		give(true, seq, 5001, ACK, bytes, sizeof(bytes));
	assert_int_equal(told[1].gaps, 0);
	assert_int_equal(told[1].last.len, 65536);
	give(true, seq, 5001, ACK, bytes, 1);
	assert_int_equal(told[1].gaps, 1);
	assert_int_equal(told[1].gap_bytes, 65537);
	assert_int_equal(told[1].last.offset, 0);
	give(true, seq + 1, 5001, ACK, bytes, 10);
	assert_int_equal(told[1].last.offset, 65537);
	assert_int_equal(told[1].last.len, 10);
	assert_int_equal(told[0].gaps, 0);
	assert_int_equal(streams_stats(streams)->kept_lost, 65537);
}

/* Bytes of a huge segment, behind as much as a chef may keep. */
static void test_keep_huge(void **state)
{
	static uint8_t bytes[100000];

	(void)state;
	told[1].keep = keep_all;
	handshake();
	give(true, 1001, 5001, ACK, bytes, 65536);
	give(true, 1001 + 65536, 5001, ACK, bytes, 100000);
	assert_int_equal(told[0].next[1], 165536);
	assert_int_equal(told[1].next[1], 165536);
	assert_true(told[1].gaps > 0);
	assert_int_equal(told[1].gap_bytes + told[1].kept[1], 165536);
}

static void test_done(void **state)
{
	size_t memory;

	(void)state;
	handshake();
	CLIENT(1001, 5001, ACK, "a");
	SERVER(5002, 1002, ACK, "x");
	told[0].done = true;
	CLIENT(1002, 5001, ACK, "b");
	told[0].next[1] = 99; /* not called again */
	CLIENT(1003, 5001, ACK, "c");
	assert_int_equal(told[0].next[1], 99);
	assert_int_equal(told[1].next[1], 3);
	memory = streams_stats(streams)->memory;
	told[1].done = told[2].done = true;
	CLIENT(1004, 5001, ACK, "d");
	/* nothing but a record is left, without what waited */
	assert_true(streams_stats(streams)->memory + 2048 < memory);
	CLIENT(1005, 5001, ACK, "e");
	SERVER(5001, 1006, ACK | FIN, "");
	CLIENT(1006, 5001, ACK | FIN, "");
	streams_stop(streams);
	assert_int_equal(told[1].next[1], 4);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(told[i].ends, 0);
}

static void test_ports(void **state)
{
	static const uint16_t web[] = {8080, 80, 0}, dns[] = {53, 0};
	struct nd_packet pkt;

	(void)state;
	assert_int_equal(open_streams(4 << 20, 0, 0), 0);
	assert_int_equal(streams_chef(streams, web, 8), 0);
	assert_int_equal(streams_chef(streams, dns, 8), 1);
	handshake();
	CLIENT(1001, 5001, ACK, "web");
	check_told(&told[0], true, "web");
	assert_int_equal(told[1].calls, 0);
	pkt = segment_of(true, 1, 1, ACK, "dns", 3);
	pkt.port_dst = 53;
	streams_packet(streams, &pkt);
	check_told(&told[1], true, "dns");
	check_told(&told[0], true, "web");
	pkt.port_dst = 443;
	streams_packet(streams, &pkt);
	assert_int_equal(streams_stats(streams)->connections, 2);
	/* from there as well as to there */
	forget_told();
	pkt.port_src = 8080;
	streams_packet(streams, &pkt);
	assert_int_equal(told[0].last.server_port, 443);
}

static void test_limits(void **state)
{
	(void)state;
	errno = 0;
	assert_null(streams_new((1 << 20) - 1, tell, told));
	assert_int_equal(errno, EINVAL);
	assert_int_equal(open_streams(1 << 20, 0, 0), 0);
	assert_int_equal(streams_chef(streams, NULL, 1 << 20), -E2BIG);
	assert_int_equal(streams_chef(streams, NULL, 1 << 18), -E2BIG);
	assert_int_equal(streams_chef(streams, NULL, SIZE_MAX), -E2BIG);
	for (int i = 0; i < 64; i++)
		assert_int_equal(streams_chef(streams, NULL, 8), i);
	assert_int_equal(streams_chef(streams, NULL, 8), -ENOSPC);
	streams_free(NULL);
	streams_free(streams);
	/* without chefs there is nothing to do */
	assert_int_equal(open_streams(1 << 20, 0, 0), 0);
	handshake();
	CLIENT(1001, 5001, ACK, "a");
	streams_tick(streams, now);
	streams_stop(streams);
	assert_int_equal(streams_stats(streams)->memory, 0);
}

/* One of many connections: its client's port is `i`. */
static void give_of(uint32_t i, uint32_t seq, uint8_t flags, const void *data,
		    uint32_t len)
{
	uint8_t ip[4] = {10, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i};
	struct nd_packet pkt = segment_of(true, seq, 5001, flags, data, len);

	now++;
	pkt.time_ns = now;
	pkt.ip_src = ip;
	streams_packet(streams, &pkt);
}

static uint64_t forgotten, data_calls;
static bool keeps;

static void tell_counts(void *host, size_t chef, struct nd_stream *st)
{
	(void)host;
	(void)chef;
	data_calls += st->event == ND_STREAM_DATA;
	forgotten +=
		st->event == ND_STREAM_END && st->end == ND_STREAM_FORGOTTEN;
	st->keep = keeps && st->event == ND_STREAM_DATA ? st->len : 0;
}

static void open_small(bool keep)
{
	keeps = keep;
	forgotten = data_calls = 0;
	streams = streams_new(1 << 20, tell_counts, NULL);
	assert_non_null(streams);
	assert_int_equal(streams_chef(streams, NULL, 1000), 0);
}

/* What is not touched for longest makes room, and memory has a bound. */
static void test_many(void **state)
{
	enum {
		COUNT = 100000
	};
	const struct streams_stats *s;

	(void)state;
	open_small(true);
	for (uint32_t i = 0; i < COUNT; i++) {
		give_of(i, 1000, SYN, "", 0);
		give_of(i, 1001, ACK, "first", 5);
		give_of(i, 1006, ACK, "second", 6);
		s = streams_stats(streams);
		assert_true(s->memory <= 1 << 20);
	}
	assert_int_equal(data_calls, 2 * COUNT);
	assert_true(s->live >= 100 && s->live < 2000);
	assert_int_equal(s->forgotten, forgotten);
	assert_true(forgotten > COUNT - 2000 && forgotten < COUNT - 100);
	/* the last are here */
	for (uint32_t i = COUNT - 100; i < COUNT; i++)
		give_of(i, 1012, ACK, "!", 1);
	assert_int_equal(streams_stats(streams)->connections, COUNT);
}

/* Connections that carry bytes stay, and new ones get in. */
static void test_flood(void **state)
{
	uint32_t at = 1 << 20;

	(void)state;
	open_small(false);
	for (uint32_t i = 0; i < 100; i++) {
		give_of(i, 1000, SYN, "", 0);
		give_of(i, 1001, ACK, "first", 5);
		give_of(i, 1006, ACK, "second", 6);
	}
	for (uint32_t round = 0; round < 100; round++) {
		give_of(1000 + round, 1000, SYN, "", 0);
		for (uint32_t i = 0; i < 40; i++)
			give_of(at++, 1000, SYN, "", 0);
		give_of(1000 + round, 1001, ACK, "new", 3);
		for (uint32_t i = 0; i < 1000; i++)
			give_of(at++, 1000, SYN, "", 0);
	}
	data_calls = 0;
	for (uint32_t i = 0; i < 100; i++)
		give_of(i, 1012, ACK, "third", 5);
	assert_int_equal(data_calls, 100);
	assert_int_equal(forgotten, 0);
	assert_int_equal(streams_stats(streams)->connections,
			 at - (1 << 20) + 200);
}

/* Bytes that wait for others in very many connections. */
static void test_holes(void **state)
{
	static uint8_t bytes[1400];

	(void)state;
	open_small(true);
	for (uint32_t i = 0; i < 100000; i++) {
		give_of(i % 1000, 1000, SYN, "", 0);
		give_of(i % 1000, 3000 + i / 1000 * 1400, ACK, bytes, 1400);
		assert_true(streams_stats(streams)->memory <= 1 << 20);
	}
	assert_true(forgotten > 0);
	streams_stop(streams);
	assert_int_equal(streams_stats(streams)->memory, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
#define ALONE(name) cmocka_unit_test_teardown(name, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_keep),  TEST(test_keep_max), TEST(test_keep_huge),
		TEST(test_done),  ALONE(test_ports),   ALONE(test_limits),
		ALONE(test_many), ALONE(test_flood),   ALONE(test_holes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
