/* SPDX-License-Identifier: MIT */
/* What put.c writes is read back with msgpack-c's own unpacker. */
#include "payload.h"

#include <math.h>

static void check_key(const msgpack_object_kv *kv, const char *key)
{
	assert_int_equal(kv->key.type, MSGPACK_OBJECT_STR);
	assert_int_equal(kv->key.via.str.size, strlen(key));
	assert_memory_equal(kv->key.via.str.ptr, key, strlen(key));
}

static void test_scalars(void **state)
{
	const msgpack_object *o;

	(void)state;
	nd_put_nil(out, NULL);
	assert_int_equal(finish(NULL)->type, MSGPACK_OBJECT_NIL);
	nd_put_str(out, NULL, NULL);
	assert_int_equal(finish(NULL)->type, MSGPACK_OBJECT_NIL);
	nd_put_bool(out, NULL, true);
	o = finish(NULL);
	assert_int_equal(o->type, MSGPACK_OBJECT_BOOLEAN);
	assert_true(o->via.boolean);
	nd_put_bool(out, NULL, false);
	o = finish(NULL);
	assert_int_equal(o->type, MSGPACK_OBJECT_BOOLEAN);
	assert_false(o->via.boolean);
}

static void test_unsigned(void **state)
{
	static const struct {
		uint64_t n;
		size_t len;
	} cases[] = {
		{0, 1},         {127, 1},        {128, 2},
		{255, 2},       {256, 3},        {65535, 3},
		{65536, 5},     {UINT32_MAX, 5}, {1ULL << 32, 9},
		{INT64_MAX, 9}, {1ULL << 63, 9}, {UINT64_MAX, 9},
	};
	size_t len;

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const msgpack_object *o;

		nd_put_uint(out, NULL, cases[i].n);
		o = finish(&len);
		assert_int_equal(o->type, MSGPACK_OBJECT_POSITIVE_INTEGER);
		assert_true(o->via.u64 == cases[i].n);
		assert_int_equal(len, cases[i].len);
		if (cases[i].n > INT64_MAX)
			continue;
		nd_put_int(out, NULL, (int64_t)cases[i].n);
		o = finish(&len);
		assert_int_equal(o->type, MSGPACK_OBJECT_POSITIVE_INTEGER);
		assert_true(o->via.u64 == cases[i].n);
		assert_int_equal(len, cases[i].len);
	}
}

static void test_negative(void **state)
{
	static const struct {
		int64_t n;
		size_t len;
	} cases[] = {
		{-1, 1},        {-32, 1},       {-33, 2},
		{INT8_MIN, 2},  {-129, 3},      {INT16_MIN, 3},
		{-32769, 5},    {INT32_MIN, 5}, {INT32_MIN - 1LL, 9},
		{INT64_MIN, 9},
	};
	size_t len;

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const msgpack_object *o;

		nd_put_int(out, NULL, cases[i].n);
		o = finish(&len);
		assert_int_equal(o->type, MSGPACK_OBJECT_NEGATIVE_INTEGER);
		assert_true(o->via.i64 == cases[i].n);
		assert_int_equal(len, cases[i].len);
	}
}

static void test_doubles(void **state)
{
	static const double cases[] = {0.0,   -0.0,   0.1,
				       1e308, 5e-324, -INFINITY};
	const msgpack_object *o;

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		nd_put_double(out, NULL, cases[i]);
		o = finish(NULL);
		assert_int_equal(o->type, MSGPACK_OBJECT_FLOAT64);
		assert_memory_equal(&o->via.f64, &cases[i], sizeof(double));
	}
	nd_put_double(out, NULL, NAN);
	o = finish(NULL);
	assert_true(isnan(o->via.f64));
}

static void test_text_lengths(void **state)
{
	static const struct {
		size_t len, str, bin; /* a header's bytes */
	} cases[] = {
		{0, 1, 2},   {31, 1, 2},    {32, 2, 2},    {255, 2, 2},
		{256, 3, 3}, {65535, 3, 3}, {65536, 5, 5}, {1 << 20, 5, 5},
	};
	char *text = malloc((1 << 20) + 1);
	size_t len;

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const msgpack_object *o;
		size_t n = cases[i].len;

		for (size_t j = 0; j < n; j++)
			text[j] = (char)('a' + j % 23);
		text[n] = '\0';
		nd_put_str(out, NULL, text);
		o = finish(&len);
		assert_int_equal(o->type, MSGPACK_OBJECT_STR);
		assert_int_equal(o->via.str.size, n);
		assert_int_equal(len, n + cases[i].str);
		assert_memory_equal(o->via.str.ptr, text, n);
		nd_put_bin(out, NULL, text, n);
		o = finish(&len);
		assert_int_equal(o->type, MSGPACK_OBJECT_BIN);
		assert_int_equal(o->via.bin.size, n);
		assert_int_equal(len, n + cases[i].bin);
		assert_memory_equal(o->via.bin.ptr, text, n);
	}
	free(text);
	nd_put_strn(out, NULL, BYTES("a\0b"));
	assert_int_equal(finish(NULL)->via.str.size, 3);
}

