/* SPDX-License-Identifier: MIT */
#include "json.h"
#include "put.h"
#include "unit.h"
#include "value.h"

#include <math.h>

static struct text t;

static int tear_down(void **state)
{
	(void)state;
	text_free(&t);
	return 0;
}

static void expect(const char *json)
{
	assert_int_equal(t.error, 0);
	assert_string_equal(text_str(&t), json);
	text_free(&t);
}

static void check_string(const char *s, size_t len, const char *json)
{
	char *copy = malloc(len ? len : 1);

	assert_non_null(copy);
	memcpy(copy, s, len);
	json_string(&t, copy, len);
	free(copy);
	expect(json);
}

#define REPLACED "\xef\xbf\xbd"

static void test_escapes(void **state)
{
	(void)state;
	check_string(BYTES(""), "\"\"");
	check_string(BYTES("plain /'~"), "\"plain /'~\"");
	check_string(BYTES("\"\\"), "\"\\\"\\\\\"");
	check_string(BYTES("\b\t\n\f\r"), "\"\\b\\t\\n\\f\\r\"");
	check_string(BYTES("\0\1\v\x1f\x7f"),
		     "\"\\u0000\\u0001\\u000b\\u001f\\u007f\"");
}

/* RFC 3629 section 4: all that is UTF-8 stays, byte by byte else. */
static void test_utf8(void **state)
{
	(void)state;
	check_string(BYTES("\xc2\x80\xdf\xbf"), "\"\xc2\x80\xdf\xbf\"");
	check_string(BYTES("\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf"),
		     "\"\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf\"");
	check_string(BYTES("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"),
		     "\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\"");
	check_string(BYTES("\x80\xbf"), "\"" REPLACED REPLACED "\"");
	/* too long for what they say */
	check_string(BYTES("\xc0\x80"), "\"" REPLACED REPLACED "\"");
	check_string(BYTES("\xc1\xbf"), "\"" REPLACED REPLACED "\"");
	check_string(BYTES("\xe0\x9f\xbf"),
		     "\"" REPLACED REPLACED REPLACED "\"");
	check_string(BYTES("\xf0\x8f\xbf\xbf"),
		     "\"" REPLACED REPLACED REPLACED REPLACED "\"");
	/* a surrogate, and above U+10FFFF */
	check_string(BYTES("\xed\xa0\x80"),
		     "\"" REPLACED REPLACED REPLACED "\"");
	check_string(BYTES("\xf4\x90\x80\x80"),
		     "\"" REPLACED REPLACED REPLACED REPLACED "\"");
	check_string(BYTES("\xf5\xff"), "\"" REPLACED REPLACED "\"");
	/* cut off, by the end or by another byte */
	check_string(BYTES("a\xc3"), "\"a" REPLACED "\"");
	check_string(BYTES("\xe2\x82"), "\"" REPLACED REPLACED "\"");
	check_string(BYTES("\xf0\x9f\xa5"),
		     "\"" REPLACED REPLACED REPLACED "\"");
	check_string(BYTES("\xe2\x82\"x"), "\"" REPLACED REPLACED "\\\"x\"");
}

static void test_times(void **state)
{
	static const struct {
		int64_t ns;
		const char *json;
	} cases[] = {
		{0, "0.0"},
		{1, "0.000000001"},
		{-1, "-0.000000001"},
		{999999999, "0.999999999"},
		{1000000000, "1.0"},
		{-1000000000, "-1.0"},
		{1500000000120000000, "1500000000.12"},
		{-1500000000, "-1.5"},
		{INT64_MAX, "9223372036.854775807"},
		{INT64_MIN, "-9223372036.854775808"},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		json_time(&t, cases[i].ns);
		expect(cases[i].json);
	}
}

static void test_doubles(void **state)
{
	static const struct {
		double d;
		const char *json;
	} cases[] = {
		{0, "0.0"},
		{-0.0, "-0.0"},
		{1, "1.0"},
		{-100, "-100.0"},
		{0.1, "0.1"},
		{1.0 / 3, "0.3333333333333333"},
		{0.1 + 0.2, "0.30000000000000004"},
		{1e15, "1000000000000000.0"},
		{1e16, "1e+16"},
		{123456789012345, "123456789012345.0"},
		{1e300, "1e+300"},
		{5e-324, "4.94065645841247e-324"},
		{1.7976931348623157e308, "1.7976931348623157e+308"},
		{NAN, "null"},
		{INFINITY, "null"},
		{-INFINITY, "null"},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		json_double(&t, cases[i].d);
		expect(cases[i].json);
	}
}

static int write_bytes(const void *bytes, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);
	struct value_reader r = {copy, copy + len};
	struct nd_value v;
	int rc;

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	rc = value_read(&r, &v);
	if (rc == 0)
		rc = json_value(&t, &v);
	free(copy);
	return rc;
}

static void check_value(const void *bytes, size_t len, const char *json)
{
	assert_int_equal(write_bytes(bytes, len), 0);
	expect(json);
	for (size_t i = 0; i < len; i++) {
		assert_int_equal(write_bytes(bytes, i), -EBADMSG);
		text_free(&t);
	}
}

