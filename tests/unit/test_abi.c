/* SPDX-License-Identifier: MIT */
/*
 * The layout that chefs and eaters were compiled with, on x86-64 and its like.
 * Whoever has to change a line here has to change ND_CHEF_ABI, or the
 * library's major version.
 */
#include "unit.h"

#include <netdumplings/chef.h>
#include <netdumplings/eater.h>

#define AT(type, member, offset) \
	assert_int_equal(offsetof(struct type, member), offset)

static void test_chef(void **state)
{
	(void)state;
	assert_int_equal(ND_CHEF_ABI, 1);
	AT(nd_chef, abi, 0);
	AT(nd_chef, size, 4);
	AT(nd_chef, name, 8);
	AT(nd_chef, summary, 16);
	AT(nd_chef, options, 24);
	AT(nd_chef, state_size, 32);
	AT(nd_chef, layers, 40);
	AT(nd_chef, open, 48);
	AT(nd_chef, packet, 56);
	AT(nd_chef, interval, 64);
	AT(nd_chef, close, 72);
	AT(nd_chef, forgotten, 80);
	AT(nd_chef, flags, 88);
	AT(nd_chef, ports, 96);
	AT(nd_chef, stream_size, 104);
	AT(nd_chef, stream, 112);
	AT(nd_chef, finish, 120);
	AT(nd_chef, expect, 128);
	assert_int_equal(sizeof(struct nd_chef), 136);
	assert_int_equal(ND_CHEF_ON_REQUEST, 1);
}

static void test_packet(void **state)
{
	(void)state;
	AT(nd_packet, time_ns, 0);
	AT(nd_packet, data, 8);
	AT(nd_packet, caplen, 16);
	AT(nd_packet, len, 20);
	AT(nd_packet, linktype, 24);
	AT(nd_packet, layer_count, 28);
	AT(nd_packet, layer, 32);
	AT(nd_packet, layers, 40);
	AT(nd_packet, mac_src, 48);
	AT(nd_packet, mac_dst, 56);
	AT(nd_packet, vlan, 64);
	AT(nd_packet, arp, 72);
	AT(nd_packet, arp_len, 80);
	AT(nd_packet, ip_src, 88);
	AT(nd_packet, ip_dst, 96);
	AT(nd_packet, ip_len, 104);
	AT(nd_packet, ip_protocol, 105);
	AT(nd_packet, ip_ttl, 106);
	AT(nd_packet, ip_fragment, 107);
	AT(nd_packet, tcp_flags, 108);
	AT(nd_packet, port_src, 110);
	AT(nd_packet, port_dst, 112);
	AT(nd_packet, tcp_seq, 116);
	AT(nd_packet, tcp_ack, 120);
	AT(nd_packet, payload, 128);
	AT(nd_packet, payload_len, 136);
	AT(nd_packet, payload_wire_len, 140);
	AT(nd_packet, frame, 144);
	AT(nd_packet, frame_len, 152);
	AT(nd_packet, fragments, 156);
	AT(nd_packet, fragments_len, 160);
	AT(nd_packet, tunnel, 164);
	AT(nd_packet, tunnel_id, 168);
	AT(nd_packet, tunnel_depth, 172);
	AT(nd_packet, interface, 176);
	AT(nd_packet, frame_linktype, 184);
	assert_int_equal(sizeof(struct nd_packet), 192);
	AT(nd_layer_at, layer, 0);
	AT(nd_layer_at, offset, 4);
	AT(nd_layer_at, header_len, 8);
	assert_int_equal(sizeof(struct nd_layer_at), 12);
}

static void test_stream(void **state)
{
	(void)state;
	AT(nd_stream, event, 0);
	AT(nd_stream, end, 4);
	AT(nd_stream, to_server, 8);
	AT(nd_stream, midstream, 9);
	AT(nd_stream, ip_len, 10);
	AT(nd_stream, client_port, 12);
	AT(nd_stream, server_port, 14);
	AT(nd_stream, vlan, 16);
	AT(nd_stream, client_ip, 24);
	AT(nd_stream, server_ip, 32);
	AT(nd_stream, time_ns, 40);
	AT(nd_stream, start_ns, 48);
	AT(nd_stream, number, 56);
	AT(nd_stream, offset, 64);
	AT(nd_stream, data, 72);
	AT(nd_stream, len, 80);
	AT(nd_stream, state, 88);
	AT(nd_stream, keep, 96);
	AT(nd_stream, done, 104);
	assert_int_equal(sizeof(struct nd_stream), 112);
}

/* A chef brings the room that nd_dns() fills in. */
static void test_dns(void **state)
{
	(void)state;
	AT(nd_dns, id, 0);
	AT(nd_dns, response, 2);
	AT(nd_dns, opcode, 3);
	AT(nd_dns, rcode, 4);
	AT(nd_dns, authoritative, 5);
	AT(nd_dns, truncated, 6);
	AT(nd_dns, recursion_desired, 7);
	AT(nd_dns, recursion_available, 8);
	AT(nd_dns, questions, 10);
	AT(nd_dns, answers, 12);
	AT(nd_dns, authorities, 14);
	AT(nd_dns, additionals, 16);
	AT(nd_dns, qtype, 18);
	AT(nd_dns, qclass, 20);
	AT(nd_dns, name_len, 22);
	AT(nd_dns, name, 24);
	assert_int_equal(sizeof(struct nd_dns), 1048);
}

