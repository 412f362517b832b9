/* SPDX-License-Identifier: MIT */
/* What batch.c writes is read with msgpack-c's unpacker, and read back. */
#include "batch.h"
#include "unit.h"

#include <msgpack.h>

#define HEAD_LEN 25
#define ENTRY_LEN 11

static struct batch b;
static size_t max_message = BATCH_BYTES * 32;

/* What was sent so far. */
static uint32_t sent_messages, sent_dumplings;
static size_t largest;
static uint8_t *last; /* a copy of the latest body */
static size_t last_len;

static void check_entry(const msgpack_object *o)
{
	assert_int_equal(o->type, MSGPACK_OBJECT_ARRAY);
	assert_int_equal(o->via.array.size, 3);
	assert_int_equal(o->via.array.ptr[0].type,
			 MSGPACK_OBJECT_POSITIVE_INTEGER);
	assert_true(o->via.array.ptr[1].via.u64 <= 1);
}

static void on_send(void *host, const void *body, size_t body_len,
		    uint32_t count)
{
	msgpack_unpacked u;
	const msgpack_object *o;
	size_t at = 0;

	assert_ptr_equal(host, &b);
	msgpack_unpacked_init(&u);
	assert_int_equal(msgpack_unpack_next(&u, body, body_len, &at),
			 MSGPACK_UNPACK_SUCCESS);
	assert_int_equal(at, body_len);
	assert_int_equal(u.data.type, MSGPACK_OBJECT_ARRAY);
	assert_int_equal(u.data.via.array.size, 4);
	o = u.data.via.array.ptr;
	assert_int_equal(o[0].via.u64, 1);
	assert_true(o[1].via.u64 == b.incarnation);
	assert_int_equal(o[2].via.u64, sent_dumplings);
	assert_int_equal(o[3].via.array.size, count);
	for (uint32_t i = 0; i < count; i++)
		check_entry(&o[3].via.array.ptr[i]);
	msgpack_unpacked_destroy(&u);
	free(last);
	last = malloc(body_len);
	assert_non_null(last);
	memcpy(last, body, body_len);
	last_len = body_len;
	largest = body_len > largest ? body_len : largest;
	sent_messages++;
	sent_dumplings += count;
}

static int set_up(void **state)
{
	(void)state;
	sent_messages = sent_dumplings = 0;
	largest = 0;
	return batch_init(&b, "TestChef", "kitchen", UINT64_MAX - 5,
			  max_message, on_send, &b);
}

static int tear_down(void **state)
{
	(void)state;
	batch_close(&b);
	free(last);
	last = NULL;
	return 0;
}

static void reopen(size_t max)
{
	size_t was = max_message;

	batch_close(&b);
	max_message = max;
	assert_int_equal(set_up(NULL), 0);
	max_message = was;
}

/* A dumpling whose payload is so many bytes, for 3 to 65538. */
static int add(size_t payload_len)
{
	static char text[3 * BATCH_BYTES];
	struct nd_dumpling *d = batch_begin(&b);
	size_t head = payload_len < 258 ? 2 : payload_len < 65539 ? 3 : 5;

	nd_put_bin(d, NULL, text, payload_len - head);
	return batch_commit(&b, 1, ND_DRIVER_PACKET);
}

static void test_topic(void **state)
{
	struct batch bad;

	(void)state;
	assert_string_equal(b.topic, "TestChef/kitchen/");
	assert_int_equal(b.topic_len, 17);
	assert_int_equal(batch_init(&bad, "a/b", "k", 1, 100, on_send, &b),
			 -EINVAL);
	batch_close(&bad);
	assert_int_equal(batch_init(&bad, "a", "", 1, 100, on_send, &b),
			 -EINVAL);
	batch_close(&bad);
}

static void test_flush(void **state)
{
	(void)state;
	batch_flush(&b);
	assert_int_equal(sent_messages, 0);
	assert_int_equal(add(10), 0);
	assert_int_equal(add(10), 0);
	assert_int_equal(batch_next_seq(&b), 2);
	assert_int_equal(sent_messages, 0);
	batch_flush(&b);
	assert_int_equal(sent_messages, 1);
	assert_int_equal(sent_dumplings, 2);
	assert_int_equal(last_len, HEAD_LEN + 2 * (ENTRY_LEN + 10));
	assert_int_equal(batch_next_seq(&b), 2);
	batch_flush(&b);
	assert_int_equal(sent_messages, 1);
	assert_int_equal(add(10), 0);
	batch_flush(&b);
	assert_int_equal(sent_dumplings, 3);
}

