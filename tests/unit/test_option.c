/* SPDX-License-Identifier: MIT */
#include "option.h"
#include "unit.h"

struct settings {
	bool on, flag;
	uint64_t count, bounded, size, page;
	double number, fraction;
	const char *text;
	struct nd_list list;
};

#define AT(member) offsetof(struct settings, member)

static const struct nd_option options[] = {
	{"on", ND_OPTION_BOOL, AT(on), "yes", "h"},
	{"flag", ND_OPTION_FLAG, AT(flag), NULL, "h"},
	{"count", ND_OPTION_UINT, AT(count), "1", "h"},
	{"bounded", ND_OPTION_UINT, AT(bounded), "5", "h", .min = 1, .max = 9},
	{"size", ND_OPTION_SIZE, AT(size), "64MiB", "h"},
	{"page", ND_OPTION_SIZE, AT(page), NULL, "h", .min = 1024, .max = 1e6},
	{"number", ND_OPTION_DOUBLE, AT(number), "-1.5", "h"},
	{"fraction", ND_OPTION_DOUBLE, AT(fraction), ".5", "h", .max = 1},
	{"text", ND_OPTION_STR, AT(text), "first", "h"},
	{"list", ND_OPTION_LIST, AT(list), NULL, "h"},
	{0},
};

static struct settings s;
static char why[100];

static int set_up(void **state)
{
	(void)state;
	memset(&s, 0, sizeof(s));
	return option_defaults(options, &s, why, sizeof(why));
}

static int tear_down(void **state)
{
	(void)state;
	option_free(options, &s);
	return 0;
}

static const struct nd_option *named(const char *name)
{
	const struct nd_option *o = option_find(options, name, strlen(name));

	assert_non_null(o);
	return o;
}

static void good(const char *name, const char *text)
{
	assert_int_equal(option_set(named(name), &s, text, why, sizeof(why)),
			 0);
}

/* Refused, with a sentence that names the option; the value stays. */
static void bad(const char *name, const char *text)
{
	struct settings before = s;

	*why = '\0';
	assert_int_equal(option_set(named(name), &s, text, why, sizeof(why)),
			 -EINVAL);
	assert_memory_equal(why, name, strlen(name));
	assert_non_null(strstr(why, text));
	assert_memory_equal(&before, &s, sizeof(s));
}

static void test_defaults(void **state)
{
	static const struct nd_option wrong[] = {
		{"count", ND_OPTION_UINT, AT(count), "x", "h"}, {0}};

	(void)state;
	assert_true(s.on);
	assert_false(s.flag);
	assert_int_equal(s.count, 1);
	assert_int_equal(s.bounded, 5);
	assert_int_equal(s.size, 64 << 20);
	assert_int_equal(s.page, 0);
	assert_true(s.number == -1.5);
	assert_true(s.fraction == 0.5);
	assert_string_equal(s.text, "first");
	assert_int_equal(s.list.count, 0);
	assert_int_equal(option_defaults(NULL, NULL, why, sizeof(why)), 0);
	assert_int_equal(option_defaults(wrong, &s, why, sizeof(why)), -EINVAL);
}

static void test_bool(void **state)
{
	static const char *const yes[] = {"yes", "true", "on", "1"};
	static const char *const no[] = {"no", "false", "off", "0"};

	(void)state;
	for (size_t i = 0; i < LENGTH(yes); i++) {
		good("on", no[i]);
		assert_false(s.on);
		good("on", yes[i]);
		assert_true(s.on);
	}
	bad("on", "maybe");
	bad("on", "");
	bad("on", "YES");
	bad("flag", "2");
}

static void test_uint(void **state)
{
	(void)state;
	good("count", "18446744073709551615");
	assert_true(s.count == UINT64_MAX);
	good("count", "007");
	assert_int_equal(s.count, 7);
	bad("count", "18446744073709551616");
	bad("count", "-1");
	bad("count", "+1");
	bad("count", " 1");
	bad("count", "1 ");
	bad("count", "0x10");
	bad("count", "1.5");
	bad("count", "");
	good("bounded", "1");
	good("bounded", "9");
	bad("bounded", "0");
	bad("bounded", "10");
}

