/* SPDX-License-Identifier: MIT */
#include "packet_bytes.h"

/* The length tells the versions of a query, RFC 3810 section 8.1. */
static void test_mld_versions(void **state)
{
	static const char query[] =
		"8200 0000 00000000 " ICMP6_DST "027d 0001 " ADDR6;
	char text[256];
	uint8_t *frame;

	(void)state;
	strcpy(text, IP6("002c", "3a"));
	strcat(text, query);
	frame = decode_hex(RAW, text);
	assert_int_equal(d.pkt.layer_count, 2);
	assert_int_equal(d.layer[1].layer, ND_MLD2_QUERY);
	assert_int_equal(d.layer[1].header_len, 28 + 16);
	free(frame);
	frame = decode_hex(RAW,
			   IP6("001b", "3a") "8200 0000 00000000 " ICMP6_DST
					     "027d00");
	assert_int_equal(d.layer[1].layer, ND_MLD_QUERY);
	assert_int_equal(d.layer[2].layer, ND_RAW);
	free(frame);
}

static void test_nothing_known(void **state)
{
	uint8_t *frame = decode_hex(147, "0102");

	(void)state;
	assert_int_equal(d.pkt.time_ns, 5);
	assert_int_equal(d.pkt.caplen, 2);
	assert_int_equal(d.pkt.linktype, 147);
	assert_ptr_equal(d.pkt.layer, d.layer);
	assert_int_equal(d.pkt.layers, UINT64_C(1) << ND_RAW);
	assert_null(d.pkt.mac_src);
	assert_null(d.pkt.mac_dst);
	assert_int_equal(d.pkt.vlan, -1);
	assert_null(d.pkt.arp);
	assert_int_equal(d.pkt.arp_len, 0);
	assert_null(d.pkt.ip_src);
	assert_null(d.pkt.ip_dst);
	assert_int_equal(d.pkt.ip_len, 0);
	assert_int_equal(d.pkt.ip_protocol, 0);
	assert_int_equal(d.pkt.ip_ttl, 0);
	assert_false(d.pkt.ip_fragment);
	assert_int_equal(d.pkt.tcp_flags, 0);
	assert_int_equal(d.pkt.port_src, 0);
	assert_int_equal(d.pkt.port_dst, 0);
	assert_int_equal(d.pkt.tcp_seq, 0);
	assert_int_equal(d.pkt.tcp_ack, 0);
	assert_null(d.pkt.payload);
	assert_int_equal(d.pkt.payload_len, 0);
	free(frame);
}

static void test_tcp_fields(void **state)
{
	uint8_t *frame = decode_hex(ETHERNET, MACS
				    "8100 6014 0800 " IP4("002a", "4000", "06")
					    TCP20 "aabb 00");
	const struct nd_packet *pkt = &d.pkt;

	(void)state;
	assert_ptr_equal(pkt->mac_dst, frame);
	assert_ptr_equal(pkt->mac_src, frame + 6);
	assert_int_equal(pkt->vlan, 0x14);
	assert_ptr_equal(pkt->ip_src, frame + 30);
	assert_ptr_equal(pkt->ip_dst, frame + 34);
	assert_int_equal(pkt->ip_len, 4);
	assert_int_equal(pkt->ip_protocol, 6);
	assert_int_equal(pkt->ip_ttl, 64);
	assert_false(pkt->ip_fragment);
	assert_int_equal(pkt->port_src, 33000);
	assert_int_equal(pkt->port_dst, 80);
	assert_int_equal(pkt->tcp_seq, 100);
	assert_int_equal(pkt->tcp_ack, 101);
	assert_int_equal(pkt->tcp_flags, 0x18);
	assert_ptr_equal(pkt->payload, frame + 58);
	assert_int_equal(pkt->payload_len, 2);
	assert_int_equal(pkt->layers, 1ULL << ND_ETHERNET | 1ULL << ND_VLAN |
					      1ULL << ND_IP | 1ULL << ND_TCP |
					      1ULL << ND_RAW |
					      1ULL << ND_PADDING);
	assert_int_equal(d.layer[3].offset, 38);
	assert_int_equal(d.layer[3].header_len, 20);
	free(frame);
}

