/* SPDX-License-Identifier: MIT */
#include "layer_cases.h"

/* Outer packets tell no length, as those that a card has yet to cut. */
#define OVER4(proto) IP4("0000", "0000", proto)
#define OVER6(next) IP6("0000", next)
#define TO(port) OVER4("11") "c000 " port " 0000 0000 "
#define FROM(port) OVER4("11") port " c000 0000 0000 "
#define IN4                                                                \
	"4500 001c 0009 0000 07 11 0000 0a000001 0a000002 0001 0002 0008 " \
	"0000 "
#define IN6                                                     \
	"60000000 0008 11 09 fd000000000000000000000000000001 " \
	"fd000000000000000000000000000002 0001 0002 0008 0000 "
#define IN_MACS "0a0000000002 0a0000000001 "
#define IN_ETH IN_MACS "0800 " IN4
#define GRE(head) OVER4("2f") head
#define MPLS(labels) MACS "8847 " labels
#define IN_UDP "|IP|UDP"
#define IN_FRAME "|Ethernet|IP|UDP"

/* What is inside is always the same: from port 1 to port 2. */
static const struct tunnel_case {
	struct layer_case frame;
	enum nd_layer tunnel;
	uint32_t id;
	uint32_t depth;
} tunnels[] = {
	/* IP in IP */
	{{RAW, OVER4("04") IN4, "IP" IN_UDP}, ND_IP, 0, 1},
	{{RAW, OVER4("29") IN6, "IP|IPv6|UDP"}, ND_IP, 0, 1},
	{{RAW, OVER6("04") IN4, "IPv6" IN_UDP}, ND_IPV6, 0, 1},
	{{RAW, OVER6("29") OVER4("04") IN4, "IPv6|Raw"}, 0, 0, 0},
	{{RAW, OVER6("29") OVER6("04") IN4, "IPv6|IPv6" IN_UDP}, ND_IPV6, 0, 2},
	{{RAW, OVER6("8f") IN_ETH, "IPv6" IN_FRAME}, ND_IPV6, 0, 1},
	{{RAW, OVER4("61") "3000 " IN_ETH, "IP" IN_FRAME}, ND_IP, 0, 1},
	{{RAW, OVER4("61") "2000 " IN_ETH, "IP|Raw"}, 0, 0, 0},
	{{RAW,
	  OVER4("33") "0404 0000 00000001 00000001 "
		      "000000000000000000000000 " IN4,
	  "IP|AH over IPv4" IN_UDP},
	 ND_IP,
	 0,
	 1},
	/* GRE: each optional field, and all of them */
	{{RAW, GRE("0000 0800 ") IN4, "IP|GRE" IN_UDP}, ND_GRE, 0, 1},
	{{RAW, GRE("0000 86dd ") IN6, "IP|GRE|IPv6|UDP"}, ND_GRE, 0, 1},
	{{RAW, GRE("8000 0800 abcd0000 ") IN4, "IP|GRE" IN_UDP}, ND_GRE, 0, 1},
	{{RAW, GRE("2000 0800 00000309 ") IN4, "IP|GRE" IN_UDP},
	 ND_GRE,
	 777,
	 1},
	{{RAW, GRE("1000 0800 00000001 ") IN4, "IP|GRE" IN_UDP}, ND_GRE, 0, 1},
	{{RAW, GRE("b000 0800 abcd0000 00000309 00000001 ") IN4,
	  "IP|GRE" IN_UDP},
	 ND_GRE,
	 777,
	 1},
	{{RAW,
	  GRE("4000 0800 00000000 0800 0004 c0000201 0800 0004 c0000202 "
	      "00000000 ") IN4,
	  "IP|GRE" IN_UDP},
	 ND_GRE,
	 0,
	 1},
	{{RAW, GRE("4000 0800 00000000 0800 00ff c0000201 "), "IP|Raw"},
	 0,
	 0,
	 0},
	{{RAW, GRE("3081 880b 0020 0309 00000001 00000002 ff03 0021 ") IN4,
	  "IP|GRE|PPP Link Layer" IN_UDP},
	 ND_GRE,
	 777,
	 1},
	{{RAW, GRE("2001 880b 0000 0309 "), "IP|GRE"}, 0, 0, 0},
	{{RAW, GRE("0002 0800 ") IN4, "IP|Raw"}, 0, 0, 0},
	{{RAW, GRE("0000 6558 ") IN_ETH, "IP|GRE" IN_FRAME}, ND_GRE, 0, 1},
	/* NVGRE, RFC 7637 section 3.2 */
	{{RAW, GRE("2000 6558 00030901 ") IN_ETH, "IP|GRE" IN_FRAME},
	 ND_GRE,
	 0x30901,
	 1},
	{{RAW, GRE("0000 883e ") IN4, "IP|GRE" IN_UDP}, ND_GRE, 0, 1},
	{{RAW, GRE("0000 883e 00000000 ") IN4, "IP|GRE" IN_UDP}, ND_GRE, 0, 1},
	{{RAW, GRE("0000 8847 00309140 ") IN4, "IP|GRE|MPLS" IN_UDP},
	 ND_MPLS,
	 777,
	 1},
	{{RAW, GRE("0000 1234 ") IN4, "IP|GRE|Raw"}, 0, 0, 0},
	{{RAW, GRE("0000 88be ") IN_ETH, "IP|GRE|ERSPAN" IN_FRAME},
	 ND_ERSPAN,
	 0,
	 1},
	{{RAW, GRE("1000 88be 00000001 1001 0309 00000000 ") IN_ETH,
	  "IP|GRE|ERSPAN" IN_FRAME},
	 ND_ERSPAN,
	 777,
	 1},
	{{RAW, GRE("1000 88be 00000001 3001 0309 00000000 ") IN_ETH,
	  "IP|GRE|Raw"},
	 0,
	 0,
	 0},
	{{RAW, GRE("1000 22eb 00000001 2001 0309 00000000 0000 0000 ") IN_ETH,
	  "IP|GRE|ERSPAN" IN_FRAME},
	 ND_ERSPAN,
	 777,
	 1},
	{{RAW,
	  GRE("1000 22eb 00000001 2001 0309 00000000 0000 0001 "
	      "0000000000000000 ") IN_ETH,
	  "IP|GRE|ERSPAN" IN_FRAME},
	 ND_ERSPAN,
	 777,
	 1},
	{{RAW, GRE("1000 22eb 00000001 2001 0309 00000000 0000 0800 ") IN4,
	  "IP|GRE|ERSPAN" IN_UDP},
	 ND_ERSPAN,
	 777,
	 1},
	/* over UDP */
	{{RAW, TO("12b5") "08000000 00030900 " IN_ETH, "IP|UDP|VXLAN" IN_FRAME},
	 ND_VXLAN,
	 777,
	 1},
	{{RAW, TO("2118") "08000000 00030900 " IN_ETH, "IP|UDP|VXLAN" IN_FRAME},
	 ND_VXLAN,
	 777,
	 1},
	{{RAW, TO("12b5") "00000000 00030900 " IN_ETH, "IP|UDP|Raw"}, 0, 0, 0},
	{{RAW, FROM("12b5") "08000000 00030900 " IN_ETH, "IP|UDP|Raw"},
	 0,
	 0,
	 0},
	{{RAW, TO("12b6") "0c000001 00030900 " IN4, "IP|UDP|VXLAN" IN_UDP},
	 ND_VXLAN,
	 777,
	 1},
	{{RAW, TO("12b6") "0c000002 00030900 " IN6, "IP|UDP|VXLAN|IPv6|UDP"},
	 ND_VXLAN,
	 777,
	 1},
	{{RAW, TO("12b6") "0c000003 00030900 " IN_ETH, "IP|UDP|VXLAN" IN_FRAME},
	 ND_VXLAN,
	 777,
	 1},
	{{RAW, TO("12b6") "0c000004 00030900 " IN_ETH, "IP|UDP|VXLAN|Raw"},
	 0,
	 0,
	 0},
	{{RAW, TO("17c1") "0000 6558 00030900 " IN_ETH,
	  "IP|UDP|GENEVE" IN_FRAME},
	 ND_GENEVE,
	 777,
	 1},
	{{RAW, TO("17c1") "0240 0800 00030900 0102 8001 00000001 " IN4,
	  "IP|UDP|GENEVE" IN_UDP},
	 ND_GENEVE,
	 777,
	 1},
	{{RAW, TO("17c1") "4000 0800 00030900 " IN4, "IP|UDP|Raw"}, 0, 0, 0},
	{{RAW, TO("19eb") "00309140 " IN4, "IP|UDP|MPLS" IN_UDP},
	 ND_MPLS,
	 777,
	 1},
	{{RAW, TO("0868") "30ff 001c 00000309 " IN4,
	  "IP|UDP|GTP-U Header" IN_UDP},
	 ND_GTP_U,
	 777,
	 1},
	{{RAW, FROM("0868") "30ff 001c 00000309 " IN4,
	  "IP|UDP|GTP-U Header" IN_UDP},
	 ND_GTP_U,
	 777,
	 1},
	{{RAW, TO("0868") "32ff 0020 00000309 0001 00 00 " IN4,
	  "IP|UDP|GTP-U Header" IN_UDP},
	 ND_GTP_U,
	 777,
	 1},
	{{RAW,
	  TO("0868") "34ff 002c 00000309 0000 00 85 01 1009 c0 "
		     "02 00000000 0000 00 " IN4,
	  "IP|UDP|GTP-U Header" IN_UDP},
	 ND_GTP_U,
	 777,
	 1},
	{{RAW, TO("0868") "34ff 0024 00000309 0000 00 85 00 1009 00 " IN4,
	  "IP|UDP|Raw"},
	 0,
	 0,
	 0},
	{{RAW, TO("0868") "3201 0004 00000000 0001 0000",
	  "IP|UDP|GTP-U Header"},
	 0,
	 0,
	 0},
	{{RAW, TO("0868") "20ff 001c 00000309 " IN4, "IP|UDP|Raw"}, 0, 0, 0},
	{{RAW,
	  TO("0868") "30ff 0014 00000309 50000000 00000000 00000000 "
		     "00000000 00000000 ",
	  "IP|UDP|GTP-U Header|Raw"},
	 0,
	 0,
	 0},
	{{RAW, TO("06a5") "0002 0007 0309 ff03 0021 " IN4,
	  "IP|UDP|L2TP|PPP Link Layer" IN_UDP},
	 ND_L2TP,
	 777,
	 1},
	{{RAW, FROM("06a5") "4a02 0030 0007 0309 0001 0002 0002 0000 0021 " IN4,
	  "IP|UDP|L2TP|PPP Link Layer" IN_UDP},
	 ND_L2TP,
	 777,
	 1},
	{{RAW, TO("06a5") "c802 000c 0007 0000 0001 0002", "IP|UDP|L2TP"},
	 0,
	 0,
	 0},
	{{RAW, TO("06a5") "0003 0000 00000309 " IN4, "IP|UDP|L2TP|Raw"},
	 0,
	 0,
	 0},
	{{RAW, TO("06a5") "0001 0007 0309 0021 " IN4, "IP|UDP|Raw"}, 0, 0, 0},
	{{RAW, OVER4("73") "00000309 " IN4, "IP|L2TP|Raw"}, 0, 0, 0},
	{{RAW, OVER4("73") "00000000 c803 000c 00000000 0000 0000", "IP|L2TP"},
	 0,
	 0,
	 0},
	{{RAW, TO("0dd8") IN6, "IP|UDP|Teredo|IPv6|UDP"}, ND_TEREDO, 0, 1},
	{{RAW,
	  FROM("0dd8") "0001 00 00 0102030405060708 00 0000 3ffe c0ffee01 " IN6,
	  "IP|UDP|Teredo|IPv6|UDP"},
	 ND_TEREDO,
	 0,
	 1},
	{{RAW, TO("0dd8") "0000 3ffe c0ffee01 " IN6, "IP|UDP|Teredo|IPv6|UDP"},
	 ND_TEREDO,
	 0,
	 1},
	{{RAW, TO("0dd8") IN4, "IP|UDP|Raw"}, 0, 0, 0},
	{{RAW, TO("1194") "00000063 00000001 aabb", "IP|UDP|ESP|Raw"}, 0, 0, 0},
	{{RAW, TO("1194") "00000000 00000001 aabb", "IP|UDP|Raw"}, 0, 0, 0},
	/* PPP over Ethernet */
	{{ETHERNET, MACS "8864 1100 0309 001e 0021 " IN4 "00",
	  "Ethernet|PPP over Ethernet|PPP Link Layer" IN_UDP "|Padding"},
	 ND_PPPOE,
	 777,
	 1},
	{{ETHERNET, MACS "8864 1100 0309 001d 21 " IN4,
	  "Ethernet|PPP over Ethernet|PPP Link Layer" IN_UDP},
	 ND_PPPOE,
	 777,
	 1},
	{{ETHERNET, MACS "8864 1100 0309 0032 0057 " IN6,
	  "Ethernet|PPP over Ethernet|PPP Link Layer|IPv6|UDP"},
	 ND_PPPOE,
	 777,
	 1},
	{{ETHERNET, MACS "8864 1100 0309 0006 c021 0901 0004 0000",
	  "Ethernet|PPP over Ethernet|PPP Link Layer|Raw|Padding"},
	 0,
	 0,
	 0},
	{{ETHERNET, MACS "8864 2100 0309 001e 0021 " IN4, "Ethernet|Raw"},
	 0,
	 0,
	 0},
	{{ETHERNET, MACS "8863 1109 0000 0004 0101 0000 0000",
	  "Ethernet|PPP over Ethernet|Padding"},
	 0,
	 0,
	 0},
	/* MPLS */
	{{ETHERNET, MPLS("00309140 ") IN4, "Ethernet|MPLS" IN_UDP},
	 ND_MPLS,
	 777,
	 1},
	{{ETHERNET, MPLS("00010040 00309140 ") IN6,
	  "Ethernet|MPLS|MPLS|IPv6|UDP"},
	 ND_MPLS,
	 777,
	 1},
	{{ETHERNET, MPLS("00309140 00000000 ") IN_ETH,
	  "Ethernet|MPLS" IN_FRAME},
	 ND_MPLS,
	 777,
	 1},
	{{ETHERNET, MPLS("00309140 ") IN_ETH, "Ethernet|MPLS" IN_FRAME},
	 ND_MPLS,
	 777,
	 1},
	{{ETHERNET, MPLS("00309140 ") "4a0000000002 0a0000000001 0800 " IN4,
	  "Ethernet|MPLS" IN_FRAME},
	 ND_MPLS,
	 777,
	 1},
	{{ETHERNET, MPLS("00309140 ") "10000021 " IN4, "Ethernet|MPLS|Raw"},
	 0,
	 0,
	 0},
	/* one in another */
	{{RAW,
	  TO("12b5") "08000000 00000100 " IN_MACS
		     "0800 " TO("0868") "30ff 001c 00000309 " IN4,
	  "IP|UDP|VXLAN|Ethernet|IP|UDP|GTP-U Header" IN_UDP},
	 ND_GTP_U,
	 777,
	 2},
	{{ETHERNET, MACS "8864 1100 0309 0000 0021 ",
	  "Ethernet|PPP over Ethernet|Padding"},
	 0,
	 0,
	 0},
};