static void test_double(void **state)
{
	(void)state;
	good("number", "1e-3");
	assert_true(s.number == 1e-3);
	good("number", "-0.25");
	assert_true(s.number == -0.25);
	bad("number", "nan");
	bad("number", "inf");
	bad("number", "1e999");
	bad("number", "1,5");
	bad("number", "");
	bad("number", "1x");
	good("fraction", "1");
	good("fraction", "0");
	bad("fraction", "1.001");
	bad("fraction", "-0.001");
}

static void test_size(void **state)
{
	static const struct {
		const char *text;
		uint64_t n;
	} cases[] = {
		{"0", 0},
		{"1000", 1000},
		{"512k", 512 << 10},
		{"512K", 512 << 10},
		{"512kB", 512 << 10},
		{"1KiB", 1 << 10},
		{"64MiB", 64 << 20},
		{"3G", 3ULL << 30},
		{"2TB", 2ULL << 40},
		{"16777215T", 16777215ULL << 40},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		good("size", cases[i].text);
		assert_true(s.size == cases[i].n);
	}
	bad("size", "16777216T"); /* 2^64 */
	bad("size", "18446744073709551616");
	bad("size", "1X");
	bad("size", "1Mi");
	bad("size", "1MiBs");
	bad("size", "k");
	bad("size", "-1");
	bad("size", "1.5M");
	bad("size", "");
	good("page", "1k");
	bad("page", "1023");
	bad("page", "1M"); /* the bound is in bytes, with the letter counted */
}

static void test_text_and_list(void **state)
{
	char text[] = "second";

	(void)state;
	good("text", text);
	text[0] = 'X';
	assert_string_equal(s.text, "second"); /* a copy */
	good("text", "");
	assert_string_equal(s.text, "");
	good("list", "a");
	good("list", "");
	good("list", "a");
	assert_int_equal(s.list.count, 3);
	assert_string_equal(s.list.items[0], "a");
	assert_string_equal(s.list.items[1], "");
	assert_string_equal(s.list.items[2], "a");
	option_free(options, &s);
	assert_null(s.text);
	assert_int_equal(s.list.count, 0);
	assert_null(s.list.items);
}

static void test_find(void **state)
{
	(void)state;
	assert_ptr_equal(named("on"), &options[0]);
	assert_null(option_find(options, "o", 1));
	assert_null(option_find(options, "on=", 3));
	assert_ptr_equal(option_find(options, "on=yes", 2), &options[0]);
	assert_null(option_find(NULL, "on", 2));
	assert_null(option_find(options, "", 0));
}

static int set_all(const char *text)
{
	*why = '\0';
	return option_set_all(options, &s, text, why, sizeof(why));
}

static void test_set_all(void **state)
{
	(void)state;
	assert_int_equal(set_all("count=3,flag,on=no,text=a=b:c/d,,list=x,"
				 "list=y"),
			 0);
	assert_int_equal(s.count, 3);
	assert_true(s.flag);
	assert_false(s.on);
	assert_string_equal(s.text, "a=b:c/d");
	assert_int_equal(s.list.count, 2);
	assert_int_equal(set_all(""), 0);
	assert_int_equal(set_all("on"), 0);
	assert_true(s.on);
	assert_int_equal(set_all("text="), 0);
	assert_string_equal(s.text, "");

	assert_int_equal(set_all("nothing=1"), -EINVAL);
	assert_string_equal(why, "there is no option 'nothing'");
	assert_int_equal(set_all("count"), -EINVAL);
	assert_string_equal(why, "count needs a value");
	assert_int_equal(set_all("=1"), -EINVAL);
	assert_int_equal(set_all("bounded=4,bounded=x"), -EINVAL);
	assert_int_equal(s.bounded, 4);
	assert_int_equal(option_set_all(NULL, NULL, "x=1", why, sizeof(why)),
			 -EINVAL);
}

/* A sentence that has no room is cut, not overrun. */
static void test_short_why(void **state)
{
	char small[8] = "1234567";

	(void)state;
	assert_int_equal(option_set(named("count"), &s, "x", small, 6),
			 -EINVAL);
	assert_string_equal(small, "count");
	assert_int_equal(small[7], '\0');
	assert_int_equal(small[6], '7');
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_defaults),  TEST(test_bool),
		TEST(test_uint),      TEST(test_double),
		TEST(test_size),      TEST(test_text_and_list),
		TEST(test_find),      TEST(test_set_all),
		TEST(test_short_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
