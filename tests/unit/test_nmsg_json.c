/* SPDX-License-Identifier: MIT */
#include "nmsg_json.h"

#include "nmsg_case.h"

#define NOW INT64_C(1500000000250000000)

static struct nmsg_json reader;
static struct text t;

static int set_up(void **state)
{
	(void)state;
	memset(&reader, 0, sizeof(reader));
	memset(&t, 0, sizeof(t));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	nmsg_json_free(&reader);
	text_free(&t);
	return 0;
}

/* Reads a line that is whole without its newline. */
static int read_line(const char *line, struct message *m)
{
	size_t used, len = strlen(line);
	char *copy = malloc(len ? len : 1); /* so that overreads show */
	int rc;

	assert_non_null(copy);
	memcpy(copy, line, len);
	rc = nmsg_json_next(&reader, copy, len, true, NOW, &used, m);
	free(copy);
	assert_int_equal(used, len);
	return rc;
}

static void writes(const struct message *m, const char *expected)
{
	t.len = 0;
	assert_int_equal(nmsg_json_write(&t, m, NULL), 0);
	assert_text(&t, expected);
}

/* The line, read and written again, is as it was. */
static void comes_back(const char *line)
{
	struct message m;

	assert_int_equal(read_line(line, &m), 1);
	writes(&m, line);
}

static void test_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(nmsg_vectors); i++) {
		const struct nmsg_vector *v = &nmsg_vectors[i];
		struct message m = vector_message(v), back;

		writes(&m, v->json);
		assert_int_equal(read_line(v->json, &back), 1);
		assert_message(&back, &m);
		free_message(&m);
	}
}

static void test_keys_come_in_any_order(void **state)
{
	const struct nmsg_vector *v = &nmsg_vectors[6];
	struct message m = vector_message(v), back;

	(void)state;
	assert_int_equal(v->msgtype, 7);
	assert_int_equal(
		read_line(" { \"message\" : { \"rdata\":[ \"192.0.2.1\" ,"
			  "\"192.0.2.2\"],\"nothing\":[{\"x\":null}],"
			  "\"rrttl\":300,\"rrtype\":1,\"section\":1,"
			  "\"rrclass\":\"in\",\"qtype\":\"TYPE1\","
			  "\"qclass\":\"CLASS1\",\"rrname\":"
			  "\"www.example.com\",\"qname\":\"www\\u002eexample"
			  ".com.\"},\"mname\":\"DNS\",\"more\":-1.5e3,"
			  "\"vname\":\"BASE\",\"time\":"
			  "1704164645.006007008 } ",
			  &back),
		1);
	assert_message(&back, &m);
	free_message(&m);
}

static void at(const char *time, int64_t sec, uint32_t nsec)
{
	struct message m;
	char line[200];

	snprintf(line, sizeof(line),
		 "{\"time\":%s,\"vname\":\"base\",\"mname\":\"ipconn\","
		 "\"message\":{}}",
		 time);
	assert_int_equal(read_line(line, &m), 1);
	assert_int_equal(m.time_sec, sec);
	assert_int_equal(m.time_nsec, nsec);
}

static void test_times(void **state)
{
	struct message m;

	(void)state;
	at("\"2024-01-02 03:04:05\"", VECTOR_SEC, 0);
	at("\"2024-01-02 03:04:05.5\"", VECTOR_SEC, 500000000);
	at("\"2024-01-02 03:04:05.000000001\"", VECTOR_SEC, 1);
	at("\"2024-01-02 03:04:05.1234567899\"", VECTOR_SEC, 123456789);
	at("\"2024-01-02T03:04:05.25Z\"", VECTOR_SEC, 250000000);
	at("\"1969-12-31 23:59:59.5\"", -1, 500000000);
	at("\"2000-02-29 00:00:00\"", 951782400, 0);
	at("1704164645", VECTOR_SEC, 0);
	at("1704164645.006007008", VECTOR_SEC, VECTOR_NSEC);
	at("-1.25", -2, 750000000);
	at("1.5e9", 1500000000, 0);
	at("null", 1500000000, 250000000);
	assert_int_equal(read_line("{\"vname\":\"base\",\"mname\":\"ipconn\","
				   "\"message\":{}}",
				   &m),
			 1);
	assert_int_equal(m.time_sec, 1500000000);
	assert_int_equal(m.time_nsec, 250000000);
}