/* https://github.com/msgpack/msgpack/blob/master/spec.md, timestamps */
static void test_times(void **state)
{
	static const struct {
		int64_t ns, s;
		uint32_t rest;
		uint32_t len;
	} cases[] = {
		{0, 0, 0, 4},
		{999999999, 0, 999999999, 8},
		{1000000000, 1, 0, 4},
		{4294967295000000000, 4294967295, 0, 4},
		{4294967296000000000, 4294967296, 0, 8},
		{-1, -1, 999999999, 12},
		{-999999999, -1, 1, 12},
		{-1000000000, -1, 0, 12},
		{-1500000000, -2, 500000000, 12},
		{INT64_MAX, 9223372036, 854775807, 8},
		{INT64_MIN, -9223372037, 145224192, 12},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const msgpack_object *o;
		msgpack_timestamp t;

		nd_put_time(out, NULL, cases[i].ns);
		o = finish(NULL);
		assert_int_equal(o->type, MSGPACK_OBJECT_EXT);
		assert_int_equal(o->via.ext.size, cases[i].len);
		assert_true(msgpack_object_to_timestamp(o, &t));
		assert_true(t.tv_sec == cases[i].s);
		assert_int_equal(t.tv_nsec, cases[i].rest);
	}
}

static void test_addresses(void **state)
{
	static const uint8_t mac[] = {0x02, 0, 0x5e, 0x10, 0xab, 0xff};
	static const uint8_t ip4[][4] = {{0, 0, 0, 0},
					 {255, 255, 255, 255},
					 {9, 10, 99, 100}};
	static const uint8_t ip6[16] = {0x20, 1, 0xd, 0xb8, [15] = 1};
	static const uint8_t none[16] = {0};

	(void)state;
	nd_put_mac(out, NULL, mac);
	check_text("02:00:5e:10:ab:ff");
	nd_put_ip(out, NULL, ip4[0], 4);
	check_text("0.0.0.0");
	nd_put_ip(out, NULL, ip4[1], 4);
	check_text("255.255.255.255");
	nd_put_ip(out, NULL, ip4[2], 4);
	check_text("9.10.99.100");
	nd_put_ip(out, NULL, ip6, 16);
	check_text("2001:db8::1");
	nd_put_ip(out, NULL, none, 16);
	check_text("::");
	nd_put_ip(out, NULL, NULL, 0);
	assert_int_equal(finish(NULL)->type, MSGPACK_OBJECT_NIL);
}

/* Elements behind each other, with one behind the container. */
static void check_array(uint32_t count)
{
	const msgpack_object *o;

	nd_put_array(out, NULL);
	nd_put_array(out, NULL);
	for (uint32_t i = 0; i < count; i++)
		nd_put_uint(out, NULL, i);
	nd_end(out);
	nd_put_str(out, NULL, "behind");
	nd_end(out);
	o = finish(NULL);
	assert_int_equal(o->type, MSGPACK_OBJECT_ARRAY);
	assert_int_equal(o->via.array.size, 2);
	assert_int_equal(o->via.array.ptr[1].via.str.size, 6);
	o = &o->via.array.ptr[0];
	assert_int_equal(o->type, MSGPACK_OBJECT_ARRAY);
	assert_int_equal(o->via.array.size, count);
	for (uint32_t i = 0; i < count; i++)
		if (o->via.array.ptr[i].via.u64 != i)
			fail();
}

/* Of a map of maps, keyed by number; implicit: opened by its first key. */
static void check_map(uint32_t count, bool implicit)
{
	const msgpack_object *o;
	char key[16];

	if (!implicit)
		nd_put_map(out, NULL);
	for (uint32_t i = 0; i < count; i++) {
		snprintf(key, sizeof(key), "%u", i);
		nd_put_map(out, key);
		nd_put_uint(out, "n", i);
		nd_end(out);
	}
	if (!implicit)
		nd_end(out);
	o = finish(NULL);
	assert_int_equal(o->type, MSGPACK_OBJECT_MAP);
	assert_int_equal(o->via.map.size, count);
	for (uint32_t i = 0; i < count; i++) {
		snprintf(key, sizeof(key), "%u", i);
		check_key(&o->via.map.ptr[i], key);
		if (o->via.map.ptr[i].val.via.map.size != 1 ||
		    o->via.map.ptr[i].val.via.map.ptr->val.via.u64 != i)
			fail();
	}
}

static void test_container_sizes(void **state)
{
	static const uint32_t counts[] = {0, 1, 15, 16, 65535, 65536};

	(void)state;
	for (size_t i = 0; i < LENGTH(counts); i++) {
		check_array(counts[i]);
		check_map(counts[i], false);
		if (counts[i] > 0)
			check_map(counts[i], true);
	}
}

static void test_keys(void **state)
{
	const msgpack_object *o;

	(void)state;
	nd_put_map(out, "lookup");
	nd_put_str(out, "hostname", "example.com");
	nd_put_array(out, "list");
	nd_put_map(out, NULL);
	nd_end(out);
	nd_end(out);
	nd_end(out);
	nd_put_bool(out, "", true);
	o = finish(NULL);
	assert_int_equal(o->via.map.size, 2);
	check_key(&o->via.map.ptr[0], "lookup");
	check_key(&o->via.map.ptr[0].val.via.map.ptr[1], "list");
	check_key(&o->via.map.ptr[1], "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_scalars),      TEST(test_unsigned),
		TEST(test_negative),     TEST(test_doubles),
		TEST(test_text_lengths), TEST(test_times),
		TEST(test_addresses),    TEST(test_container_sizes),
		TEST(test_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