#define TUNNELS (sizeof(tunnels) / sizeof(*tunnels))

static void test_layers(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < TUNNELS; i++) {
		check_layers(&tunnels[i].frame, 1);
		check_cut_short(&tunnels[i].frame, 1);
	}
}

static void test_members(void **state)
{
	const struct nd_packet *pkt = &d.pkt;
	size_t i;

	(void)state;
	for (i = 0; i < TUNNELS; i++) {
		const struct tunnel_case *t = &tunnels[i];
		uint8_t *frame = decode_hex(t->frame.linktype, t->frame.frame);

		if (pkt->tunnel != t->tunnel || pkt->tunnel_id != t->id ||
		    pkt->tunnel_depth != t->depth)
			fail_msg("%s: in %u, %u, %u deep", t->frame.frame,
				 pkt->tunnel, pkt->tunnel_id,
				 pkt->tunnel_depth);
		if (t->depth) {
			assert_int_equal(pkt->port_src, 1);
			assert_int_equal(pkt->port_dst, 2);
			assert_int_equal(pkt->ip_ttl, pkt->ip_len == 4 ? 7 : 9);
			assert_int_equal(pkt->ip_protocol, 17);
			assert_int_equal(pkt->ip_src[pkt->ip_len - 1], 1);
			assert_int_equal(pkt->ip_dst[pkt->ip_len - 1], 2);
			assert_null(pkt->payload);
			assert_int_equal(pkt->payload_wire_len, 0);
		}
		free(frame);
	}
}

