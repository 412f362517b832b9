/* SPDX-License-Identifier: MIT */
/* TLSChef alone: connections and datagrams in, JSON out. */
#include "../../chefs/TLSChef.c"

#include "chef_driver.h"
#include "quic_seal.h"
#include "tls_bytes.h"

static const uint8_t ips[2][4] = {{192, 0, 2, 10}, {198, 51, 100, 7}};
#define CHEF ((struct tls *)driver.self)

static struct conn conn;
static struct nd_stream stream;
static size_t kept[2], offset[2];
static uint8_t held[2][8192];

static int set_up(void **state)
{
	(void)state;
	driver_start("handshakes=2,connections=2,certificates=2,timeout=1");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	driver_stop();
	return 0;
}

static void open_stream(uint64_t number)
{
	memset(&conn, 0, sizeof(conn));
	memset(kept, 0, sizeof(kept));
	memset(offset, 0, sizeof(offset));
	stream = (struct nd_stream){.ip_len = 4,
				    .client_ip = ips[0],
				    .server_ip = ips[1],
				    .client_port = 33000,
				    .server_port = 443,
				    .vlan = -1,
				    .time_ns = 1000000000,
				    .number = number,
				    .state = &conn};
}

/* The next bytes of a side, behind those that were kept; 10 ms later. */
static void say(int side, const void *bytes, size_t len)
{
	uint8_t *data;

	if (stream.done)
		return;
	memcpy(held[side] + kept[side], bytes, len);
	len += kept[side];
	data = malloc(len);
	memcpy(data, held[side], len);
	stream.event = ND_STREAM_DATA;
	stream.to_server = side == 0;
	stream.offset = offset[side];
	stream.data = data;
	stream.len = len;
	stream.keep = 0;
	stream.time_ns += 10000000;
	driver_stream(&stream);
	free(data);
	kept[side] = stream.keep;
	offset[side] += len - stream.keep;
	memmove(held[side], held[side] + len - kept[side], kept[side]);
}

static void say_hex(int side, const char *hex, size_t step)
{
	size_t len;
	uint8_t *bytes = tls_bytes(hex, &len);

	for (size_t at = 0; at < len; at += step)
		say(side, bytes + at, len - at < step ? len - at : step);
	free(bytes);
}

static void end(void)
{
	stream.event = ND_STREAM_END;
	stream.data = NULL;
	stream.len = 0;
	if (!stream.done)
		driver_stream(&stream);
	assert_true(stream.done);
	assert_int_equal(nd_table_count(CHEF->tcp), 0);
}

#define TELLS(text) assert_non_null(strstr(driver_line(0), text))
#define TELLS_NOT(text) assert_null(strstr(driver_line(0), text))

static void test_tls_1_2(void **state)
{
	static const size_t steps[] = {1, 7, 100, 1448};

	(void)state;
	for (size_t i = 0; i < LENGTH(steps); i++) {
		driver_forget();
		open_stream(i);
		say_hex(0, client_12, steps[i]);
		say_hex(1, server_12, steps[i]);
		assert_int_equal(driver_count(), 0);
		say_hex(0, client_12_end, steps[i]);
		assert_int_equal(driver_count(), 1);
		end();
		assert_int_equal(driver_count(), 1);
		TELLS("\"transport\":\"tcp\",\"client\":{\"ip\":\"192.0.2.10\","
		      "\"port\":33000},\"server\":{\"ip\":\"198.51.100.7\","
		      "\"port\":443},\"sni\":\"www.example.com\","
		      "\"versions\":[\"TLS 1.2\"],\"ciphers\":15,"
		      "\"alpn\":[\"h2\",\"http/1.1\"],\"groups\":[\"x25519\","
		      "\"secp256r1\",\"x448\",\"secp521r1\",\"secp384r1\"],"
		      "\"ja4\":\"t12d1508h2_");
		TELLS("\"version\":\"TLS 1.2\",\"cipher\":"
		      "\"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384\","
		      "\"alpn_chosen\":\"h2\",\"resumed\":false,\"latency\":");
		TELLS("\"subject\":\"CN=www.example.com,"
		      "O=D\xc3\xbcmpling Haus,C=DE\"");
		TELLS("\"names_count\":4,\"names\":[\"www.example.com\","
		      "\"*.example.net\",\"192.0.2.1\",\"2001:db8::1\"]");
	}
	TELLS("\"latency\":0.01,");
}