static void test_values(void **state)
{
	(void)state;
	check_value(BYTES("\xc0"), "null");
	check_value(BYTES("\xc3"), "true");
	check_value(BYTES("\xc2"), "false");
	check_value(BYTES("\xcf\xff\xff\xff\xff\xff\xff\xff\xff"),
		    "18446744073709551615");
	check_value(BYTES("\xd3\x80\0\0\0\0\0\0\0"), "-9223372036854775808");
	check_value(BYTES("\xd0\xff"), "-1");
	check_value(BYTES("\xca\x3f\0\0\0"), "0.5");
	check_value(BYTES("\x90"), "[]");
	check_value(BYTES("\x80"), "{}");
	check_value(BYTES("\x93\1\x91\x80\xa1x"), "[1,[{}],\"x\"]");
	check_value(BYTES("\x82\xa1"
			  "a\1\xa1"
			  "b\x92\2\3"),
		    "{\"a\":1,\"b\":[2,3]}");
	check_value(BYTES("\xd6\xff\0\0\0\1"), "1.0");
}

/* RFC 4648 section 10 */
static void test_base64(void **state)
{
	(void)state;
	check_value(BYTES("\xc4\0"), "\"\"");
	check_value(BYTES("\xc4\1f"), "\"Zg==\"");
	check_value(BYTES("\xc4\2fo"), "\"Zm8=\"");
	check_value(BYTES("\xc4\3foo"), "\"Zm9v\"");
	check_value(BYTES("\xc4\6foobar"), "\"Zm9vYmFy\"");
	check_value(BYTES("\xc4\3\xff\xef\xbe"), "\"/+++\"");
	check_value(BYTES("\xd5\7\xff\xfe"), "\"//4=\"");
}

/* JSON has only texts for keys. */
static void test_keys(void **state)
{
	(void)state;
	check_value(BYTES("\x81\7\1"), "{\"7\":1}");
	check_value(BYTES("\x81\xff\1"), "{\"-1\":1}");
	check_value(BYTES("\x81\xc0\1"), "{\"null\":1}");
	check_value(BYTES("\x81\xc3\1"), "{\"true\":1}");
	check_value(BYTES("\x81\xca\x3f\0\0\0\1"), "{\"0.5\":1}");
	check_value(BYTES("\x81\xd6\xff\0\0\0\1\1"), "{\"1.0\":1}");
	check_value(BYTES("\x81\xc4\1f\1"), "{\"Zg==\":1}");
	check_value(BYTES("\x81\xa1\"\1"), "{\"\\\"\":1}");
	check_value(BYTES("\x81\xca\x7f\xc0\0\0\1"), "{\"null\":1}");
	assert_int_equal(write_bytes(BYTES("\x81\x90\1")), -EBADMSG);
	assert_int_equal(write_bytes(BYTES("\x81\x80\1")), -EBADMSG);
}

static void test_depth(void **state)
{
	uint8_t deep[40];
	char json[80] = "";

	(void)state;
	memset(deep, 0x91, sizeof(deep));
	deep[ND_DEPTH_MAX] = 7;
	memset(json, '[', ND_DEPTH_MAX);
	json[ND_DEPTH_MAX] = '7';
	memset(json + ND_DEPTH_MAX + 1, ']', ND_DEPTH_MAX);
	assert_int_equal(write_bytes(deep, ND_DEPTH_MAX + 1), 0);
	expect(json);
	deep[ND_DEPTH_MAX] = 0x91;
	deep[ND_DEPTH_MAX + 1] = 7;
	assert_int_equal(write_bytes(deep, ND_DEPTH_MAX + 2), -EBADMSG);
	text_free(&t);
	deep[ND_DEPTH_MAX] = 0x80; /* an empty one is one, too */
	assert_int_equal(write_bytes(deep, ND_DEPTH_MAX + 1), -EBADMSG);
}

/* A dumpling that fails leaves the text as it was. */
static void test_dumpling(void **state)
{
	struct nd_dumpling *d = dumpling_new(100);

	(void)state;
	assert_non_null(d);
	d->chef = "A\"";
	d->payload = (const uint8_t *)"\xc1";
	d->payload_len = 1;
	text_puts(&t, "before");
	assert_int_equal(json_dumpling(&t, d), -EBADMSG);
	expect("before");
	d->payload = (const uint8_t *)"\xc0";
	assert_int_equal(json_dumpling(&t, d), 0);
	expect("{\"metadata\":{\"chef\":\"A\\\"\",\"kitchen\":null,"
	       "\"creation_time\":0.0,\"driver\":\"packet\",\"seq\":0},"
	       "\"payload\":null}");
	dumpling_free(d);
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_escapes), TEST(test_utf8),   TEST(test_times),
		TEST(test_doubles), TEST(test_values), TEST(test_base64),
		TEST(test_keys),    TEST(test_depth),  TEST(test_dumpling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
