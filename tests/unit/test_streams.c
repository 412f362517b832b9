/* SPDX-License-Identifier: MIT */
#include "tcp_segments.h"

static int begin(void **state)
{
	(void)state;
	return open_streams(4 << 20, 1, 8);
}

static int end(void **state)
{
	(void)state;
	streams_stop(streams);
	assert_int_equal(streams_stats(streams)->memory, 0);
	streams_free(streams);
	return 0;
}

static const struct nd_stream *last(void)
{
	return &told[0].last;
}

static void check_end(enum nd_stream_end how)
{
	assert_int_equal(told[0].ends, 1);
	assert_int_equal(last()->event, ND_STREAM_END);
	assert_int_equal(last()->end, how);
}

static void test_in_order(void **state)
{
	(void)state;
	handshake();
	assert_int_equal(told[0].calls, 0);
	now += SECOND;
	CLIENT(1001, 5001, ACK | PSH, "question");
	assert_int_equal(last()->event, ND_STREAM_DATA);
	assert_true(last()->to_server);
	assert_false(last()->midstream);
	assert_int_equal(last()->client_port, 40000);
	assert_int_equal(last()->server_port, 80);
	assert_int_equal(last()->ip_len, 4);
	assert_int_equal(last()->vlan, -1);
	assert_int_equal(last()->start_ns, SECOND);
	assert_int_equal(last()->time_ns, 2 * SECOND);
	SERVER(5001, 1009, ACK, "ans");
	SERVER(5004, 1009, ACK | FIN, "wer");
	CLIENT(1009, 5008, ACK, "");
	assert_int_equal(told[0].ends, 0);
	CLIENT(1009, 5008, ACK | FIN, "");
	check_end(ND_STREAM_FIN);
	SERVER(5008, 1010, ACK, "");
	check_told(&told[0], true, "question");
	check_told(&told[0], false, "answer");
	assert_int_equal(told[0].gaps, 0);
	/* what comes late is nobody's */
	SERVER(5004, 1009, ACK | FIN, "wer");
	assert_int_equal(told[0].ends, 1);
	assert_int_equal(streams_stats(streams)->connections, 1);
	assert_int_equal(streams_stats(streams)->bytes, 14);
}

static void test_simultaneous(void **state)
{
	(void)state;
	CLIENT(1000, 0, SYN, "");
	SERVER(5000, 0, SYN, "");
	CLIENT(1000, 5001, SYN | ACK, "");
	SERVER(5000, 1001, SYN | ACK, "");
	CLIENT(1001, 5001, ACK, "a");
	SERVER(5001, 1001, ACK, "b");
	CLIENT(1002, 5001, ACK | FIN, "");
	SERVER(5002, 1001, ACK | FIN, "");
	check_end(ND_STREAM_FIN);
	assert_int_equal(told[0].gaps, 0);
	assert_int_equal(told[0].next[0] + told[0].next[1], 2);
}

static void test_out_of_order(void **state)
{
	(void)state;
	handshake();
	CLIENT(1007, 5001, ACK | FIN, "ghi");
	CLIENT(1004, 5001, ACK, "def");
	assert_int_equal(told[0].calls, 0);
	CLIENT(1001, 5001, ACK, "abc");
	check_told(&told[0], true, "abcdefghi");
	SERVER(5001, 1011, ACK | FIN, "");
	check_end(ND_STREAM_FIN);
	assert_int_equal(told[0].gaps, 0);
}

/* Those captured first are right, whatever comes when. */
static void test_overlaps(void **state)
{
	const struct streams_stats *s;

	(void)state;
	handshake();
	CLIENT(1001, 5001, ACK, "abcd");
	CLIENT(1001, 5001, ACK, "XXXXe"); /* abcd were told */
	CLIENT(1008, 5001, ACK, "hij");
	CLIENT(1010, 5001, ACK, "YK"); /* j was here */
	CLIENT(1006, 5001, ACK, "fgZZ");
	check_told(&told[0], true, "abcdefghijK");
	s = streams_stats(streams);
	assert_int_equal(s->retransmitted, 4 + 1 + 2);
	assert_int_equal(s->conflicts, 2);
	CLIENT(1011, 5001, ACK, "K"); /* a probe of one byte, once more */
	CLIENT(1011, 5001, ACK, "");
	check_told(&told[0], true, "abcdefghijK");
	assert_int_equal(told[0].gaps, 0);
}

