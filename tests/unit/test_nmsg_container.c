/* SPDX-License-Identifier: MIT */
#include "nmsg_container.h"
#include "nmsg_file.h"

/* --- headers ------------------------------------------------------------- */

static int header(const char *bytes, size_t len,
		  struct nmsg_container_header *h)
{
	return nmsg_container_header((const uint8_t *)bytes, len, h);
}

static void test_header(void **state)
{
	struct nmsg_container_header h;
	uint8_t out[NMSG_CONTAINER_HEADER];

	(void)state;
	nmsg_container_put_header(out, 3, 0x10203);
	assert_memory_equal(out, "NMSG\3\2\0\1\2\3", 10);
	assert_int_equal(header((char *)out, 10, &h), 1);
	assert_int_equal(h.flags, 3);
	assert_int_equal(h.version, 2);
	assert_int_equal(h.len, 10);
	assert_int_equal(h.body_len, 0x10203);
	for (size_t i = 0; i < 10; i++)
		assert_int_equal(header((char *)out, i, &h), 0);

	assert_int_equal(header(BYTES("NMSG\0\1\2\1"), &h), 1);
	assert_int_equal(h.version, 1);
	assert_int_equal(h.len, 8);
	assert_int_equal(h.body_len, 0x201);
	assert_int_equal(header("NMSG\0\1\2", 7, &h), 0);
}

static void test_no_header(void **state)
{
	struct nmsg_container_header h;

	(void)state;
	assert_int_equal(header(BYTES("X"), &h), -EBADMSG);
	assert_int_equal(header(BYTES("NMSg"), &h), -EBADMSG);
	assert_int_equal(header(BYTES("NMSG\0\3\0\0\0\0"), &h), -EBADMSG);
	assert_int_equal(header(BYTES("NMSG\1\1\0\0\0\0"), &h), -EBADMSG);
	assert_int_equal(header(BYTES("NMSG\0\2\1\0\0\0"), &h), 1);
	assert_int_equal(header(BYTES("NMSG\0\2\1\0\0\1"), &h), -EBADMSG);
	assert_int_equal(header(BYTES("NMSG\0\2\xff\xff\xff\xff"), &h),
			 -EBADMSG);
}

/* --- bodies -------------------------------------------------------------- */

/* One message, "abc", in 20 bytes; its checksum, and as varint. */
#define MESSAGE "\x0a\x12\x08\1\x10\5\x18\2\x25\3\0\0\0\x2a\3abc\x38\7"
#define CRC "\x10\xb6\x96\xfd\xb9\x0b"
#define CRC_PACKED(n) "\x12" n "\xb6\x96\xfd\xb9\x0b"

static struct nmsg_container c;

/* As nmsg_container_open(), in memory that ends where the bytes do. */
static int open_bytes(const char *bytes, size_t len)
{
	static uint8_t *copy;

	free(copy);
	copy = malloc(len + 1);
	assert_non_null(copy);
	memmove(copy + 1, bytes, len);
	return nmsg_container_open(&c, copy + 1, len);
}

#define OPEN(text) open_bytes(BYTES(text))

static void assert_message(const struct message *m)
{
	assert_int_equal(m->vid, 1);
	assert_int_equal(m->msgtype, 5);
	assert_int_equal(m->time_sec, 2);
	assert_int_equal(m->time_nsec, 3);
	assert_int_equal(m->source, 7);
	assert_int_equal(m->operator_id, 0);
	assert_int_equal(m->group, 0);
	assert_int_equal(m->payload_len, 3);
	assert_memory_equal(m->payload, "abc", 3);
}

static void assert_messages(int count)
{
	struct message m;

	assert_int_equal(c.count, count);
	while (count-- > 0) {
		assert_int_equal(nmsg_container_next(&c, &m), 1);
		assert_message(&m);
	}
	assert_int_equal(nmsg_container_next(&c, &m), 0);
	assert_int_equal(nmsg_container_next(&c, &m), 0);
}

static void test_messages(void **state)
{
	(void)state;
	assert_int_equal(OPEN(MESSAGE), 0);
	assert_false(c.has_sequence);
	assert_messages(1);
	assert_int_equal(OPEN(MESSAGE CRC), 0);
	assert_messages(1);
	assert_int_equal(OPEN(""), 0);
	assert_messages(0);
	assert_int_equal(OPEN(MESSAGE MESSAGE CRC CRC "\x18\x2a\x20\xac\2"), 0);
	assert_true(c.has_sequence);
	assert_int_equal(c.sequence, 42);
	assert_int_equal(c.sequence_id, 300);
	assert_messages(2);
}

