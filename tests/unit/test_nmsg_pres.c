/* SPDX-License-Identifier: MIT */
#include "nmsg_pres.h"

#include "nmsg_case.h"

#define NOW INT64_C(1500000000250000000)

static struct nmsg_pres reader;
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
	nmsg_pres_free(&reader);
	text_free(&t);
	return 0;
}

static int next(const char *text, size_t len, bool last, size_t *used,
		struct message *m)
{
	char *copy = malloc(len ? len : 1); /* so that overreads show */
	int rc;

	assert_non_null(copy);
	memcpy(copy, text, len);
	rc = nmsg_pres_next(&reader, copy, len, last, NOW, used, m);
	free(copy);
	return rc;
}

static int read_text(const char *text, struct message *m)
{
	size_t used;

	return next(text, strlen(text), true, &used, m);
}

static void writes(const struct message *m, const char *expected)
{
	t.len = 0;
	nmsg_pres_write(&t, m, NULL, "\n");
	assert_text(&t, expected);
}

/* But for the first number, which is the payload's length. */
static void comes_back(const char *text)
{
	struct message m;

	assert_int_equal(read_text(text, &m), 1);
	t.len = 0;
	nmsg_pres_write(&t, &m, NULL, "\n");
	assert_int_equal(t.error, 0);
	assert_string_equal(strchr(text_str(&t), ']'), strchr(text, ']'));
}

static void test_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(nmsg_vectors); i++) {
		const struct nmsg_vector *v = &nmsg_vectors[i];
		struct message m = vector_message(v), back;
		bool lost = v->msgtype == 1 || strstr(v->pres, "<BYTE ARRAY");
		size_t used, len = strlen(v->pres);

		writes(&m, v->pres);
		assert_int_equal(next(v->pres, len, true, &used, &back),
				 lost ? -ENODATA : 1);
		assert_int_equal(used, len);
		if (!lost)
			assert_message(&back, &m);
		/* It is whole with its empty line and not before. */
		assert_int_equal(next(v->pres, len - 1, false, &used, &back),
				 0);
		assert_int_equal(used, 0);
		free_message(&m);
	}
}

static void test_many_after_each_other(void **state)
{
	struct text all = {0};
	struct message m;
	size_t at = 0, used, seen = 0;

	(void)state;
	for (size_t i = 0; i < LENGTH(nmsg_vectors); i++)
		text_puts(&all, nmsg_vectors[i].pres);
	for (; at < all.len; at += used) {
		int rc = next(all.at + at, all.len - at, false, &used, &m);

		assert_true(rc == 1 || rc == -ENODATA || rc == 0);
		/* Only what nobody knows the end of waits for more. */
		if (rc == 0)
			break;
		assert_int_equal(m.msgtype, nmsg_vectors[seen].msgtype);
		seen++;
	}
	assert_int_equal(seen, LENGTH(nmsg_vectors));
	text_free(&all);
}

static void test_without_a_header(void **state)
{
	struct message m;

	(void)state;
	assert_int_equal(read_text("category: test\nmessage: hello\n", &m),
			 -EBADMSG);
	reader.type = nmsg_type_find(1, 6);
	assert_int_equal(read_text("\ncategory: test\nmessage: hello  world "
				   "\n\n",
				   &m),
			 1);
	assert_int_equal(m.vid, 1);
	assert_int_equal(m.msgtype, 6);
	assert_int_equal(m.time_sec, 1500000000);
	assert_int_equal(m.time_nsec, 250000000);
	assert_int_equal(m.payload_len, 7 + 16);
	assert_memory_equal(m.payload, "\x0a\5test\0\x12\x0ehello  world \0",
			    7 + 16);
	/* A header has the last word. */
	assert_int_equal(read_text(nmsg_vectors[4].pres, &m), 1);
	assert_int_equal(m.msgtype, 5);
	/* A last line that has no end. */
	assert_int_equal(read_text("message: hello", &m), 1);
	assert_int_equal(m.payload_len, 8);
}

static void test_texts_of_several_lines(void **state)
{
	(void)state;
	comes_back("[56] [2024-01-02 03:04:05.000000000] [1:2 base email] "
		   "[00000000] [] [] \n"
		   "type: unknown\n"
		   "headers:\nSubject: the end.\n\nnot yet.\n.\n"
		   "srcip: 192.0.2.1\n"
		   "body:\nno end\n.x.\n\n");
	/* Text that has no newline in the end, before another field. */
	comes_back("[26] [2024-01-02 03:04:05.000000000] [1:2 base email] "
		   "[00000000] [] [] \n"
		   "headers:\na\nb.\n"
		   "srcip: 192.0.2.1\n"
		   "helo: x\n"
		   "body:\nc\n.\n\n");
	comes_back("[4] [2024-01-02 03:04:05.000000000] [1:2 base email] "
		   "[00000000] [] [] \nbody:\n.\n\n");
}

