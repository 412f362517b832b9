/* SPDX-License-Identifier: MIT */
/* Hellos made here, against fingerprints that others have published. */
#include <netdumplings/tls.h>

#include "unit.h"

#include <cmocka.h>
#include <string.h>

/* A client hello's body being written. */
static uint8_t body[8192];
static size_t len, block; /* where the extensions' length is */

static void put(unsigned n, size_t width)
{
	while (width-- > 0)
		body[len++] = (uint8_t)(n >> 8 * width);
}

static void begin(unsigned version, const uint16_t *ciphers, size_t count)
{
	len = 0;
	put(version, 2);
	memset(body + len, 7, 32);
	len += 32;
	put(0, 1);
	put((unsigned)count * 2, 2);
	for (size_t i = 0; i < count; i++)
		put(ciphers[i], 2);
	put(0x0100, 2);
	block = len;
	put(0, 2);
}

static void extension(unsigned type, const void *content, size_t content_len)
{
	put(type, 2);
	put((unsigned)content_len, 2);
	if (content_len)
		memcpy(body + len, content, content_len);
	len += content_len;
	body[block] = (uint8_t)((len - block - 2) >> 8);
	body[block + 1] = (uint8_t)(len - block - 2);
}

#define EXTENSION(type, text) extension(type, text, sizeof(text) - 1)

static void check(char transport, const char *wanted)
{
	struct nd_tls_client_hello hello;
	char ja4[ND_JA4_SIZE];

	assert_int_equal(nd_tls_client_hello(body, len, &hello), 0);
	assert_int_equal(nd_ja4(&hello, transport, ja4), 0);
	assert_string_equal(ja4, wanted);
}

static const uint16_t chrome[] = {0x3a3a, 0x1301, 0x1302, 0x1303,
				  0xc02b, 0xc02f, 0xc02c, 0xc030,
				  0xcca9, 0xcca8, 0xc013, 0xc014,
				  0x009c, 0x009d, 0x002f, 0x0035};

/* The order is Chrome's of one day; the fingerprint has none. */
static void chrome_hello(const char *alpn, size_t alpn_len)
{
	begin(0x0303, chrome, LENGTH(chrome));
	EXTENSION(0xdada, "");
	EXTENSION(0x0033, "\0\x03\x1a\x1a\0");
	EXTENSION(0x002d, "\x01\x01");
	EXTENSION(0x0005, "\x01\0\0\0\0");
	EXTENSION(0x4469, "\0\x03\x02h2");
	EXTENSION(0x000d, "\0\x10\x04\x03\x08\x04\x04\x01\x05\x03\x08\x05"
			  "\x05\x01\x08\x06\x06\x01");
	extension(0x0010, alpn, alpn_len);
	EXTENSION(0x0023, "");
	EXTENSION(0x001b, "\x02\0\x02");
	EXTENSION(0x002b, "\x06\x4a\x4a\x03\x04\x03\x03");
	EXTENSION(0x0000, "\0\x06\0\0\x03"
			  "a.b");
	EXTENSION(0x0012, "");
	EXTENSION(0x000a, "\0\x04\x1a\x1a\0\x1d");
	EXTENSION(0x0017, "");
	EXTENSION(0x000b, "\x01\0");
	EXTENSION(0xff01, "\0");
	EXTENSION(0x8a8a, "\0");
	EXTENSION(0x0015, "\0\0\0");
}

#define ALPN(text) text, sizeof(text) - 1
#define CHROME "_8daaf6152771_e5627efa2ab1"

static void test_chrome(void **state)
{
	(void)state;
	chrome_hello(ALPN("\0\x0c\x02h2\x08http/1.1"));
	check('t', "t13d1516h2" CHROME);
	check('q', "q13d1516h2" CHROME);
}

