/* SPDX-License-Identifier: MIT */
#include "json.h"
#include "json_read.h"
#include "put.h"
#include "unit.h"
#include "value.h"

#include <math.h>

static struct nd_dumpling *d;

static int set_up(void **state)
{
	(void)state;
	d = dumpling_new(1 << 20);
	return !d;
}

static int tear_down(void **state)
{
	(void)state;
	dumpling_free(d);
	return 0;
}

/* json_read_value() of a text that ends where its allocation does. */
static int read_bytes(struct nd_value *v, const char *text, size_t len)
{
	char *copy = malloc(len ? len : 1);
	const char *why = NULL;
	int rc;

	assert_non_null(copy);
	memcpy(copy, text, len);
	rc = json_read_value(d, v, copy, len, &why);
	free(copy);
	assert_true((rc == 0) == (why == NULL));
	return rc;
}

static int read_str(struct nd_value *v, const char *text)
{
	return read_bytes(v, text, strlen(text));
}

static void check_json(const char *text, const char *expected)
{
	struct text t = {0};
	struct nd_value v;

	if (read_str(&v, text) < 0)
		fail_msg("refused: %s", text);
	assert_int_equal(json_value(&t, &v), 0);
	assert_string_equal(text_str(&t), expected);
	text_free(&t);
}

static void keeps_every_value(void **state)
{
	static const char *const texts[] = {
		"null",
		"true",
		"false",
		"0",
		"-1",
		"18446744073709551615",
		"-9223372036854775808",
		"0.5",
		"-0.0",
		"1e+300",
		"4.94065645841247e-324",
		"\"\"",
		"\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\"",
		"\"caf\xc3\xa9 \xf0\x9f\x8d\x9a\"",
		"[]",
		"{}",
		"[1,[2,[3]],{}]",
		"{\"a\":{\"b\":[{\"c\":null}]},\"\":0,\"a\":1}",
		"[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,[]]",
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(texts); i++)
		check_json(texts[i], texts[i]);
}

static void reads_other_spellings(void **state)
{
	(void)state;
	check_json(" \t\r\n[ 1 , { \"a\" : [ ] } ] \n", "[1,{\"a\":[]}]");
	check_json("\"\\u0041\\/\\u00e9\\u20AC\"",
		   "\"A/\xc3\xa9\xe2\x82\xac\"");
	check_json("\"\\ud83c\\udf5a\"", "\"\xf0\x9f\x8d\x9a\"");
	check_json("[-0,1E2,1.50]", "[0,100.0,1.5]");
	check_json("[18446744073709551616,-9223372036854775809]",
		   "[1.8446744073709552e+19,-9.223372036854776e+18]");
	check_json("{\"\\u0061\\n\":1}", "{\"a\\n\":1}");
}

static void halves_of_surrogates_are_replaced(void **state)
{
	(void)state;
	check_json("\"\\ud83c\"", "\"\xef\xbf\xbd\"");
	check_json("\"\\udf5a\\ud83c\"", "\"\xef\xbf\xbd\xef\xbf\xbd\"");
	check_json("\"\\ud83c\\u0041\"", "\"\xef\xbf\xbd"
					 "A\"");
	check_json("\"\\ud83c\\ud83c\\udf5a\"",
		   "\"\xef\xbf\xbd\xf0\x9f\x8d\x9a\"");
	check_json("\"\\ud83c\\n\"", "\"\xef\xbf\xbd\\n\"");
}

static void reads_what_python_writes(void **state)
{
	struct nd_value v;

	(void)state;
	assert_int_equal(read_str(&v, "NaN"), 0);
	assert_true(v.type == ND_DOUBLE && isnan(v.as.d));
	assert_int_equal(read_str(&v, "Infinity"), 0);
	assert_true(v.type == ND_DOUBLE && isinf(v.as.d) && v.as.d > 0);
	assert_int_equal(read_str(&v, "-Infinity"), 0);
	assert_true(v.type == ND_DOUBLE && isinf(v.as.d) && v.as.d < 0);
	assert_int_equal(read_str(&v, "1e999"), 0);
	assert_true(v.type == ND_DOUBLE && isinf(v.as.d));
}

