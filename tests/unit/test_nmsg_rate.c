/* SPDX-License-Identifier: MIT */
#include "loop.h"
#include "nmsg_rate.h"
#include "unit.h"

static void test_no_limit(void **state)
{
	struct nmsg_rate rate = {0};

	(void)state;
	assert_int_equal(nmsg_rate_take(&rate, 1000), 1000);
	assert_int_equal(nmsg_rate_take(&rate, 1000), 1000);
}

/* However they are asked for, so many take at least their time. */
static void check(uint32_t per_second, unsigned int count, unsigned int wanted)
{
	struct nmsg_rate rate = {.per_second = per_second};
	int64_t began = loop_now_ns(), least;
	unsigned int done = 0;

	while (done < count) {
		unsigned int n = nmsg_rate_take(&rate, wanted);

		assert_in_range(n, 1, wanted);
		done += n;
	}
	/* All but the first, and what a hundredth of a second saved up. */
	least = (int64_t)(count - 1) * 1000000000 / per_second - 10000000;
	assert_true(loop_now_ns() - began >= least);
}

static void test_limit(void **state)
{
	(void)state;
	check(1000, 60, 1);
	check(1000, 60, 64);
	check(100000, 5000, 7);
	check(20, 3, 64);
	check(1, 1, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_limit),
		cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