/* What others may write, though nmsgtool does not. */
static void test_tolerance(void **state)
{
	(void)state;
	assert_int_equal(OPEN(MESSAGE MESSAGE CRC_PACKED("\5") CRC), 0);
	assert_messages(2);
	assert_int_equal(OPEN(MESSAGE MESSAGE "\x12\x0a\xb6\x96\xfd\xb9\x0b"
					      "\xb6\x96\xfd\xb9\x0b"),
			 0);
	assert_messages(2);
	assert_int_equal(OPEN("\x12\0" CRC MESSAGE CRC MESSAGE), 0);
	assert_messages(2);
	/* More checksums than messages, and fewer. */
	assert_int_equal(OPEN(MESSAGE CRC CRC), 0);
	assert_messages(1);
	assert_int_equal(OPEN(MESSAGE MESSAGE CRC), 0);
	assert_messages(2);
	/* Fields that nobody knows, in a body and in a payload. */
	assert_int_equal(OPEN("\x28\1\x32\1x\x3d"
			      "1234" MESSAGE CRC),
			 0);
	assert_messages(1);
	assert_int_equal(OPEN("\x0a\x1a\x32\2xy\x51"
			      "12345678"
			      "\x08\1\x10\5\x18\2\x25\3\0\0\0\x2a\3abc\x38\7"),
			 -EBADMSG); /* its length is two short */
	assert_int_equal(OPEN("\x0a\x1f\x32\2xy\x51"
			      "12345678"
			      "\x08\1\x10\5\x18\2\x25\3\0\0\0\x2a\3abc\x38\7"),
			 0);
	assert_messages(1);
	/* Another order; the last of a field counts. */
	assert_int_equal(OPEN("\x0a\x14\x38\7\x2a\3abc\x25\3\0\0\0\x18\2\x10\5"
			      "\x08\4\x08\1"),
			 0);
	assert_messages(1);
}

static void test_bad_crc(void **state)
{
	struct message m;

	(void)state;
	assert_int_equal(OPEN(MESSAGE MESSAGE "\x10\1" CRC), 0);
	assert_int_equal(nmsg_container_next(&c, &m), -EBADMSG);
	assert_int_equal(nmsg_container_next(&c, &m), 1);
	assert_message(&m);
	assert_int_equal(nmsg_container_next(&c, &m), 0);
}

static void test_no_payload(void **state)
{
	struct message m;

	(void)state;
	assert_int_equal(OPEN("\x0a\x0b\x08\1\x10\5\x18\2\x25\3\0\0\0\x10\0"),
			 0);
	assert_int_equal(nmsg_container_next(&c, &m), 1);
	assert_null(m.payload);
	assert_int_equal(OPEN("\x0a\x0d\x08\1\x10\5\x18\2\x25\3\0\0\0\x2a\0"),
			 0);
	assert_int_equal(nmsg_container_next(&c, &m), 1);
	assert_non_null(m.payload);
	assert_int_equal(m.payload_len, 0);
}

static void test_negative_time(void **state)
{
	struct message m;

	(void)state;
	assert_int_equal(OPEN("\x0a\x14\x08\1\x10\5\x18"
			      "\xff\xff\xff\xff\xff\xff\xff\xff\xff\1"
			      "\x25\3\0\0\0"),
			 0);
	assert_int_equal(nmsg_container_next(&c, &m), 1);
	assert_int_equal(m.time_sec, -1);
}

/* --- what is none -------------------------------------------------------- */

static void test_missing(void **state)
{
	(void)state;
	assert_int_equal(OPEN("\x0a\x09\x10\5\x18\2\x25\3\0\0\0"), -EBADMSG);
	assert_int_equal(OPEN("\x0a\x09\x08\1\x18\2\x25\3\0\0\0"), -EBADMSG);
	assert_int_equal(OPEN("\x0a\x09\x08\1\x10\5\x25\3\0\0\0"), -EBADMSG);
	assert_int_equal(OPEN("\x0a\x06\x08\1\x10\5\x18\2"), -EBADMSG);
	assert_int_equal(OPEN("\x0a\0"), -EBADMSG);
	/* All of a container is bad with one of its payloads. */
	assert_int_equal(OPEN(MESSAGE CRC "\x0a\0"), -EBADMSG);
}

static void test_bad(void **state)
{
	static const char whole[] =
		MESSAGE MESSAGE CRC CRC_PACKED("\5") "\x18\x2a\x20\xac\2";

	(void)state;
	/* Cut anywhere but between two fields. */
	for (size_t i = 0; i < sizeof(whole) - 1; i++) {
		bool between = i == 0 || i == 20 || i == 40 || i == 46 ||
			       i == 53 || i == 55;

		assert_int_equal(open_bytes(whole, i), between ? 0 : -EBADMSG);
	}
	assert_int_equal(open_bytes(whole, sizeof(whole) - 1), 0);
	assert_int_equal(OPEN("\x08\1"), -EBADMSG); /* not so encoded */
	assert_int_equal(OPEN("\x1a\1x"), -EBADMSG);
	assert_int_equal(OPEN("\x02\1x"), -EBADMSG);
	assert_int_equal(OPEN("\x2b\x2c"), -EBADMSG);
	assert_int_equal(OPEN("\x12\1\x80"), -EBADMSG);
	assert_int_equal(OPEN(MESSAGE "\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff"
				      "\1"),
			 -EBADMSG);
	assert_int_equal(OPEN("\x0a\x0e\x08\1\x10\5\x18\2\x25\3\0\0\0\x2d"
			      "\0\0\0\0"),
			 -EBADMSG);
	assert_int_equal(OPEN("not one at all"), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_no_header),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_tolerance),
		cmocka_unit_test(test_bad_crc),
		cmocka_unit_test(test_no_payload),
		cmocka_unit_test(test_negative_time),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