static void texts_may_have_any_bytes(void **state)
{
	struct nd_value v, key, value;

	(void)state;
	assert_int_equal(read_str(&v, "\"a\\u0000b\""), 0);
	assert_int_equal(v.len, 3);
	assert_memory_equal(v.as.bytes, "a\0b", 3);
	assert_int_equal(read_str(&v, "\"\xff\x80\""), 0);
	assert_int_equal(v.len, 2);
	assert_memory_equal(v.as.bytes, "\xff\x80", 2);
	assert_int_equal(read_str(&v, "{\"k\\u0000y\":7,\"k\":8}"), 0);
	assert_int_equal(nd_each(&v, &key, &value), 1);
	assert_int_equal(key.len, 3);
	assert_memory_equal(key.as.bytes, "k\0y", 3);
	assert_int_equal(value.as.u, 7);
}

static void refuses_what_is_not_json(void **state)
{
	static const char *const texts[] = {
		"",
		" ",
		"hello",
		"nul",
		"nan",
		"+1",
		"01",
		"-",
		"1.",
		".5",
		"1e",
		"1e+",
		"0x1",
		"--1",
		"- 1",
		"\"",
		"\"\\\"",
		"\"\\x\"",
		"\"\\u12\"",
		"\"\\u12g4\"",
		"\"\n\"",
		"'a'",
		"[",
		"]",
		"[1,]",
		"[,1]",
		"[1 2]",
		"[1}",
		"{",
		"{\"a\"}",
		"{a:1}",
		"{\"a\":}",
		"{\"a\":1,}",
		"{1:2}",
		"{\"a\" 1}",
		"1 2",
		"{} {}",
		"[] x",
		("\xef\xbb\xbf"
		 "1"),
		"# 1\n1",
		"-NaN",
		"Infinit",
	};
	struct nd_value v;

	(void)state;
	for (size_t i = 0; i < LENGTH(texts); i++)
		if (read_str(&v, texts[i]) != -EBADMSG)
			fail_msg("taken: %s", texts[i]);
	assert_int_equal(read_bytes(&v, BYTES("1\0")), -EBADMSG);
	assert_int_equal(read_bytes(&v, BYTES("\"\\\0\"")), -EBADMSG);
}

static int read_nested(char open, char close, size_t depth)
{
	static char text[8192];
	struct nd_value v;
	size_t len = 0;

	for (size_t i = 0; i < depth; i++) {
		if (open == '{' && i > 0) {
			memcpy(text + len, "\"a\":", 4);
			len += 4;
		}
		text[len++] = open;
	}
	memset(text + len, close, depth);
	return read_bytes(&v, text, len + depth);
}

static void has_bounds(void **state)
{
	struct nd_value v;

	(void)state;
	assert_int_equal(read_nested('[', ']', ND_DEPTH_MAX), 0);
	assert_int_equal(read_nested('[', ']', ND_DEPTH_MAX + 1), -EBADMSG);
	assert_int_equal(read_nested('[', ']', 4000), -EBADMSG);
	assert_int_equal(read_nested('{', '}', ND_DEPTH_MAX), 0);
	assert_int_equal(read_nested('{', '}', ND_DEPTH_MAX + 1), -EBADMSG);
	dumpling_free(d);
	d = dumpling_new(10);
	assert_int_equal(read_str(&v, "\"123456789\""), 0);
	assert_int_equal(read_str(&v, "\"1234567890\""), -EMSGSIZE);
}

