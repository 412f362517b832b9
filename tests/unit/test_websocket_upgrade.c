/* SPDX-License-Identifier: MIT */
#include "unit.h"
#include "websocket_upgrade.h"

/* RFC 6455 section 1.3. */
#define KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

#define FIRST "HTTP/1.1 101 Switching Protocols\r\n"
#define HEADERS                                         \
	"Upgrade: websocket\r\nConnection: Upgrade\r\n" \
	"Sec-WebSocket-Accept: " ACCEPT "\r\n"

static int reads(const char *text, const char **why)
{
	*why = NULL;
	return websocket_upgrade_read(text, strlen(text), ACCEPT, why);
}

static void test_accept(void **state)
{
	char accept[WEBSOCKET_ACCEPT_SIZE];

	(void)state;
	assert_int_equal(websocket_upgrade_accept(KEY, accept), 0);
	assert_string_equal(accept, ACCEPT);
}

static void test_request(void **state)
{
	char accept[WEBSOCKET_ACCEPT_SIZE], expected[WEBSOCKET_ACCEPT_SIZE];
	char first[25], second[25];
	struct websocket_url url;
	struct text t = {0};
	const char *key;

	(void)state;
	assert_int_equal(websocket_url_read(&url, "ws://h?q", 80), 0);
	assert_int_equal(websocket_upgrade_request(&t, &url, accept), 0);
	assert_non_null(text_str(&t));
	assert_ptr_equal(strstr(t.at, "GET /?q HTTP/1.1\r\nHost: h:80\r\n"),
			 t.at);
	assert_string_equal(t.at + t.len - 4, "\r\n\r\n");
	key = strstr(t.at, "\r\nSec-WebSocket-Key: ");
	assert_non_null(key);
	snprintf(first, sizeof(first), "%s", key + 21);
	assert_int_equal(websocket_upgrade_accept(first, expected), 0);
	assert_string_equal(accept, expected);
	/* no key comes twice, and no path is the root */
	t.len = 0;
	url.path[0] = '\0';
	assert_int_equal(websocket_upgrade_request(&t, &url, accept), 0);
	assert_non_null(text_str(&t));
	assert_ptr_equal(strstr(t.at, "GET / HTTP/1.1\r\n"), t.at);
	key = strstr(t.at, "\r\nSec-WebSocket-Key: ");
	snprintf(second, sizeof(second), "%s", key + 21);
	assert_string_not_equal(first, second);
	text_free(&t);
}

static void test_good(void **state)
{
	static const char *const answers[] = {
		FIRST HEADERS "\r\n",
		"HTTP/1.1 101\r\n" HEADERS "\r\n",
		FIRST "X:\r\nno colon\r\n:\r\n\tfold\r\n" HEADERS "\r\n",
		FIRST "upgrade:WEBSOCKET \r\nCONNECTION: keep-alive ,\tupgrade"
		      "\r\nsec-websocket-accept:\t" ACCEPT "\r\n"
		      "Sec-WebSocket-Extensions: \r\n\r\n",
	};
	char more[512];
	const char *why;

	(void)state;
	for (size_t i = 0; i < LENGTH(answers); i++) {
		size_t len = strlen(answers[i]);

		assert_int_equal(reads(answers[i], &why), len);
		snprintf(more, sizeof(more), "%s\r\n\r\nframes", answers[i]);
		assert_int_equal(reads(more, &why), len);
		/* whatever is not there yet is waited for */
		for (size_t cut = 0; cut < len; cut++)
			assert_int_equal(websocket_upgrade_read(answers[i], cut,
								ACCEPT, &why),
					 0);
	}
}

static void test_bad(void **state)
{
	static const char *const answers[] = {
		"\r\n\r\n",
		"HTTP/1.1 200 OK\r\n" HEADERS "\r\n",
		"HTTP/1.0 101 x\r\n" HEADERS "\r\n",
		"HTTP/1.1 1010\r\n" HEADERS "\r\n",
		FIRST "\r\n",
		FIRST "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
		FIRST HEADERS "Sec-WebSocket-Accept: AAAA\r\n\r\n",
		FIRST HEADERS "Sec-WebSocket-Extensions: x\r\n\r\n",
		FIRST HEADERS "Sec-WebSocket-Protocol: x\r\n\r\n",
		FIRST "Connection: Upgrade\r\nSec-WebSocket-Accept: " ACCEPT
		      "\r\n\r\n",
		FIRST "Upgrade: websocket\r\nConnection: Upgraded, no\r\n"
		      "Sec-WebSocket-Accept: " ACCEPT "\r\n\r\n",
	};
	const char *why;

	(void)state;
	for (size_t i = 0; i < LENGTH(answers); i++) {
		assert_int_equal(reads(answers[i], &why), -EPROTO);
		assert_non_null(why);
	}
}

static void test_no_end(void **state)
{
	static char bytes[WEBSOCKET_UPGRADE_MAX + 1000];
	const char *why;

	(void)state;
	memset(bytes, 'x', sizeof(bytes));
	assert_int_equal(websocket_upgrade_read(bytes,
						WEBSOCKET_UPGRADE_MAX - 1,
						ACCEPT, &why),
			 0);
	assert_int_equal(websocket_upgrade_read(bytes, WEBSOCKET_UPGRADE_MAX,
						ACCEPT, &why),
			 -EPROTO);
	/* nor one that is beyond */
	memcpy(bytes, BYTES(FIRST HEADERS));
	memcpy(bytes + sizeof(bytes) - 4, "\r\n\r\n", 4);
	assert_int_equal(websocket_upgrade_read(bytes, sizeof(bytes), ACCEPT,
						&why),
			 -EPROTO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accept), cmocka_unit_test(test_request),
		cmocka_unit_test(test_good),   cmocka_unit_test(test_bad),
		cmocka_unit_test(test_no_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
