/* SPDX-License-Identifier: MIT */
#include "unit.h"
#include "value.h"

#include <math.h>
#include <msgpack.h>

/* A copy that ends where its allocation does; each read is of a fresh one. */
static uint8_t *copy;

static struct value_reader reader(const void *bytes, size_t len)
{
	free(copy);
	copy = malloc(len ? len : 1);
	assert_non_null(copy);
	memcpy(copy, bytes, len);
	return (struct value_reader){copy, copy + len};
}

static int tear_down(void **state)
{
	(void)state;
	free(copy);
	copy = NULL;
	return 0;
}

/* Reads one value, all of its bytes; every shorter text is refused. */
static struct nd_value one(const void *bytes, size_t len)
{
	struct value_reader r;
	struct nd_value v;

	for (size_t i = 0; i < len; i++) {
		r = reader(bytes, i);
		assert_int_equal(value_read(&r, &v), -EBADMSG);
		r = reader(bytes, i);
		assert_int_equal(value_skip(&r), -EBADMSG);
	}
	r = reader(bytes, len);
	assert_int_equal(value_skip(&r), 0);
	assert_ptr_equal(r.at, r.end);
	r = reader(bytes, len);
	assert_int_equal(value_read(&r, &v), 0);
	return v;
}

static void check_uint(const void *bytes, size_t len, uint64_t n)
{
	struct nd_value v = one(bytes, len);

	assert_int_equal(v.type, ND_UINT);
	assert_true(v.as.u == n);
}

static void check_int(const void *bytes, size_t len, int64_t n)
{
	struct nd_value v = one(bytes, len);

	assert_int_equal(v.type, ND_INT);
	assert_true(v.as.i == n);
}

static void test_integers(void **state)
{
	(void)state;
	check_uint(BYTES("\0"), 0);
	check_uint(BYTES("\x7f"), 127);
	check_uint(BYTES("\xcc\xff"), 255);
	check_uint(BYTES("\xcd\x12\x34"), 0x1234);
	check_uint(BYTES("\xce\x80\0\0\1"), 0x80000001);
	check_uint(BYTES("\xcf\xff\xff\xff\xff\xff\xff\xff\xff"), UINT64_MAX);
	check_int(BYTES("\xff"), -1);
	check_int(BYTES("\xe0"), -32);
	check_int(BYTES("\xd0\x80"), INT8_MIN);
	check_int(BYTES("\xd1\x80\0"), INT16_MIN);
	check_int(BYTES("\xd2\x80\0\0\0"), INT32_MIN);
	check_int(BYTES("\xd3\x80\0\0\0\0\0\0\0"), INT64_MIN);
	/* signed formats of what is not negative */
	check_uint(BYTES("\xd0\x7f"), 127);
	check_uint(BYTES("\xd1\0\0"), 0);
	check_uint(BYTES("\xd3\x7f\xff\xff\xff\xff\xff\xff\xff"), INT64_MAX);
}

static void test_scalars(void **state)
{
	struct nd_value v;

	(void)state;
	assert_int_equal(one(BYTES("\xc0")).type, ND_NIL);
	v = one(BYTES("\xc2"));
	assert_true(v.type == ND_BOOL && !v.as.b);
	v = one(BYTES("\xc3"));
	assert_true(v.type == ND_BOOL && v.as.b);
	v = one(BYTES("\xca\x3f\xc0\0\0"));
	assert_true(v.type == ND_DOUBLE && v.as.d == 1.5);
	v = one(BYTES("\xcb\xbf\xb9\x99\x99\x99\x99\x99\x9a"));
	assert_true(v.type == ND_DOUBLE && v.as.d == -0.1);
	v = one(BYTES("\xca\x7f\xc0\0\0"));
	assert_true(isnan(v.as.d));
}