static void test_wrap(void **state)
{
	(void)state;
	CLIENT(0xfffffffb, 0, SYN, "");
	SERVER(0xffffffff, 0xfffffffc, SYN | ACK, "");
	CLIENT(0xffffffff, 0, ACK, "defg");
	CLIENT(0xfffffffc, 0, ACK, "abc");
	CLIENT(3, 0, ACK, "h");
	SERVER(0, 4, ACK, "xyz");
	check_told(&told[0], true, "abcdefgh");
	check_told(&told[0], false, "xyz");
}

/* A hole that the other side does not have, and four packets later. */
static void test_gap_acknowledged(void **state)
{
	(void)state;
	handshake();
	CLIENT(1001, 5001, ACK, "ab");
	CLIENT(1008, 5001, ACK, "hi");
	SERVER(5001, 1003, ACK, "");
	for (int i = 0; i < 20; i++)
		SERVER(5001, 1003, ACK, "");
	assert_int_equal(told[0].gaps, 0);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(told[0].gaps, 0);
		SERVER(5001, 1010, ACK, "");
	}
	assert_int_equal(told[0].gaps, 1);
	assert_int_equal(told[0].gap_bytes, 5);
	assert_int_equal(told[0].next[true], 9);
	assert_memory_equal(told[0].bytes[1] + 7, "hi", 2);
	/* too late */
	CLIENT(1003, 5001, ACK, "cdefg");
	assert_int_equal(told[0].next[true], 9);
	assert_int_equal(streams_stats(streams)->gap_bytes, 5);
}

static void test_gap_at_end(void **state)
{
	(void)state;
	handshake();
	CLIENT(1003, 5001, ACK, "c");
	CLIENT(1006, 5001, ACK, "f");
	/* 1007 and 1008 were acknowledged and never seen */
	SERVER(5001, 1009, ACK, "");
	SERVER(5001, 1009, RST, "");
	check_end(ND_STREAM_RST);
	assert_int_equal(told[0].gaps, 3);
	assert_int_equal(told[0].gap_bytes, 6);
	assert_int_equal(told[0].next[true], 8);
	assert_int_equal(told[0].bytes[1][2], 'c');
	assert_int_equal(told[0].bytes[1][5], 'f');
}

/* Captured less than was on the wire. */
static void test_gap_cut(void **state)
{
	struct nd_packet pkt;

	(void)state;
	handshake();
	pkt = segment_of(true, 1001, 5001, ACK, "abc", 3);
	pkt.payload_wire_len = 10;
	streams_packet(streams, &pkt);
	assert_int_equal(told[0].gap_bytes, 7);
	pkt = segment_of(true, 1021, 5001, ACK, "xyz", 3);
	pkt.payload_wire_len = 10;
	streams_packet(streams, &pkt);
	CLIENT(1011, 5001, ACK, "0123456789");
	CLIENT(1031, 5001, ACK, "end");
	assert_int_equal(told[0].gap_bytes, 14);
	assert_int_equal(told[0].next[true], 33);
	assert_memory_equal(told[0].bytes[1] + 10, "0123456789xyz", 13);
	assert_memory_equal(told[0].bytes[1] + 30, "end", 3);
	/* nothing captured at all */
	pkt = segment_of(true, 1034, 5001, ACK, NULL, 0);
	pkt.payload_wire_len = 6;
	streams_packet(streams, &pkt);
	assert_int_equal(told[0].gap_bytes, 20);
}

