/* SPDX-License-Identifier: MIT */
/* What put.c refuses, and what it leaves behind then. */
#include "payload.h"

#include <netdumplings/chef.h>

/* Longer than msgpack can tell; the text is not looked at. */
static void test_text_too_long(void **state)
{
	(void)state;
	nd_put_strn(out, NULL, "", (size_t)UINT32_MAX + 1);
	fails(-EMSGSIZE);
	nd_put_bin(out, NULL, "", (size_t)UINT32_MAX + 1);
	fails(-EMSGSIZE);
}

static void test_misuse(void **state)
{
	(void)state;
	assert_int_equal(put_finish(out), -EINVAL); /* nothing */
	put_begin(out);
	nd_put_nil(out, NULL);
	nd_put_nil(out, NULL); /* two wholes */
	fails(-EINVAL);
	nd_put_nil(out, NULL);
	nd_put_nil(out, "key");
	fails(-EINVAL);
	nd_put_nil(out, "key");
	nd_put_nil(out, NULL); /* a map's value without a key */
	fails(-EINVAL);
	nd_put_array(out, NULL);
	nd_put_nil(out, "key"); /* an array's with one */
	fails(-EINVAL);
	nd_end(out); /* nothing is open */
	fails(-EINVAL);
	nd_put_nil(out, "key");
	nd_end(out); /* what a key opened closes by itself */
	fails(-EINVAL);
	nd_put_map(out, NULL);
	nd_end(out);
	nd_end(out);
	fails(-EINVAL);
	nd_put_map(out, NULL); /* left open */
	assert_int_equal(put_finish(out), -EINVAL);
	assert_int_equal(out->len, 0);
	put_begin(out);
	nd_put_map(out, "key");
	assert_int_equal(put_finish(out), -EINVAL);
}

static void test_depth(void **state)
{
	const msgpack_object *o;
	int depth = 0;

	(void)state;
	for (int i = 0; i < ND_DEPTH_MAX; i++)
		nd_put_array(out, NULL);
	nd_put_nil(out, NULL);
	for (int i = 0; i < ND_DEPTH_MAX; i++)
		nd_end(out);
	for (o = finish(NULL); o->type == MSGPACK_OBJECT_ARRAY; depth++)
		o = o->via.array.ptr;
	assert_int_equal(depth, ND_DEPTH_MAX);

	for (int i = 0; i < ND_DEPTH_MAX + 1; i++)
		nd_put_array(out, NULL);
	fails(-ELOOP);
	nd_put_map(out, "key");
	for (int i = 0; i < ND_DEPTH_MAX - 2; i++)
		nd_put_map(out, "key");
	assert_int_equal(nd_error(out), 0);
	nd_put_map(out, "key");
	fails(-ELOOP);
}

static void test_limit(void **state)
{
	static const size_t limits[] = {1,    2,    100,   4095,  4096,
					4097, 5000, 65536, 100000};
	char *text = calloc(1, 100001);

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < LENGTH(limits); i++) {
		size_t limit = limits[i];
		size_t head = limit < 33      ? 1
			      : limit < 258   ? 2
			      : limit < 65539 ? 3
					      : 5;

		restart(limit);
		nd_put_strn(out, NULL, text, limit - head);
		assert_int_equal(put_finish(out), 0);
		assert_int_equal(out->len, limit);
		restart(limit);
		nd_put_strn(out, NULL, text, limit - head + 1);
		assert_int_equal(put_finish(out), -EMSGSIZE);
		assert_int_equal(nd_error(out), -EMSGSIZE);
		assert_int_equal(out->len, 0);
	}
	free(text);
}

/* A container whose header grows when it is closed counts it, too. */
static void test_limit_of_header(void **state)
{
	(void)state;
	for (size_t limit = 17; limit <= 19; limit++) {
		restart(limit);
		nd_put_array(out, NULL);
		for (int i = 0; i < 16; i++)
			nd_put_nil(out, NULL);
		nd_end(out);
		assert_int_equal(put_finish(out), limit < 19 ? -EMSGSIZE : 0);
	}
	assert_int_equal(out->len, 19);
}

static void test_begin_behind(void **state)
{
	(void)state;
	put_bytes(out, BYTES("head"));
	put_begin(out);
	nd_put_uint(out, NULL, 7);
	assert_int_equal(put_finish(out), 0);
	put_expose(out);
	assert_int_equal(out->payload_len, 1);
	assert_int_equal(out->payload[0], 7);
	put_begin(out);
	nd_put_map(out, "open");
	assert_int_equal(put_finish(out), -EINVAL);
	assert_int_equal(out->len, 5);
	assert_memory_equal(out->buf, "head\7", 5);
}

static void test_raw(void **state)
{
	const msgpack_object *o;

	(void)state;
	put_raw(out, "key", BYTES("\x92\1\2"));
	put_raw(out, "other", BYTES("\xc3"));
	o = finish(NULL);
	assert_int_equal(o->via.map.size, 2);
	assert_int_equal(o->via.map.ptr[0].val.via.array.size, 2);
	assert_true(o->via.map.ptr[1].val.via.boolean);
	put_raw(out, NULL, BYTES("\xa1x"));
	check_text("x");
}

static int served;

static int serve(void *host)
{
	served++;
	assert_ptr_equal(host, &served);
	return -EPIPE;
}

static void test_serve(void **state)
{
	(void)state;
	assert_int_equal(nd_serve(out), -ENOTSUP);
	out->serve = serve;
	out->host = &served;
	assert_int_equal(nd_serve(out), -EPIPE);
	assert_int_equal(served, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_text_too_long),
		TEST(test_misuse),
		TEST(test_depth),
		TEST(test_limit),
		TEST(test_limit_of_header),
		TEST(test_begin_behind),
		TEST(test_raw),
		TEST(test_serve),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
