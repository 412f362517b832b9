/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "share.h"

static struct nd_packet packet(const uint8_t *src, const uint8_t *dst,
			       uint8_t len, uint16_t from, uint16_t to)
{
	return (struct nd_packet){.ip_src = src,
				  .ip_dst = dst,
				  .ip_len = len,
				  .port_src = from,
				  .port_dst = to};
}

/* Both directions of many flows: one worker's, and all get about as many. */
static void check(uint8_t len, uint32_t workers)
{
	uint32_t got[8] = {0};
	uint8_t src[16] = {192, 0, 2, 1}, dst[16] = {198, 51, 100, 1};

	for (uint32_t i = 0; i < 8000; i++) {
		struct nd_packet there, back;
		uint32_t worker;

		src[len - 1] = (uint8_t)i;
		dst[len - 2] = (uint8_t)(i >> 8);
		there = packet(src, dst, len, (uint16_t)(1024 + i % 100), 53);
		back = packet(dst, src, len, 53, (uint16_t)(1024 + i % 100));
		worker = share_of(&there, workers);
		assert_true(worker < workers);
		assert_int_equal(share_of(&back, workers), worker);
		got[worker]++;
	}
	for (uint32_t w = 0; w < workers; w++)
		assert_in_range(got[w], 8000 / workers * 8 / 10,
				8000 / workers * 12 / 10);
}

static void test_flows(void **state)
{
	(void)state;
	for (uint32_t workers = 1; workers <= 8; workers++) {
		check(4, workers);
		check(16, workers);
	}
}

static void test_others(void **state)
{
	static const uint8_t a[6] = {2, 0, 0, 0, 0, 1},
			     b[6] = {2, 0, 0, 0, 0, 9};
	struct nd_packet there = {.mac_src = a, .mac_dst = b};
	struct nd_packet back = {.mac_src = b, .mac_dst = a};
	struct nd_packet nothing = {0};

	(void)state;
	assert_int_equal(share_of(&there, 1000), share_of(&back, 1000));
	assert_int_not_equal(share_of(&there, 1000), share_of(&nothing, 1000));
	assert_true(share_of(&nothing, 3) < 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flows),
		cmocka_unit_test(test_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