static void test_what_is_no_message(void **state)
{
	static const char *const lines[] = {
		"x",
		"[]",
		"{}",
		"{\"vname\":\"base\",\"mname\":\"ipconn\"}",
		"{\"vname\":\"base\",\"mname\":\"ipconn\",\"message\":[]}",
		"{\"vname\":\"base\",\"mname\":\"ipconn\",\"message\":{}",
		"{\"vname\":\"base\",\"mname\":\"ipconn\",\"message\":{}}}",
		"{\"vname\":\"base\",\"mname\":\"ipconn\",\"message\":{},}",
		"{\"vname\":\"base\",\"mname\":\"nothing\",\"message\":{}}",
		"{\"vname\":\"base\",\"mname\":\"ipconn\",\"message\":"
		"{\"srcport\":65536}}",
		"{\"vname\":\"base\",\"mname\":\"ipconn\",\"message\":"
		"{\"srcport\":-1}}",
		"{\"vname\":\"base\",\"mname\":\"ipconn\",\"message\":"
		"{\"srcip\":\"1.2.3\"}}",
		"{\"vname\":\"base\",\"mname\":\"pkt\",\"message\":"
		"{\"payload\":\"AA=A\"}}",
		"{\"vname\":\"base\",\"mname\":\"pkt\",\"message\":"
		"{\"payload\":\"AAAAA\"}}",
		"{\"vname\":\"base\",\"mname\":\"email\",\"message\":"
		"{\"type\":\"ham\"}}",
		"{\"vname\":\"base\",\"mname\":\"dns\",\"message\":"
		"{\"rrname\":\"a..b.\"}}",
		"{\"vname\":\"base\",\"mname\":\"dns\",\"message\":"
		"{\"rrtype\":\"A\",\"rrclass\":\"IN\",\"rdata\":[\"x\"]}}",
		"{\"vname\":\"base\",\"mname\":\"dns\",\"message\":"
		"{\"rdata\":[\"192.0.2.1\"]}}",
		"{\"time\":\"2024-13-01 00:00:00\",\"vname\":\"base\","
		"\"mname\":\"ipconn\",\"message\":{}}",
		"{\"time\":\"2024-01-01 00:00:00.\",\"vname\":\"base\","
		"\"mname\":\"ipconn\",\"message\":{}}",
		"{\"vname\":\"base\",\"mname\":\"ipconn\",\"message\":{},"
		"\"source\":\"123456789\"}",
		"{\"vname\":\"base\",\"mname\":\"logline\",\"message\":"
		"{\"category\":\"\\x\"}}",
	};
	struct message m;

	(void)state;
	for (size_t i = 0; i < LENGTH(lines); i++)
		if (read_line(lines[i], &m) != -EBADMSG)
			fail_msg("taken: %s", lines[i]);
}