static void check_bytes(const void *bytes, size_t len, enum nd_type type,
			uint32_t content)
{
	struct nd_value v = one(bytes, len);

	assert_int_equal(v.type, type);
	assert_int_equal(v.len, content);
	assert_ptr_equal(v.as.bytes, copy + len - content);
	assert_ptr_equal(v.end, copy + len);
}

static void test_bytes(void **state)
{
	(void)state;
	check_bytes(BYTES("\xa0"), ND_STR, 0);
	check_bytes(BYTES("\xa3"
			  "abc"),
		    ND_STR, 3);
	check_bytes(BYTES("\xbf 123456789 123456789 123456789 "), ND_STR, 31);
	check_bytes(BYTES("\xd9\2ab"), ND_STR, 2);
	check_bytes(BYTES("\xda\0\2ab"), ND_STR, 2);
	check_bytes(BYTES("\xdb\0\0\0\2ab"), ND_STR, 2);
	check_bytes(BYTES("\xc4\0"), ND_BIN, 0);
	check_bytes(BYTES("\xc4\2ab"), ND_BIN, 2);
	check_bytes(BYTES("\xc5\0\2ab"), ND_BIN, 2);
	check_bytes(BYTES("\xc6\0\0\0\2ab"), ND_BIN, 2);
	check_bytes(BYTES("\xd4\7a"), ND_EXT, 1);
	check_bytes(BYTES("\xd5\7ab"), ND_EXT, 2);
	check_bytes(BYTES("\xd6\7abcd"), ND_EXT, 4);
	check_bytes(BYTES("\xd7\7abcdefgh"), ND_EXT, 8);
	check_bytes(BYTES("\xd8\x7f 123456789 12345"), ND_EXT, 16);
	check_bytes(BYTES("\xc7\3\7abc"), ND_EXT, 3);
	check_bytes(BYTES("\xc8\0\3\7abc"), ND_EXT, 3);
	check_bytes(BYTES("\xc9\0\0\0\3\7abc"), ND_EXT, 3);
	assert_int_equal(one(BYTES("\xd4\x80z")).ext_type, -128);
}

static void check_time(const void *bytes, size_t len, int64_t ns)
{
	struct nd_value v = one(bytes, len);

	assert_int_equal(v.type, ND_TIME);
	assert_true(v.as.i == ns);
}

static void test_times(void **state)
{
	(void)state;
	check_time(BYTES("\xd6\xff\0\0\0\1"), 1000000000);
	check_time(BYTES("\xd6\xff\xff\xff\xff\xff"), 4294967295000000000);
	/* 999,999,999 << 34 | 1 */
	check_time(BYTES("\xd7\xff\xee\x6b\x27\xfc\0\0\0\1"), 1999999999);
	check_time(BYTES("\xc7\x0c\xff\x3b\x9a\xc9\xff\xff\xff\xff\xff\xff\xff"
			 "\xff\xff"),
		   -1);
	/* a billion ns, which is too many */
	assert_int_equal(one(BYTES("\xd7\xff\xee\x6b\x28\0\0\0\0\1")).type,
			 ND_EXT);
	assert_int_equal(
		one(BYTES("\xc7\x0c\xff\x3b\x9a\xca\0\0\0\0\0\0\0\0\0")).type,
		ND_EXT);
	/* outside what 64 bits of ns can tell */
	assert_int_equal(one(BYTES("\xc7\x0c\xff\0\0\0\0\x7f\xff\xff\xff\xff"
				   "\xff\xff\xff"))
				 .type,
			 ND_EXT);
	assert_int_equal(
		one(BYTES("\xc7\x0c\xff\0\0\0\0\x80\0\0\0\0\0\0\0")).type,
		ND_EXT);
	assert_int_equal(one(BYTES("\xc7\5\xff"
				   "abcde"))
				 .type,
			 ND_EXT);
}