static void test_round_trip(void **state)
{
	struct batch_reader r;
	struct nd_dumpling *d = dumpling_new(0);
	static const int64_t times[] = {0, 1, INT64_MAX, -1};

	(void)state;
	assert_non_null(d);
	for (size_t i = 0; i < LENGTH(times); i++) {
		nd_put_uint(batch_begin(&b), "i", i);
		assert_int_equal(batch_commit(&b, times[i],
					      i % 2 ? ND_DRIVER_INTERVAL
						    : ND_DRIVER_PACKET),
				 0);
	}
	batch_flush(&b);
	assert_int_equal(batch_open(&r, last, last_len), 0);
	assert_true(r.incarnation == UINT64_MAX - 5);
	assert_int_equal(r.count, LENGTH(times));
	for (size_t i = 0; i < LENGTH(times); i++) {
		assert_int_equal(batch_read(&r, d), 1);
		assert_int_equal(nd_seq(d), i);
		assert_int_equal(nd_driver(d), i % 2);
		/* the wire has nothing before 1970 */
		assert_true(nd_creation_time_ns(d) ==
			    (times[i] < 0 ? 0 : times[i]));
		assert_int_equal(nd_get_int(d, "i", -1), i);
	}
	assert_int_equal(batch_read(&r, d), 0);
	dumpling_free(d);
}

/* A batch is full at just BATCH_BYTES; one byte more, and it goes before. */
static void test_full(void **state)
{
	const size_t half = 16000;
	const size_t rest = BATCH_BYTES - HEAD_LEN - 2 * ENTRY_LEN - half;

	(void)state;
	assert_int_equal(add(half), 0);
	assert_int_equal(add(rest), 0);
	assert_int_equal(sent_messages, 0);
	assert_int_equal(add(5), 0); /* now both go, and this one stays */
	assert_int_equal(sent_messages, 1);
	assert_int_equal(sent_dumplings, 2);
	assert_int_equal(last_len, BATCH_BYTES);
	batch_flush(&b);
	assert_int_equal(last_len, HEAD_LEN + ENTRY_LEN + 5);
	assert_int_equal(sent_dumplings, 3);

	assert_int_equal(add(half), 0);
	assert_int_equal(add(rest + 1), 0);
	assert_int_equal(sent_dumplings, 4);
	assert_int_equal(last_len, HEAD_LEN + ENTRY_LEN + half);
	batch_flush(&b);
	assert_int_equal(sent_dumplings, 5);
	assert_int_equal(sent_messages, 4);
}

/* One that is larger than a batch goes at once, by itself. */
static void test_large(void **state)
{
	(void)state;
	assert_int_equal(add(10), 0);
	assert_int_equal(add(2 * BATCH_BYTES), 0);
	assert_int_equal(sent_messages, 2);
	assert_int_equal(sent_dumplings, 2);
	assert_int_equal(last_len, HEAD_LEN + ENTRY_LEN + 2 * BATCH_BYTES);
	assert_int_equal(add(2 * BATCH_BYTES), 0);
	assert_int_equal(sent_messages, 3);
	batch_flush(&b);
	assert_int_equal(sent_messages, 3);
}

/* Bodies stay within max_message, whatever came before. */
static void test_max_message(void **state)
{
	static const size_t maxima[] = {40000, 65536, 50001};

	(void)state;
	for (size_t i = 0; i < LENGTH(maxima); i++) {
		const size_t most = maxima[i] - HEAD_LEN - ENTRY_LEN;

		reopen(maxima[i]);
		assert_int_equal(add(most), 0);
		assert_int_equal(add(most + 1), -EMSGSIZE);
		assert_int_equal(add(BATCH_BYTES - 100), 0);
		/* what waits takes nothing from the next */
		assert_int_equal(add(most), 0);
		assert_int_equal(add(BATCH_BYTES - 100), 0);
		assert_int_equal(add(most + 1), -EMSGSIZE);
		assert_int_equal(add(most), 0);
		assert_int_equal(add(most + 1), -EMSGSIZE);
		batch_flush(&b);
		assert_int_equal(sent_dumplings, 5);
		assert_int_equal(largest, maxima[i]);
	}
}

/* A bound smaller than a batch. */
static void test_small_max_message(void **state)
{
	(void)state;
	reopen(1024);
	for (int i = 0; i < 100; i++)
		assert_int_equal(add(300), 0);
	batch_flush(&b);
	assert_int_equal(sent_dumplings, 100);
	assert_true(largest <= 1024);
}

static void test_errors(void **state)
{
	struct nd_dumpling *d;

	(void)state;
	assert_int_equal(add(10), 0);
	d = batch_begin(&b);
	nd_put_map(d, "open");
	assert_int_equal(batch_commit(&b, 1, ND_DRIVER_PACKET), -EINVAL);
	batch_begin(&b);
	assert_int_equal(batch_commit(&b, 1, ND_DRIVER_PACKET), -EINVAL);
	assert_int_equal(batch_next_seq(&b), 1); /* no number was spent */
	d = batch_begin(&b);
	nd_put_uint(d, "kept", 1);
	batch_abandon(&b);
	batch_abandon(&b);
	assert_int_equal(add(10), 0);
	d = batch_begin(&b);
	nd_put_uint(d, "half", 1);
	batch_flush(&b);
	assert_int_equal(sent_dumplings, 2);
	assert_int_equal(last_len, HEAD_LEN + 2 * (ENTRY_LEN + 10));
}

