/* SPDX-License-Identifier: MIT */
#include "layer_cases.h"

enum {
	PPP = 9,
	FDDI = 10,
	PPP_SERIAL = 50,
	PPP_ETHER = 51,
	CHDLC = 104,
	DOT11 = 105,
	PRISM = 119,
	RADIOTAP = 127,
	ARCNET = 129,
	AVS = 163,
	PPPD = 166,
	PPI = 192,
	PPP_DIR = 204,
	NFLOG = 239,
	PKTAP = 258,
};

#define LONE4 IP4("0014", "0000", "3b")
#define LONE6 IP6("0000", "3b")
#define A1 "02005e100001 "
#define A2 "02005e100002 "
#define A3 "02005e100003 "
#define A4 "02005e100004 "
#define SNAP4 "aaaa03 000000 0800 " LONE4
/* Frame control, duration, three addresses, sequence. */
#define WLAN(control) control " 0000 " A1 A2 A3 "1000 "

static const struct layer_case cases[] = {
	/* PPP with and without what may be left out */
	{PPP, "ff03 0021 " LONE4, "PPP Link Layer|IP"},
	{PPP, "ff03 21 " LONE4, "PPP Link Layer|IP"},
	{PPP, "0057 " LONE6, "PPP Link Layer|IPv6"},
	{PPP, "57 " LONE6, "PPP Link Layer|IPv6"},
	{PPP, "ff03 0281 00309140 " LONE4, "PPP Link Layer|MPLS|IP"},
	{PPP, "ff03 c021 0101 0004", "PPP Link Layer|Raw"},
	{PPP, "0f00 0800 " LONE4, "IP"},
	{PPP_SERIAL, "8f00 86dd " LONE6, "IPv6"},
	{PPP_SERIAL, "ff03 0021 " LONE4, "PPP Link Layer|IP"},
	{PPP_ETHER, "1100 0309 0016 0021 " LONE4,
	 "PPP over Ethernet|PPP Link Layer|IP"},
	{PPPD, "0003 0021 " LONE4, "PPP Link Layer|IP"},
	{PPPD, "0103 0057 " LONE6, "PPP Link Layer|IPv6"},
	{PPP_DIR, "01 ff03 0021 " LONE4, "PPP Link Layer|IP"},
	{PPP_DIR, "00 0021 " LONE4, "PPP Link Layer|IP"},
	{CHDLC, "0f00 0800 " LONE4, "IP"},
	{CHDLC, "8f00 8035 00000002", "Raw"},
	{BSD_NULL, "0f00 0800 " LONE4, "Loopback|IP"},
	/* tags and types of Ethernet */
	{ETHERNET, MACS "9100 0001 8100 0002 0806 " ARP4,
	 "Ethernet|802.1Q|802.1Q|ARP"},
	{ETHERNET, MACS "88e7 00000001 " MACS "0806 " ARP4,
	 "Ethernet|Ethernet|ARP"},
	{ETHERNET, MACS "8903 0001 " MACS "0806 " ARP4,
	 "Ethernet|Ethernet|ARP"},
	{ETHERNET, MACS "8926 00010002 0806 " ARP4, "Ethernet|ARP"},
	{ETHERNET, MACS "0024 aaaa03 0000f8 0806 " ARP4, "802.3|LLC|SNAP|ARP"},
	{ETHERNET, MACS "000a aaaa03 00000c 2000 0102", "802.3|LLC|SNAP|Raw"},
	{ETHERNET, MACS "0017 060603 " LONE4, "802.3|LLC|IP"},
	{FDDI, "50 " MACS SNAP4, "LLC|SNAP|IP"},
	{FDDI, "41 " MACS "00", "Raw"},
	{ARCNET, "01 02 0000 f0 " LONE4, "IP"},
	{ARCNET, "01 02 0000 d4 00 0001 " LONE4, "IP"},
	{ARCNET, "01 02 0000 d4 ff ffff 00 00 0001 " LONE4, "IP"},
	{ARCNET, "01 02 0000 d4 02 0001 " LONE4, "Raw"},
	{ARCNET, "01 02 0000 c4 00 0001 " LONE6, "IPv6"},
	{ARCNET, "01 02 0000 07 00 0001 aa", "Raw"},
	/* IEEE 802.11 */
	{DOT11, WLAN("0800") SNAP4, "802.11|LLC|SNAP|IP"},
	{DOT11, WLAN("0801") SNAP4, "802.11|LLC|SNAP|IP"},
	{DOT11, WLAN("0803") A4 SNAP4, "802.11|LLC|SNAP|IP"},
	{DOT11, WLAN("8802") "0000 " SNAP4, "802.11|LLC|SNAP|IP"},
	{DOT11, WLAN("8882") "0000 00000000 " SNAP4, "802.11|LLC|SNAP|IP"},
	{DOT11, WLAN("8803") A4 "0000 " SNAP4, "802.11|LLC|SNAP|IP"},
	{DOT11, WLAN("8802") "8000 " A1 A2 "001c " SNAP4 "aabb",
	 "802.11|LLC|SNAP|IP|Padding"},
	{DOT11, WLAN("0841") SNAP4, "802.11|Raw"},
	{DOT11, WLAN("4801"), "802.11"},
	{DOT11, "0800 0000 " A1 A2 A3 "1100 " SNAP4, "802.11|Raw"},
	{DOT11, WLAN("8000") "0000000000000000 6400 0104 0000", "802.11|Raw"},
	{DOT11, WLAN("d080") "00000000 0102", "802.11|Raw"},
	{DOT11, "d400 0000 " A1, "802.11"},
	{DOT11, "b400 0000 " A1 A2, "802.11"},
	{RADIOTAP, "00 00 0800 00000000 " WLAN("0801") SNAP4,
	 "RadioTap|802.11|LLC|SNAP|IP"},
	{RADIOTAP, "00 00 0900 02000000 10 " WLAN("0801") SNAP4 "aabbccdd",
	 "RadioTap|802.11|LLC|SNAP|IP|Padding"},
	{RADIOTAP,
	 "00 00 1900 03000080 00000000 00000000 0000000000000000 10 " WLAN(
		 "0801") SNAP4 "aabbccdd",
	 "RadioTap|802.11|LLC|SNAP|IP|Padding"},
	{RADIOTAP, "00 00 0900 02000000 20 " WLAN("8801") "0000 0000 " SNAP4,
	 "RadioTap|802.11|LLC|SNAP|IP"},
	{RADIOTAP, "00 00 0700 00000000 " WLAN("0801") SNAP4, "Raw"},
	{RADIOTAP, "01 00 0800 00000000 " WLAN("0801") SNAP4, "Raw"},
	{PRISM, "44000000 0c000000 00000000 " WLAN("0801") SNAP4,
	 "802.11|LLC|SNAP|IP"},
	{PRISM, "80211001 0000000c 00000000 " WLAN("0801") SNAP4,
	 "802.11|LLC|SNAP|IP"},
	{AVS, "80211002 0000000c 00000000 " WLAN("0801") SNAP4,
	 "802.11|LLC|SNAP|IP"},
	{PPI, "00 00 0800 69000000 " WLAN("0801") SNAP4, "802.11|LLC|SNAP|IP"},
	{PPI, "00 00 0c00 01000000 00000000 " ETH4 LONE4, "Ethernet|IP"},
	{PPI, "00 00 0000 c0000000 ", "Raw"},
	/* what systems make up */
	{PKTAP, "0c000000 01000000 01000000 " ETH4 LONE4, "PKTAP|Ethernet|IP"},
	{PKTAP, "0c000000 01000000 0c000000 " LONE6, "PKTAP|IPv6"},
	{PKTAP, "0c000000 02000000 01000000 " ETH4, "PKTAP|Raw"},
	{PKTAP, "0b000000 01000000 01000000 " ETH4 LONE4, "Raw"},
	/* transports */
	{RAW, IP4("0024", "0000", "84") "0001 0002 00000000 00000000 aabbccdd",
	 "IP|SCTP|Raw"},
	{RAW, IP4("001c", "0000", "02") "1600 0000 e0000016", "IP|IGMP"},
	{RAW, IP4("001b", "0000", "02") "1600 0000 e00000", "IP|Raw"},
	{RAW, IP4("001e", "0000", "32") "00000063 00000001 aabb", "IP|ESP|Raw"},
	{RAW,
	 IP4("0034", "0000", "33") "1104 0000 00000063 00000001 a5a5a5a5 "
				   "a5a5a5a5 a5a5a5a5 0001 0002 0008 0000",
	 "IP|AH over IPv4|UDP"},
	{RAW, IP4("0020", "0000", "33") "1100 0000 00000063 00000001",
	 "IP|Raw"},
	{RAW, IP6("0008", "87") "3b00 0100 00000000",
	 "IPv6|IPv6 Extension Header"},
	{RAW,
	 IP6("0020", "3c") "3300 0104 00000000 3c01 0000 00000001 00000002 "
			   "1100 0104 00000000",
	 "IPv6|" EXT "Destination Options Header|AH|" EXT
	 "Destination Options Header"},
	/* lengths of 0, of what has yet to be cut */
	{RAW, IP6("0000", "11") "0001 0002 0000 0000 aa", "IPv6|UDP|Raw"},
	/* names are told by what is there */
	{RAW, IP4("0039", "0000", "11") QUERY_UDP("0035 01bb"), "IP|UDP|DNS"},
	{RAW,
	 IP4("0030", "0000", "11") "0035 01bb 001c 0000 c300 0000 0108 8394 "
				   "c8f0 3e51 5708 0000 449e 7b9a",
	 "IP|UDP|Raw"},
	{RAW,
	 IP4("002a", "0000", "11") "9c41 0035 0016 0000 0001 0100 0001 0000 "
				   "0000 0000 0361",
	 "IP|UDP|DNS"},
	{RAW,
	 IP4("0028", "0000", "11") "14eb 9c41 0014 0000 ffff ffff ffff ffff "
				   "ffff ffff",
	 "IP|UDP|Raw"},
	{RAW,
	 IP4("003a", "0000", "06")
		 TCP("9c41 0035", "50") "0010 ffff ffff ffff "
					"ffff ffff ffff ffff ffff",
	 "IP|TCP|Raw"},
	{RAW, IP4("0039", "0000", "11") QUERY_UDP("0035 12b5"), "IP|UDP|DNS"},
};

