/* SPDX-License-Identifier: MIT */
#include "nmsg_dig.h"
#include "nmsg_dig_read.h"

#include "nmsg_case.h"
#include "nmsg_json.h"
#include "nmsg_pres.h"

/*
 * A question for www.example.com A with the answers CNAME, two A, and one MX
 * between them, names in capitals and with pointers, and EDNS.
 */
static const char response[] = "1234850000010004000000010377777707657861"
			       "6d706c6503636f6d0000010001"
			       "c00c000500010000012c0004015ac010"
			       "c02d000100010000012c0004c0000201"
			       "c010000f000100000e100009000a046d61696cc010"
			       "017ac010000100010000003c0004c0000202"
			       "00002904d000008000001d"
			       "000a0008ca22a0c869d91081"
			       "000800070001180"
			       "0c00002"
			       "000f0002000f";

static const char text[] =
	";; ->>HEADER<<- opcode: QUERY, rcode: NOERROR, id: 4660\n"
	";; flags: qr aa rd; QUERY: 1, ANSWER: 4, AUTHORITY: 0, ADDITIONAL: 0\n"
	"\n"
	";; OPT PSEUDOSECTION:\n"
	"; EDNS: version: 0, flags: do; udp: 1232\n"
	"; OPT=10: ca 22 a0 c8 69 d9 10 81 (\".\"..i...\")\n"
	"; CLIENT-SUBNET: 192.0.2.0/24/0\n"
	"; EDE: 15 (Blocked): ()\n"
	";; QUESTION SECTION:\n"
	";www.example.com. IN A\n"
	"\n"
	";; ANSWER SECTION:\n"
	"www.example.com. 300 IN CNAME Z.example.com.\n"
	"Z.example.com. 300 IN A 192.0.2.1\n"
	"example.com. 3600 IN MX 10 mail.example.com.\n"
	"z.example.com. 60 IN A 192.0.2.2\n"
	"\n"
	";; AUTHORITY SECTION:\n"
	"\n"
	";; ADDITIONAL SECTION:\n";

static const char json[] =
	"{\"header\":{\"opcode\":\"QUERY\",\"rcode\":\"NOERROR\",\"id\":4660,"
	"\"flags\":[\"qr\",\"aa\",\"rd\"],\"opt\":{\"edns\":{\"version\":0,"
	"\"flags\":[\"do\"],\"udp\":1232,\"options\":[\"OPT=10: ca 22 a0 c8 "
	"69 d9 10 81 (\\\".\\\"..i...\\\")\",\"CLIENT-SUBNET: "
	"192.0.2.0/24/0\",\"EDE: 15 (Blocked): ()\"]}}},\"question\":["
	"{\"qname\":\"www.example.com.\",\"qclass\":\"IN\",\"qtype\":\"A\"}],"
	"\"answer\":[{\"rrname\":\"www.example.com.\",\"rrttl\":300,"
	"\"rrclass\":\"IN\",\"rrtype\":\"CNAME\",\"rdata\":["
	"\"Z.example.com.\"]},{\"rrname\":\"Z.example.com.\",\"rrttl\":60,"
	"\"rrclass\":\"IN\",\"rrtype\":\"A\",\"rdata\":[\"192.0.2.1\","
	"\"192.0.2.2\"]},{\"rrname\":\"example.com.\",\"rrttl\":3600,"
	"\"rrclass\":\"IN\",\"rrtype\":\"MX\",\"rdata\":["
	"\"10 mail.example.com.\"]}],\"authority\":[],\"additional\":[]}";

static uint8_t message[4096];
static size_t message_len;

static int set_up(void **state)
{
	(void)state;
	message_len = 0;
	for (const char *p = response; *p; p++) {
		unsigned digit =
			(unsigned)(*p <= '9' ? *p - '0' : *p - 'a' + 10);

		if ((p - response) % 2 == 0)
			message[message_len] = (uint8_t)(digit << 4);
		else
			message[message_len++] |= (uint8_t)digit;
	}
	return 0;
}

static void test_text(void **state)
{
	struct text t = {0}, back = {0};

	(void)state;
	assert_true(nmsg_dig_text(&t, message, message_len));
	assert_text(&t, text);
	assert_true(nmsg_dig_read(&back, text, strlen(text)));
	t.len = 0;
	assert_true(nmsg_dig_text(&t, (const uint8_t *)back.at, back.len));
	assert_text(&t, text);
	text_free(&t);
	text_free(&back);
}

static void test_json(void **state)
{
	struct text t = {0};

	(void)state;
	assert_true(nmsg_dig_json(&t, message, message_len));
	assert_text(&t, json);
	text_free(&t);
}

