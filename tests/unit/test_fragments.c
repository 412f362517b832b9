/* SPDX-License-Identifier: MIT */
#include "packet_bytes.h"

#include "fragments.h"

#include <errno.h>
#include <netdumplings/checksum.h>

#define MEMORY (1 << 20)
#define SECOND INT64_C(1000000000)

enum {
	PAYLOAD_MAX = 65515,
	FRAME_MAX = 65535 + 200,
};

static struct fragments *f;
static struct fragments_whole whole;
static uint8_t message[PAYLOAD_MAX];
static int64_t now = SECOND;
static uint64_t seed = 1;

static uint32_t chance(uint32_t below)
{
	seed = seed * 6364136223846793005 + 1442695040888963407;
	return (uint32_t)(seed >> 33) % below;
}

static void put16(uint8_t *p, uint32_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

static int begin(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(message); i++)
		message[i] = (uint8_t)(i * 31 + (i >> 8));
	/* UDP from 53 to 9, its length and sum to be put in by a test */
	memcpy(message, "\0\x35\0\x09", 4);
	f = fragments_new(MEMORY);
	return f ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	fragments_free(f);
	return 0;
}

/* A frame: headers in hex, patched, then bytes of `data`. */
static int take(int linktype, const uint8_t *headers, uint32_t len,
		const uint8_t *data, uint32_t data_len)
{
	static uint8_t frame[FRAME_MAX];
	uint8_t *copy;
	int rc;

	memcpy(frame, headers, len);
	memcpy(frame + len, data, data_len);
	copy = decode(linktype, frame, len + data_len, len + data_len);
	d.pkt.time_ns = now;
	rc = fragments_take(f, &d.pkt, &whole);
	free(copy);
	return rc;
}

static int take4(uint32_t id, uint32_t from, uint32_t len, bool more,
		 const uint8_t *data)
{
	uint32_t size;
	uint8_t *headers = unhex(ETH4 IP4("0000", "0000", "11"), &size);
	int rc;

	put16(headers + 16, 20 + len);
	put16(headers + 18, id);
	put16(headers + 20, from / 8 | (more ? 0x2000 : 0));
	rc = take(ETHERNET, headers, size, data, len);
	free(headers);
	return rc;
}

static int take6(uint32_t id, uint32_t from, uint32_t len, bool more,
		 const uint8_t *data)
{
	uint32_t size;
	uint8_t *headers = unhex(ETH6 IP6("0000", "00") "2c00010400000000 "
							"11000000 00000000",
				 &size);
	int rc;

	put16(headers + 18, 16 + len);
	put16(headers + 64, from | more);
	put16(headers + 68, id);
	rc = take(ETHERNET, headers, size, data, len);
	free(headers);
	return rc;
}

/* The whole decodes as a packet that was never cut, with this payload. */
static void check_whole(const uint8_t *data, uint32_t len)
{
	decode_packet(&d, whole.linktype, now, whole.data, whole.len,
		      whole.len);
	check_bounds();
	assert_false(d.pkt.ip_fragment);
	assert_int_equal(d.pkt.port_src, 53);
	assert_int_equal(d.pkt.port_dst, 9);
	assert_true(len >= 8);
	assert_memory_equal(whole.data + whole.len - len, data, len);
	if (nd_has(&d.pkt, ND_IP))
		assert_int_equal(nd_checksum(&d.pkt, ND_IP), ND_CHECKSUM_GOOD);
	assert_false(nd_has(&d.pkt, ND_PADDING));
	assert_int_equal(d.pkt.payload_len, len - 8);
}

static void set_udp_len(uint32_t len)
{
	put16(message + 4, len);
}

static void test_in_order(void **state)
{
	(void)state;
	set_udp_len(3000);
	assert_int_equal(take4(1, 0, 1480, true, message), 0);
	assert_int_equal(take4(1, 1480, 1480, true, message + 1480), 0);
	assert_int_equal(take4(1, 2960, 40, false, message + 2960), 1);
	assert_int_equal(whole.count, 3);
	assert_int_equal(whole.wire_len, 3000 + 3 * 34);
	assert_int_equal(whole.linktype, ETHERNET);
	check_whole(message, 3000);
	assert_int_equal(take6(1, 0, 1440, true, message), 0);
	assert_int_equal(take6(1, 1440, 1560, false, message + 1440), 1);
	check_whole(message, 3000);
	assert_true(nd_has(&d.pkt, ND_IPV6_EXT));
	assert_false(nd_has(&d.pkt, ND_IPV6_FRAGMENT));
	assert_int_equal(fragments_stats(f)->reassembled, 2);
	assert_int_equal(fragments_stats(f)->seen, 5);
}

