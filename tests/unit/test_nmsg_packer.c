/* SPDX-License-Identifier: MIT */
#include "nmsg_container.h"
#include "nmsg_crc.h"
#include "nmsg_file.h"
#include "nmsg_packer.h"
#include "nmsg_zlib.h"

static uint8_t zeros[2 << 20];

static struct nmsg_packer *packer(size_t max, bool sequenced)
{
	const struct nmsg_packer_config config = {.max = max,
						  .sequenced = sequenced};
	struct nmsg_packer *p = nmsg_packer_new(&config);

	assert_non_null(p);
	return p;
}

/* A message whose NmsgPayload takes n bytes, of 150 or more. */
static struct message sized(size_t n)
{
	size_t length = n < 127 + 17 ? 1 : n < 16383 + 18 ? 2 : 3;

	return nmsg_file_message(zeros, n - 15 - 1 - length);
}

/* --- bytes --------------------------------------------------------------- */

static void test_bytes(void **state)
{
	static const char expected[] =
		"\x0a\x19\x08\1\x10\5\x18\xa5\xfa\xcd\xac\6\x25\xe0\xa8\x5b\0"
		"\x2a\3abc\x38\7\x40\x80\2"
		"\x0a\x13\x08\1\x10\5\x18\xa5\xfa\xcd\xac\6\x25\xe0\xa8\x5b\0"
		"\x2a\0\x48\1"
		"\x0a\x13\x08\2\x10\xac\2\x18\xa5\xfa\xcd\xac\6\x25\xe0\xa8\x5b"
		"\0\x2a\1x"
		"\x10\xb6\x96\xfd\xb9\x0b\x10\0\x10";
	struct nmsg_packer *p = packer(8192, false);
	struct message m = nmsg_file_message("abc", 3);
	unsigned int flags = 9;
	uint8_t *body;
	size_t len;

	(void)state;
	m.source = 7;
	m.operator_id = 256;
	assert_int_equal(nmsg_packer_add(p, &m), 0);
	m = nmsg_file_message("", 0);
	m.group = 1;
	assert_int_equal(nmsg_packer_add(p, &m), 0);
	m = nmsg_file_message("x", 1);
	m.vid = 2;
	m.msgtype = 300;
	assert_int_equal(nmsg_packer_add(p, &m), 0);
	assert_int_equal(nmsg_packer_count(p), 3);
	assert_int_equal(nmsg_packer_seal(p, &body, &len, &flags), 0);
	assert_int_equal(flags, 0);
	assert_memory_equal(body, expected, sizeof(expected) - 1);
	assert_int_equal(nmsg_packer_count(p), 0);
	nmsg_packer_free(p);
}

/* Without payload, there is no such field, and the checksum is of nothing. */
static void test_no_payload(void **state)
{
	struct nmsg_packer *p = packer(8192, false);
	struct message m = nmsg_file_message(NULL, 0);
	unsigned int flags;
	uint8_t *body;
	size_t len;

	(void)state;
	m.time_sec = -1;
	assert_int_equal(nmsg_packer_add(p, &m), 0);
	assert_int_equal(nmsg_packer_seal(p, &body, &len, &flags), 0);
	assert_int_equal(len, 24);
	assert_memory_equal(body,
			    "\x0a\x14\x08\1\x10\5\x18\xff\xff\xff\xff\xff\xff"
			    "\xff\xff\xff\1\x25\xe0\xa8\x5b\0\x10\0",
			    len);
	nmsg_packer_free(p);
}

static void test_sequence(void **state)
{
	struct nmsg_packer *p = packer(8192, true), *other = packer(8192, true);
	struct message m = nmsg_file_message("abc", 3);
	struct nmsg_container c, d;
	unsigned int flags;
	uint8_t *body;
	size_t len;

	(void)state;
	for (uint32_t i = 0; i < 3; i++) {
		assert_int_equal(nmsg_packer_add(p, &m), 0);
		assert_int_equal(nmsg_packer_seal(p, &body, &len, &flags), 0);
		assert_int_equal(nmsg_container_open(&c, body, len), 0);
		assert_true(c.has_sequence);
		assert_int_equal(c.sequence, i);
		assert_int_not_equal(c.sequence_id, 0);
	}
	assert_int_equal(nmsg_packer_add(other, &m), 0);
	assert_int_equal(nmsg_packer_seal(other, &body, &len, &flags), 0);
	assert_int_equal(nmsg_container_open(&d, body, len), 0);
	assert_int_equal(d.sequence, 0);
	assert_int_not_equal(d.sequence_id, c.sequence_id);
	nmsg_packer_free(p);
	nmsg_packer_free(other);
}