static void test_arp_fields(void **state)
{
	uint8_t *frame = decode_hex(SLL2, "0806 0000 00000002 0001 00 06 "
					  "02005e100010 0000 " ARP4 "00");

	(void)state;
	assert_ptr_equal(d.pkt.mac_src, frame + 12);
	assert_null(d.pkt.mac_dst);
	assert_ptr_equal(d.pkt.arp, frame + 20);
	assert_int_equal(d.pkt.arp_len, 28);
	assert_true(nd_has(&d.pkt, ND_ARP));
	free(frame);
}

static void test_ipv6_fields(void **state)
{
	uint8_t *frame = decode_hex(
		RAW, IP6("0018", "00") "2c00 0104 00000000 1100 0001 00000001 "
				       "0001 0002 0012 0000");

	(void)state;
	assert_int_equal(d.pkt.ip_len, 16);
	assert_ptr_equal(d.pkt.ip_src, frame + 8);
	assert_ptr_equal(d.pkt.ip_dst, frame + 24);
	assert_int_equal(d.pkt.ip_protocol, 17);
	assert_int_equal(d.pkt.ip_ttl, 255);
	assert_true(d.pkt.ip_fragment);
	assert_true(nd_has(&d.pkt, ND_IPV6_EXT));
	assert_true(nd_has(&d.pkt, ND_IPV6_FRAGMENT));
	assert_int_equal(d.pkt.port_dst, 2);
	assert_null(d.pkt.payload);
	free(frame);
}

static void test_lone_fragment(void **state)
{
	uint8_t *frame =
		decode_hex(RAW, IP6("0010", "2c") "1100 0006 00000001 "
						  "0001 0002 0008 0000");

	(void)state;
	assert_false(d.pkt.ip_fragment);
	assert_true(nd_has(&d.pkt, ND_UDP));
	free(frame);
}

/* What an ICMP error quotes is not what was sent. */
static void test_quote(void **state)
{
	uint8_t *frame =
		decode_hex(RAW,
			   IP4("0055", "0000",
			       "01") "0303 0000 00000000 "
				     "4500 0039 0001 2000 07 11 0000 01010101 "
				     "02020202 " QUERY_UDP("9c41 0035"));
	struct nd_dns dns;

	(void)state;
	assert_ptr_equal(d.pkt.ip_src, frame + 12);
	assert_int_equal(d.pkt.ip_protocol, 1);
	assert_int_equal(d.pkt.ip_ttl, 64);
	assert_false(d.pkt.ip_fragment);
	assert_int_equal(d.pkt.port_src, 0);
	assert_int_equal(d.pkt.port_dst, 0);
	assert_ptr_equal(d.pkt.payload, frame + 28);
	assert_int_equal(d.pkt.payload_len, 57);
	assert_int_equal(d.pkt.layers, 1ULL << ND_IP | 1ULL << ND_ICMP);
	assert_false(nd_dns(&d.pkt, &dns));
	free(frame);
}

static void test_icmpv6_bit(void **state)
{
	uint8_t *frame =
		decode_hex(RAW, IP6("0008", "3a") "c800 0000 00000000");

	(void)state;
	assert_true(nd_has(&d.pkt, ND_ICMPV6));
	free(frame);
	frame = decode_hex(RAW, IP6("0003", "3a") "c800 00");
	assert_false(nd_has(&d.pkt, ND_ICMPV6));
	free(frame);
}

/* However deep a frame is nested, the layers have their bound. */
static void test_too_deep(void **state)
{
	uint8_t frame[14 + 4 * 600] = {0}, *copy;
	uint32_t i;

	(void)state;
	for (i = 12; i + 2 < sizeof(frame); i += 4)
		frame[i] = 0x81;
	copy = decode(ETHERNET, frame, sizeof(frame), sizeof(frame));
	assert_true(d.pkt.layer_count <= ND_LAYERS_MAX);
	assert_true(d.pkt.layer_count > ND_LAYERS_MAX - 10);
	assert_int_equal(d.layer[d.pkt.layer_count - 1].layer, ND_RAW);
	check_bounds();
	free(copy);
}