static void test_lines(void **state)
{
	static const char text[] = "\n  \n{\"vname\":\"base\",\"mname\":"
				   "\"ipconn\",\"message\":{\"proto\":6}}\n"
				   "bad\n{\"vname\":1";
	size_t used, whole = sizeof(text) - 1 - 10, first = 60;
	struct message m;

	(void)state;
	/* Not whole yet, but for the empty lines before it. */
	assert_int_equal(
		nmsg_json_next(&reader, text, 20, false, NOW, &used, &m), 0);
	assert_int_equal(used, 4);
	assert_int_equal(nmsg_json_next(&reader, text, strlen(text), false, NOW,
					&used, &m),
			 1);
	assert_int_equal(text[used - 1], '\n');
	assert_int_equal(used, first);
	assert_int_equal(m.payload_len, 2);
	assert_int_equal(nmsg_json_next(&reader, text + used,
					strlen(text) - used, false, NOW, &used,
					&m),
			 -EBADMSG);
	assert_int_equal(used, 4);
	assert_int_equal(nmsg_json_next(&reader, text + whole, 10, false, NOW,
					&used, &m),
			 0);
	assert_int_equal(used, 0);
	assert_int_equal(nmsg_json_next(&reader, text + whole, 10, true, NOW,
					&used, &m),
			 -EBADMSG);
	assert_int_equal(used, 10);
}

static void test_negative_numbers(void **state)
{
	static const char line[] =
		"{\"time\":\"1970-01-01 00:00:00.000000000\",\"vname\":"
		"\"base\",\"mname\":\"http\",\"message\":{\"type\":"
		"\"sinkhole\",\"p0f_dist\":-5,\"p0f_score\":-2147483648}}\n";
	struct message m;

	(void)state;
	comes_back(line);
	/* As nmsgtool writes them. */
	assert_int_equal(
		read_line("{\"time\":0,\"vname\":\"base\",\"mname\":\"http\","
			  "\"message\":{\"type\":1,\"p0f_dist\":"
			  "18446744073709551611,\"p0f_score\":"
			  "18446744071562067968}}",
			  &m),
		1);
	writes(&m, line);
}

static void test_types_that_are_not_known(void **state)
{
	struct message m = made_message(2, 99, "00ff10"), back;

	(void)state;
	m.source = 1;
	writes(&m, "{\"time\":\"2024-01-02 03:04:05.006007008\",\"vname\":"
		   "\"SIE\",\"mname\":\"99\",\"source\":\"00000001\","
		   "\"message\":{\"payload\":\"AP8Q\"}}\n");
	assert_int_equal(read_line(text_str(&t), &back), 1);
	assert_message(&back, &m);
	m.vid = 4000000000u;
	m.payload_len = 0;
	writes(&m, "{\"time\":\"2024-01-02 03:04:05.006007008\",\"vname\":"
		   "\"4000000000\",\"mname\":\"99\",\"source\":\"00000001\","
		   "\"message\":{\"payload\":null}}\n");
	assert_int_equal(read_line(text_str(&t), &back), 1);
	assert_message(&back, &m);
	free_message(&m);
}

static void test_strings(void **state)
{
	/* A quote, a control, DEL, overlong, a surrogate, a stray tail. */
	struct message m = made_message(1, 6, "120c225c01097fc0afedA0809fF0");

	(void)state;
	m.time_sec = m.time_nsec = 0;
	writes(&m, "{\"time\":\"1970-01-01 00:00:00.000000000\",\"vname\":"
		   "\"base\",\"mname\":\"logline\",\"message\":{\"message\":"
		   "\"\\\"\\\\\\u0001\\t\x7f\xef\xbf\xbd\xef\xbf\xbd"
		   "\xef\xbf\xbd\xef\xbf\xbd\"}}\n");
	free_message(&m);
	comes_back("{\"time\":\"1970-01-01 00:00:00.000000000\",\"vname\":"
		   "\"base\",\"mname\":\"logline\",\"message\":{\"category\":"
		   "\"\",\"message\":\"a/b \xf0\x9f\x98\x80 \\u0000\\n\"}}\n");
}

static void test_pairs_of_surrogates(void **state)
{
	struct message m;

	(void)state;
	assert_int_equal(read_line("{\"vname\":\"base\",\"mname\":\"logline\","
				   "\"message\":{\"message\":"
				   "\"\\ud83d\\ude00\\ud83d\\u00e9\"}}",
				   &m),
			 1);
	assert_int_equal(m.payload_len, 2 + 4 + 3 + 2 + 1);
	assert_memory_equal(m.payload,
			    "\x12\x0a\xf0\x9f\x98\x80\xef\xbf\xbd"
			    "\xc3\xa9\0",
			    12);
}