/* --- sizes --------------------------------------------------------------- */

/*
 * The guess is 10, and for n bytes n + 9 from 128 on.  A second is refused if
 * the guess, its n and 32 reach the size.
 */
static void test_full(void **state)
{
	struct nmsg_packer *p = packer(512, false);
	struct message first = sized(200), m = sized(260), less = sized(259);
	unsigned int flags;
	uint8_t *body;
	size_t len;

	(void)state;
	/* 10 + 200 + 9 = 219, and 32 leave 260 */
	assert_int_equal(nmsg_packer_add(p, &first), 0);
	assert_int_equal(nmsg_packer_add(p, &m), 0);
	assert_int_equal(nmsg_packer_count(p), 2);
	assert_int_equal(nmsg_packer_seal(p, &body, &len, &flags), 0);
	m = sized(261);
	assert_int_equal(nmsg_packer_add(p, &first), 0);
	assert_int_equal(nmsg_packer_add(p, &m), -ENOSPC);
	assert_int_equal(nmsg_packer_count(p), 1);
	assert_int_equal(nmsg_packer_add(p, &less), 0);
	assert_int_equal(nmsg_packer_add(p, &less), -ENOSPC);
	nmsg_packer_free(p);
}

/* An empty one takes all, and says if it should not have: 10 + n + 9. */
static void check_overfull(size_t max, bool sequenced, size_t fits)
{
	struct nmsg_packer *p = packer(max, sequenced);
	struct message m = sized(fits), more = sized(fits + 1);
	unsigned int flags;
	uint8_t *body;
	size_t len;

	assert_int_equal(nmsg_packer_add(p, &m), 0);
	assert_int_equal(nmsg_packer_seal(p, &body, &len, &flags), 0);
	assert_in_range(len, fits, max - NMSG_CONTAINER_HEADER);
	assert_int_equal(nmsg_packer_add(p, &more), 1);
	assert_int_equal(nmsg_packer_seal(p, &body, &len, &flags), 0);
	assert_int_equal(nmsg_packer_add(p, &m), 0);
	nmsg_packer_free(p);
}

static void test_overfull(void **state)
{
	(void)state;
	check_overfull(512, false, 512 - 19);
	check_overfull(512, true, 512 - 19 - 18);
	check_overfull(8192, true, 8192 - 19 - 18);
	check_overfull(65507, true, 65507 - 20 - 18);
	check_overfull(NMSG_CONTAINER_MAX, false, NMSG_CONTAINER_MAX - 20);
}

static void test_too_long(void **state)
{
	struct nmsg_packer *p = packer(512, true);
	struct message m = nmsg_file_message(zeros, NMSG_CONTAINER_BODY_MAX);
	struct message large = nmsg_file_message(zeros, sizeof(zeros));
	unsigned int flags;
	uint8_t *body;
	size_t len;

	(void)state;
	assert_int_equal(nmsg_packer_add(p, &m), -EMSGSIZE);
	assert_int_equal(nmsg_packer_count(p), 0);
	assert_int_equal(nmsg_packer_add(p, &large), 1);
	assert_int_equal(nmsg_packer_seal(p, &body, &len, &flags), 0);
	assert_in_range(len, sizeof(zeros), sizeof(zeros) + 64);
	nmsg_packer_free(p);
}

/* --- frozen -------------------------------------------------------------- */

/*
 * Three hundred messages of all sizes, put together as proven by what nmsgtool
 * made of others (test_nmsg_vectors.c): how many containers, and a checksum of
 * all their bytes, or of how many messages were in each, where numbers are
 * chance.
 */
struct frozen {
	uint8_t bytes[1 << 20];
	size_t len, containers;
};

static void freeze(struct nmsg_packer *p, bool sequenced, struct frozen *f)
{
	size_t count = nmsg_packer_count(p), len;
	unsigned int flags;
	uint8_t *body;

	if (count == 0)
		return;
	assert_int_equal(nmsg_packer_seal(p, &body, &len, &flags), 0);
	f->containers++;
	if (sequenced) {
		f->bytes[f->len++] = (uint8_t)count;
		return;
	}
	memcpy(f->bytes + f->len, body, len);
	f->len += len;
}

