/* SPDX-License-Identifier: MIT */
/* Handshakes over QUIC. */
#include "quic_seal.h"
#include "tls_chef_driver.h"

static const uint8_t first_id[] = {1, 2, 3, 4, 5, 6, 7, 8};
static const uint8_t own_id[] = {9, 9, 9};

#define SECOND INT64_C(1000000000)

static int64_t datagram_ns; /* of the client's; the answer is 20 ms later */

static void datagram(bool of_server, uint16_t port, const uint8_t *hello,
		     size_t at, size_t len)
{
	struct quic_seal s = {.version = 1,
			      .dcid = of_server ? own_id : first_id,
			      .dcid_len = of_server ? 3 : 8,
			      .scid = of_server ? first_id : own_id,
			      .scid_len = of_server ? 5 : 3,
			      .number_len = 1};
	uint8_t frame[1000], packet[1200];
	struct nd_packet pkt = {.payload = packet,
				.ip_src = ips[of_server],
				.ip_dst = ips[!of_server],
				.ip_len = 4,
				.port_src = of_server ? 443 : port,
				.port_dst = of_server ? port : 443,
				.time_ns = datagram_ns +
					   (of_server ? 20000000 : 0)};
	struct nd_quic_keys keys;

	frame[0] = 6;
	frame[1] = (uint8_t)(0x40 | at >> 8);
	frame[2] = (uint8_t)at;
	frame[3] = (uint8_t)(0x40 | len >> 8);
	frame[4] = (uint8_t)len;
	memcpy(frame + 5, hello + at, len);
	nd_quic_initial_keys(1, first_id, 8, of_server, &keys);
	pkt.payload_len =
		(uint32_t)quic_seal(&s, &keys, frame, 5 + len, packet);
	if (tls_packet(&chef, &pkt, out) == ND_SERVE)
		take();
}

static void test_quic(void **state)
{
	size_t len, answer_len;
	uint8_t *hello = tls_bytes(client_13 + 10, &len);
	uint8_t *answer = tls_bytes(server_13 + 10, &answer_len);

	(void)state;
	datagram(false, 5000, hello, 300, len - 300);
	datagram(false, 5001, hello, 300, len - 300);
	datagram(false, 5000, hello, 0, 300);
	datagram(false, 5000, hello, 0, 300);
	assert_int_equal(lines(), 0);
	datagram(true, 5000, answer, 0, answer_len - 6);
	assert_int_equal(lines(), 1);
	TELLS("\"transport\":\"quic\",\"client\":{\"ip\":\"192.0.2.10\","
	      "\"port\":5000},\"server\":{\"ip\":\"198.51.100.7\","
	      "\"port\":443},\"quic_version\":1,\"sni\":\"www.");
	TELLS("\"ja4\":\"q13d1812h2_");
	TELLS("\"cipher\":\"TLS_AES_256_GCM_SHA384\"");
	TELLS("\"latency\":0.02}");
	/* Sent once more, it is not told once more. */
	datagram(false, 5000, hello, 0, 300);
	datagram(true, 5000, answer, 0, answer_len - 6);
	assert_int_equal(tls_interval(&chef, 0, out), 0);
	assert_int_equal(lines(), 1);
	free(hello);
	free(answer);
}

/* Pokes change nothing; silence and the end of the capture do. */
static void test_quic_unanswered(void **state)
{
	size_t len, answer_len;
	uint8_t *hello = tls_bytes(client_13 + 10, &len);
	uint8_t *answer = tls_bytes(server_13 + 10, &answer_len);

	(void)state;
	for (uint16_t port = 5000; port < 5002; port++) {
		datagram(false, port, hello, 300, len - 300);
		datagram(false, port, hello, 0, 300);
	}
	assert_int_equal(tls_interval(&chef, SECOND - 1, out), 0);
	assert_int_equal(lines(), 0);
	datagram(true, 5000, answer, 0, answer_len - 6);
	assert_int_equal(lines(), 1);
	TELLS("\"latency\":0.02}");
	told[0] = '\0';
	assert_int_equal(tls_interval(&chef, SECOND, out), 0);
	assert_int_equal(lines(), 1);
	TELLS("\"port\":5001}");
	TELLS_NOT("waiting");
	/* Now it is the hello of another connection. */
	told[0] = '\0';
	datagram_ns = SECOND;
	datagram(false, 5001, hello, 300, len - 300);
	datagram(false, 5001, hello, 0, 300);
	datagram_ns += SECOND;
	datagram(false, 5002, hello, 300, len - 300);
	assert_int_equal(lines(), 1);
	TELLS("\"port\":5001}");
	told[0] = '\0';
	datagram(false, 5002, hello, 0, 300);
	assert_int_equal(tls_finish(&chef, datagram_ns + 1, out), 0);
	assert_int_equal(lines(), 1);
	TELLS("\"port\":5002}");
	TELLS("\"ja4\":\"q13d1812h2_");
	TELLS(",\"waiting\":true}");
	assert_int_equal(nd_table_count(chef.quic), 0);
	datagram_ns = 0;
	free(hello);
	free(answer);
}

static void test_other_datagrams(void **state)
{
	static const char *const not [] = {"", "\xc0\0\0\0\0aaaaaaaaa",
					   "\x40\0\0\0\1aaaaaaaa",
					   "\xc0\0\0\0\1\x08"};

	(void)state;
	for (size_t i = 0; i < LENGTH(not ); i++) {
		struct nd_packet pkt = {.payload = (const uint8_t *)not [i],
					.payload_len = i ? 7 : 0,
					.ip_src = ips[0],
					.ip_dst = ips[1],
					.ip_len = 4};

		assert_int_equal(tls_packet(&chef, &pkt, out), 0);
	}
	assert_int_equal(nd_table_count(chef.quic), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_quic),
		TEST(test_quic_unanswered),
		TEST(test_other_datagrams),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
