/* SPDX-License-Identifier: MIT */
#include "child.h"
#include "loop.h"

#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <time.h>

static void test_clocks(void **state)
{
	int64_t before = loop_now_ns(), wall = loop_wall_ns();
	time_t now = time(NULL);

	(void)state;
	assert_true(before > 0);
	for (int i = 0; i < 1000; i++) {
		int64_t after = loop_now_ns();

		assert_true(after >= before);
		before = after;
	}
	assert_true(wall / 1000000000 >= now - 60);
	assert_true(wall / 1000000000 <= now + 60);
}

static void test_timeout(void **state)
{
	int64_t now = loop_now_ns();
	int ms;

	(void)state;
	assert_int_equal(loop_timeout_ms(now - 1), 0);
	assert_int_equal(loop_timeout_ms(INT64_MIN / 2), 0);
	assert_int_equal(loop_timeout_ms(INT64_MAX), INT_MAX);
	ms = loop_timeout_ms(loop_now_ns() + INT64_C(3600000000000));
	assert_true(ms > 3500000 && ms <= 3600000);
	assert_int_equal(loop_timeout_ms(INT64_MAX - 1), INT_MAX);
	/* rounded up: poll() must not come back before it is time */
	for (int i = 0; i < 100; i++) {
		int64_t deadline = loop_now_ns() + 5999999;

		ms = loop_timeout_ms(deadline);
		assert_true(loop_now_ns() + ms * INT64_C(1000000) >= deadline);
	}
}

static int stopped_by(int signal_number)
{
	struct pollfd fd = {.events = POLLIN};
	int ends[2];

	CHILD_CHECK(loop_signals_fd() == -1);
	CHILD_CHECK(!loop_stopped());
	fd.fd = loop_signals();
	CHILD_CHECK(fd.fd >= 0 && fd.fd == loop_signals_fd());
	CHILD_CHECK(!loop_stopped());
	CHILD_CHECK(poll(&fd, 1, 0) == 0);
	/* SIGPIPE does nothing */
	CHILD_CHECK(pipe(ends) == 0 && close(ends[0]) == 0);
	CHILD_CHECK(write(ends[1], "", 1) == -1 && errno == EPIPE);
	CHILD_CHECK(!loop_stopped());
	CHILD_CHECK(kill(getpid(), signal_number) == 0);
	CHILD_CHECK(poll(&fd, 1, PATIENCE_MS) == 1);
	CHILD_CHECK(loop_stopped());
	CHILD_CHECK(loop_stopped()); /* for good */
	return 0;
}

static int by_int(void)
{
	return stopped_by(SIGINT);
}

static int by_term(void)
{
	return stopped_by(SIGTERM);
}

static int by_hup(void)
{
	return stopped_by(SIGHUP);
}

/* What is restored kills again, so this child never returns. */
static int restored(void)
{
	CHILD_CHECK(loop_signals() >= 0);
	loop_signals_restore();
	kill(getpid(), SIGTERM);
	return 3;
}

static void test_signals(void **state)
{
	(void)state;
	assert_int_equal(in_child(by_int), 0);
	assert_int_equal(in_child(by_term), 0);
	assert_int_equal(in_child(by_hup), 0);
	assert_int_equal(in_child(restored), 255);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clocks),
		cmocka_unit_test(test_timeout),
		cmocka_unit_test(test_signals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