static void test_layers(void **state)
{
	(void)state;
	check_layers(cases, sizeof(cases) / sizeof(*cases));
}

static void test_cut_short(void **state)
{
	(void)state;
	check_cut_short(cases, sizeof(cases) / sizeof(*cases));
}

/* Which of its addresses are a frame's ends, by what way it took. */
static void test_dot11_addresses(void **state)
{
	static const struct {
		const char *control;
		uint32_t dst, src;
	} ways[] = {{"0800", 4, 10},  {"0801", 16, 10}, {"0802", 4, 16},
		    {"0803", 16, 24}, {"8000", 4, 10},  {"b400", 4, 10}};
	char text[256];
	uint8_t *frame;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		snprintf(text, sizeof(text), "%s 0000 " A1 A2 A3 "1000 " A4,
			 ways[i].control);
		frame = decode_hex(DOT11, text);
		assert_ptr_equal(d.pkt.mac_dst, frame + ways[i].dst);
		assert_ptr_equal(d.pkt.mac_src, frame + ways[i].src);
		free(frame);
	}
	frame = decode_hex(DOT11, "d400 0000 " A1);
	assert_ptr_equal(d.pkt.mac_dst, frame + 4);
	assert_null(d.pkt.mac_src);
	free(frame);
}

/* An attribute's length and type are in this machine's order. */
static void test_nflog(void **state)
{
	static const uint16_t head[] = {5, 10}, address[] = {16, 8};
	static const uint16_t packet[] = {4 + 20, 9};
	uint8_t frame[4 + 8 + 16 + 4 + 24] = {2, 0, 0, 1}, *copy, *ip;
	uint32_t len;

	(void)state;
	memcpy(frame + 4, head, 4);
	memcpy(frame + 12, address, 4);
	memcpy(frame + 16, "\0\6", 2);
	memcpy(frame + 28, packet, 4);
	ip = unhex(LONE4, &len);
	memcpy(frame + 32, ip, len);
	copy = decode(NFLOG, frame, sizeof(frame), sizeof(frame));
	assert_int_equal(d.pkt.layer_count, 3);
	assert_int_equal(d.layer[0].layer, ND_NFLOG);
	assert_int_equal(d.layer[0].header_len, 32);
	assert_int_equal(d.layer[1].layer, ND_IP);
	assert_int_equal(d.layer[2].layer, ND_PADDING);
	assert_ptr_equal(d.pkt.mac_src, copy + 20);
	free(copy);
	frame[0] = 10;
	copy = decode(NFLOG, frame, sizeof(frame), sizeof(frame));
	assert_int_equal(d.layer[1].layer, ND_RAW);
	free(copy);
	frame[4] = frame[5] = 0;
	copy = decode(NFLOG, frame, sizeof(frame), sizeof(frame));
	assert_int_equal(d.pkt.layers, 1ULL << ND_RAW);
	free(copy);
	free(ip);
}

