/* SPDX-License-Identifier: MIT */
/* Handshakes over TCP. */
#include "tls_chef_driver.h"

static void test_tls_1_2(void **state)
{
	static const size_t steps[] = {1, 7, 100, 1448};

	(void)state;
	for (size_t i = 0; i < LENGTH(steps); i++) {
		told[0] = '\0';
		open_stream(i);
		say_hex(0, client_12, steps[i]);
		say_hex(1, server_12, steps[i]);
		assert_int_equal(lines(), 0);
		say_hex(0, client_12_end, steps[i]);
		assert_int_equal(lines(), 1);
		end();
		assert_int_equal(lines(), 1);
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
	chef.list_ciphers = true;
	open_stream(0);
	say_hex(0, client_13, 1448);
	say_hex(1, server_13, 1448);
	assert_int_equal(lines(), 1);
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
	assert_int_equal(lines(), 1);
	TELLS("\"resumed\":true");
	end();
}

static void test_alert(void **state)
{
	(void)state;
	open_stream(0);
	say_hex(0, client_12, 1448);
	say(1, "\x15\3\3\0\2\2\x28", 7);
	assert_int_equal(lines(), 1);
	TELLS("\"alert\":{\"from\":\"server\",\"fatal\":true,\"code\":40,"
	      "\"name\":\"handshake_failure\"}");
	TELLS_NOT("\"version\":");
	open_stream(1);
	told[0] = '\0';
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
	assert_int_equal(nd_table_count(chef.tcp), 0);
	assert_int_equal(lines(), 0);
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
	assert_int_equal(lines(), 1);
	TELLS("\"subject\"");
	told[0] = '\0';
	open_stream(1);
	say(0, "CONNECT www.example.com:443 HTTP/1.1\r\n\r\n", 40);
	say(1, "HTTP/1.1 200 OK\r\n\r\n", 19);
	say_hex(0, client_13, 1448);
	say_hex(1, server_13, 1448);
	TELLS("\"version\":\"TLS 1.3\"");
	told[0] = '\0';
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
	assert_int_equal(lines(), 1);
	TELLS("\"sni\"");
	TELLS(",\"waiting\":true}");
}

static void test_one_side(void **state)
{
	(void)state;
	open_stream(0);
	say_hex(0, client_13, 1448);
	assert_int_equal(lines(), 0);
	end();
	assert_int_equal(lines(), 1);
	TELLS("\"sni\"");
	TELLS_NOT("\"version\":");
	TELLS_NOT("waiting");
	told[0] = '\0';
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
	assert_int_equal(lines(), 1);
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
	assert_int_equal(tls_stream(&chef, &stream, out), 0);
	assert_false(stream.done);
	stream.to_server = true;
	assert_int_equal(tls_stream(&chef, &stream, out), ND_SERVE);
	take();
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
	assert_int_equal(lines(), 1);
	TELLS("\"port\":1000}");
	assert_int_equal(tls_forgotten(&chef), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_tls_1_2),
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
