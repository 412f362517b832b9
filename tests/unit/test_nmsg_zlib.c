/* SPDX-License-Identifier: MIT */
#include "nmsg_container.h"
#include "nmsg_zlib.h"
#include "unit.h"

static struct nmsg_zlib_unpack *z;
static uint8_t body[70000], packed[80000];

static int begin(void **state)
{
	(void)state;
	z = nmsg_zlib_unpack_new();
	for (size_t i = 0; i < sizeof(body); i++)
		body[i] = (uint8_t)(i / 100 * i);
	return z ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	nmsg_zlib_unpack_free(z);
	return 0;
}

static int unpack(const void *data, size_t len, size_t *out_len)
{
	const uint8_t *out;

	return nmsg_zlib_unpack(z, data, len, &out, out_len);
}

static void check_level(int level, size_t len)
{
	struct nmsg_zlib_pack *p = nmsg_zlib_pack_new(level);
	const uint8_t *out;
	size_t n, back;

	assert_non_null(p);
	assert_in_range(nmsg_zlib_bound(p, len), len + 4, sizeof(packed));
	for (int i = 0; i < 2; i++) {
		n = nmsg_zlib_pack(p, packed, body, len);
		assert_int_equal(packed[4], 0x78); /* RFC 1950 */
		assert_int_equal(nmsg_zlib_unpack(z, packed, n, &out, &back),
				 0);
		assert_int_equal(back, len);
		assert_memory_equal(out, body, len);
	}
	for (size_t cut = 0; cut < n; cut += 1 + n / 50)
		assert_int_equal(unpack(packed, cut, &back), -EBADMSG);
	nmsg_zlib_pack_free(p);
}

static void test_levels(void **state)
{
	(void)state;
	for (int level = 0; level <= 9; level++) {
		check_level(level, sizeof(body));
		check_level(level, 1);
		check_level(level, 0);
	}
}

/* The rest of the container that the specification gives, byte for byte. */
static void test_default(void **state)
{
	static const char plain[] =
		"\x0a\x3b\x08\1\x10\5\x18\xa5\xfa\xcd\xac\6\x25\xe0\xa8\x5b\0"
		"\x2a\x20\x08\6\x12\4\x0a\0\1\x33\x18\xe9\xe3\3\x22\x10\x20\1"
		"\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1\x28\x16\x38\xcf\x85\xe8\x8d"
		"\x0a\x40\7\x48\x09\x10\xa0\x87\xff\xa1\5";
	struct nmsg_zlib_pack *p = nmsg_zlib_pack_new(0);
	size_t n;

	(void)state;
	n = nmsg_zlib_pack(p, packed, (const uint8_t *)plain,
			   sizeof(plain) - 1);
	assert_int_equal(n, 0x48);
	assert_memory_equal(packed, "\0\0\0\x43\x78\x9c\xe3\xb2\xe6\x60\x14",
			    11);
	assert_memory_equal(packed + n - 4, "\x0a\xe6\x10\x0b", 4);
	nmsg_zlib_pack_free(p);
}

/* "abc", stored. */
#define ABC "\x78\1\1\3\0\xfc\xff\x61\x62\x63\2\x4d\1\x27"

static void test_lies(void **state)
{
	size_t len;

	(void)state;
	assert_int_equal(unpack(BYTES("\0\0\0\3" ABC), &len), 0);
	assert_int_equal(len, 3);
	assert_int_equal(unpack(BYTES("\0\0\0\2" ABC), &len), -EBADMSG);
	assert_int_equal(unpack(BYTES("\0\0\0\4" ABC), &len), -EBADMSG);
	assert_int_equal(unpack(BYTES("\0\0\0\0" ABC), &len), -EBADMSG);
	assert_int_equal(unpack(BYTES("\xff\xff\xff\xff" ABC), &len), -EBADMSG);
	assert_int_equal(unpack(BYTES("\0\xff\xff\xff" ABC), &len), -EBADMSG);
	assert_int_equal(unpack(BYTES("\0\0\0\3\x78\1\1\3\0\xfc\xff\x61\x62\x63"
				      "\2\x4d\1\x28"),
				&len),
			 -EBADMSG); /* another checksum */
	assert_int_equal(unpack(BYTES("\0\0\0\3garbage"), &len), -EBADMSG);
	assert_int_equal(unpack(BYTES("\0\0\0"), &len), -EBADMSG);
}

/* A byte more than what is taken, which are but 16 KiB when packed. */
static void test_bomb(void **state)
{
	struct nmsg_zlib_pack *p = nmsg_zlib_pack_new(0);
	size_t most = NMSG_CONTAINER_BODY_MAX, n, len;
	uint8_t *bomb = calloc(most + 1, 1);

	(void)state;
	assert_non_null(bomb);
	n = nmsg_zlib_pack(p, packed, bomb, most);
	assert_in_range(n, 10000, 20000);
	assert_int_equal(unpack(packed, n, &len), 0);
	assert_int_equal(len, most);
	n = nmsg_zlib_pack(p, packed, bomb, most + 1);
	assert_int_equal(unpack(packed, n, &len), -EBADMSG);
	packed[0] = packed[1] = packed[2] = 0; /* and does not say so */
	assert_int_equal(unpack(packed, n, &len), -EBADMSG);
	free(bomb);
	nmsg_zlib_pack_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_default),
		cmocka_unit_test(test_lies),
		cmocka_unit_test(test_bomb),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
