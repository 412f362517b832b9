/* SPDX-License-Identifier: MIT */
#include <kinds.h>
#include <rate.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SECOND INT64_C(1000000000)
#define STREAMS 8
#define TURN_MS 250

static struct rate *rate;
static int64_t now;
static unsigned passed[STREAMS], came[STREAMS];

static void begin(double per_s)
{
	now = SECOND;
	rate = rate_new(per_s, now);
	assert_non_null(rate);
}

static int teardown(void **state)
{
	(void)state;
	rate_free(rate);
	rate = NULL;
	return 0;
}

/*
 * Some seconds of streams that bring so many each, in a burst every `burst`
 * ms; what comes and passes in the last second is counted.
 */
static void play(const double *per_s, int seconds, int burst)
{
	double due[STREAMS] = {0};

	for (int ms = 0; ms < seconds * 1000; ms++) {
		now += SECOND / 1000;
		if (ms % 1000 == 0) {
			memset(passed, 0, sizeof(passed));
			memset(came, 0, sizeof(came));
		}
		for (uint32_t i = 0; i < STREAMS; i++) {
			due[i] += per_s[i] / 1000;
			while (ms % burst == 0 && due[i] >= 1) {
				passed[i] += rate_take(rate, i, now);
				came[i]++;
				due[i]--;
			}
		}
		if (ms % TURN_MS == 0)
			rate_turn(rate, now);
	}
}

static unsigned all_passed(void)
{
	unsigned n = 0;

	for (int i = 0; i < STREAMS; i++)
		n += passed[i];
	return n;
}

static void lets_all_pass_where_there_is_little(void **state)
{
	const double per_s[STREAMS] = {300, 100, 50, 1};

	(void)state;
	begin(1000);
	play(per_s, 5, 5);
	assert_memory_equal(passed, came, sizeof(passed));
	assert_true(all_passed() >= 450);
}

static void a_flood_hides_nobody(void **state)
{
	const double per_s[STREAMS] = {100000, 100, 20, 1};

	(void)state;
	begin(1000);
	play(per_s, 6, 2);
	assert_int_equal(passed[1], came[1]);
	assert_int_equal(passed[2], came[2]);
	assert_int_equal(passed[3], came[3]);
	assert_in_range(passed[0], 700, 900);
	assert_in_range(all_passed(), 850, 1000);
}

static void those_that_have_much_share_evenly(void **state)
{
	const double per_s[STREAMS] = {20000, 5000, 1000, 100};

	(void)state;
	begin(700);
	play(per_s, 6, 1);
	assert_int_equal(passed[3], came[3]);
	for (int i = 0; i < 3; i++)
		assert_in_range(passed[i], 160, 195);
	assert_in_range(all_passed(), 550, 700);
}

static void is_spread_over_time(void **state)
{
	unsigned n[10] = {0};

	(void)state;
	begin(100);
	for (int ms = 0; ms < 4000; ms++) {
		now += SECOND / 1000;
		if (ms % TURN_MS == 0)
			rate_turn(rate, now);
		for (int i = 0; i < 20; i++) {
			bool pass = rate_take(rate, 0, now);

			if (ms >= 3000)
				n[(ms - 3000) / 100] += pass;
		}
	}
	for (int i = 0; i < 10; i++)
		assert_in_range(n[i], 7, 11);
}

/* Not even by many streams, each with a little, all at once. */
static void is_never_much_more_than_the_rate(void **state)
{
	unsigned n = 0;

	(void)state;
	begin(10);
	for (int i = 0; i < KINDS_MAX; i++)
		n += rate_take(rate, (uint32_t)i, now);
	assert_int_equal(n, 2);
	for (int ms = 0; ms < 10000; ms++) {
		now += SECOND / 1000;
		n += rate_take(rate, (uint32_t)(ms * 7 % KINDS_MAX), now);
		if (ms % TURN_MS == 0)
			rate_turn(rate, now);
	}
	assert_in_range(n, 50, 103);
}

static void may_be_less_than_one_a_second(void **state)
{
	unsigned n = 0;

	(void)state;
	begin(0.1);
	for (int ms = 0; ms < 100000; ms++) {
		now += SECOND / 1000;
		n += rate_take(rate, 0, now);
		if (ms % TURN_MS == 0)
			rate_turn(rate, now);
	}
	assert_in_range(n, 9, 11);
}

static void what_is_forgotten_takes_no_share(void **state)
{
	const double two[STREAMS] = {10000, 10000}, one[STREAMS] = {10000};

	(void)state;
	begin(1000);
	play(two, 4, 1);
	assert_in_range(passed[0], 400, 500);
	rate_forget(rate, 1);
	play(one, 1, 1);
	assert_in_range(passed[0], 750, 1000);
}

#define TEST(name) cmocka_unit_test_teardown(name, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lets_all_pass_where_there_is_little),
		TEST(a_flood_hides_nobody),
		TEST(those_that_have_much_share_evenly),
		TEST(is_spread_over_time),
		TEST(is_never_much_more_than_the_rate),
		TEST(may_be_less_than_one_a_second),
		TEST(what_is_forgotten_takes_no_share),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