/* Packets cut anyhow, mixed, in any order, some pieces twice. */
static void test_any_order(void **state)
{
	enum {
		PACKETS = 3,
		PIECES = 40,
	};

	(void)state;
	for (uint32_t round = 0; round < 2000; round++) {
		struct {
			uint32_t packet, from, len;
		} piece[PACKETS * PIECES * 2], swap;
		uint32_t count = 0, done = 0;
		uint32_t len = 9 + chance(round % 10 ? 5000 : 60000);
		int (*one)(uint32_t, uint32_t, uint32_t, bool,
			   const uint8_t *) = round & 1 ? take6 : take4;

		set_udp_len(len);
		for (uint32_t i = 0; i < PACKETS; i++)
			for (uint32_t at = 0, n; at < len; at += n) {
				n = (1 + chance(len / 4 / 8 + 1)) * 8;
				/* the first is never all */
				n = at == 0 && n >= len ? 8 : n;
				n = n > len - at ? len - at : n;
				if (at > 0 && count % PIECES == PIECES - 1)
					n = len - at;
				piece[count].packet = i;
				piece[count].from = at;
				piece[count++].len = n;
			}
		for (uint32_t i = 0; i < count; i++) {
			uint32_t j = i + chance(count - i);

			swap = piece[i];
			piece[i] = piece[j];
			piece[j] = swap;
		}
		for (uint32_t i = 0; i < count; i++) {
			uint32_t from = piece[i].from,
				 end = from + piece[i].len;

			for (int again = chance(5) == 0; again >= 0; again--) {
				if (one(round * PACKETS + piece[i].packet, from,
					end - from, end < len,
					message + from)) {
					check_whole(message, len);
					done++;
					break;
				}
			}
		}
		assert_int_equal(done, PACKETS);
		now += 31 * SECOND;
	}
	assert_int_equal(fragments_stats(f)->overlaps, 0);
	assert_int_equal(fragments_stats(f)->invalid, 0);
	assert_int_equal(fragments_stats(f)->dropped, 0);
}

/* Against a plain array: bytes captured first stay. */
static void test_overlaps4(void **state)
{
	static uint8_t model[4096], other[4096];
	static bool here[4096];

	(void)state;
	for (uint32_t round = 0; round < 3000; round++) {
		uint32_t len = 16 + chance(200) * 8, missing = len;
		int rc = 0;

		memset(here, 0, sizeof(here));
		for (uint32_t i = 0; rc == 0 && i < 2000; i++) {
			uint32_t from = chance(len / 8) * 8;
			uint32_t n = (1 + chance(12)) * 8;
			bool ends;

			/* all at once would be no fragment */
			n = from == 0 && n >= len ? 8 : n;
			ends = from + n >= len;

			n = ends ? len - from : n;
			for (uint32_t j = 0; j < n; j++)
				other[j] = (uint8_t)chance(256);
			/* the same ports in whatever comes first */
			if (from == 0)
				memcpy(other, "\0\x35\0\x09\0\0\0\0", 8);
			for (uint32_t j = from; j < from + n; j++) {
				missing -= !here[j];
				model[j] = here[j] ? model[j] : other[j - from];
				here[j] = true;
			}
			rc = take4(round, from, n, !ends, other);
			if (missing > 0)
				assert_int_equal(rc, 0);
		}
		/* the last piece tells where it ends: it may come late */
		while (rc == 0)
			rc = take4(round, len - 8, 8, false, other);
		assert_int_equal(missing, 0);
		check_whole(model, len);
		now += 31 * SECOND;
	}
	assert_true(fragments_stats(f)->overlaps > 1000);
}