static void test_strings_with_lines(void **state)
{
	(void)state;
	comes_back("[12] [2024-01-02 03:04:05.000000000] [1:6 base logline] "
		   "[00000000] [] [] \n"
		   "message: one\ntwo: 2\n\n");
}

static void test_numbers(void **state)
{
	(void)state;
	comes_back("[40] [2024-01-02 03:04:05.000000000] [1:4 base http] "
		   "[00000000] [] [] \n"
		   "type: <UNKNOWN ENUM VAL=9>\n"
		   "srcport: 65535\n"
		   "p0f_dist: -5\n"
		   "p0f_fw: 4294967295\n"
		   "p0f_score: -2147483648\n\n");
	comes_back("[53] [2024-01-02 03:04:05.000000000] [1:9 base dnsqr] "
		   "[00000001] [] [] \n"
		   "type: TCP\n"
		   "query_ip: 192.0.2.53\n"
		   "response_ip: 2001:db8::1\n"
		   "proto: 47\n"
		   "query_port: 5353\n"
		   "response_port: 53\n"
		   "id: 0\n"
		   "qclass: <UNKNOWN> (65280)\n"
		   "qtype: <UNKNOWN> (65281)\n"
		   "rcode: <UNKNOWN> (15)\n"
		   "resolver_address_zeroed: True\n\n");
}

static void test_bytes_in_base64(void **state)
{
	struct message m;

	(void)state;
	reader.type = nmsg_type_find(1, 12);
	assert_int_equal(read_text("payload_type: IP\npayload: aGVsbG8=\n", &m),
			 1);
	assert_int_equal(m.payload_len, 9);
	assert_memory_equal(m.payload, "\x08\1\x12\5hello", 9);
	assert_int_equal(read_text("payload_type: IP\npayload: <BYTE ARRAY "
				   "LEN=5>\n",
				   &m),
			 -ENODATA);
	assert_int_equal(read_text("payload_type: IP\npayload: <BYTE ARRAY "
				   "LEN=0>\n",
				   &m),
			 1);
}

static void test_types_that_are_not_known(void **state)
{
	struct message m = made_message(2, 99, "00ff10"), back;

	(void)state;
	writes(&m, "[3] [2024-01-02 03:04:05.006007008] [2:99 SIE (unknown)] "
		   "[00000000] [] [] \n<UNKNOWN NMSG 2:99>\n\n");
	assert_int_equal(read_text(text_str(&t), &back), -ENODATA);
	m.msgtype = 2;
	writes(&m, "[3] [2024-01-02 03:04:05.006007008] [2:2 SIE reputation] "
		   "[00000000] [] [] \n<INVALID NMSG 2:2>\n\n");
	free_message(&m);
}

static void test_the_end_of_lines(void **state)
{
	struct message m = vector_message(&nmsg_vectors[5]);

	(void)state;
	nmsg_pres_write(&t, &m, NULL, " \\\n\t");
	assert_text(&t,
		    "[36] [2024-01-02 03:04:05.006007008] [1:6 base "
		    "logline] [00000000] [] []  \\\n\tcategory: test \\\n\t"
		    "message: hello \"quoted\" \xc3\xa9 tab\there \\\n\t\n");
	free_message(&m);
}

static void test_what_is_no_message(void **state)
{
	static const char *const texts[] = {
		"[36] nonsense\ncategory: test\n",
		"[36] [yesterday] [1:6 base logline] [00000000] [] []\n",
		"[36] [2024-01-02 03:04:05] [x base] [00000000] [] []\n",
		"srcport: 65536\n",
		"srcip: 192.0.2\n",
		"request:\nthat does not end\n",
		"type: none\n",
	};
	struct message m;
	size_t used;

	(void)state;
	reader.type = nmsg_type_find(1, 4);
	for (size_t i = 0; i < LENGTH(texts); i++) {
		assert_int_equal(next(texts[i], strlen(texts[i]), true, &used,
				      &m),
				 -EBADMSG);
		assert_int_equal(used, strlen(texts[i]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_vectors, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_many_after_each_other,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_without_a_header, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_texts_of_several_lines,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_strings_with_lines, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_numbers, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_bytes_in_base64, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_types_that_are_not_known,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_the_end_of_lines, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_what_is_no_message, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