static void test_containers(void **state)
{
	struct nd_value v;
	struct value_reader r;

	(void)state;
	check_bytes(BYTES("\x90"), ND_ARRAY, 0);
	check_bytes(BYTES("\x80"), ND_MAP, 0);
	r = reader(BYTES("\xdc\0\2\1\2"));
	assert_int_equal(value_read(&r, &v), 0);
	assert_true(v.type == ND_ARRAY && v.len == 2 && v.as.bytes == r.at);
	r = reader(BYTES("\xde\0\1\1\2"));
	assert_int_equal(value_read(&r, &v), 0);
	assert_true(v.type == ND_MAP && v.len == 1 && v.as.bytes == r.at);
	/* more elements than bytes */
	r = reader(BYTES("\xdd\xff\xff\xff\xff\1"));
	assert_int_equal(value_read(&r, &v), -EBADMSG);
	r = reader(BYTES("\xdf\xff\xff\xff\xff\1\1"));
	assert_int_equal(value_read(&r, &v), -EBADMSG);
	r = reader(BYTES("\x82\1\2\3"));
	assert_int_equal(value_read(&r, &v), -EBADMSG);
	r = reader(BYTES("\xc1"));
	assert_int_equal(value_read(&r, &v), -EBADMSG);
	r = reader(BYTES("\x92\1\xc1"));
	assert_int_equal(value_skip(&r), -EBADMSG);
}

/* The stack does not grow with the nesting, nor the time with its square. */
static void test_deep(void **state)
{
	const size_t len = 4000000;
	uint8_t *bytes = malloc(len);
	struct value_reader r;

	(void)state;
	assert_non_null(bytes);
	memset(bytes, 0x91, len);
	r = reader(bytes, len);
	assert_int_equal(value_skip(&r), -EBADMSG);
	bytes[len - 1] = 0xc0;
	r = reader(bytes, len);
	assert_int_equal(value_skip(&r), 0);
	assert_ptr_equal(r.at, r.end);
	free(bytes);
}

static void test_heads(void **state)
{
	struct value_reader r = reader(BYTES("\xcd\1\0\x93\xff\xa1x"));
	uint64_t n = 7;
	uint32_t count = 7;

	(void)state;
	assert_int_equal(value_read_uint(&r, &n), 0);
	assert_int_equal(n, 256);
	assert_int_equal(value_read_array(&r, &count), 0);
	assert_int_equal(count, 3);
	n = 7;
	assert_int_equal(value_read_uint(&r, &n), -EBADMSG);
	assert_int_equal(n, 7);
	assert_int_equal(value_read_array(&r, &count), -EBADMSG);
	assert_int_equal(count, 3);
}

static void test_is(void **state)
{
	struct nd_value v = one(BYTES("\xa3"
				      "abc"));

	(void)state;
	assert_true(value_is(&v, "abc"));
	assert_false(value_is(&v, "ab"));
	assert_false(value_is(&v, "abcd"));
	v = one(BYTES("\xc4\3"
		      "abc"));
	assert_false(value_is(&v, "abc"));
}

static void test_each(void **state)
{
	struct nd_value map = one(BYTES("\x80")), key, value;
	struct value_reader r;

	(void)state;
	assert_int_equal(nd_each(&map, &key, &value), 0);
	r = reader(BYTES("\x82\xa1"
			 "a\x92\1\2\7\xc3"));
	assert_int_equal(value_read(&r, &map), 0);
	assert_int_equal(nd_each(&map, &key, &value), 1);
	assert_true(value_is(&key, "a"));
	assert_true(value.type == ND_ARRAY && value.len == 2);
	assert_int_equal(nd_each(&value, NULL, &key), 1);
	assert_int_equal(key.as.u, 1);
	assert_int_equal(nd_each(&value, NULL, &key), 1);
	assert_int_equal(key.as.u, 2);
	assert_int_equal(nd_each(&value, NULL, &key), 0);
	assert_int_equal(nd_each(&map, NULL, &value), 1);
	assert_true(value.type == ND_BOOL);
	assert_int_equal(nd_each(&map, NULL, &value), 0);
	/* what is no container has no elements */
	assert_int_equal(nd_each(&value, NULL, &key), 0);
	r = reader(BYTES("\x92\1\xc1"));
	assert_int_equal(value_read(&r, &map), 0);
	assert_int_equal(nd_each(&map, NULL, &value), 1);
	assert_int_equal(nd_each(&map, NULL, &value), -EBADMSG);
}

