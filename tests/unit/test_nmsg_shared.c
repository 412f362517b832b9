/* SPDX-License-Identifier: MIT */
#include "nmsg_json.h"
#include "nmsg_pres.h"

#include "nmsg_case.h"

#include <openssl/evp.h>

/*
 * The vectors that lie beside the project, where they do: bytes that nmsgtool
 * wrote, and sums of the texts that it makes of them.
 */

#define CONTAINER_MAX 65536
#define HEADER_LEN 10

static uint8_t container[CONTAINER_MAX];
static size_t container_len;

static FILE *open_vector(const char *name)
{
	char path[1024];

	snprintf(path, sizeof(path), "%s/%s", ND_NMSG_VECTORS, name);
	return fopen(path, "re");
}

static uint64_t varint(const uint8_t **p)
{
	uint64_t n = 0;

	for (unsigned shift = 0;; shift += 7) {
		uint8_t byte = *(*p)++;

		n |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return n;
	}
}

/* The next message of the file's container; false behind the last. */
static bool next_message(const uint8_t **at, struct message *m)
{
	const uint8_t *end;

	memset(m, 0, sizeof(*m));
	if (*at >= container + container_len || *(*at)++ != 0x0a)
		return false;
	end = varint(at) + *at;
	while (*at < end) {
		switch (varint(at)) {
		case 0x08:
			m->vid = (uint32_t)varint(at);
			break;
		case 0x10:
			m->msgtype = (uint32_t)varint(at);
			break;
		case 0x18:
			m->time_sec = (int64_t)varint(at);
			break;
		case 0x25:
			memcpy(&m->time_nsec, *at, 4);
			*at += 4;
			break;
		case 0x2a:
			m->payload_len = (size_t)varint(at);
			m->payload = *at;
			*at += m->payload_len;
			break;
		default:
			return false;
		}
	}
	return true;
}

static int set_up(void **state)
{
	FILE *file = open_vector("nmsgpacket.nmsg");

	(void)state;
	container_len = 0;
	if (file) {
		container_len = fread(container, 1, sizeof(container), file);
		fclose(file);
	}
	return 0;
}

static void check_sum(const struct text *t, const char *expected)
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	char digits[2 * EVP_MAX_MD_SIZE + 1];
	unsigned len;

	assert_int_equal(t->error, 0);
	assert_int_equal(
		EVP_Digest(t->at, t->len, sum, &len, EVP_sha256(), NULL), 1);
	for (unsigned i = 0; i < len; i++)
		snprintf(digits + 2 * i, 3, "%02x", sum[i]);
	assert_string_equal(digits, expected);
}

static void test_json(void **state)
{
	const uint8_t *at = container + HEADER_LEN;
	struct nmsg_json reader = {0};
	struct text t = {0};
	struct message m, back;
	size_t count = 0, used;

	(void)state;
	if (!container_len)
		skip();
	for (; next_message(&at, &m); count++) {
		size_t from = t.len;

		assert_int_equal(nmsg_json_write(&t, &m, NULL), 0);
		assert_int_equal(nmsg_json_next(&reader, t.at + from,
						t.len - from, false, 0, &used,
						&back),
				 1);
		assert_int_equal(used, t.len - from);
		assert_message(&back, &m);
	}
	assert_int_equal(count, 100);
	check_sum(&t, "e9d7c8dcc078eaeb91f1a0390a9de13f"
		      "90de3b209ffe1b6d962bff4a600d4c63");
	nmsg_json_free(&reader);
	text_free(&t);
}

static void test_pres(void **state)
{
	const uint8_t *at = container + HEADER_LEN;
	struct text t = {0};
	struct message m;

	(void)state;
	if (!container_len)
		skip();
	while (next_message(&at, &m))
		nmsg_pres_write(&t, &m, NULL, "\n");
	check_sum(&t, "4022ba5165438b3648969ddab64d2a19"
		      "38891f76b98f205b04d9621c4597b987");
	text_free(&t);
}

static void test_lines_for_json(void **state)
{
	FILE *lines = open_vector("vec.json"), *texts = open_vector("vec.out");
	struct nmsg_json reader = {0};
	struct message m;
	char *line = NULL, *text = NULL;
	size_t line_cap = 0, text_cap = 0, used;
	ssize_t len;

	(void)state;
	if (!lines || !texts)
		skip();
	while ((len = getline(&line, &line_cap, lines)) > 0) {
		struct text t = {0};

		assert_int_equal(nmsg_json_next(&reader, line, (size_t)len,
						true, 0, &used, &m),
				 1);
		assert_int_equal(nmsg_json_write(&t, &m, NULL), 0);
		do
			assert_true(getline(&text, &text_cap, texts) > 0);
		while (text[0] != '{');
		assert_text(&t, text);
		text_free(&t);
	}
	fclose(lines);
	fclose(texts);
	free(line);
	free(text);
	nmsg_json_free(&reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_json, set_up),
		cmocka_unit_test_setup(test_pres, set_up),
		cmocka_unit_test(test_lines_for_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