static void test_option(void **state)
{
	(void)state;
	AT(nd_option, name, 0);
	AT(nd_option, type, 8);
	AT(nd_option, offset, 16);
	AT(nd_option, def, 24);
	AT(nd_option, help, 32);
	AT(nd_option, metavar, 40);
	AT(nd_option, short_name, 48);
	AT(nd_option, min, 56);
	AT(nd_option, max, 64);
	assert_int_equal(sizeof(struct nd_option), 72);
	AT(nd_list, items, 0);
	AT(nd_list, count, 8);
	assert_int_equal(sizeof(struct nd_list), 16);
	assert_int_equal(ND_OPTION_BOOL, 0);
	assert_int_equal(ND_OPTION_UINT, 1);
	assert_int_equal(ND_OPTION_DOUBLE, 2);
	assert_int_equal(ND_OPTION_SIZE, 3);
	assert_int_equal(ND_OPTION_STR, 4);
	assert_int_equal(ND_OPTION_LIST, 5);
	assert_int_equal(ND_OPTION_FLAG, 6);
	assert_int_equal(ND_SERVE, 1);
}

static void test_value(void **state)
{
	(void)state;
	AT(nd_value, type, 0);
	AT(nd_value, ext_type, 4);
	AT(nd_value, len, 8);
	AT(nd_value, as, 16);
	AT(nd_value, end, 24);
	assert_int_equal(sizeof(struct nd_value), 32);
	assert_int_equal(sizeof(enum nd_type), 4);
	assert_int_equal(ND_NIL, 0);
	assert_int_equal(ND_STR, 5);
	assert_int_equal(ND_TIME, 7);
	assert_int_equal(ND_ARRAY, 9);
	assert_int_equal(ND_MAP, 10);
	assert_int_equal(ND_DRIVER_PACKET, 0);
	assert_int_equal(ND_DRIVER_INTERVAL, 1);
	assert_int_equal(ND_DEPTH_MAX, 32);
}

static void test_eater(void **state)
{
	(void)state;
	AT(nd_eater_config, hub, 0);
	AT(nd_eater_config, name, 8);
	AT(nd_eater_config, queue, 16);
	AT(nd_eater_config, max_message, 24);
	assert_int_equal(sizeof(struct nd_eater_config), 32);
	AT(nd_eater_stats, dumplings, 0);
	AT(nd_eater_stats, missing, 8);
	AT(nd_eater_stats, invalid, 16);
	AT(nd_eater_stats, connects, 24);
	AT(nd_eater_stats, connected, 32);
	assert_int_equal(sizeof(struct nd_eater_stats), 40);
}

/* Chefs name layers by number, in nd_chef.layers and in what they look at. */
static void test_layers(void **state)
{
	static const enum nd_layer bits[] = {
		ND_ETHERNET, ND_DOT3,          ND_LLC,   ND_SNAP,
		ND_VLAN,     ND_VLAN_AD,       ND_SLL,   ND_SLL2,
		ND_LOOPBACK, ND_ARP,           ND_IP,    ND_IPV6,
		ND_IPV6_EXT, ND_IPV6_FRAGMENT, ND_TCP,   ND_UDP,
		ND_ICMP,     ND_ICMPV6,        ND_DNS,   ND_LLMNR,
		ND_RAW,      ND_PADDING,       ND_MPLS,  ND_PPPOE,
		ND_PPP,      ND_GRE,           ND_VXLAN, ND_GENEVE,
		ND_ERSPAN,   ND_GTP_U,         ND_L2TP,  ND_TEREDO,
		ND_DOT11,    ND_RADIOTAP,      ND_NFLOG, ND_PKTAP,
		ND_SCTP,     ND_IGMP,          ND_ESP,   ND_AH,
	};
	struct nd_packet pkt = {0};

	(void)state;
	for (size_t i = 0; i < LENGTH(bits); i++) {
		assert_int_equal(bits[i], i);
		assert_false(nd_has(&pkt, bits[i]));
		pkt.layers = UINT64_C(1) << i;
		assert_true(nd_has(&pkt, bits[i]));
		pkt.layers = 0;
	}
	assert_int_equal(ND_LAYER_BITS, 64);
	assert_int_equal(ND_IPV6_HOP_BY_HOP, 64);
	assert_int_equal(ND_ICMPV6_ECHO_REQUEST, 76);
	assert_int_equal(ND_ND_OPT_UNKNOWN, 94);
	assert_int_equal(ND_LLMNR_RESPONSE, 95);
	assert_int_equal(ND_ND_OPT_FLAGS, 119);
	assert_int_equal(ND_LAYERS_MAX, 256);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chef),   cmocka_unit_test(test_packet),
		cmocka_unit_test(test_dns),    cmocka_unit_test(test_option),
		cmocka_unit_test(test_value),  cmocka_unit_test(test_eater),
		cmocka_unit_test(test_layers), cmocka_unit_test(test_stream),
	};

	/* Elsewhere pointers and alignments may differ, and then this does. */
	if (sizeof(void *) != 8 || sizeof(long) != 8)
		return 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