/* The inner frame's addresses, and its tags before the outer frame's. */
static void test_inner_link(void **state)
{
	static const char outer[] =
		MACS "8100 0005 0800 " TO("12b5") "08000000 00030900 " IN_MACS;
	char text[512];
	uint8_t *frame;

	(void)state;
	snprintf(text, sizeof(text), "%s0800 %s", outer, IN4);
	frame = decode_hex(ETHERNET, text);
	assert_int_equal(d.pkt.vlan, 5);
	assert_ptr_equal(d.pkt.mac_dst, frame + 18 + 28 + 8);
	assert_ptr_equal(d.pkt.mac_src, frame + 18 + 28 + 8 + 6);
	free(frame);
	snprintf(text, sizeof(text), "%s9100 2006 8100 0007 0800 %s", outer,
		 IN4);
	frame = decode_hex(ETHERNET, text);
	assert_int_equal(d.pkt.vlan, 6);
	assert_int_equal(d.pkt.port_dst, 2);
	free(frame);
	/* an ARP packet has no network's addresses, whatever is around it */
	snprintf(text, sizeof(text), "%s0806 %s", outer, ARP4);
	frame = decode_hex(ETHERNET, text);
	assert_int_equal(d.pkt.arp_len, 28);
	assert_null(d.pkt.ip_src);
	assert_int_equal(d.pkt.ip_len, 0);
	assert_int_equal(d.pkt.port_dst, 0);
	assert_null(d.pkt.payload);
	free(frame);
}

