/* SPDX-License-Identifier: MIT */
#include "packet_bytes.h"

#include <netdumplings/checksum.h>

#define RIGHT4 "c000020a c6336407 "
#define RIGHT6 ADDR6 "20010db8000000000000000000000001 "

/* Their sums were worked out by another program. */
static const struct {
	const char *frame;
	enum nd_layer layer;
	uint32_t from; /* the transport's first byte */
} cases[] = {
	{ETH4 "4500002b 00010000 40068e87 " RIGHT4
	      "0001000200000000000000005002 2000d032 0000 6f6464",
	 ND_TCP, 34},
	{ETH6 "6000000000170640 " RIGHT6
	      "000100020000000000000000500220 0060f50000 6f6464",
	 ND_TCP, 54},
	{ETH4 "4500001f 00010000 40118e88 " RIGHT4 "00010002000b4f2d 616263",
	 ND_UDP, 34},
	{ETH6 "6000000000133c40 " RIGHT6
	      "1100010400000000 00010002000bdfef 616263",
	 ND_UDP, 62},
	{ETH4 "45000021 00010000 40018e96 " RIGHT4
	      "0800f82e00000000 70696e6721",
	 ND_ICMP, 34},
	{ETH6 "6000000000093a40 " RIGHT6 "8000ac3800000000 78", ND_ICMPV6, 54},
};

static void test_transports(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint8_t *copy = decode_hex(ETHERNET, cases[i].frame);

		assert_int_equal(nd_checksum(&d.pkt, cases[i].layer),
				 ND_CHECKSUM_GOOD);
		assert_int_equal(nd_checksum(&d.pkt, ND_SCTP),
				 ND_CHECKSUM_UNKNOWN);
		for (uint32_t at = cases[i].from; at < d.pkt.caplen; at++)
			for (int bit = 0; bit < 8; bit++) {
				copy[at] ^= (uint8_t)(1 << bit);
				assert_int_not_equal(
					nd_checksum(&d.pkt, cases[i].layer),
					ND_CHECKSUM_GOOD);
				copy[at] ^= (uint8_t)(1 << bit);
			}
		free(copy);
	}
}

/* Whatever is cut off, nothing is said of the sum, nor read past the end. */
static void test_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint32_t len;
		uint8_t *frame = unhex(cases[i].frame, &len);

		for (uint32_t caplen = 0; caplen < len; caplen++) {
			uint8_t *copy = decode(ETHERNET, frame, caplen, len);

			assert_int_equal(nd_checksum(&d.pkt, cases[i].layer),
					 ND_CHECKSUM_UNKNOWN);
			free(copy);
		}
		free(frame);
	}
}

static void test_ip(void **state)
{
	uint8_t *copy;

	(void)state;
	copy = decode_hex(ETHERNET, cases[0].frame);
	assert_int_equal(nd_checksum(&d.pkt, ND_IP), ND_CHECKSUM_GOOD);
	copy[14 + 8]--; /* the time to live */
	assert_int_equal(nd_checksum(&d.pkt, ND_IP), ND_CHECKSUM_BAD);
	free(copy);
	copy = decode_hex(ETHERNET, cases[1].frame);
	assert_int_equal(nd_checksum(&d.pkt, ND_IP), ND_CHECKSUM_UNKNOWN);
	free(copy);
}

static void test_udp_none(void **state)
{
	uint8_t *copy;

	(void)state;
	copy = decode_hex(ETHERNET, cases[2].frame);
	memset(copy + 34 + 6, 0, 2);
	assert_int_equal(nd_checksum(&d.pkt, ND_UDP), ND_CHECKSUM_NONE);
	free(copy);
	copy = decode_hex(ETHERNET, cases[3].frame);
	memset(copy + 62 + 6, 0, 2);
	assert_int_equal(nd_checksum(&d.pkt, ND_UDP), ND_CHECKSUM_BAD);
	free(copy);
}

static void test_fragment(void **state)
{
	uint8_t *copy =
		decode_hex(ETHERNET, ETH4 "4500001f 00012000 40116e88 " RIGHT4
					  "00010002000b4f2d 616263");

	(void)state;
	assert_int_equal(nd_checksum(&d.pkt, ND_UDP), ND_CHECKSUM_UNKNOWN);
	assert_int_equal(nd_checksum(&d.pkt, ND_IP), ND_CHECKSUM_GOOD);
	free(copy);
}

/* The destination that was summed is the routing header's last. */
static void test_routed(void **state)
{
	uint8_t *copy = decode_hex(ETHERNET, ETH6 "6000000000233c40 " RIGHT6
						  "11020001 00000000 " ADDR6
						  "00010002000bdfef "
						  "616263");

	(void)state;
	copy[14 + 6] = 43;
	decode_packet(&d, ETHERNET, 5, copy, d.pkt.caplen, d.pkt.len);
	assert_int_equal(nd_checksum(&d.pkt, ND_UDP), ND_CHECKSUM_UNKNOWN);
	copy[14 + 40 + 3] = 0; /* no segments left */
	assert_int_equal(nd_checksum(&d.pkt, ND_UDP), ND_CHECKSUM_GOOD);
	free(copy);
}

static void test_sctp(void **state)
{
	const struct nd_layer_at layers[] = {{ND_IP, 0, 20}, {ND_SCTP, 20, 12}};
	uint32_t len;
	uint8_t *bytes = unhex("45000024 00010000 40848e10 " RIGHT4
			       "00010002 00000000 cdb1e2f8 04000004",
			       &len);
	struct nd_packet pkt = {.data = bytes,
				.caplen = len,
				.layer = layers,
				.layer_count = 2};

	(void)state;
	assert_int_equal(nd_checksum(&pkt, ND_SCTP), ND_CHECKSUM_GOOD);
	bytes[len - 1] ^= 1;
	assert_int_equal(nd_checksum(&pkt, ND_SCTP), ND_CHECKSUM_BAD);
	pkt.caplen--;
	assert_int_equal(nd_checksum(&pkt, ND_SCTP), ND_CHECKSUM_UNKNOWN);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_transports),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_ip),
		cmocka_unit_test(test_udp_none),
		cmocka_unit_test(test_fragment),
		cmocka_unit_test(test_routed),
		cmocka_unit_test(test_sctp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
