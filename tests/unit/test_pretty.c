/* SPDX-License-Identifier: MIT */
#include "pretty.h"

#include "dumpling.h"
#include "value.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

/* Bytes of a string literal without its NUL. */
#define BYTES(s) (s), sizeof(s) - 1

/* The payload of these msgpack bytes as printed, yours: free(). */
static char *print(const char *bytes, size_t len, bool colour)
{
	struct value_reader r = {(const uint8_t *)bytes,
				 (const uint8_t *)bytes + len};
	struct text t = {0};
	struct nd_value v;

	assert_int_equal(value_read(&r, &v), 0);
	text_puts(&t, "\xc2\x9b before ");
	assert_int_equal(pretty_value(&t, &v, colour), 0);
	assert_non_null(text_str(&t));
	assert_memory_equal(t.at, "\xc2\x9b before ", 10);
	memmove(t.at, t.at + 10, t.len - 10 + 1);
	return t.at;
}

static void check(const char *bytes, size_t len, const char *wanted)
{
	char *got = print(bytes, len, false);

	assert_string_equal(got, wanted);
	free(got);
}

static int refused(const char *bytes, size_t len)
{
	struct value_reader r = {(const uint8_t *)bytes,
				 (const uint8_t *)bytes + len};
	struct text t = {0};
	struct nd_value v;
	int rc;

	assert_int_equal(value_read(&r, &v), 0);
	text_puts(&t, "kept");
	rc = pretty_value(&t, &v, false);
	assert_string_equal(text_str(&t), "kept");
	text_free(&t);
	return rc;
}

static void test_keys_are_sorted(void **state)
{
	(void)state;
	check(BYTES("\x83\xa1z\x01\xa1"
		    "a\x82\xa1y\xc3\xa1x\xc0\xa2"
		    "aa\x92\xff\xa1q"),
	      "{\n"
	      "    \"a\": {\n"
	      "        \"x\": null,\n"
	      "        \"y\": true\n"
	      "    },\n"
	      "    \"aa\": [\n"
	      "        -1,\n"
	      "        \"q\"\n"
	      "    ],\n"
	      "    \"z\": 1\n"
	      "}");
}

/* By what they are, not by how JSON escapes them: " is 0x22, \" is not. */
static void test_escapes_do_not_sort(void **state)
{
	(void)state;
	check(BYTES("\x83\xa1Z\x01\xa1\"\x02\xa1\xff\x03"),
	      "{\n    \"\\\"\": 2,\n    \"Z\": 1,\n    \"\\ufffd\": 3\n}");
}

static void test_empty(void **state)
{
	(void)state;
	check(BYTES("\x80"), "{}");
	check(BYTES("\x90"), "[]");
	check(BYTES("\x92\x80\x90"), "[\n    {},\n    []\n]");
	check(BYTES("\xc2"), "false");
}

static void test_other_keys_are_texts(void **state)
{
	(void)state;
	check(BYTES("\x83\x0a\x01\xa1"
		    "a\x02\xc0\x03"),
	      "{\n    \"10\": 1,\n    \"a\": 2,\n    \"null\": 3\n}");
}

static void test_equal_keys_stay(void **state)
{
	(void)state;
	check(BYTES("\x82\xa1k\x02\xa1k\x01"),
	      "{\n    \"k\": 2,\n    \"k\": 1\n}");
}

/* ESC, DEL, U+009B, U+2028, U+202E, e acute, U+1F600, a bad byte. */
#define EVIL                                                                 \
	"\x1b[m\x7f\xc2\x9b\xe2\x80\xa8\xe2\x80\xae\xc3\xa9\xf0\x9f\x98\x80" \
	"\x9b"
#define TAME "\\u001b[m\\u007f\\u009b\\u2028\\u202e\\u00e9\\ud83d\\ude00\\ufffd"

static void test_nothing_but_ascii(void **state)
{
	(void)state;
	check(BYTES("\xb3" EVIL), "\"" TAME "\"");
	check(BYTES("\x81\xb3" EVIL "\xb3" EVIL),
	      "{\n    \"" TAME "\": \"" TAME "\"\n}");
	check(BYTES("\xa4\xf4\x8f\xbf\xbf"), "\"\\udbff\\udfff\"");
}

static void test_only_ours_is_made_ascii(void **state)
{
	struct text t = {0};

	(void)state;
	text_puts(&t, "\xc3\xa9|\xc3\xa9");
	pretty_ascii(&t, 3);
	assert_string_equal(text_str(&t), "\xc3\xa9|\\u00e9");
	text_free(&t);
}

/* Without its colours it is the same text. */
static void test_colours(void **state)
{
	const char bytes[] = "\x82\xa1m\x92\x01\xc0\xa1s\xa1\x1b";
	char *plain = print(BYTES(bytes), false);
	char *coloured = print(BYTES(bytes), true), *to = coloured;
	unsigned escapes = 0;

	(void)state;
	for (const char *from = coloured; *from != '\0'; from++) {
		if (*from != '\033') {
			*to++ = *from;
			continue;
		}
		escapes++;
		from += strcspn(from, "m");
	}
	*to = '\0';
	assert_string_equal(coloured, plain);
	assert_int_equal(escapes, 2 * 5);
	free(plain);
	free(coloured);
}

static void test_bad_payloads(void **state)
{
	char deep[ND_DEPTH_MAX + 2];

	(void)state;
	assert_int_equal(refused(BYTES("\x92\x01\xc1")), -EBADMSG);
	assert_int_equal(refused(BYTES("\x81\xa1k\xc1")), -EBADMSG);
	assert_int_equal(refused(BYTES("\x81\x90\x01")), -EBADMSG);
	memset(deep, '\x91', sizeof(deep));
	deep[ND_DEPTH_MAX + 1] = '\x01';
	assert_int_equal(refused(deep, sizeof(deep)), -EBADMSG);
	deep[ND_DEPTH_MAX] = '\x01';
	free(print(deep, ND_DEPTH_MAX + 1, false));
}

static void check_summary(const struct nd_dumpling *d, bool colour,
			  const char *wanted)
{
	struct text t = {0};

	pretty_summary(&t, d, colour);
	assert_string_equal(text_str(&t), wanted);
	text_free(&t);
}

static void test_summary(void **state)
{
	struct nd_dumpling d = {
		.chef = "DNSLookupChef",
		.kitchen = "default_kitchen",
		.time_ns = 1795352291764482300,
	};

	(void)state;
	setenv("TZ", "XYZ-2", 1); /* two hours before Greenwich */
	tzset();
	check_summary(&d, false,
		      "2026-11-22T14:58:11.764482 [packet  ] "
		      "DNSLookupChef from default_kitchen");
	d.driver = ND_DRIVER_INTERVAL;
	d.kitchen = NULL;
	d.time_ns = 1795352291999999600;
	check_summary(&d, true,
		      "2026-11-22T14:58:12 [interval] "
		      "\033[1mDNSLookupChef\033[0m from \033[1mNone\033[0m");
	d.time_ns = 1000;
	check_summary(&d, false,
		      "1970-01-01T02:00:00.000001 [interval] "
		      "DNSLookupChef from None");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys_are_sorted),
		cmocka_unit_test(test_escapes_do_not_sort),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_other_keys_are_texts),
		cmocka_unit_test(test_equal_keys_stay),
		cmocka_unit_test(test_nothing_but_ascii),
		cmocka_unit_test(test_only_ours_is_made_ascii),
		cmocka_unit_test(test_colours),
		cmocka_unit_test(test_bad_payloads),
		cmocka_unit_test(test_summary),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