static void test_required_fields(void **state)
{
	struct message m;

	(void)state;
	assert_int_equal(read_line("{\"vname\":\"base\",\"mname\":\"packet\","
				   "\"message\":{}}",
				   &m),
			 1);
	assert_int_equal(m.payload_len, 4);
	assert_memory_equal(m.payload, "\x08\0\x12\0", 4);
	m.time_sec = m.time_nsec = 0;
	writes(&m, "{\"time\":\"1970-01-01 00:00:00.000000000\",\"vname\":"
		   "\"base\",\"mname\":\"packet\",\"message\":"
		   "{\"payload_type\":0,\"payload\":null}}\n");
	assert_int_equal(read_line(text_str(&t), &m), 1);
	assert_memory_equal(m.payload, "\x08\0\x12\0", 4);
	m.payload_len = 2; /* without what is required */
	assert_int_equal(nmsg_json_write(&t, &m, NULL), -EBADMSG);
}

static void test_bytes(void **state)
{
	static const char *const forms[] = {
		"\"aGVsbG8=\"",
		"\"aGVsbG8\"",
		"{\"b64\":\"aGVsbG8=\"}",
		"{\"val\":[1,{}],\"b64\":\"aGVsbG8=\"}",
		"{\"b64\":\"aGVsbG8=\",\"val\":\"x\"}",
		"{\"val\":\"hello\"}",
	};
	struct message m;
	char line[200];

	(void)state;
	for (size_t i = 0; i < LENGTH(forms); i++) {
		snprintf(line, sizeof(line),
			 "{\"vname\":\"base\",\"mname\":\"encode\","
			 "\"message\":{\"type\":0,\"payload\":%s}}",
			 forms[i]);
		assert_int_equal(read_line(line, &m), 1);
		assert_int_equal(m.payload_len, 9);
		assert_memory_equal(m.payload, "\x08\0\x12\5hello", 9);
	}
}

static void test_base64_of_any_length(void **state)
{
	uint8_t payload[300] = {0x12};
	struct message m = {.vid = 1, .msgtype = 11, .payload = payload}, back;

	(void)state;
	for (size_t len = 0; len < 120; len++) {
		payload[0] = 0x08;
		payload[1] = 3;
		payload[2] = 0x12;
		payload[3] = (uint8_t)len;
		for (size_t i = 0; i < len; i++)
			payload[4 + i] = (uint8_t)(i * 37 + len);
		m.payload_len = len + 4;
		t.len = 0;
		assert_int_equal(nmsg_json_write(&t, &m, NULL), 0);
		assert_int_equal(read_line(text_str(&t), &back), 1);
		assert_message(&back, &m);
	}
}

static void test_json_in_json(void **state)
{
	struct message m = made_message(1, 11, "080112077b2261223a317d");
	struct message broken = made_message(1, 11, "080112037b2261");
	struct message lines = made_message(1, 11, "080112035b0a5d");

	(void)state;
	m.time_sec = m.time_nsec = 0;
	writes(&m, "{\"time\":\"1970-01-01 00:00:00.000000000\",\"vname\":"
		   "\"base\",\"mname\":\"encode\",\"message\":{\"type\":"
		   "\"JSON\",\"payload\":{\"val\":{\"a\":1},\"b64\":"
		   "\"eyJhIjoxfQ==\"}}}\n");
	broken.time_sec = broken.time_nsec = 0;
	writes(&broken, "{\"time\":\"1970-01-01 00:00:00.000000000\",\"vname\":"
			"\"base\",\"mname\":\"encode\",\"message\":{\"type\":"
			"\"JSON\",\"payload\":{\"b64\":\"eyJh\"}}}\n");
	lines.time_sec = lines.time_nsec = 0;
	writes(&lines, "{\"time\":\"1970-01-01 00:00:00.000000000\",\"vname\":"
		       "\"base\",\"mname\":\"encode\",\"message\":{\"type\":"
		       "\"JSON\",\"payload\":{\"val\":[ ],\"b64\":\"Wwpd\"}}}"
		       "\n");
	free_message(&m);
	free_message(&broken);
	free_message(&lines);
}

