/* SPDX-License-Identifier: MIT */
/* Keys and Community IDs of flows, and TCP as seen between its ends. */
#include "unit.h"

#include <arpa/inet.h>
#include <netdumplings/flow.h>

static struct nd_packet pkt;
static uint8_t bytes[16 + 16 + 8];
static struct nd_layer_at layers[2];

/* A packet; of ICMP and ICMPv6 the ports are type and code. */
static void make(uint8_t protocol, const char *src, const char *dst,
		 uint16_t port_src, uint16_t port_dst)
{
	bool six = strchr(src, ':') != NULL;
	int family = six ? AF_INET6 : AF_INET;

	memset(bytes, 0, sizeof(bytes));
	assert_int_equal(inet_pton(family, src, bytes), 1);
	assert_int_equal(inet_pton(family, dst, bytes + 16), 1);
	layers[0] = (struct nd_layer_at){six ? ND_IPV6 : ND_IP, 0, 32};
	layers[1] = (struct nd_layer_at){ND_RAW, 32, 8};
	pkt = (struct nd_packet){
		.data = bytes,
		.caplen = sizeof(bytes),
		.layer = layers,
		.layer_count = 2,
		.layers = UINT64_C(1) << layers[0].layer,
		.vlan = -1,
		.ip_src = bytes,
		.ip_dst = bytes + 16,
		.ip_len = six ? 16 : 4,
		.ip_protocol = protocol,
	};
	if (protocol == 1 || protocol == 58) {
		pkt.layers |= UINT64_C(1)
			      << (protocol == 1 ? ND_ICMP : ND_ICMPV6);
		bytes[32] = (uint8_t)port_src;
		bytes[33] = (uint8_t)port_dst;
		bytes[36] = 0x12;
		bytes[37] = 0x34;
	} else {
		pkt.port_src = port_src;
		pkt.port_dst = port_dst;
	}
}

/* What the specification's own baseline and implementation give. */
static const struct {
	uint8_t protocol;
	const char *src, *dst;
	uint16_t port_src, port_dst;
	const char *id, *seed1; /* NULL where none is published */
} published[] = {
	{6, "128.232.110.120", "66.35.250.204", 34855, 80,
	 "1:LQU9qZlK+B5F3KDmev6m5PMibrg=", "1:3V71V58M3Ksw/yuFALMcW0LAHvc="},
	{6, "66.35.250.204", "128.232.110.120", 80, 34855,
	 "1:LQU9qZlK+B5F3KDmev6m5PMibrg=", "1:3V71V58M3Ksw/yuFALMcW0LAHvc="},
	{6, "10.0.0.1", "10.0.0.2", 10, 11569,
	 "1:SXBGMX1lBOwhhoDrZynfROxnhnM=", "1:HmBRGR+fUyXF4t8WEtal7Y0gEAo="},
	{6, "2001:470:e5bf:dead:4957:2174:e82c:4887", "2607:f8b0:400c:c03::1a",
	 63943, 25, "1:/qFaeAR+gFe1KYjMzVDsMv+wgU4=", NULL},
	{17, "8.8.8.8", "192.168.1.52", 53, 54585,
	 "1:d/FP5EW3wiY1vCndhwleRRKHowQ=", "1:Q9We8WO3piVF8yEQBNJF4uiSVrI="},
	{132, "192.168.170.8", "192.168.170.56", 7, 80,
	 "1:jQgCxbku+pNGw8WPbEc/TS/uTpQ=", "1:Y1/0jQg6e+I3ZwZZ9LP65DNbTXU="},
	{132, "192.168.170.56", "192.168.170.8", 7, 7,
	 "1:MP2EtRCAUIZvTw6MxJHLV7N7JDs=", NULL},
	{46, "10.1.24.4", "10.1.12.1", 0, 0,
	 "1:/nQI4Rh/TtY3mf0R2gJFBkVlgS4=", "1:BK3BVW3U2eemuwVQVN3zd/GULno="},
	{46, "10.1.12.2", "10.1.12.1", 0, 0,
	 "1:KHlLkgoJW7ifUTyTSgyVfkFHzKw=", NULL},
	{1, "192.168.0.89", "192.168.0.1", 8, 0,
	 "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=", "1:03g6IloqVBdcZlPyX8r0hgoE7kA="},
	{1, "192.168.0.1", "192.168.0.89", 0, 0,
	 "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=", "1:03g6IloqVBdcZlPyX8r0hgoE7kA="},
	{1, "192.168.0.89", "192.168.0.1", 20, 0,
	 "1:3o2RFccXzUgjl7zDpqmY7yJi8rI=", "1:lCXHHxavE1Vq3oX9NH5ladQg02o="},
	{1, "192.168.0.89", "192.168.0.1", 20, 1,
	 "1:tz/fHIDUHs19NkixVVoOZywde+I=", "1:Ie3wmFyxiEyikbsbcO03d2nh+PM="},
	{1, "10.0.0.1", "10.0.0.2", 11, 0,
	 "1:YHxtAirCG//0OzkcVAukqKQN9xM=", NULL},
	{58, "fe80::200:86ff:fe05:80da", "fe80::260:97ff:fe07:69ea", 135, 0,
	 "1:dGHyGvjMfljg6Bppwm3bg0LO8TY=", "1:kHa1FhMYIT6Ym2Vm2AOtoOARDzY="},
	{58, "fe80::260:97ff:fe07:69ea", "fe80::200:86ff:fe05:80da", 136, 0,
	 "1:dGHyGvjMfljg6Bppwm3bg0LO8TY=", "1:kHa1FhMYIT6Ym2Vm2AOtoOARDzY="},
	{58, "3ffe:507:0:1:260:97ff:fe07:69ea",
	 "3ffe:507:0:1:200:86ff:fe05:80da", 3, 0,
	 "1:NdobDX8PQNJbAyfkWxhtL2Pqp5w=", "1:OlOWx9psIbBFi7lOCw/4MhlKR9M="},
	{58, "3ffe:507:0:1:200:86ff:fe05:80da", "3ffe:501:0:1001::2", 128, 0,
	 "1:+TW+HtLHvV1xnGhV1lv7XoJrqQg=", NULL},
	{58, "fe80::260:97ff:fe07:69ea", "ff02::1", 134, 0,
	 "1:pkvHqCL88/tg1k4cPigmZXUtL00=", NULL},
};