/* Lengths inside lengths: no more padding layers than there is room for. */
static void test_many_paddings(void **state)
{
	uint8_t frame[14 + 12 * 8] = {0}, *copy;
	uint32_t i, last, len = sizeof(frame) - 14;

	(void)state;
	frame[13] = (uint8_t)--len;
	for (i = 14; i + 24 <= sizeof(frame); i += 12) {
		len -= 12 + 1;
		memcpy(frame + i, "\xaa\xaa\x03\0\0\0\x81\0\0\1", 10);
		frame[i + 11] = (uint8_t)len;
	}
	copy = decode(ETHERNET, frame, sizeof(frame), sizeof(frame));
	last = d.pkt.layer_count - 1;
	assert_int_equal(d.layer[last].layer, ND_PADDING);
	assert_int_equal(d.layer[last].offset + d.layer[last].header_len,
			 sizeof(frame));
	check_bounds();
	free(copy);
}

/*
 * Lengths in lengths, tags, and a step that adds two layers where there is
 * hardly room left: however many tags, what is behind has its layers too.
 */
static void test_no_room(void **state)
{
	static const char gre[] = "4500 0020 0001 0000 40 2f 0000 c000020a "
				  "c6336407 0000 88be 0000000000000000";
	uint8_t frame[512] = {0}, *inside, *copy;
	uint32_t tags, len, inside_len, i, at;

	(void)state;
	inside = unhex(gre, &inside_len);
	for (tags = 0; tags < 48; tags++) {
		len = 14 + 8 + 2 * 12 + 4 * tags + inside_len + 4;
		frame[12] = (uint8_t)((len - 14 - 1) >> 8);
		frame[13] = (uint8_t)(len - 14 - 1);
		for (i = 0, at = 14; i < 2; i++, at += 12) {
			memcpy(frame + at, "\xaa\xaa\x03\0\0\0\x81\0\0\1", 10);
			frame[at + 10] =
				(uint8_t)((len - at - 12 - 2 - i) >> 8);
			frame[at + 11] = (uint8_t)(len - at - 12 - 2 - i);
		}
		memcpy(frame + at, "\xaa\xaa\x03\0\0\0\x81\0", 8);
		for (i = 0, at += 8; i < tags; i++, at += 4)
			memcpy(frame + at, "\0\1\x81\0", 4);
		memcpy(frame + at - 2, "\x08\0", 2);
		memcpy(frame + at, inside, inside_len);
		copy = decode(ETHERNET, frame, len, len);
		check_bounds();
		assert_int_equal(d.layer[d.pkt.layer_count - 1].layer,
				 ND_PADDING);
		free(copy);
	}
	free(inside);
}

static void test_knows(void **state)
{
	(void)state;
	assert_true(decode_knows(ETHERNET));
	assert_true(decode_knows(SLL2));
	assert_true(decode_knows(BSD_NULL));
	assert_true(decode_knows(127));
	assert_true(decode_knows(239));
	assert_false(decode_knows(147));
	assert_false(decode_knows(-1));
}

static void test_names(void **state)
{
	unsigned i, j;

	(void)state;
	for (i = 0; i < ND_LAYER_COUNT; i++)
		for (j = 0; j < i; j++)
			if (strcmp(nd_layer_name(i), "unknown") != 0)
				assert_string_not_equal(nd_layer_name(i),
							nd_layer_name(j));
	assert_string_equal(nd_layer_name(ND_RAW), "Raw");
	assert_string_equal(nd_layer_name(ND_ND_OPT_FLAGS),
			    "ICMPv6 Neighbor Discovery Option - "
			    "Expanded Flags Option");
	assert_string_equal(nd_layer_name(ND_LAYER_BITS - 1), "unknown");
	assert_string_equal(nd_layer_name(ND_LAYER_COUNT), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mld_versions),
		cmocka_unit_test(test_nothing_known),
		cmocka_unit_test(test_tcp_fields),
		cmocka_unit_test(test_arp_fields),
		cmocka_unit_test(test_ipv6_fields),
		cmocka_unit_test(test_lone_fragment),
		cmocka_unit_test(test_quote),
		cmocka_unit_test(test_icmpv6_bit),
		cmocka_unit_test(test_too_deep),
		cmocka_unit_test(test_many_paddings),
		cmocka_unit_test(test_no_room),
		cmocka_unit_test(test_knows),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