static void find(const struct nd_value *root, const char *path, int rc,
		 uint64_t n)
{
	struct nd_value v;

	assert_int_equal(nd_find(root, path, &v), rc);
	if (rc == 0)
		assert_true(v.type == ND_UINT && v.as.u == n);
}

static void test_find(void **state)
{
	/* {"a": {"b": [1, {"c": 2}]}, "a.b": 3, "x.y": {"z.1": 4}, 7: 5} */
	static const char bytes[] = "\x84\xa1"
				    "a\x81\xa1"
				    "b\x92\1\x81\xa1"
				    "c\2\xa3"
				    "a.b\3\xa3x.y\x81\xa3z.1\4\7\5";
	struct nd_value root = one(BYTES("\7")), v;
	struct value_reader r;

	(void)state;
	find(&root, "", 0, 7);
	find(&root, "a", -ENOENT, 0);
	r = reader(BYTES(bytes));
	assert_int_equal(value_read(&r, &root), 0);
	assert_int_equal(nd_find(&root, "", &v), 0);
	assert_int_equal(v.type, ND_MAP);
	find(&root, "a.b", 0, 3); /* the whole key goes first */
	find(&root, "x.y.z.1", 0, 4);
	assert_int_equal(nd_find(&root, "a", &v), 0);
	find(&v, "b.0", 0, 1);
	find(&v, "b.1.c", 0, 2);
	find(&v, "b.2", -ENOENT, 0);
	find(&v, "b.c", -ENOENT, 0);
	find(&v, "b.0x", -ENOENT, 0);
	find(&v, "b.99999999999999999999", -ENOENT, 0);
	find(&v, "b.0.c", -ENOENT, 0);
	find(&root, "7", -ENOENT, 0); /* a key that is no text */
	find(&root, "nothing.here", -ENOENT, 0);
	find(&root, ".", -ENOENT, 0);
	find(&root, ".a", -ENOENT, 0);
}

/* --- against msgpack-c --------------------------------------------------- */

static uint32_t seed = 1;

static uint32_t chance(uint32_t below)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % below;
}

static void random_scalar(msgpack_packer *p)
{
	static const char text[300] = "";
	uint64_t bits = (uint64_t)chance(1 << 24) << chance(41);
	size_t len = chance(300);
	double d = (double)bits / 3;

	switch (chance(7)) {
	case 0:
		msgpack_pack_nil(p);
		break;
	case 1:
		msgpack_pack_uint64(p, bits);
		break;
	case 2:
		msgpack_pack_int64(p, -(int64_t)(bits >> 1));
		break;
	case 3:
		msgpack_pack_double(p, d);
		break;
	case 4:
		msgpack_pack_str(p, len);
		msgpack_pack_str_body(p, text, len);
		break;
	case 5:
		msgpack_pack_bin(p, len);
		msgpack_pack_bin_body(p, text, len);
		break;
	default:
		msgpack_pack_ext(p, len, 5);
		msgpack_pack_ext_body(p, text, len);
	}
}

/* Each value is a scalar, or a container of as many as chance has it. */
static void random_tree(msgpack_packer *p, int depth)
{
	uint32_t count = chance(20), kind = chance(3);

	if (depth == 0 || kind == 0) {
		random_scalar(p);
		return;
	}
	if (kind == 1)
		msgpack_pack_array(p, count);
	else
		msgpack_pack_map(p, count);
	for (uint32_t i = 0; i < count * kind; i++)
		random_tree(p, depth - 1);
}

static void same(const msgpack_object *o, struct nd_value v);