/* What nothing is known of belongs to the packet around it. */
static void test_unknown_inside(void **state)
{
	uint8_t *frame = decode_hex(RAW, GRE("2000 1234 00000001 ") "aabb");

	(void)state;
	assert_int_equal(d.pkt.tunnel, 0);
	assert_int_equal(d.pkt.tunnel_depth, 0);
	assert_int_equal(d.pkt.ip_protocol, 47);
	assert_int_equal(d.pkt.ip_ttl, 64);
	free(frame);
	frame = decode_hex(RAW, TO("12b5") "08000000 00030900 aabb");
	assert_int_equal(d.pkt.port_dst, 4789);
	assert_ptr_equal(d.pkt.payload, frame + 28);
	assert_int_equal(d.pkt.payload_len, 10);
	free(frame);
}

/* A tunnel that was cut into fragments waits for all of them. */
static void test_fragment_around(void **state)
{
	uint8_t *frame = decode_hex(RAW, IP4("0000", "2000", "04") IN4);

	(void)state;
	assert_true(d.pkt.ip_fragment);
	assert_int_equal(d.pkt.layer_count, 2);
	assert_int_equal(d.layer[1].layer, ND_RAW);
	assert_int_equal(d.pkt.ip_ttl, 64);
	free(frame);
	frame = decode_hex(RAW, OVER4("04") IP4("0000", "2000",
						"11") "0001 0002 0012 0000");
	assert_true(d.pkt.ip_fragment);
	assert_int_equal(d.pkt.tunnel_depth, 1);
	assert_int_equal(d.pkt.port_dst, 2);
	free(frame);
}