static void test_sctp(void **state)
{
	uint8_t *frame = decode_hex(
		RAW, IP4("0024", "0000", "84") "0001 0002 "
					       "00000000 00000000 aabbccdd");

	(void)state;
	assert_int_equal(d.pkt.port_src, 1);
	assert_int_equal(d.pkt.port_dst, 2);
	assert_int_equal(d.pkt.ip_protocol, 132);
	assert_ptr_equal(d.pkt.payload, frame + 32);
	assert_int_equal(d.pkt.payload_len, 4);
	assert_true(nd_has(&d.pkt, ND_SCTP));
	free(frame);
}

/* What was on the wire, as the lengths tell it, however little is here. */
static void test_wire_len(void **state)
{
	static const struct {
		const char *frame;
		uint32_t more, captured, wire;
	} lens[] = {
		{IP4("002a", "0000", "06") TCP20 "aabb", 0, 2, 2},
		{IP4("002a", "0000", "06") TCP20 "aabbccdd", 0, 2, 2},
		{IP4("05dc", "0000", "06") TCP20 "aabb", 1458, 2, 1460},
		{IP4("05dc", "0000", "06") TCP20 "aabb", 0, 2, 1460},
		{IP4("05dc", "0000", "06") TCP20, 1460, 0, 1460},
		{IP4("0000", "0000", "06") TCP20 "aabb", 98, 2, 100},
		{IP4("05dc", "0000", "06") TCP("80e8 0050", "80") "0101", 0, 0,
		 1448},
		{IP4("05dc", "0000", "11") "0001 0002 0010 0000 aa", 1471, 1,
		 8},
		{IP4("05dc", "2000", "11") "0001 0002 1000 0000 aa", 1471, 1,
		 1472},
		{IP6("0000", "00") "1100 c204 00011170 0001 0002 0000 0000 aa",
		 69999 - 17, 1, 70000 - 16},
	};
	uint8_t *frame, *copy;
	uint32_t len;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lens) / sizeof(*lens); i++) {
		frame = unhex(lens[i].frame, &len);
		copy = decode(RAW, frame, len, len + lens[i].more);
		assert_int_equal(d.pkt.payload_len, lens[i].captured);
		assert_int_equal(d.pkt.payload_wire_len, lens[i].wire);
		assert_ptr_equal(d.pkt.frame, copy);
		assert_int_equal(d.pkt.frame_len, len);
		free(copy);
		free(frame);
	}
}

/* A jumbogram ends where its option says, RFC 2675 section 3. */
static void test_jumbogram(void **state)
{
	uint32_t len, size = 40 + 70000 + 3;
	uint8_t *frame = calloc(1, size), *head, *copy;

	(void)state;
	assert_non_null(frame);
	head = unhex(IP6("0000", "00") "1100 c204 00011170 0001 0002 0000 0000",
		     &len);
	memcpy(frame, head, len);
	copy = decode(RAW, frame, size, size);
	assert_int_equal(d.pkt.payload_len, 70000 - 16);
	assert_int_equal(d.layer[d.pkt.layer_count - 1].layer, ND_PADDING);
	assert_int_equal(d.layer[d.pkt.layer_count - 1].header_len, 3);
	free(copy);
	free(head);
	free(frame);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layers),
		cmocka_unit_test(test_cut_short),
		cmocka_unit_test(test_dot11_addresses),
		cmocka_unit_test(test_nflog),
		cmocka_unit_test(test_sctp),
		cmocka_unit_test(test_wire_len),
		cmocka_unit_test(test_jumbogram),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
