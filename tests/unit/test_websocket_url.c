/* SPDX-License-Identifier: MIT */
#include "unit.h"
#include "websocket_url.h"

static void test_good(void **state)
{
	static const struct {
		const char *text, *host, *authority, *path;
	} cases[] = {
		{"ws://h", "h", "h:7", ""},
		{"ws://h:80", "h", "h:80", ""},
		{"ws://h:65535/", "h", "h:65535", "/"},
		{"ws://h/a/b?c=d:e", "h", "h:7", "/a/b?c=d:e"},
		{"ws://h?x", "h", "h:7", "/?x"},
		{"ws://192.0.2.1:1/x", "192.0.2.1", "192.0.2.1:1", "/x"},
		{"ws://[::1]", "::1", "[::1]:7", ""},
		{"ws://[2001:db8::1]:80/[", "2001:db8::1", "[2001:db8::1]:80",
		 "/["},
	};
	struct websocket_url u;

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		assert_int_equal(websocket_url_read(&u, cases[i].text, 7), 0);
		assert_string_equal(u.host, cases[i].host);
		assert_string_equal(u.authority, cases[i].authority);
		assert_string_equal(u.path, cases[i].path);
	}
}

static void test_bad(void **state)
{
	static const char *const texts[] = {
		"",
		"h",
		"http://h",
		"ws:/h",
		"ws://",
		"ws://:80",
		"ws:///x",
		"ws://h:",
		"ws://h:0",
		"ws://h:65536",
		"ws://h:999999",
		"ws://h:8x",
		"ws://h:-8",
		"ws://::1",
		"ws://[::1",
		"ws://[]",
		"ws://[::1]x",
		"ws://[::1]:",
		"ws://user@h",
		"ws://h/a b",
		"ws://h/a\r\nX: y",
		"ws://h/#x",
		"ws://h/\x7f",
		"ws://h/\xc3\xa9",
	};
	char long_text[600] = "ws://";
	struct websocket_url u;

	(void)state;
	for (size_t i = 0; i < LENGTH(texts); i++)
		assert_int_equal(websocket_url_read(&u, texts[i], 7), -EINVAL);
	assert_int_equal(websocket_url_read(&u, "wss://h", 7),
			 -EPROTONOSUPPORT);
	memset(long_text + 5, 'h', 256);
	assert_int_equal(websocket_url_read(&u, long_text, 7), -EINVAL);
	long_text[5 + 255] = '\0';
	assert_int_equal(websocket_url_read(&u, long_text, 65535), 0);
	assert_int_equal(strlen(u.authority), 255 + 6);
	memset(long_text + 5, 'h', 300);
	long_text[6] = '/';
	assert_int_equal(websocket_url_read(&u, long_text, 7), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