/* Cut off anywhere but behind a record it is no message. */
static void test_cut_off(void **state)
{
	struct text t = {0};
	size_t good = 0;

	(void)state;
	for (size_t len = 0; len < message_len; len++) {
		uint8_t *copy = malloc(len ? len : 1);

		assert_non_null(copy);
		memcpy(copy, message, len);
		good += nmsg_dig_text(&t, copy, len);
		good += nmsg_dig_json(&t, copy, len);
		free(copy);
	}
	assert_int_equal(good, 2 * 6); /* the header, the question, four */
	text_free(&t);
}

static void test_what_is_no_text(void **state)
{
	struct text t = {0};

	(void)state;
	for (size_t len = 0; len + 1 < strlen(text); len += 7)
		nmsg_dig_read(&t, text, len);
	assert_false(nmsg_dig_read(&t, "", 0));
	assert_false(nmsg_dig_read(&t, text, 20));
	assert_false(nmsg_dig_read(&t, text + 1, strlen(text) - 1));
	text_free(&t);
}

/* --- the fields of messages that are made of packets --------------------- */

static uint8_t payload[8192];
static size_t payload_len;

static void put(const void *bytes, size_t len)
{
	memcpy(payload + payload_len, bytes, len);
	payload_len += len;
}

static void put_hex(const char *digits)
{
	payload_len += from_hex(digits, payload + payload_len,
				sizeof(payload) - payload_len);
}

/* The response, or a fragment of it, as field 15: an IPv4 packet of UDP. */
static void put_packet(size_t at, size_t len, bool more, uint16_t sum)
{
	uint16_t total = (uint16_t)(20 + len), place = (uint16_t)(at / 8);
	uint8_t head[] = {0x7a,
			  (uint8_t)(total | 0x80),
			  (uint8_t)(total >> 7),
			  0x45,
			  0,
			  (uint8_t)(total >> 8),
			  (uint8_t)total,
			  0,
			  1,
			  (uint8_t)(place >> 8 | (more ? 0x20 : 0)),
			  (uint8_t)place,
			  64,
			  17,
			  0,
			  0,
			  198,
			  51,
			  100,
			  53,
			  192,
			  0,
			  2,
			  53};
	uint16_t udp_len = (uint16_t)(message_len + 8);
	uint8_t udp[1024] = {0,
			     53,
			     0x14,
			     0xe9,
			     (uint8_t)(udp_len >> 8),
			     (uint8_t)udp_len,
			     (uint8_t)(sum >> 8),
			     (uint8_t)sum};

	memcpy(udp + 8, message, message_len);
	put(head, sizeof(head));
	put(udp + at, len);
}

/* What the sum of the whole datagram must be: RFC 768. */
static uint16_t right_sum(void)
{
	uint32_t s = 198 * 256 + 51 + 100 * 256 + 53 + 192 * 256 + 2 * 256 +
		     53 + 17 + 53 + 0x14e9;

	s += 2 * ((uint32_t)message_len + 8);
	for (size_t i = 0; i < message_len; i++)
		s += (uint32_t)message[i] << (i % 2 ? 0 : 8);
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return (uint16_t)~s;
}

static void start(void)
{
	payload_len = 0;
	put_hex("08011204c00002351a04c6336435201128e929303538b424");
	/* A query that took 5.71 ms, whose packet was not kept. */
	put_hex("68a5facdac0675e0a85b00");
}

static void end(unsigned responses)
{
	for (unsigned i = 0; i < responses; i++)
		put_hex("8001a5facdac06");
	for (unsigned i = 0; i < responses; i++)
		put_hex("8d015fcab200");
}

static void check_pres(const char *checksum, bool response_too)
{
	struct message m = {.vid = 1,
			    .msgtype = 9,
			    .payload = payload,
			    .payload_len = payload_len};
	char expected[64];
	struct text t = {0};

	nmsg_pres_write(&t, &m, NULL, "\n");
	snprintf(expected, sizeof(expected), "\nudp_checksum: %s\n", checksum);
	assert_non_null(strstr(text_str(&t), "\ndelay: 0.005710\n"));
	assert_non_null(strstr(t.at, expected));
	assert_int_equal(strstr(t.at, text) != NULL, response_too);
	t.len = 0;
	assert_int_equal(nmsg_json_write(&t, &m, NULL), 0);
	assert_non_null(strstr(text_str(&t), ",\"delay\":0.00571"));
	/* JSON tells what is on the wire alone. */
	assert_null(strstr(t.at, "udp_checksum"));
	assert_int_equal(strstr(t.at, json) != NULL, response_too);
	assert_int_equal(strstr(t.at, "\"dns\":\"EjSF") != NULL, response_too);
	text_free(&t);
}