/* What an ICMP error quotes is not walked into. */
static void test_quoted_tunnel(void **state)
{
	uint8_t *frame =
		decode_hex(RAW, OVER4("01") "0303 0000 00000000 " TO(
					"12b5") "08000000 00030900 " IN_ETH);

	(void)state;
	assert_int_equal(d.pkt.layer_count, 5);
	assert_int_equal(d.layer[3].layer, ND_UDP_IN_ICMP);
	assert_int_equal(d.layer[4].layer, ND_RAW);
	assert_int_equal(d.pkt.tunnel_depth, 0);
	free(frame);
	frame = decode_hex(RAW, OVER4("01") "0303 0000 00000000 " GRE(
					"0000 0800 ") IN4);
	assert_int_equal(d.pkt.layer_count, 4);
	assert_int_equal(d.pkt.ip_ttl, 64);
	free(frame);
}

/* Ethernet in Ethernet over MPLS, over and over: there is an end to it. */
static void test_too_deep(void **state)
{
	uint8_t frame[18 * 600] = {0}, *copy;
	uint32_t i;

	(void)state;
	for (i = 0; i < sizeof(frame); i += 18) {
		memcpy(frame + i, "\x02\0\0\0\0\x02\x02\0\0\0\0\x01\x88\x47",
		       14);
		frame[i + 16] = 1;
	}
	copy = decode(ETHERNET, frame, sizeof(frame), sizeof(frame));
	assert_true(d.pkt.layer_count <= ND_LAYERS_MAX);
	assert_true(d.pkt.layer_count > ND_LAYERS_MAX - 10);
	assert_true(d.pkt.tunnel_depth > 80);
	assert_int_equal(d.layer[d.pkt.layer_count - 1].layer, ND_RAW);
	check_bounds();
	free(copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layers),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_inner_link),
		cmocka_unit_test(test_unknown_inside),
		cmocka_unit_test(test_fragment_around),
		cmocka_unit_test(test_quoted_tunnel),
		cmocka_unit_test(test_too_deep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
