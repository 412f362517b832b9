/* SPDX-License-Identifier: MIT */
#include "put.h"
#include "unit.h"

#include <math.h>

static struct nd_dumpling *d;

static int set_up(void **state)
{
	(void)state;
	d = dumpling_new(65536);
	if (!d)
		return -1;
	put_begin(d);
	nd_put_map(d, "map");
	nd_put_str(d, "text", "dumpling");
	nd_put_str(d, "empty", "");
	nd_put_strn(d, "zero", "a\0b", 3);
	nd_end(d);
	nd_put_uint(d, "small", 7);
	nd_put_int(d, "negative", -7);
	nd_put_uint(d, "most", INT64_MAX);
	nd_put_int(d, "least", INT64_MIN);
	nd_put_uint(d, "large", UINT64_MAX);
	nd_put_double(d, "half", 0.5);
	nd_put_bool(d, "yes", true);
	nd_put_bool(d, "no", false);
	nd_put_time(d, "when", -1500000000);
	nd_put_nil(d, "nil");
	nd_put_bin(d, "bin", "\xff", 1);
	nd_put_array(d, "array");
	nd_put_uint(d, NULL, 10);
	nd_put_uint(d, NULL, 11);
	nd_end(d);
	d->chef = "TestChef";
	d->kitchen = "home";
	d->driver = ND_DRIVER_INTERVAL;
	d->time_ns = 1500000000123456789;
	d->seq = 42;
	if (put_finish(d) < 0)
		return -1;
	put_expose(d);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	dumpling_free(d);
	return 0;
}

static void test_metadata(void **state)
{
	struct nd_value v;

	(void)state;
	assert_string_equal(nd_chef_name(d), "TestChef");
	assert_string_equal(nd_kitchen_name(d), "home");
	assert_int_equal(nd_driver(d), ND_DRIVER_INTERVAL);
	assert_true(nd_creation_time_ns(d) == 1500000000123456789);
	assert_int_equal(nd_seq(d), 42);
	assert_int_equal(nd_payload(d, &v), 0);
	assert_int_equal(v.type, ND_MAP);
	assert_int_equal(v.len, 13);
}

static void test_text(void **state)
{
	const char *text, *again;

	(void)state;
	text = nd_get_str(d, "map.text", "?");
	again = nd_get_str(d, "map.text", "?");
	assert_string_equal(text, "dumpling");
	assert_string_equal(again, "dumpling");
	assert_ptr_not_equal(text, again);
	assert_string_equal(nd_get_str(d, "map.empty", "?"), "");
	assert_string_equal(nd_get_str(d, "map.zero", "?"), "a");
	assert_string_equal(nd_get_str(d, "map.none", "?"), "?");
	assert_string_equal(nd_get_str(d, "map", "?"), "?");
	assert_string_equal(nd_get_str(d, "bin", "?"), "?");
	assert_null(nd_get_str(d, "small", NULL));
	dumpling_forget_texts(d);
	dumpling_forget_texts(d);
	assert_string_equal(nd_get_str(d, "map.text", "?"), "dumpling");
}

static void test_numbers(void **state)
{
	(void)state;
	assert_int_equal(nd_get_int(d, "small", 1), 7);
	assert_int_equal(nd_get_int(d, "negative", 1), -7);
	assert_true(nd_get_int(d, "most", 1) == INT64_MAX);
	assert_true(nd_get_int(d, "least", 1) == INT64_MIN);
	assert_int_equal(nd_get_int(d, "large", 1), 1);
	assert_int_equal(nd_get_int(d, "half", 1), 1);
	assert_int_equal(nd_get_int(d, "yes", 5), 5);
	assert_int_equal(nd_get_int(d, "when", 5), 5);
	assert_int_equal(nd_get_int(d, "array.1", 1), 11);
	assert_int_equal(nd_get_int(d, "array.2", 1), 1);
	assert_true(nd_get_double(d, "small", 1) == 7);
	assert_true(nd_get_double(d, "negative", 1) == -7);
	assert_true(nd_get_double(d, "large", 1) == 18446744073709551616.0);
	assert_true(nd_get_double(d, "half", 1) == 0.5);
	assert_true(nd_get_double(d, "when", 1) == -1.5);
	assert_true(isnan(nd_get_double(d, "nil", NAN)));
	assert_true(nd_get_double(d, "nothing", 2.5) == 2.5);
}

static void test_others(void **state)
{
	(void)state;
	assert_true(nd_get_bool(d, "yes", false));
	assert_false(nd_get_bool(d, "no", true));
	assert_true(nd_get_bool(d, "small", true));
	assert_false(nd_get_bool(d, "nothing", false));
	assert_true(nd_get_time_ns(d, "when", 1) == -1500000000);
	assert_int_equal(nd_get_time_ns(d, "small", 1), 1);
	assert_int_equal(nd_get_time_ns(d, "nothing", 1), 1);
}

/* Times as far as 64 bits of ns go come back as they went. */
static void test_time_range(void **state)
{
	static const int64_t times[] = {0,
					-1,
					1,
					4294967295999999999,
					4294967296000000000,
					9223372035000000000,
					-9223372035000000000};

	(void)state;
	for (size_t i = 0; i < LENGTH(times); i++) {
		put_begin(d);
		nd_put_time(d, NULL, times[i]);
		assert_int_equal(put_finish(d), 0);
		put_expose(d);
		assert_true(nd_get_time_ns(d, "", 7) == times[i]);
	}
}

static void test_broken(void **state)
{
	struct nd_value v;

	(void)state;
	d->payload_len--;
	assert_int_equal(nd_get_int(d, "array.1", 1), 1);
	assert_int_equal(nd_get_int(d, "small", 1), 7);
	d->payload_len = 0;
	assert_int_equal(nd_payload(d, &v), -EBADMSG);
	assert_string_equal(nd_get_str(d, "map.text", "?"), "?");
	errno = 0;
	assert_null(nd_json(d, NULL));
	assert_int_equal(errno, EBADMSG);
}

static void test_json(void **state)
{
	size_t len = 0;
	const char *json = nd_json(d, &len);

	(void)state;
	assert_string_equal(
		json,
		"{\"metadata\":{\"chef\":\"TestChef\",\"kitchen\":\"home\","
		"\"creation_time\":1500000000.123456789,"
		"\"driver\":\"interval\",\"seq\":42},\"payload\":{\"map\":{"
		"\"text\":\"dumpling\",\"empty\":\"\",\"zero\":\"a\\u0000b\"},"
		"\"small\":7,\"negative\":-7,\"most\":9223372036854775807,"
		"\"least\":-9223372036854775808,"
		"\"large\":18446744073709551615,\"half\":0.5,\"yes\":true,"
		"\"no\":false,\"when\":-1.5,\"nil\":null,\"bin\":\"/w==\","
		"\"array\":[10,11]}}");
	assert_int_equal(len, strlen(json));
	d->kitchen = NULL;
	d->driver = ND_DRIVER_PACKET;
	json = nd_json(d, NULL);
	assert_non_null(strstr(json, "\"kitchen\":null,"));
	assert_non_null(strstr(json, "\"driver\":\"packet\","));
}

static void test_free_null(void **state)
{
	(void)state;
	dumpling_free(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_metadata),   TEST(test_text),
		TEST(test_numbers),    TEST(test_others),
		TEST(test_broken),     TEST(test_json),
		TEST(test_time_range), cmocka_unit_test(test_free_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