/* A hole that is never filled holds up no more than the buffer has. */
static void test_gap_full(void **state)
{
	static uint8_t bytes[1400];
	uint32_t seq = 1002;

	(void)state;
	handshake();
	for (; told[0].gaps == 0; seq += sizeof(bytes)) {
		memset(bytes, (int)(seq / sizeof(bytes)), sizeof(bytes));
		give(true, seq, 5001, ACK, bytes, sizeof(bytes));
		assert_true(seq < 2 << 20);
	}
	assert_true(seq > 300000);
	assert_int_equal(told[0].gap_bytes, 1);
	assert_int_equal(told[0].next[true], seq - 1001);
	for (uint32_t at = 1002; at < seq; at += sizeof(bytes))
		assert_int_equal(told[0].bytes[1][at - 1001],
				 (uint8_t)(at / sizeof(bytes)));
}

static void test_rst(void **state)
{
	(void)state;
	handshake();
	CLIENT(1001, 5001, ACK, "abc");
	CLIENT(900, 5001, RST, "");
	CLIENT(0x80000000, 5001, RST, "");
	SERVER(0x70000000, 5001, RST, "");
	assert_int_equal(told[0].ends, 0);
	CLIENT(1004, 5001, ACK, "def");
	CLIENT(1007, 5001, RST, "why it broke");
	check_end(ND_STREAM_RST);
	check_told(&told[0], true, "abcdef");
	CLIENT(1007, 5001, ACK, "late");
	check_told(&told[0], true, "abcdef");
}

/* Refused: nothing was said, nothing is told. */
static void test_refused(void **state)
{
	(void)state;
	CLIENT(1000, 0, SYN, "");
	SERVER(0, 1001, RST | ACK, "");
	assert_int_equal(told[0].ends, 0);
	CLIENT(1000, 0, SYN, "");
	CLIENT(2000, 0, SYN, "");
	SERVER(5000, 2001, SYN | ACK, "");
	CLIENT(2001, 5001, ACK, "yes");
	check_told(&told[0], true, "yes");
	assert_int_equal(last()->number, 1);
}

/* Another connection between the same ports. */
static void test_reuse(void **state)
{
	(void)state;
	handshake();
	CLIENT(1001, 5001, ACK | FIN, "one");
	SERVER(5001, 1005, ACK | FIN, "");
	check_end(ND_STREAM_FIN);
	forget_told();
	CLIENT(9000, 0, SYN, "");
	SERVER(7000, 9001, SYN | ACK, "");
	CLIENT(9001, 7001, ACK, "two");
	check_told(&told[0], true, "two");
	assert_int_equal(last()->number, 1);
	/* a SYN alone ends nothing, be it forged */
	CLIENT(20000, 0, SYN, "");
	CLIENT(9004, 7001, ACK, "more");
	check_told(&told[0], true, "twomore");
	CLIENT(30000, 0, SYN, "");
	SERVER(40000, 30001, SYN | ACK, "");
	check_end(ND_STREAM_RST);
	forget_told();
	CLIENT(30001, 40001, ACK, "three");
	check_told(&told[0], true, "three");
	assert_false(last()->midstream);
	/* and with nothing of the other side captured */
	CLIENT(50000, 0, SYN, "");
	CLIENT(50001, 40001, ACK, "four");
	check_told(&told[0], true, "four");
	assert_int_equal(last()->number, 3);
	assert_int_equal(told[0].ends, 1);
}

static void test_fast_open(void **state)
{
	(void)state;
	CLIENT(1000, 0, SYN, "early");
	check_told(&told[0], true, "early");
	SERVER(5000, 1001, SYN | ACK, "");
	CLIENT(1001, 5001, ACK, "early bird");
	check_told(&told[0], true, "early bird");
	assert_false(last()->midstream);
}

static void test_midstream(void **state)
{
	(void)state;
	SERVER(5500, 1700, ACK, "");
	assert_int_equal(streams_stats(streams)->connections, 0);
	SERVER(5500, 1700, ACK, "tail");
	assert_true(last()->midstream);
	assert_false(last()->to_server);
	assert_int_equal(last()->client_port, 40000);
	CLIENT(1700, 5504, ACK, "next");
	assert_true(last()->to_server);
	check_told(&told[0], true, "next");
	check_told(&told[0], false, "tail");
	assert_int_equal(told[0].gaps, 0);
}

