/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <hello.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct hello h;

/* hello_parse() of a text that ends where its allocation does. */
static int parse(const char *text, size_t len)
{
	char *copy = malloc(len ? len : 1);
	const char *why = NULL;
	int rc;

	assert_non_null(copy);
	memcpy(copy, text, len);
	rc = hello_parse(&h, copy, len, &why);
	free(copy);
	assert_true((rc == 0) == (why == NULL));
	return rc;
}

static int parse_str(const char *text)
{
	return parse(text, strlen(text));
}

static void takes_what_the_original_takes(void **state)
{
	static const char *const texts[] = {
		"{\"eater_name\": \"printereater\"}",
		"{\"eater_name\":\"netmomo\"}",
		"{\"eater_name\":null}",
		" \t\r\n{ \"eater_name\" : [1, {\"a\": []}] } \n",
		"{\"eater_name\":-0.5e+3}",
		"{\"eater_name\":NaN}",
		"{\"eater_name\":0,\"later\":{\"x\":[true,false,null]}}",
		"{\"eater\\u005Fname\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\ud83d\"}",
		"{\"eater_name\":\"\",\"chefs\":[],\"kitchens\":null}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(parse_str(texts[i]), 0);
		assert_int_equal(h.chefs.count, 0);
		assert_int_equal(h.kitchens.count, 0);
		assert_false(h.batch);
	}
}

static void reads_what_is_wanted(void **state)
{
	(void)state;
	assert_int_equal(
		parse_str("{\"chefs\":[\"ARPChef\",\"D\\u004eS.x-_\"],"
			  "\"eater_name\":\"x\",\"kitchens\":[\"k 1\"]}"),
		-EINVAL);
	assert_int_equal(parse_str("{\"chefs\":[\"ARPChef\",\"D\\u004eS.x-_\"],"
				   "\"eater_name\":\"x\",\"kitchens\":[\"k1\"],"
				   "\"batch\":true}"),
			 0);
	assert_int_equal(h.chefs.count, 2);
	assert_string_equal(h.chefs.names[0], "ARPChef");
	assert_string_equal(h.chefs.names[1], "DNS.x-_");
	assert_int_equal(h.kitchens.count, 1);
	assert_string_equal(h.kitchens.names[0], "k1");
	assert_true(h.batch);
}

static void reads_what_may_be_left_out(void **state)
{
	(void)state;
	assert_int_equal(parse_str("{\"eater_name\":1,\"max_rate\":0.5,"
				   "\"latest_per\":{\"ARP\":\"a.b\","
				   "\"X\":\"\"}}"),
			 0);
	assert_true(h.thin.max_rate == 0.5);
	assert_false(h.classic);
	assert_int_equal(h.thin.merges, 2);
	assert_string_equal(h.thin.merge[0].chef, "ARP");
	assert_string_equal(h.thin.merge[0].path, "a.b");
	assert_string_equal(h.thin.merge[1].chef, "X");
	assert_string_equal(h.thin.merge[1].path, "");
	/* The last of two, and null as if it were not there. */
	assert_int_equal(parse_str("{\"eater_name\":1,\"max_rate\":1000000,"
				   "\"latest_per\":{\"A\":\"b\",\"B\":\"\"},"
				   "\"latest_per\":{\"C\":\"d\"}}"),
			 0);
	assert_true(h.thin.max_rate == 1e6);
	assert_int_equal(h.thin.merges, 1);
	assert_string_equal(h.thin.merge[0].chef, "C");
	assert_int_equal(h.thin.merge[1].chef[0], '\0');
	assert_int_equal(parse_str("{\"eater_name\":1,\"max_rate\":null,"
				   "\"latest_per\":null}"),
			 0);
	assert_true(h.thin.max_rate == 0);
	assert_int_equal(h.thin.merges, 0);
	assert_int_equal(parse_str("{\"eater_name\":1,\"latest_per\":{}}"), 0);
	assert_int_equal(h.thin.merges, 0);
}

/* latest_per of so many chefs and a path of this length. */
static int parse_merges(int count, int path_len)
{
	static char text[4096];
	size_t len = (size_t)snprintf(text, sizeof(text),
				      "{\"eater_name\":1,\"latest_per\":{"
				      "\"c\":\"%0*d\"",
				      path_len, 0);

	while (--count > 0)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
					",\"c%d\":\"\"", count);
	len += (size_t)snprintf(text + len, sizeof(text) - len, "}}");
	return parse(text, len);
}

static void the_last_of_two_members_counts(void **state)
{
	(void)state;
	assert_int_equal(parse_str("{\"chefs\":[\"a\",\"b\"],\"batch\":true,"
				   "\"eater_name\":1,\"chefs\":[\"c\"],"
				   "\"batch\":false}"),
			 0);
	assert_int_equal(h.chefs.count, 1);
	assert_string_equal(h.chefs.names[0], "c");
	assert_false(h.batch);
}