static void test_tls_1_3(void **state)
{
	(void)state;
	CHEF->list_ciphers = true;
	open_stream(0);
	say_hex(0, client_13, 1448);
	say_hex(1, server_13, 1448);
	assert_int_equal(driver_count(), 1);
	end();
	TELLS("\"versions\":[\"TLS 1.3\",\"TLS 1.2\"],"
	      "\"ciphers\":[\"TLS_AES_256_GCM_SHA384\",");
	TELLS("\"version\":\"TLS 1.3\",\"cipher\":\"TLS_AES_256_GCM_SHA384\","
	      "\"group\":\"x25519\",\"resumed\":false,\"latency\":0.01}");
	TELLS_NOT("certificate");
}

static void test_resumed(void **state)
{
	(void)state;
	open_stream(0);
	say_hex(0, client_again, 1448);
	say_hex(1, server_again, 1448);
	assert_int_equal(driver_count(), 1);
	TELLS("\"resumed\":true");
	end();
}

static void test_alert(void **state)
{
	(void)state;
	open_stream(0);
	say_hex(0, client_12, 1448);
	say(1, "\x15\3\3\0\2\2\x28", 7);
	assert_int_equal(driver_count(), 1);
	TELLS("\"alert\":{\"from\":\"server\",\"fatal\":true,\"code\":40,"
	      "\"name\":\"handshake_failure\"}");
	TELLS_NOT("\"version\":");
	open_stream(1);
	driver_forget();
	say_hex(0, client_12, 1448);
	say_hex(1, server_12, 1448);
	say(0, "\x15\3\3\0\2\2\x30", 7);
	TELLS("\"from\":\"client\"");
	TELLS("unknown_ca");
	TELLS("\"subject\"");
	end();
}

/* What is not TLS costs one look. */
static void test_other_protocols(void **state)
{
	(void)state;
	open_stream(0);
	say(0, "GET / HTTP/1.1\r\n", 16);
	assert_true(stream.done);
	open_stream(1);
	say(0, "\x16\3\1\2\0\7", 6);
	assert_true(stream.done);
	open_stream(2);
	stream.midstream = true;
	say(1, "anything", 8);
	assert_true(stream.done);
	/* The server speaks first: a hello may come, but not for ever. */
	open_stream(3);
	say(1, "SSH-2.0-x\r\n", 11);
	assert_false(stream.done);
	for (int i = 0; i < 10 && !stream.done; i++) {
		static uint8_t key[1024];

		say(0, key, sizeof(key));
		assert_int_equal(stream.done, i == 8);
	}
	assert_true(stream.done);
	assert_int_equal(nd_table_count(CHEF->tcp), 0);
	assert_int_equal(driver_count(), 0);
}

static void test_begins_later(void **state)
{
	(void)state;
	open_stream(0);
	say(1, "220 mail ESMTP\r\n", 16);
	say(0, "EHLO me\r\n", 9);
	say(1, "250 STARTTLS\r\n", 14);
	say(0, "STARTTLS\r\n", 10);
	say(1, "220 go on\r\n", 11);
	say_hex(0, client_12, 1448);
	say_hex(1, server_12, 1448);
	say_hex(0, client_12_end, 1448);
	assert_int_equal(driver_count(), 1);
	TELLS("\"subject\"");
	driver_forget();
	open_stream(1);
	say(0, "CONNECT www.example.com:443 HTTP/1.1\r\n\r\n", 40);
	say(1, "HTTP/1.1 200 OK\r\n\r\n", 19);
	say_hex(0, client_13, 1448);
	say_hex(1, server_13, 1448);
	TELLS("\"version\":\"TLS 1.3\"");
	driver_forget();
	open_stream(2);
	say(0, "PROXY TCP4 192.0.2.1 192.0.2.2 3 4\r\n\x16", 37);
	assert_int_equal(kept[0], 1);
	say_hex(0, client_13 + 2, 1448);
	say_hex(1, server_13, 1448);
	TELLS("\"sni\":\"www.example.com\"");
	end();
}

