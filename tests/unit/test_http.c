/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <netdumplings/http.h>

static struct nd_http_head head;

/* nd_http_head() of bytes that end where their allocation does. */
static char *copy;

static int read_head(const char *text, size_t len)
{
	struct nd_http_scan scan = {0};

	free(copy);
	copy = malloc(len ? len : 1);
	assert_non_null(copy);
	memcpy(copy, text, len);
	return nd_http_head(&head, &scan, copy, len);
}

static int body_of(const char *text, const char *method,
		   struct nd_http_body *body)
{
	struct nd_http_text asked = {method, strlen(method)};

	assert_int_equal(read_head(text, strlen(text)), strlen(text));
	return nd_http_body(body, &head, &asked);
}

static void test_heads(void **state)
{
	static const char *const bad[] = {"\x16",
					  "GET\r\n",
					  " GET / HTTP/1.1\r\n",
					  "GET / HTTP/2.0\r\n",
					  "G@T / HTTP/1.1\r\n",
					  "HTTP/1.1 2x0 OK\r\n",
					  "GET  HTTP/1.1\r\n",
					  "HTTP/1.1 2000\r\n",
					  "GET / HTTP/1.1x\n"};
	static const char good[] = "\r\nGET /a b HTTP/1.0\nno colon\nA : 1\r\n"
				   "\t2 \na:3\n\n";
	struct nd_http_text value;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(bad); i++)
		assert_int_equal(read_head(bad[i], strlen(bad[i])), -EBADMSG);
	for (i = 0; i < sizeof(good) - 1; i++)
		assert_int_equal(read_head(good, i), 0);
	assert_int_equal(read_head(good, i), i);
	assert_int_equal(head.minor, 0);
	assert_memory_equal(head.target.at, "/a b", head.target.len);
	assert_true(nd_http_field(&head, "a", &value));
	assert_int_equal(value.len, 5);
	assert_memory_equal(value.at, "1\r\n\t2", 5);
	assert_false(nd_http_field(&head, "no", &value));
	assert_null(value.at);
}

static void test_too_long(void **state)
{
	char *text = calloc(1, ND_HTTP_HEAD_MAX);
	size_t at;

	(void)state;
	assert_non_null(text);
	at = (size_t)sprintf(text, "GET / HTTP/1.1\r\nX:");
	memset(text + at, 'x', ND_HTTP_HEAD_MAX - at);
	assert_int_equal(read_head(text, ND_HTTP_HEAD_MAX - 1), 0);
	assert_int_equal(read_head(text, ND_HTTP_HEAD_MAX), -EMSGSIZE);
	free(text);
}

#define OK "HTTP/1.1 200 OK\r\n"
#define POST "POST / HTTP/1.1\r\n"

/* RFC 9112 section 6.3 */
static void test_framing(void **state)
{
	static const struct {
		const char *text, *method;
		int framing; /* -1: fails */
		uint64_t left;
	} all[] = {
		{OK "\r\n", "GET", ND_HTTP_UNTIL_CLOSE, 0},
		{POST "\r\n", "", ND_HTTP_LENGTH, 0},
		{POST "Content-Length: 7\r\n\r\n", "", ND_HTTP_LENGTH, 7},
		{POST "Content-Length: 7, 7\r\ncontent-length:7\r\n\r\n", "",
		 ND_HTTP_LENGTH, 7},
		{POST "Content-Length: 00000000000000000000007\r\n\r\n", "",
		 ND_HTTP_LENGTH, 7},
		{POST "Content-Length: 0000000000000000000000\r\n\r\n", "",
		 ND_HTTP_LENGTH, 0},
		{POST "Content-Length: 7, 8\r\n\r\n", "", -1, 0},
		{POST "Content-Length: 7\r\nContent-Length: 8\r\n\r\n", "", -1,
		 0},
		{POST "Content-Length: +7\r\n\r\n", "", -1, 0},
		{POST "Content-Length:\r\n\r\n", "", -1, 0},
		{POST "Content-Length: 18446744073709551616\r\n\r\n", "", -1,
		 0},
		{POST "Content-Length: 7\r\nTransfer-Encoding: gzip,chunked\r\n"
		      "\r\n",
		 "", ND_HTTP_CHUNKED, 0},
		{POST "Transfer-Encoding: gzip\r\n\r\n", "", -1, 0},
		{OK "Transfer-Encoding: gzip\r\n\r\n", "GET",
		 ND_HTTP_UNTIL_CLOSE, 0},
		{OK "Content-Length: 7\r\n\r\n", "HEAD", ND_HTTP_LENGTH, 0},
		{OK "Content-Length: 7\r\n\r\n", "CONNECT", ND_HTTP_TUNNEL, 0},
		{"HTTP/1.1 304 No\r\nContent-Length: 7\r\n\r\n", "GET",
		 ND_HTTP_LENGTH, 0},
		{"HTTP/1.1 101 No\r\n\r\n", "GET", ND_HTTP_TUNNEL, 0},
	};
	struct nd_http_body body;

	(void)state;
	for (size_t i = 0; i < LENGTH(all); i++) {
		int rc = body_of(all[i].text, all[i].method, &body);

		assert_int_equal(rc, all[i].framing < 0 ? -EBADMSG : 0);
		if (rc < 0)
			continue;
		assert_int_equal(body.framing, all[i].framing);
		assert_int_equal(body.left, all[i].left);
		assert_int_equal(body.ended, all[i].framing == ND_HTTP_LENGTH &&
						     !all[i].left);
	}
}

static void test_chunks(void **state)
{
	static const char *const bad[] = {
		"\r\n",           "x",
		"3\r\nabcd",      "-1\r\n",
		"3 3;\r\nabc\rx", "11111111111111111\r\n"};
	struct nd_http_body start, body;

	(void)state;
	assert_int_equal(body_of(POST "Transfer-Encoding: chunked\r\n\r\n", "",
				 &start),
			 0);
	for (size_t i = 0; i < LENGTH(bad); i++) {
		body = start;
		assert_int_equal(nd_http_take(&body, bad[i], strlen(bad[i])),
				 -EBADMSG);
	}
	body = start;
	assert_int_equal(nd_http_take(&body, BYTES("a;x\nabc")), 7);
	assert_int_equal(nd_http_skip(&body, 8), -EBADMSG);
	body = start;
	assert_int_equal(nd_http_take(&body, BYTES("a;x\nabc")), 7);
	assert_int_equal(nd_http_skip(&body, 7), 0);
	assert_int_equal(nd_http_skip(&body, 1), -EBADMSG);
	assert_int_equal(nd_http_take(&body, BYTES("\r\n0\r\nT:x\r\n\r\nGET")),
			 12);
	assert_true(body.ended && body.gap);
	assert_int_equal(body.len, 10);
}

static void test_urls(void **state)
{
	struct nd_http_text url = {BYTES("http://u:p@h:1/x@y")};

	(void)state;
	assert_int_equal(nd_http_authority(&url), 3);
	assert_memory_equal(url.at, "h:1/x@y", url.len);
	url = (struct nd_http_text){BYTES("/x?u=http://h/")};
	assert_int_equal(nd_http_authority(&url), 0);
	assert_int_equal(url.len, 14);
	assert_true(nd_http_secret("COOKIE"));
	assert_false(nd_http_secret("Host"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_heads),   cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_framing), cmocka_unit_test(test_chunks),
		cmocka_unit_test(test_urls),
	};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);

	free(copy);
	return rc;
}