static void same_elements(const msgpack_object *o, struct nd_value v)
{
	struct nd_value key, value;
	uint32_t i;

	for (i = 0; nd_each(&v, &key, &value) > 0; i++) {
		if (o->type == MSGPACK_OBJECT_ARRAY) {
			assert_true(i < o->via.array.size);
			same(&o->via.array.ptr[i], value);
		} else {
			assert_true(i < o->via.map.size);
			same(&o->via.map.ptr[i].key, key);
			same(&o->via.map.ptr[i].val, value);
		}
	}
	assert_int_equal(i, o->type == MSGPACK_OBJECT_ARRAY ? o->via.array.size
							    : o->via.map.size);
}

static void same(const msgpack_object *o, struct nd_value v)
{
	static const enum nd_type types[] = {
		[MSGPACK_OBJECT_NIL] = ND_NIL,
		[MSGPACK_OBJECT_POSITIVE_INTEGER] = ND_UINT,
		[MSGPACK_OBJECT_NEGATIVE_INTEGER] = ND_INT,
		[MSGPACK_OBJECT_FLOAT64] = ND_DOUBLE,
		[MSGPACK_OBJECT_STR] = ND_STR,
		[MSGPACK_OBJECT_ARRAY] = ND_ARRAY,
		[MSGPACK_OBJECT_MAP] = ND_MAP,
		[MSGPACK_OBJECT_BIN] = ND_BIN,
		[MSGPACK_OBJECT_EXT] = ND_EXT,
	};

	assert_int_equal(v.type, types[o->type]);
	if (v.type == ND_UINT || v.type == ND_INT)
		assert_true(v.as.u == o->via.u64);
	else if (v.type == ND_DOUBLE)
		assert_true(v.as.d == o->via.f64);
	else if (v.type == ND_STR || v.type == ND_BIN)
		assert_int_equal(v.len, o->via.str.size);
	else if (v.type == ND_EXT)
		assert_int_equal(v.len, o->via.ext.size);
	else if (v.type == ND_ARRAY || v.type == ND_MAP)
		same_elements(o, v);
}

static void test_trees(void **state)
{
	msgpack_unpacked result;
	msgpack_sbuffer buffer;
	msgpack_packer packer;

	(void)state;
	msgpack_unpacked_init(&result);
	msgpack_sbuffer_init(&buffer);
	msgpack_packer_init(&packer, &buffer, msgpack_sbuffer_write);
	for (int i = 0; i < 300; i++) {
		struct value_reader r;
		struct nd_value v;
		size_t at = 0;

		msgpack_sbuffer_clear(&buffer);
		random_tree(&packer, 3);
		r = reader(buffer.data, buffer.size);
		assert_int_equal(value_skip(&r), 0);
		assert_ptr_equal(r.at, r.end);
		r = reader(buffer.data, buffer.size);
		assert_int_equal(value_read(&r, &v), 0);
		msgpack_unpack_next(&result, buffer.data, buffer.size, &at);
		assert_int_equal(at, buffer.size);
		same(&result.data, v);
	}
	msgpack_sbuffer_destroy(&buffer);
	msgpack_unpacked_destroy(&result);
}

/* [1, [2]] */
static void test_within(void **state)
{
	struct value_reader r = reader(BYTES("\x92\1\x91\2"));
	struct nd_value v;

	(void)state;
	assert_int_equal(value_read(&r, &v), 0);
	assert_true(value_within(&v, 2));
	assert_false(value_within(&v, 1));
	r = reader(BYTES("\1"));
	assert_int_equal(value_read(&r, &v), 0);
	assert_true(value_within(&v, 0));
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_integers), TEST(test_scalars),    TEST(test_bytes),
		TEST(test_times),    TEST(test_containers), TEST(test_deep),
		TEST(test_heads),    TEST(test_is),         TEST(test_each),
		TEST(test_find),     TEST(test_trees),      TEST(test_within),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