static void test_published(void **state)
{
	char text[ND_COMMUNITY_ID_SIZE];

	(void)state;
	for (size_t i = 0; i < LENGTH(published); i++) {
		make(published[i].protocol, published[i].src, published[i].dst,
		     published[i].port_src, published[i].port_dst);
		assert_int_equal(nd_community_id_packet(&pkt, 0, text), 0);
		assert_string_equal(text, published[i].id);
		assert_int_equal(nd_community_id_packet(&pkt, 1, text), 0);
		if (published[i].seed1)
			assert_string_equal(text, published[i].seed1);
	}
	pkt.ip_len = 0;
	assert_int_equal(nd_community_id_packet(&pkt, 0, text), -ENOENT);
}

static void test_key(void **state)
{
	struct nd_flow_key a, b;

	(void)state;
	make(17, "192.0.2.9", "192.0.2.10", 5000, 53);
	pkt.vlan = 7;
	pkt.tunnel = ND_VXLAN;
	pkt.tunnel_id = 99;
	assert_int_equal(nd_flow_key(&pkt, &a), 0);
	assert_int_equal(nd_flow_key_len(&a), 24);
	assert_int_equal(a.port[0], 5000);
	assert_int_equal(nd_flow_ip(&a, 1)[3], 10);
	make(17, "192.0.2.10", "192.0.2.9", 53, 5000);
	pkt.vlan = 7;
	pkt.tunnel = ND_VXLAN;
	pkt.tunnel_id = 99;
	assert_int_equal(nd_flow_key(&pkt, &b), 1);
	assert_memory_equal(&a, &b, 24);
	pkt.tunnel_id = 98;
	assert_int_equal(nd_flow_key(&pkt, &b), 1);
	assert_memory_not_equal(&a, &b, 24);
	/* TEIDs are the receiver's: those of a flow's two ways differ. */
	pkt.tunnel = ND_GTP_U;
	assert_int_equal(nd_flow_key(&pkt, &b), 1);
	pkt.tunnel_id = 99;
	assert_int_equal(nd_flow_key(&pkt, &a), 1);
	assert_memory_equal(&a, &b, 24);
	/* equal addresses: by port */
	make(17, "::1", "::1", 53, 52);
	assert_int_equal(nd_flow_key(&pkt, &a), 1);
	assert_int_equal(nd_flow_key_len(&a), 48);
	make(17, "::1", "::1", 52, 53);
	assert_int_equal(nd_flow_key(&pkt, &b), 0);
	assert_memory_equal(&a, &b, 48);
	pkt.ip_len = 0;
	assert_int_equal(nd_flow_key(&pkt, &a), -ENOENT);
}