/* RFC 5722 section 4; a piece that is captured twice is no overlap. */
static void test_overlaps6(void **state)
{
	(void)state;
	set_udp_len(64);
	assert_int_equal(take6(1, 0, 32, true, message), 0);
	assert_int_equal(take6(1, 24, 16, true, message + 24), 0);
	assert_int_equal(take6(1, 32, 32, false, message + 32), 0);
	assert_int_equal(fragments_stats(f)->overlaps, 1);
	assert_int_equal(take6(1, 0, 32, true, message), 0);
	assert_int_equal(take6(1, 32, 32, false, message + 32), 0);
	/* after half a minute the number may be another packet's */
	now += 31 * SECOND;
	assert_int_equal(take6(1, 0, 32, true, message), 0);
	assert_int_equal(take6(1, 0, 32, true, message), 0);
	assert_int_equal(take6(1, 32, 32, false, message + 32), 1);
	assert_int_equal(whole.count, 2);
	check_whole(message, 64);
	/* the same place, other bytes */
	assert_int_equal(take6(2, 0, 32, true, message), 0);
	assert_int_equal(take6(2, 0, 32, true, message + 8), 0);
	assert_int_equal(take6(2, 32, 32, false, message + 32), 0);
	assert_int_equal(fragments_stats(f)->overlaps, 2);
}

static void test_expires(void **state)
{
	(void)state;
	set_udp_len(64);
	take4(1, 0, 32, true, message);
	now += 30 * SECOND;
	assert_int_equal(take4(1, 32, 32, false, message + 32), 1);
	take4(2, 0, 32, true, message);
	now += 30 * SECOND + 1;
	assert_int_equal(take4(2, 32, 32, false, message + 32), 0);
	assert_int_equal(fragments_stats(f)->expired, 1);
	/* time that runs backwards a little does no harm */
	now -= 30 * SECOND;
	assert_int_equal(take4(2, 0, 32, true, message), 1);
	/* a clock set back must not keep what came before for ever */
	take4(3, 0, 32, true, message);
	now -= 3600 * SECOND;
	assert_int_equal(take4(3, 32, 32, false, message + 32), 0);
	assert_int_equal(fragments_stats(f)->expired, 2);
}

static void test_invalid(void **state)
{
	const struct fragments_stats *s = fragments_stats(f);

	(void)state;
	take4(1, 0, 33, true, message);
	assert_int_equal(s->invalid, 1);
	take4(1, 65528, 8, false, message);
	assert_int_equal(s->invalid, 2);
	take6(1, 65528, 16, false, message);
	assert_int_equal(s->invalid, 3);
	/* two ends, and bytes behind the end */
	take4(2, 32, 32, false, message);
	take4(2, 32, 40, false, message);
	take4(2, 64, 8, true, message);
	take4(2, 8, 8, false, message);
	assert_int_equal(s->invalid, 6);
	take4(4, 64, 8, true, message);
	take4(4, 32, 8, false, message);
	assert_int_equal(s->invalid, 7);
	/* the first has no room for the others: 60 + 65512 */
	for (uint32_t i = 0; i < 2; i++) {
		uint32_t len;
		uint8_t *h = unhex(ETH4 "4f00 0044 0003 2000 40 11 0000 "
					"c000020a c6336407 0101010101010101 "
					"0101010101010101 0101010101010101 "
					"0101010101010101 0101010101010101",
				   &len);

		take(ETHERNET, h, len, message, 8);
		free(h);
		take4(3, 8, 65504, false, message);
	}
	assert_int_equal(s->invalid, 8);
	assert_int_equal(s->reassembled, 0);
}

/* As far as the capture's snap length, which is too short. */
static void test_cut(void **state)
{
	uint32_t len;
	uint8_t *frame =
		unhex(ETH4 IP4("0034", "2000", "11") TCP20 "aabbccdd", &len);

	(void)state;
	for (uint32_t caplen = 34; caplen < len; caplen++) {
		uint8_t *copy = decode(ETHERNET, frame, caplen, len);

		assert_int_equal(fragments_take(f, &d.pkt, &whole), 0);
		free(copy);
	}
	assert_int_equal(fragments_stats(f)->cut, len - 34);
	free(frame);
}

/* What is kept is bounded, and the packet begun first makes room. */
static void test_memory(void **state)
{
	uint64_t dropped;

	(void)state;
	assert_null(fragments_new(1000));
	assert_int_equal(errno, EINVAL);
	set_udp_len(60000);
	for (uint32_t id = 0; id < 100; id++)
		assert_int_equal(take4(id, 0, 59992, true, message), 0);
	dropped = fragments_stats(f)->dropped;
	assert_true(dropped > 80 && dropped < 95);
	assert_int_equal(take4(99, 59992, 8, false, message + 59992), 1);
	check_whole(message, 60000);
	set_udp_len(16);
	for (uint32_t id = 0; id < 10000; id++)
		assert_int_equal(take4(id, 0, 8, true, message), 0);
	assert_int_equal(take4(9999, 8, 8, false, message + 8), 1);
	check_whole(message, 16);
	assert_int_equal(take4(1, 8, 8, false, message + 8), 0);
	/* a packet in too many pieces */
	take4(20000, 0, 8, true, message);
	dropped = fragments_stats(f)->dropped;
	for (uint32_t i = 1; i < 65; i++)
		take4(20000, i * 16, 8, true, message);
	assert_int_equal(fragments_stats(f)->dropped, dropped + 1);
	fragments_free(NULL);
}