/* One that the capture ends in says so. */
static void test_capture_ends(void **state)
{
	(void)state;
	open_stream(0);
	say_hex(0, client_13, 1448);
	stream.end = ND_STREAM_STOP;
	end();
	assert_int_equal(driver_count(), 1);
	TELLS("\"sni\"");
	TELLS(",\"waiting\":true}");
}

static void test_one_side(void **state)
{
	(void)state;
	open_stream(0);
	say_hex(0, client_13, 1448);
	assert_int_equal(driver_count(), 0);
	end();
	assert_int_equal(driver_count(), 1);
	TELLS("\"sni\"");
	TELLS_NOT("\"version\":");
	TELLS_NOT("waiting");
	driver_forget();
	open_stream(1);
	say_hex(1, server_12, 1448);
	end();
	TELLS("\"version\":\"TLS 1.2\"");
	TELLS("\"subject\"");
	TELLS_NOT("\"sni\"");
	TELLS_NOT("latency");
}

/* Who seemed to be the server sends the client's hello. */
static void test_turned_round(void **state)
{
	(void)state;
	open_stream(0);
	stream.midstream = true;
	say_hex(1, client_13, 1448);
	say_hex(0, server_13, 1448);
	assert_int_equal(driver_count(), 1);
	TELLS("\"client\":{\"ip\":\"198.51.100.7\",\"port\":443},");
	end();
}

static void test_gap(void **state)
{
	(void)state;
	open_stream(0);
	say_hex(0, client_12, 1448);
	say_hex(1, server_12, 300);
	stream.event = ND_STREAM_GAP;
	stream.to_server = false;
	stream.len = 1448;
	driver_stream(&stream);
	assert_false(stream.done);
	stream.to_server = true;
	assert_int_equal(driver_count(), 0);
	driver_stream(&stream);
	end();
	TELLS("\"sni\"");
}

/* The third of two: the first is told as far as it came. */
static void test_room(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 3; i++) {
		open_stream(i);
		stream.client_port = (uint16_t)(1000 + i);
		say_hex(0, client_13, 1448);
	}
	assert_int_equal(driver_count(), 1);
	TELLS("\"port\":1000}");
	assert_int_equal(tls_forgotten(CHEF), 1);
}

static const uint8_t first_id[] = {1, 2, 3, 4, 5, 6, 7, 8};
static const uint8_t own_id[] = {9, 9, 9};

#define SECOND INT64_C(1000000000)

static int64_t datagram_ns; /* of the client's; the answer is 20 ms later */

/* Packets before the one in a datagram that nobody can open. */
static unsigned sealed_wrong;

static size_t put_sealed_wrong(uint8_t *to)
{
	static const uint8_t one[38] = {0xc0, 0, 0,           0,   1,
					8,    7, [16] = 0x40, 0x14};

	for (unsigned i = 0; i < sealed_wrong; i++)
		memcpy(to + i * sizeof(one), one, sizeof(one));
	return sealed_wrong * sizeof(one);
}