static void test_icmp(void **state)
{
	struct nd_flow_icmp icmp;
	struct nd_flow_key a, b;

	(void)state;
	make(1, "192.0.2.1", "192.0.2.2", 8, 0);
	assert_int_equal(nd_flow_key(&pkt, &a), 0);
	make(1, "192.0.2.2", "192.0.2.1", 0, 0);
	assert_int_equal(nd_flow_key(&pkt, &b), 1);
	assert_memory_equal(&a, &b, 24);
	assert_true(nd_flow_icmp(&pkt, &icmp));
	assert_true(icmp.has_id);
	assert_int_equal(icmp.id, 0x1234);
	bytes[37]++; /* another ping */
	assert_int_equal(nd_flow_key(&pkt, &b), 1);
	assert_memory_not_equal(&a, &b, 24);
	make(58, "::1", "::2", 3, 1);
	assert_true(nd_flow_icmp(&pkt, &icmp));
	assert_false(icmp.has_id);
	assert_int_equal(icmp.code, 1);
	pkt.caplen--;
	assert_false(nd_flow_icmp(&pkt, &icmp));
	make(17, "::1", "::2", 3, 1);
	assert_false(nd_flow_icmp(&pkt, &icmp));
	make(1, "192.0.2.1", "192.0.2.2", 8, 0);
	pkt.layers = 1 << ND_IP; /* a later fragment */
	assert_false(nd_flow_icmp(&pkt, &icmp));
}

static struct nd_flow_tcp tcp;

static void segment(unsigned side, uint8_t flags, uint32_t seq, uint32_t len,
		    int64_t time_ns)
{
	const struct nd_packet p = {.tcp_flags = flags,
				    .tcp_seq = seq,
				    .payload_wire_len = len};

	nd_flow_tcp(&tcp, &p, side, time_ns);
}

enum {
	F = 1,
	S = 2,
	R = 4,
	P = 8,
	A = 16,
};

static void check_state(const char *text)
{
	assert_string_equal(nd_flow_tcp_state(&tcp), text);
}

static void begin(void)
{
	memset(&tcp, 0, sizeof(tcp));
}

static void test_states(void **state)
{
	(void)state;
	begin();
	segment(1, S, 100, 0, 10);
	check_state("unanswered");
	segment(0, S | A, 900, 0, 15);
	check_state("half-open");
	assert_true(tcp.has_rtt_server && !tcp.has_rtt_client);
	assert_int_equal(tcp.rtt_server_ns, 5);
	segment(1, A, 101, 0, 18);
	check_state("established");
	assert_int_equal(tcp.rtt_client_ns, 3);
	assert_int_equal(tcp.client, 1);
	segment(1, F | A, 101, 0, 20);
	check_state("closing");
	segment(0, F | A, 901, 0, 21);
	check_state("closed");
	segment(0, R, 902, 0, 22);
	check_state("reset");
	begin();
	segment(0, S, 100, 0, 0);
	segment(1, R | A, 0, 0, 1);
	check_state("refused");
	assert_false(tcp.has_rtt_server);
	/* the server's answer is the first that is seen */
	begin();
	segment(0, S | A, 1, 0, 0);
	assert_int_equal(tcp.client, 1);
	assert_false(tcp.has_rtt_server);
	segment(1, A, 1, 0, 7);
	assert_int_equal(tcp.rtt_client_ns, 7);
	begin();
	segment(0, A, 1, 10, 0);
	check_state("established");
}

#define CHECK_AGAIN(n) assert_int_equal(tcp.side[0].retransmissions, n)

static void test_retransmissions(void **state)
{
	const uint32_t start = UINT32_MAX - 1500; /* numbers wrap */

	(void)state;
	begin();
	segment(0, S, start, 0, 0);
	segment(0, S, start, 0, 0);
	CHECK_AGAIN(1);
	segment(0, A, start + 1, 1000, 0);
	segment(0, A, start + 2001, 1000, 0); /* leaves a hole */
	segment(0, A, start + 1001, 1000, 0); /* fills it */
	CHECK_AGAIN(1);
	segment(0, A, start + 1001, 1000, 0);
	CHECK_AGAIN(2);
	segment(0, A, start + 3000, 1, 0); /* keep-alive */
	segment(0, A, start + 3001, 0, 0);
	CHECK_AGAIN(2);
	segment(0, A, start + 2501, 1000, 0); /* half of it again */
	CHECK_AGAIN(3);
	segment(0, A, start + 3501, 10, 0);
	CHECK_AGAIN(3);
	segment(0, F | A, start + 3511, 0, 0);
	segment(0, F | A, start + 3511, 0, 0);
	CHECK_AGAIN(4);
	assert_int_equal(tcp.side[1].retransmissions, 0);
}

static void test_flags(void **state)
{
	char text[ND_FLOW_FLAGS_SIZE];

	(void)state;
	assert_int_equal(nd_flow_tcp_flags(S | A | F | P, text), 4);
	assert_string_equal(text, "SAFP");
	assert_int_equal(nd_flow_tcp_flags(0xff, text), 8);
	assert_string_equal(text, "SAFRPUEC");
	assert_int_equal(nd_flow_tcp_flags(0, text), 0);
	assert_string_equal(text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published),
		cmocka_unit_test(test_key),
		cmocka_unit_test(test_icmp),
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_retransmissions),
		cmocka_unit_test(test_flags),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
