/* SPDX-License-Identifier: MIT */
#include "nmsg_container.h"
#include "nmsg_sequence.h"
#include "unit.h"

#define SECOND INT64_C(1000000000)

static struct nmsg_sequence *s;
static int64_t now;

static int begin(void **state)
{
	(void)state;
	now = 0;
	s = nmsg_sequence_new();
	return s ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	nmsg_sequence_free(s);
	return 0;
}

static void take(uint64_t id, uint32_t number, const char *peer)
{
	nmsg_sequence_take(s, id, number, peer, strlen(peer), now);
}

static uint64_t lost(void)
{
	return nmsg_sequence_stats(s)->lost;
}

static void test_gaps(void **state)
{
	(void)state;
	take(1, 1000, "a"); /* what was before is not known */
	take(1, 1001, "a");
	assert_int_equal(lost(), 0);
	take(1, 1003, "a");
	assert_int_equal(lost(), 1);
	take(1, 1013, "a");
	assert_int_equal(lost(), 10);
}

static void test_sources(void **state)
{
	(void)state;
	take(1, 5, "a");
	take(1, 50, "b");
	take(2, 500, "a");
	take(1, 6, "a");
	take(1, 51, "b");
	take(2, 501, "a");
	assert_int_equal(lost(), 0);
}

static void test_wrap(void **state)
{
	(void)state;
	take(1, UINT32_MAX - 1, "a");
	take(1, UINT32_MAX, "a");
	take(1, 0, "a");
	take(1, 2, "a");
	assert_int_equal(lost(), 1);
}

static void test_reset(void **state)
{
	(void)state;
	take(1, 10, "a");
	take(1, 11 + 1048576, "a");
	assert_int_equal(lost(), 1048576);
	take(1, 12 + 2 * 1048577, "a"); /* one more: begun anew */
	assert_int_equal(lost(), 1048576);
	take(1, 13 + 2 * 1048577, "a");
	take(1, 0, "a"); /* and so is this */
	take(1, 1, "a");
	assert_int_equal(lost(), 1048576);
}

/* One that came late is not another gap. */
static void test_late(void **state)
{
	(void)state;
	take(1, 10, "a");
	take(1, 12, "a");
	take(1, 11, "a");
	take(1, 13, "a");
	assert_int_equal(lost(), 1);
	assert_int_equal(nmsg_sequence_stats(s)->late, 1);
}

static void test_forget(void **state)
{
	(void)state;
	take(1, 10, "a");
	now += 120 * SECOND;
	take(1, 12, "a");
	assert_int_equal(lost(), 1);
	now += 120 * SECOND + 1;
	take(1, 14, "a");
	assert_int_equal(lost(), 1);
}

static void test_bound(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 100000; i++)
		take(i, 1, "a");
	take(99999, 3, "a");
	assert_int_equal(lost(), 1);
	take(0, 3, "a");
	assert_int_equal(lost(), 1);
	take(1, 1, "longer than any address is");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_gaps),  TEST(test_sources), TEST(test_wrap),
		TEST(test_reset), TEST(test_late),    TEST(test_forget),
		TEST(test_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
