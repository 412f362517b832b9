/* SPDX-License-Identifier: MIT */
#include "nmsg_varint.h"
#include "unit.h"

static void test_round_trip(void **state)
{
	uint8_t buf[NMSG_VARINT_MAX];

	(void)state;
	for (int bits = 0; bits <= 64; bits++) {
		uint64_t most = bits == 64 ? UINT64_MAX : (1ULL << bits) - 1;

		for (uint64_t v = most; v - most + 2 > 0; v++) {
			const uint8_t *end = nmsg_varint_put(buf, v), *p = buf;
			uint64_t back;

			assert_int_equal(end - buf, nmsg_varint_size(v));
			assert_true(nmsg_varint_get(&p, end, &back));
			assert_ptr_equal(p, end);
			assert_true(back == v);
			p = buf;
			assert_false(nmsg_varint_get(&p, end - 1, &back));
			if (v == most + 1 || v == UINT64_MAX)
				break;
		}
	}
}

static void test_too_long(void **state)
{
	const uint8_t bytes[] = {255, 255, 255, 255, 255, 255,
				 255, 255, 255, 255, 0};
	const uint8_t *p = bytes;
	uint64_t v;

	(void)state;
	assert_false(nmsg_varint_get(&p, bytes + sizeof(bytes), &v));
	p = bytes + 1;
	assert_true(nmsg_varint_get(&p, bytes + sizeof(bytes), &v));
}

static bool skips(uint64_t tag, const char *bytes, size_t len, size_t step)
{
	const uint8_t *p = (const uint8_t *)bytes, *end = p + len;

	return nmsg_varint_skip(&p, end, tag) &&
	       p == (const uint8_t *)bytes + step;
}

static void test_skip(void **state)
{
	(void)state;
	assert_true(skips(8 | NMSG_VARINT_VALUE, BYTES("\x80\x01_"), 2));
	assert_true(skips(8 | NMSG_VARINT_FIXED64, BYTES("12345678_"), 8));
	assert_true(skips(8 | NMSG_VARINT_FIXED32, BYTES("1234"), 4));
	assert_true(skips(8 | NMSG_VARINT_BYTES, BYTES("\2ab_"), 3));
	assert_false(skips(8 | NMSG_VARINT_BYTES, BYTES("\3ab"), 3));
	assert_false(skips(8 | NMSG_VARINT_FIXED32, BYTES("123"), 3));
	assert_false(skips(8 | NMSG_VARINT_FIXED64, BYTES("1234567"), 7));
	assert_false(skips(8 | 3, BYTES("1234"), 0)); /* groups */
	assert_false(skips(8 | 4, BYTES("1234"), 0));
	assert_false(skips(NMSG_VARINT_VALUE, BYTES("1"), 1)); /* number 0 */
	assert_false(skips(1ULL << 32, BYTES("1"), 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_skip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
