/* SPDX-License-Identifier: MIT */
#include "nmsg_crc.h"
#include "unit.h"

/* RFC 3720 appendix B.4, and the check of every catalogue. */
static void test_known(void **state)
{
	uint8_t zeros[32] = {0}, ones[32], up[32];

	(void)state;
	memset(ones, 255, sizeof(ones));
	for (int i = 0; i < 32; i++)
		up[i] = (uint8_t)i;
	assert_int_equal(nmsg_crc(BYTES("123456789")), 0x839206e3);
	assert_int_equal(nmsg_crc(zeros, 32), 0xaa36918a);
	assert_int_equal(nmsg_crc(ones, 32), 0x43aba862);
	assert_int_equal(nmsg_crc(up, 32), 0x4e79dd46);
	assert_int_equal(nmsg_crc(NULL, 0), 0);
}

/* With the processor's help or without. */
static void test_same(void **state)
{
	uint8_t bytes[300];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7 + i / 3);
	for (size_t from = 0; from < 9; from++)
		for (size_t len = 0; len < 280; len++)
			assert_int_equal(nmsg_crc(bytes + from, len),
					 nmsg_crc_plain(bytes + from, len));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