/* What was there before stays, whatever is put behind it. */
static void a_failed_one_is_taken_back(void **state)
{
	const char *why;
	size_t len;

	(void)state;
	put_bytes(d, "before", 6);
	len = d->len;
	put_begin(d);
	assert_int_equal(json_read(d, BYTES("{\"a\":[1,2"), &why), -EBADMSG);
	assert_int_equal(put_finish(d), -EBADMSG);
	assert_int_equal(d->len, len);
	put_begin(d);
	assert_int_equal(json_read(d, BYTES("1 x"), &why), -EBADMSG);
	assert_int_equal(put_finish(d), -EBADMSG);
	assert_int_equal(d->len, len);
	put_begin(d);
	nd_put_map(d, "one");
	put_map_key(d, BYTES("a\0"));
	assert_int_equal(json_read(d, BYTES("[2]"), &why), 0);
	nd_end(d);
	assert_int_equal(put_finish(d), 0);
	put_expose(d);
	assert_int_equal(d->payload_len, 11);
}

static void a_key_wants_its_map_and_its_value(void **state)
{
	(void)state;
	put_begin(d);
	put_map_key(d, "a", 1);
	assert_int_equal(nd_error(d), -EINVAL);
	put_begin(d);
	nd_put_array(d, NULL);
	put_map_key(d, "a", 1);
	assert_int_equal(nd_error(d), -EINVAL);
	put_begin(d);
	nd_put_map(d, NULL);
	put_map_key(d, "a", 1);
	put_map_key(d, "b", 1);
	assert_int_equal(nd_error(d), -EINVAL);
	put_begin(d);
	nd_put_map(d, NULL);
	put_map_key(d, "a", 1);
	nd_put_nil(d, "b");
	assert_int_equal(nd_error(d), -EINVAL);
	put_begin(d);
	nd_put_map(d, NULL);
	put_map_key(d, "a", 1);
	nd_end(d);
	assert_int_equal(nd_error(d), -EINVAL);
	put_begin(d);
	nd_put_nil(d, "implicit");
	put_map_key(d, "a", 1);
	assert_int_equal(put_finish(d), -EINVAL);
}

static int find(const char *text, struct json_read_member *members,
		size_t count)
{
	const char *why = NULL;
	int rc = json_read_members(members, count, text, strlen(text), &why);

	assert_true((rc == 0) == (why == NULL));
	return rc;
}

static void check_member(const struct json_read_member *member,
			 const char *text)
{
	assert_non_null(member->at);
	assert_int_equal(member->len, strlen(text));
	assert_memory_equal(member->at, text, strlen(text));
}

static void finds_members(void **state)
{
	struct json_read_member m[] = {{.name = "a"}, {.name = "b"}};

	(void)state;
	assert_int_equal(
		find(" {\"x\":{\"a\":0} , \"\\u0061\" : [1, 2] }", m, 2), 0);
	check_member(&m[0], "[1, 2]");
	assert_null(m[1].at);
	assert_int_equal(
		find("{\"b\":\"\\n\",\"a\":1,\"a\":{},\"c\":NaN}", m, 2), 0);
	check_member(&m[0], "{}");
	check_member(&m[1], "\"\\n\"");
	assert_int_equal(find("{\"a\":1,\"b\":[}", m, 2), -EBADMSG);
	assert_int_equal(find("[{\"a\":1}]", m, 2), -EINVAL);
	assert_null(m[0].at);
	assert_int_equal(find("7", m, 2), -EINVAL);
}

/* Its values may be as deep as a payload. */
static void members_are_one_deeper(void **state)
{
	struct json_read_member m = {.name = "a"};
	char text[128];

	(void)state;
	for (int depth = ND_DEPTH_MAX; depth <= ND_DEPTH_MAX + 1; depth++) {
		snprintf(text, sizeof(text), "{\"a\":%.*s%.*s}", depth,
			 "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", depth,
			 "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]");
		assert_int_equal(find(text, &m, 1),
				 depth > ND_DEPTH_MAX ? -EBADMSG : 0);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(keeps_every_value),
		TEST(reads_other_spellings),
		TEST(halves_of_surrogates_are_replaced),
		TEST(reads_what_python_writes),
		TEST(texts_may_have_any_bytes),
		TEST(refuses_what_is_not_json),
		TEST(has_bounds),
		TEST(a_failed_one_is_taken_back),
		TEST(a_key_wants_its_map_and_its_value),
		TEST(finds_members),
		TEST(members_are_one_deeper),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