/* What tells packets apart. */
static void test_keys(void **state)
{
	uint32_t len;
	uint8_t *h =
		unhex(MACS "8100 0007 0800 " IP4("0034", "2000", "11"), &len);

	(void)state;
	set_udp_len(64);
	assert_int_equal(take(ETHERNET, h, len, message, 32), 0);
	put16(h + 24, 4); /* the second half, */
	h[15] = 8;        /* of another VLAN, */
	assert_int_equal(take(ETHERNET, h, len, message + 32, 32), 0);
	h[15] = 7;
	h[27] = 6; /* of another protocol, */
	assert_int_equal(take(ETHERNET, h, len, message + 32, 32), 0);
	h[27] = 17;
	h[37]++; /* for another address */
	assert_int_equal(take(ETHERNET, h, len, message + 32, 32), 0);
	h[37]--;
	assert_int_equal(take(ETHERNET, h, len, message + 32, 32), 1);
	check_whole(message, 64);
	assert_int_equal(d.pkt.vlan, 7);
	free(h);
}

/* A packet inside another, its layers told by hand. */
static int take_inside(uint32_t around, uint8_t *frame, uint32_t len,
		       uint32_t offset, bool more)
{
	const struct nd_layer_at layers[] = {
		{ND_ETHERNET, 0, 14}, {ND_IP, 14, 20}, {ND_UDP, 34, 8},
		{around, 42, 8},      {ND_IP, 50, 20}, {ND_RAW, 70, len - 70}};
	const struct nd_packet pkt = {.time_ns = now,
				      .data = frame,
				      .caplen = len,
				      .len = len,
				      .linktype = ETHERNET,
				      .layer = layers,
				      .layer_count = 6,
				      .vlan = -1,
				      .ip_fragment = true};

	put16(frame + 56, offset / 8 | (more ? 0x2000 : 0));
	return fragments_take(f, &pkt, &whole);
}

static void test_tunnel(void **state)
{
	uint32_t len;
	uint8_t *frame =
		unhex(ETH4 IP4("0058", "0000",
			       "11") "1000 2000 0044 "
				     "1234 0000000000000700 " IP4("0034",
								  "0000", "11"),
		      &len);

	(void)state;
	set_udp_len(64);
	frame = realloc(frame, len + 32);
	assert_non_null(frame);
	memcpy(frame + len, message, 32);
	assert_int_equal(take_inside(ND_VXLAN, frame, len + 32, 0, true), 0);
	memcpy(frame + len, message + 32, 32);
	assert_int_equal(take_inside(ND_VXLAN, frame, len + 32, 32, false), 1);
	assert_int_equal(whole.linktype, ETHERNET);
	assert_int_equal(whole.len, len + 64);
	decode_packet(&d, ETHERNET, now, whole.data, 42, 42);
	assert_int_equal(nd_checksum(&d.pkt, ND_IP), ND_CHECKSUM_GOOD);
	assert_int_equal(whole.data[17], 0x58 + 32);
	assert_int_equal(whole.data[39], 0x44 + 32);
	assert_int_equal(whole.data[40] | whole.data[41], 0);
	/* in what nobody can mend: from its own header on */
	assert_int_equal(take_inside(ND_NFLOG, frame, len + 32, 32, false), 0);
	memcpy(frame + len, message, 32);
	assert_int_equal(take_inside(ND_NFLOG, frame, len + 32, 0, true), 1);
	assert_int_equal(whole.linktype, RAW);
	assert_int_equal(whole.len, 20 + 64);
	check_whole(whole.data + 20, 64);
	/* longer than what is around it says */
	put16(frame + 16, 0x50);
	assert_int_equal(take_inside(ND_VXLAN, frame, len + 32, 0, true), 0);
	assert_int_equal(fragments_stats(f)->invalid, 1);
	free(frame);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_in_order),  TEST(test_any_order),
		TEST(test_overlaps4), TEST(test_overlaps6),
		TEST(test_expires),   TEST(test_invalid),
		TEST(test_cut),       TEST(test_memory),
		TEST(test_keys),      TEST(test_tunnel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