static void check_frozen(size_t max, bool sequenced, size_t containers,
			 uint32_t expected)
{
	struct nmsg_packer *p = packer(max, sequenced);
	static uint8_t payload[1400];
	static struct frozen f;

	f.len = f.containers = 0;
	for (uint32_t i = 0; i < 300; i++) {
		struct message m = nmsg_file_message(payload, i * 389 % 1400);
		int rc;

		m.source = i % 7 == 0 ? i << 16 : 0;
		for (size_t j = 0; j < m.payload_len; j++)
			payload[j] = (uint8_t)(j * i);
		rc = nmsg_packer_add(p, &m);
		if (rc == -ENOSPC) {
			freeze(p, sequenced, &f);
			rc = nmsg_packer_add(p, &m);
		}
		assert_true(rc >= 0);
		if (rc == 1)
			freeze(p, sequenced, &f);
	}
	freeze(p, sequenced, &f);
	assert_int_equal(f.containers, containers);
	assert_int_equal(nmsg_crc(f.bytes, f.len), expected);
	nmsg_packer_free(p);
}

static void test_frozen(void **state)
{
	(void)state;
	check_frozen(512, true, 290, 0x1446a04a);
	check_frozen(1280, true, 210, 0xe2494645);
	check_frozen(1400, true, 199, 0x996e84d6);
	check_frozen(8192, true, 28, 0xd7bf35df);
	check_frozen(8192, false, 28, 0x94ff8327);
	check_frozen(NMSG_CONTAINER_MAX, false, 1, 0xfcaf6059);
}

/* --- zlib ---------------------------------------------------------------- */

static void test_zlib(void **state)
{
	const struct nmsg_packer_config config = {.max = 8192, .zlib = true};
	struct nmsg_packer *p = nmsg_packer_new(&config);
	struct nmsg_zlib_unpack *z = nmsg_zlib_unpack_new();
	struct message m = nmsg_file_message(zeros, 1000), back;
	struct nmsg_container c;
	const uint8_t *out;
	unsigned int flags;
	uint8_t *body;
	size_t len, out_len;

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(nmsg_packer_add(p, &m), 0);
		assert_int_equal(nmsg_packer_add(p, &m), 0);
		assert_int_equal(nmsg_packer_seal(p, &body, &len, &flags), 0);
		assert_int_equal(flags, NMSG_CONTAINER_ZLIB);
		assert_in_range(len, 10, 200);
		assert_int_equal(nmsg_zlib_unpack(z, body, len, &out, &out_len),
				 0);
		assert_int_equal(nmsg_container_open(&c, out, out_len), 0);
		assert_int_equal(c.count, 2);
		assert_int_equal(nmsg_container_next(&c, &back), 1);
		assert_int_equal(back.payload_len, 1000);
	}
	nmsg_zlib_unpack_free(z);
	nmsg_packer_free(p);
}

/* What cannot be compressed does not grow out of its container. */
static void test_zlib_random(void **state)
{
	const struct nmsg_packer_config config = {.max = 512, .zlib = true};
	struct nmsg_packer *p = nmsg_packer_new(&config);
	uint64_t random = 1;
	uint8_t payload[472], *body;
	unsigned int flags;
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(payload); i++) {
		random = random * 6364136223846793005U + 1442695040888963407U;
		payload[i] = (uint8_t)(random >> 56);
	}
	for (size_t n = 1; n <= sizeof(payload); n++) {
		struct message m = nmsg_file_message(payload, n);

		assert_int_equal(nmsg_packer_add(p, &m), 0);
		assert_int_equal(nmsg_packer_seal(p, &body, &len, &flags), 0);
		assert_in_range(len, n, 512 - NMSG_CONTAINER_HEADER);
		/* A few bytes more are no reason not to. */
		if (n < 400)
			assert_int_equal(flags, NMSG_CONTAINER_ZLIB);
	}
	assert_int_equal(flags, 0);
	nmsg_packer_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_no_payload),
		cmocka_unit_test(test_sequence),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_overfull),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_frozen),
		cmocka_unit_test(test_zlib),
		cmocka_unit_test(test_zlib_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