static void refuses_what_is_not_json(void **state)
{
	static const char *const texts[] = {
		"",
		"hello",
		"{",
		"{\"eater_name\"",
		"{\"eater_name\":",
		"{\"eater_name\":1",
		"{\"eater_name\":1,}",
		"{\"eater_name\":1}}",
		"{\"eater_name\":1} x",
		"{\"eater_name\":01}",
		"{\"eater_name\":1.}",
		"{\"eater_name\":.5}",
		"{\"eater_name\":+1}",
		"{\"eater_name\":1e}",
		"{\"eater_name\":-}",
		"{\"eater_name\":tru}",
		"{\"eater_name\":\"\\x\"}",
		"{\"eater_name\":\"\\u12g4\"}",
		"{\"eater_name\":\"a\nb\"}",
		"{\"eater_name\":\"a}",
		"{\"eater_name\":[1,]}",
		"{\"eater_name\":[1 2]}",
		"{\"eater_name\":{\"a\" 1}}",
		"{\"eater_name\":{1:2}}",
		"{eater_name:1}",
		"{\"eater_name\":1,\"chefs\":[\"a\",]}",
		"{\"eater_name\":1,\"chefs\":[\"a\"",
		"# a comment\n{\"eater_name\":1}",
		"\xef\xbb\xbf{\"eater_name\":1}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (parse_str(texts[i]) != -EBADMSG)
			fail_msg("taken: %s", texts[i]);
	assert_int_equal(parse("{\"eater_name\":1}\0", 17), -EBADMSG);
}

static void refuses_json_that_is_no_hello(void **state)
{
	static const char *const texts[] = {
		"{}",
		"[]",
		"1",
		"\"eater_name\"",
		"null",
		"{\"name\":1}",
		"{\"eater_name\\u0000\":1}",
		"{\"eater_name\":1,\"chefs\":\"ARPChef\"}",
		"{\"eater_name\":1,\"chefs\":{}}",
		"{\"eater_name\":1,\"chefs\":[1]}",
		"{\"eater_name\":1,\"chefs\":[[]]}",
		"{\"eater_name\":1,\"chefs\":[\"\"]}",
		"{\"eater_name\":1,\"chefs\":[\"a/b\"]}",
		"{\"eater_name\":1,\"chefs\":[\"!kitchen\"]}",
		"{\"eater_name\":1,\"chefs\":[\"caf\\u00e9\"]}",
		"{\"eater_name\":1,\"kitchens\":true}",
		"{\"eater_name\":1,\"batch\":1}",
		"{\"eater_name\":1,\"batch\":\"true\"}",
		"{\"eater_name\":1,\"max_rate\":0}",
		"{\"eater_name\":1,\"max_rate\":-1}",
		"{\"eater_name\":1,\"max_rate\":1000000.1}",
		"{\"eater_name\":1,\"max_rate\":NaN}",
		"{\"eater_name\":1,\"max_rate\":Infinity}",
		"{\"eater_name\":1,\"max_rate\":\"10\"}",
		"{\"eater_name\":1,\"max_rate\":true}",
		"{\"eater_name\":1,\"latest_per\":[]}",
		"{\"eater_name\":1,\"latest_per\":\"ARP\"}",
		"{\"eater_name\":1,\"latest_per\":{\"ARP\":1}}",
		"{\"eater_name\":1,\"latest_per\":{\"A\":\".........\"}}",
		"{\"eater_name\":1,\"latest_per\":{\"ARP\":null}}",
		"{\"eater_name\":1,\"latest_per\":{\"\":\"a\"}}",
		"{\"eater_name\":1,\"latest_per\":{\"a/b\":\"a\"}}",
		"{\"eater_name\":1,\"latest_per\":{\"a\":\"b\\u0000\"}}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (parse_str(texts[i]) != -EINVAL)
			fail_msg("not refused: %s", texts[i]);
}

/* {"eater_name":1,"chefs":["aa..."]} with one name of this length. */
static int parse_name(size_t len)
{
	char text[256];
	int n = snprintf(text, sizeof(text),
			 "{\"eater_name\":1,\"chefs\":[\"%0*d\"]}", (int)len,
			 0);

	return parse(text, (size_t)n);
}

static int parse_names(unsigned count)
{
	static char text[8192];
	size_t len = (size_t)snprintf(text, sizeof(text),
				      "{\"eater_name\":1,\"chefs\":[\"c\"");

	while (--count > 0)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
					",\"c%u\"", count);
	len += (size_t)snprintf(text + len, sizeof(text) - len, "]}");
	return parse(text, len);
}

static int parse_nested(size_t depth)
{
	static char text[4096];
	size_t len = (size_t)snprintf(text, sizeof(text), "{\"eater_name\":");

	memset(text + len, '[', depth);
	memset(text + len + depth, ']', depth);
	text[len + 2 * depth] = '}';
	return parse(text, len + 2 * depth + 1);
}

static void has_bounds(void **state)
{
	(void)state;
	assert_int_equal(parse_name(TOPIC_NAME_MAX), 0);
	assert_int_equal(parse_name(TOPIC_NAME_MAX + 1), -EINVAL);
	assert_int_equal(parse_name(TOPIC_NAME_MAX + 100), -EINVAL);
	assert_int_equal(parse_names(HELLO_NAMES_MAX), 0);
	assert_int_equal(h.chefs.count, HELLO_NAMES_MAX);
	assert_int_equal(parse_names(HELLO_NAMES_MAX + 1), -EINVAL);
	assert_int_equal(parse_merges(HELLO_MERGES_MAX, HELLO_PATH_MAX), 0);
	assert_int_equal(h.thin.merges, HELLO_MERGES_MAX);
	assert_int_equal(parse_merges(HELLO_MERGES_MAX + 1, 1), -EINVAL);
	assert_int_equal(parse_merges(1, HELLO_PATH_MAX + 1), -EINVAL);
	assert_int_equal(parse_nested(31), 0);
	assert_int_equal(parse_nested(32), -EBADMSG);
	assert_int_equal(parse_nested(2000), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_what_the_original_takes),
		cmocka_unit_test(reads_what_is_wanted),
		cmocka_unit_test(reads_what_may_be_left_out),
		cmocka_unit_test(the_last_of_two_members_counts),
		cmocka_unit_test(refuses_what_is_not_json),
		cmocka_unit_test(refuses_json_that_is_no_hello),
		cmocka_unit_test(has_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