static void datagram(bool of_server, uint16_t port, const uint8_t *hello,
		     size_t at, size_t len)
{
	struct quic_seal s = {.version = 1,
			      .dcid = of_server ? own_id : first_id,
			      .dcid_len = of_server ? 3 : 8,
			      .scid = of_server ? first_id : own_id,
			      .scid_len = of_server ? 5 : 3,
			      .number_len = 1};
	uint8_t frame[1000], packet[1400];
	struct nd_packet pkt = {.payload = packet,
				.ip_src = ips[of_server],
				.ip_dst = ips[!of_server],
				.ip_len = 4,
				.port_src = of_server ? 443 : port,
				.port_dst = of_server ? port : 443,
				.time_ns = datagram_ns +
					   (of_server ? 20000000 : 0)};
	struct nd_quic_keys keys;
	size_t before = put_sealed_wrong(packet);

	frame[0] = 6;
	frame[1] = (uint8_t)(0x40 | at >> 8);
	frame[2] = (uint8_t)at;
	frame[3] = (uint8_t)(0x40 | len >> 8);
	frame[4] = (uint8_t)len;
	memcpy(frame + 5, hello + at, len);
	nd_quic_initial_keys(1, first_id, 8, of_server, &keys);
	pkt.payload_len =
		(uint32_t)(before + quic_seal(&s, &keys, frame, 5 + len,
					      packet + before));
	driver_packet(&pkt);
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
	assert_int_equal(driver_count(), 0);
	datagram(true, 5000, answer, 0, answer_len - 6);
	assert_int_equal(driver_count(), 1);
	TELLS("\"transport\":\"quic\",\"client\":{\"ip\":\"192.0.2.10\","
	      "\"port\":5000},\"server\":{\"ip\":\"198.51.100.7\","
	      "\"port\":443},\"quic_version\":1,\"sni\":\"www.");
	TELLS("\"ja4\":\"q13d1812h2_");
	TELLS("\"cipher\":\"TLS_AES_256_GCM_SHA384\"");
	TELLS("\"latency\":0.02}");
	/* Again: not told again. */
	datagram(false, 5000, hello, 0, 300);
	datagram(true, 5000, answer, 0, answer_len - 6);
	driver_interval(0);
	assert_int_equal(driver_count(), 1);
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
	driver_interval(SECOND - 1);
	assert_int_equal(driver_count(), 0);
	datagram(true, 5000, answer, 0, answer_len - 6);
	assert_int_equal(driver_count(), 1);
	TELLS("\"latency\":0.02}");
	driver_forget();
	driver_interval(SECOND);
	assert_int_equal(driver_count(), 1);
	TELLS("\"port\":5001}");
	TELLS_NOT("waiting");
	/* Now it is the hello of another connection. */
	driver_forget();
	datagram_ns = SECOND;
	datagram(false, 5001, hello, 300, len - 300);
	datagram(false, 5001, hello, 0, 300);
	datagram_ns += SECOND;
	datagram(false, 5002, hello, 300, len - 300);
	assert_int_equal(driver_count(), 1);
	TELLS("\"port\":5001}");
	driver_forget();
	datagram(false, 5002, hello, 0, 300);
	driver_finish(datagram_ns + 1);
	assert_int_equal(driver_count(), 1);
	TELLS("\"port\":5002}");
	TELLS("\"ja4\":\"q13d1812h2_");
	TELLS(",\"waiting\":true}");
	assert_int_equal(nd_table_count(CHEF->quic), 0);
	datagram_ns = 0;
	free(hello);
	free(answer);
}

/* What many packets of a datagram cost has a bound. */
static void test_many_in_a_datagram(void **state)
{
	size_t len;
	uint8_t *hello = tls_bytes(client_13 + 10, &len);

	(void)state;
	for (sealed_wrong = 4; sealed_wrong >= 3; sealed_wrong--) {
		datagram(false, 5000, hello, 0, len);
		driver_finish(SECOND);
		assert_int_equal(driver_count(), sealed_wrong == 3);
	}
	sealed_wrong = 0;
	free(hello);
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

		driver_packet(&pkt);
	}
	assert_int_equal(nd_table_count(CHEF->quic), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(test_tls_1_2),
					   TEST(test_tls_1_3),
					   TEST(test_resumed),
					   TEST(test_alert),
					   TEST(test_other_protocols),
					   TEST(test_begins_later),
					   TEST(test_capture_ends),
					   TEST(test_one_side),
					   TEST(test_turned_round),
					   TEST(test_gap),
					   TEST(test_room),
					   TEST(test_quic),
					   TEST(test_quic_unanswered),
					   TEST(test_many_in_a_datagram),
					   TEST(test_other_datagrams)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