static void test_alpn(void **state)
{
	(void)state;
	chrome_hello(ALPN("\0\x09\x08http/1.1"));
	check('t', "t13d1516h1" CHROME);
	chrome_hello(ALPN("\0\x02\x01h"));
	check('t', "t13d1516hh" CHROME);
	chrome_hello(ALPN("\0\x02\x01\xab"));
	check('t', "t13d1516ab" CHROME);
	chrome_hello(ALPN("\0\x03\x02\xab\xcd"));
	check('t', "t13d1516ad" CHROME);
	chrome_hello(ALPN("\0\x03\x02"
			  "0\xab"));
	check('t', "t13d15163b" CHROME);
	chrome_hello(ALPN("\0\x05\x04"
			  "01\xab\xcd"));
	check('t', "t13d15163d" CHROME);
	chrome_hello(ALPN("\0\x05\x04"
			  "0\xab\xcd"
			  "1"));
	check('t', "t13d151601" CHROME);
	chrome_hello(ALPN("\0\0"));
	check('t', "t13d151600" CHROME);
	chrome_hello(ALPN("\0\x01\0"));
	check('t', "t13d151600" CHROME);
	chrome_hello(ALPN("\0\x09\x02h2"));
	check('t', "t13d151600" CHROME);
}

static void test_versions(void **state)
{
	static const struct {
		unsigned version;
		const char *wanted;
	} cases[] = {
		{0x0304, "t13i000000_000000000000_000000000000"},
		{0x0303, "t12i000000_000000000000_000000000000"},
		{0x0302, "t11i000000_000000000000_000000000000"},
		{0x0301, "t10i000000_000000000000_000000000000"},
		{0x0300, "ts3i000000_000000000000_000000000000"},
		{0x0002, "ts2i000000_000000000000_000000000000"},
		{0x7f17, "t00i000000_000000000000_000000000000"},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		begin(cases[i].version, NULL, 0);
		check('t', cases[i].wanted);
	}
}

/*
 * sha256sum has 0f2cb44170f4 and on for "1301"; a hello with SNI and ALPN alone
 * has no list of extensions; signature algorithms keep their order.
 */
static void test_lists(void **state)
{
	static const uint16_t one[] = {0x1301};
	char ja4[2][ND_JA4_SIZE];
	struct nd_tls_client_hello h;

	(void)state;
	begin(0x0303, one, 1);
	EXTENSION(0, "");
	EXTENSION(16, "\0\x03\x02h2");
	assert_int_equal(nd_tls_client_hello(body, len, &h), 0);
	assert_int_equal(nd_ja4(&h, 't', ja4[0]), 0);
	assert_memory_equal(ja4[0], "t12d0102h2_", 11);
	assert_string_equal(ja4[0] + 11, "0f2cb44170f4_000000000000");
	for (int i = 0; i < 2; i++) {
		begin(0x0303, one, 1);
		if (i)
			EXTENSION(13, "\0\x04\x04\x03\x08\x04");
		else
			EXTENSION(13, "\0\x04\x08\x04\x04\x03");
		assert_int_equal(nd_tls_client_hello(body, len, &h), 0);
		assert_int_equal(nd_ja4(&h, 't', ja4[i]), 0);
	}
	assert_memory_equal(ja4[0], ja4[1], 24);
	assert_string_not_equal(ja4[0], ja4[1]);
}

static void test_many(void **state)
{
	static uint16_t many[1025];
	struct nd_tls_client_hello h;
	char ja4[ND_JA4_SIZE];

	(void)state;
	begin(0x0303, many, 1024);
	for (unsigned i = 0; i < 120; i++)
		EXTENSION(0x100 + i, "");
	assert_int_equal(nd_tls_client_hello(body, len, &h), 0);
	assert_int_equal(nd_ja4(&h, 't', ja4), 0);
	assert_memory_equal(ja4, "t12i999900_", 11);
	begin(0x0303, many, 1025);
	assert_int_equal(nd_tls_client_hello(body, len, &h), 0);
	assert_int_equal(nd_ja4(&h, 't', ja4), -E2BIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chrome),   cmocka_unit_test(test_alpn),
		cmocka_unit_test(test_versions), cmocka_unit_test(test_lists),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