/* Begun again, a dumpling is empty, whether the last was or not. */
static void test_begin_again(void **state)
{
	struct nd_dumpling *d = batch_begin(&b);
	struct batch_reader r;

	(void)state;
	assert_ptr_equal(batch_begin(&b), d);
	nd_put_uint(d, "left", 1);
	d = batch_begin(&b);
	nd_end(d);
	assert_int_equal(nd_error(d), -EINVAL);
	d = batch_begin(&b);
	assert_int_equal(nd_error(d), 0);
	nd_put_uint(d, "n", 7);
	assert_int_equal(batch_commit(&b, 1, ND_DRIVER_PACKET), 0);
	batch_flush(&b);
	assert_int_equal(batch_open(&r, last, last_len), 0);
	assert_int_equal(batch_read(&r, d), 1);
	assert_int_equal(nd_get_int(d, "n", 0), 7);
	assert_int_equal(nd_get_int(d, "left", 0), 0);
}

static int open_copy(const char *bytes, size_t len)
{
	struct batch_reader r;
	struct nd_dumpling *d = dumpling_new(0);
	char *copy = malloc(len ? len : 1);
	int rc;

	assert_non_null(d);
	assert_non_null(copy);
	memcpy(copy, bytes, len);
	rc = batch_open(&r, copy, len);
	while (rc >= 0 && (rc = batch_read(&r, d)) > 0)
		continue;
	free(copy);
	dumpling_free(d);
	return rc;
}

static void test_hostile(void **state)
{
	static const char good[] = "\x94\1\2\3\x92\x93\4\1\x91\5\x93\6\0\xa0";

	(void)state;
	assert_int_equal(open_copy(BYTES(good)), 0);
	for (size_t i = 0; i < sizeof(good) - 1; i++)
		assert_int_equal(open_copy(good, i), -EBADMSG);
	assert_int_equal(open_copy(BYTES("\x94\1\2\3\x91\x93\4\1\5x")),
			 -EBADMSG);
	/* no dumpling; five parts; three; a text for a number; a map */
	assert_int_equal(open_copy(BYTES("\x94\1\2\3\x90")), -EBADMSG);
	assert_int_equal(open_copy(BYTES("\x95\1\2\3\x91\x93\4\1\5\6")),
			 -EBADMSG);
	assert_int_equal(open_copy(BYTES("\x93\1\2\3")), -EBADMSG);
	assert_int_equal(open_copy(BYTES("\x94\1\xa1x\3\x91\x93\4\1\5")),
			 -EBADMSG);
	assert_int_equal(open_copy(BYTES("\x94\1\2\xff\x91\x93\4\1\5")),
			 -EBADMSG);
	assert_int_equal(open_copy(BYTES("\x82\1\2\3\x91")), -EBADMSG);
	assert_int_equal(open_copy(BYTES("")), -EBADMSG);
	assert_int_equal(open_copy(BYTES("\x90")), -EBADMSG);
	/* a driver 2; a time of 2^63; an entry of two and of four parts */
	assert_int_equal(open_copy(BYTES("\x94\1\2\3\x91\x93\4\2\5")),
			 -EBADMSG);
	assert_int_equal(open_copy(BYTES("\x94\1\2\3\x91\x93\xcf\x80\0\0\0\0\0"
					 "\0\0\1\5")),
			 -EBADMSG);
	assert_int_equal(open_copy(BYTES("\x94\1\2\3\x91\x92\4\1")), -EBADMSG);
	assert_int_equal(open_copy(BYTES("\x94\1\2\3\x91\x94\4\1\5\6")),
			 -EBADMSG);
	/* numbers that would start again from 0 */
	assert_int_equal(open_copy(BYTES("\x94\1\2\xcf\xff\xff\xff\xff\xff\xff"
					 "\xff\xff\x91\x93\4\1\5")),
			 -EBADMSG);
}

static void test_version(void **state)
{
	(void)state;
	assert_int_equal(open_copy(BYTES("\x94\2\2\3\x91\x93\4\1\5")),
			 -EPROTONOSUPPORT);
	assert_int_equal(open_copy(BYTES("\x94\0\2\3\x91\x93\4\1\5")),
			 -EPROTONOSUPPORT);
	/* another version may have other parts */
	assert_int_equal(open_copy(BYTES("\x91\2")), -EPROTONOSUPPORT);
}

static void test_trim(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		nd_put_bin(batch_begin(&b), NULL, b.topic, sizeof(b.topic));
		batch_trim(&b);
		assert_int_equal(batch_commit(&b, 1, ND_DRIVER_PACKET), 0);
		batch_trim(&b);
		assert_true(b.d->cap > HEAD_LEN);
		batch_flush(&b);
		batch_trim(&b);
		assert_int_equal(b.d->cap, HEAD_LEN);
	}
	assert_int_equal(sent_dumplings, 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_topic),
		TEST(test_flush),
		TEST(test_round_trip),
		TEST(test_full),
		TEST(test_large),
		TEST(test_max_message),
		TEST(test_small_max_message),
		TEST(test_errors),
		TEST(test_begin_again),
		TEST(test_trim),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