static void test_response(void **state)
{
	size_t whole = message_len + 8;

	(void)state;
	start();
	put_packet(0, whole, false, right_sum());
	end(1);
	check_pres("CORRECT", true);
	start();
	put_packet(0, whole, false, (uint16_t)(right_sum() + 1));
	end(1);
	check_pres("INCORRECT", true);
	start();
	put_packet(0, whole, false, 0);
	end(1);
	check_pres("ABSENT", true);
}

static void test_response_in_fragments(void **state)
{
	size_t whole = message_len + 8;

	(void)state;
	start();
	put_packet(64, 64, true, 0);
	put_packet(0, 64, true, right_sum());
	put_packet(128, whole - 128, false, 0);
	end(3);
	check_pres("CORRECT", true);
	start();
	put_packet(0, 64, true, right_sum());
	put_packet(128, whole - 128, false, 0);
	end(2);
	check_pres("INCORRECT", false);
}

static void test_dnsobs(void **state)
{
	struct message m = {.vid = 1, .msgtype = 14, .payload = payload}, back;
	uint8_t head[] = {0x3a, (uint8_t)(message_len | 0x80),
			  (uint8_t)(message_len >> 7)};
	struct nmsg_json reader = {0};
	struct nmsg_pres pres = {0};
	struct text t = {0}, again = {0};
	size_t used;

	(void)state;
	payload_len = 0;
	put_hex("0801120"
		"4c63364351a0d076578616d706c6503636f6d00"
		"200128013000");
	put(head, sizeof(head));
	put(message, message_len);
	m.payload_len = payload_len;
	assert_int_equal(nmsg_json_write(&t, &m, NULL), 0);
	assert_non_null(strstr(text_str(&t), json));
	assert_int_equal(
		nmsg_json_next(&reader, t.at, t.len, true, 0, &used, &back), 1);
	assert_message(&back, &m);
	/* Its text leads to a message that says the same. */
	t.len = 0;
	nmsg_pres_write(&t, &m, NULL, "\n");
	assert_int_equal(
		nmsg_pres_next(&pres, t.at, t.len, true, 0, &used, &back), 1);
	nmsg_pres_write(&again, &back, NULL, "\n");
	assert_non_null(strstr(text_str(&again), text));
	text_free(&t);
	text_free(&again);
	nmsg_json_free(&reader);
	nmsg_pres_free(&pres);
}

static void test_dnstap(void **state)
{
	struct message m = {.vid = 1, .msgtype = 13, .payload = payload}, back;
	size_t inner = message_len + 3 + 21;
	uint8_t head[] = {0x0a,
			  2,
			  'n',
			  's',
			  0x72,
			  (uint8_t)(inner | 0x80),
			  (uint8_t)(inner >> 7)};
	uint8_t before[] = {0x72, (uint8_t)(message_len | 0x80),
			    (uint8_t)(message_len >> 7)};
	struct nmsg_json reader = {0};
	struct text t = {0};
	size_t used;

	(void)state;
	payload_len = 0;
	put(head, sizeof(head));
	put_hex("08041001180"
		"12a04c6336435383560"
		"01"
		"6d05000000");
	put(before, sizeof(before));
	put(message, message_len);
	put_hex("7801");
	m.payload_len = payload_len;
	assert_int_equal(nmsg_json_write(&t, &m, NULL), 0);
	assert_non_null(strstr(text_str(&t),
			       "\"message\":{\"identity\":\"bnM=\",\"type\":"
			       "\"MESSAGE\",\"message_type\":"
			       "\"RESOLVER_RESPONSE\",\"socket_family\":"
			       "\"INET\",\"socket_protocol\":\"UDP\","
			       "\"response_address\":\"198.51.100.53\","
			       "\"response_port\":53,\"response_time_sec\":1,"
			       "\"response_time_nsec\":5,\"response_message\":"
			       "\"EjSF"));
	assert_non_null(strstr(t.at, "\"id\":4660,\"qname\":"
				     "\"www.example.com.\",\"qclass\":\"IN\","
				     "\"qtype\":\"A\",\"rcode\":\"NOERROR\"}"));
	assert_int_equal(
		nmsg_json_next(&reader, t.at, t.len, true, 0, &used, &back), 1);
	assert_message(&back, &m);
	text_free(&t);
	nmsg_json_free(&reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_text, set_up),
		cmocka_unit_test_setup(test_json, set_up),
		cmocka_unit_test_setup(test_cut_off, set_up),
		cmocka_unit_test_setup(test_what_is_no_text, set_up),
		cmocka_unit_test_setup(test_response, set_up),
		cmocka_unit_test_setup(test_response_in_fragments, set_up),
		cmocka_unit_test_setup(test_dnsobs, set_up),
		cmocka_unit_test_setup(test_dnstap, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