static void test_what_is_repeated_by_mistake(void **state)
{
	struct message m;

	(void)state;
	assert_int_equal(read_line("{\"vname\":\"base\",\"mname\":\"ipconn\","
				   "\"message\":{\"proto\":6,\"srcport\":1,"
				   "\"proto\":17}}",
				   &m),
			 1);
	assert_int_equal(m.payload_len, 4);
	assert_memory_equal(m.payload, "\x08\x11\x18\x01", 4);
}

static void test_sie(void **state)
{
	(void)state;
	comes_back("{\"time\":\"2020-02-22 17:47:42.017525820\",\"vname\":"
		   "\"SIE\",\"mname\":\"dnsdedupe\",\"source\":\"a1ba02cf\","
		   "\"message\":{\"type\":\"INSERTION\",\"count\":1,"
		   "\"time_first\":\"2020-02-22 12:54:50\",\"time_last\":"
		   "\"2020-02-22 12:54:51\",\"response_ip\":\"2001:db8::1\","
		   "\"bailiwick\":\"example.\",\"rrname\":\"www.example.\","
		   "\"rrclass\":\"IN\",\"rrtype\":\"NSEC\",\"rrttl\":3600,"
		   "\"rdata\":[\"\\\\000.www.example. A MX RRSIG NSEC TLSA "
		   "TYPE65534\"]}}\n");
	comes_back("{\"time\":\"2020-02-22 17:47:42.017525820\",\"vname\":"
		   "\"SIE\",\"mname\":\"newdomain\",\"message\":{\"domain\":"
		   "\"example.\",\"rdata\":[],\"keys\":[\"a\",\"b\"],"
		   "\"new_domain\":true,\"new_rr\":[true,false]}}\n");
	comes_back("{\"time\":\"2020-02-22 17:47:42.017525820\",\"vname\":"
		   "\"SIE\",\"mname\":\"delay\",\"message\":{\"query_ip\":"
		   "\"192.0.2.1\",\"response_ip\":\"192.0.2.2\",\"delay\":"
		   "0.125,\"response_time_sec\":-1}}\n");
	comes_back("{\"time\":\"2020-02-22 17:47:42.017525820\",\"vname\":"
		   "\"SIE\",\"mname\":\"dnsnx\",\"message\":{\"qname\":"
		   "\"B2V4YW1wbGUA\",\"qclass\":1,\"qtype\":28,"
		   "\"response_ip\":\"192.0.2.1\",\"response_time_nsec\":"
		   "-1}}\n");
	comes_back("{\"time\":\"2020-02-22 17:47:42.017525820\",\"vname\":"
		   "\"SIE\",\"mname\":\"reputation\",\"message\":{\"type\":"
		   "\"URI\",\"tag\":\"bad\",\"uri\":\"http://x/\"}}\n");
	comes_back("{\"time\":\"2020-02-22 17:47:42.017525820\",\"vname\":"
		   "\"SIE\",\"mname\":\"qr\",\"message\":{\"type\":"
		   "\"QUERY\",\"num_response\":4294967295}}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_vectors, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_keys_come_in_any_order,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_times, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_what_is_no_message, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_lines, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_negative_numbers, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_types_that_are_not_known,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_strings, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_pairs_of_surrogates,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_required_fields, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_bytes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_base64_of_any_length,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_json_in_json, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(
			test_what_is_repeated_by_mistake, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sie, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