/* A SYN that was not captured: the answer says who asked. */
static void test_syn_ack(void **state)
{
	struct nd_packet pkt = segment_of(false, 5000, 1001, SYN | ACK, "", 0);

	(void)state;
	pkt.port_src = 50000;
	streams_packet(streams, &pkt);
	pkt = segment_of(true, 1001, 5001, ACK, "hi", 2);
	pkt.port_dst = 50000;
	streams_packet(streams, &pkt);
	assert_false(last()->midstream);
	assert_int_equal(last()->client_port, 40000);
	check_told(&told[0], true, "hi");
}

static void test_idle(void **state)
{
	(void)state;
	handshake();
	CLIENT(1001, 5001, ACK, "ab");
	CLIENT(1004, 5001, ACK, "d");
	now += 300 * SECOND;
	streams_tick(streams, now);
	assert_int_equal(told[0].ends, 0);
	streams_tick(streams, now + 1);
	check_end(ND_STREAM_IDLE);
	assert_int_equal(told[0].gap_bytes, 1);
	assert_int_equal(told[0].next[true], 4);
	/* no handshake: 30 s, and told to nobody */
	CLIENT(1000, 0, SYN, "");
	streams_tick(streams, now + 31 * SECOND);
	assert_int_equal(streams_stats(streams)->live, 0);
	assert_int_equal(told[0].ends, 1);
	/* half closed: 30 s */
	forget_told();
	handshake();
	CLIENT(1001, 5001, ACK | FIN, "ab");
	streams_tick(streams, now + 31 * SECOND);
	check_end(ND_STREAM_IDLE);
	/* one whose clock was set back since does not stay for ever */
	forget_told();
	handshake();
	CLIENT(1001, 5001, ACK, "ab");
	streams_tick(streams, now - 300 * SECOND);
	assert_int_equal(told[0].ends, 0);
	streams_tick(streams, now - 300 * SECOND - 1);
	check_end(ND_STREAM_IDLE);
}

static void test_stop(void **state)
{
	(void)state;
	handshake();
	CLIENT(1002, 5001, ACK, "b");
	streams_stop(streams);
	check_end(ND_STREAM_STOP);
	assert_int_equal(told[0].gap_bytes, 1);
	assert_int_equal(told[0].next[true], 2);
}

/* One that both sides have closed is over, though a part of it is missing. */
static void test_stop_behind_fin(void **state)
{
	(void)state;
	handshake();
	CLIENT(1002, 5001, ACK | FIN, "b");
	SERVER(5001, 1004, ACK | FIN, "");
	assert_int_equal(told[0].ends, 0);
	streams_stop(streams);
	check_end(ND_STREAM_FIN);
	assert_int_equal(told[0].gap_bytes, 1);
}

/* Other packets are none of its business. */
static void test_others(void **state)
{
	struct nd_packet pkt = segment_of(true, 1000, 0, SYN, "", 0);

	(void)state;
	pkt.layers = UINT64_C(1) << ND_UDP;
	streams_packet(streams, &pkt);
	pkt = segment_of(true, 1000, 0, SYN, "", 0);
	pkt.ip_fragment = true;
	streams_packet(streams, &pkt);
	CLIENT(1000, 0, RST, "");
	CLIENT(1000, 0, FIN | ACK, "");
	assert_int_equal(streams_stats(streams)->connections, 0);
	/* a VLAN has connections of its own */
	handshake();
	pkt = segment_of(true, 1000, 0, SYN, "", 0);
	pkt.vlan = 7;
	streams_packet(streams, &pkt);
	assert_int_equal(streams_stats(streams)->connections, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_in_order),     TEST(test_simultaneous),
		TEST(test_out_of_order), TEST(test_overlaps),
		TEST(test_wrap),         TEST(test_gap_acknowledged),
		TEST(test_gap_at_end),   TEST(test_gap_cut),
		TEST(test_gap_full),     TEST(test_rst),
		TEST(test_refused),      TEST(test_reuse),
		TEST(test_fast_open),    TEST(test_midstream),
		TEST(test_syn_ack),      TEST(test_idle),
		TEST(test_stop),         TEST(test_stop_behind_fin),
		TEST(test_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
