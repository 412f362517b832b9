/* SPDX-License-Identifier: MIT */
#include "loop.h"
#include "unit.h"
#include "wake.h"

#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

static bool is_awake(const struct wake *w, int timeout_ms)
{
	struct pollfd p = {.fd = w->fd, .events = POLLIN};

	return poll(&p, 1, timeout_ms) > 0;
}

static void test_times(void **state)
{
	struct wake w;

	(void)state;
	assert_int_equal(wake_open(&w), 0);
	assert_false(is_awake(&w, 0));
	wake_at(&w, 0);
	assert_true(is_awake(&w, PATIENCE_MS));
	assert_true(is_awake(&w, 0)); /* until it is set anew */
	wake_at(&w, loop_now_ns() + INT64_C(3600000000000));
	assert_false(is_awake(&w, 0));
	wake_at(&w, loop_now_ns() + 1000000);
	assert_true(is_awake(&w, PATIENCE_MS));
	wake_at(&w, INT64_MAX);
	assert_false(is_awake(&w, 0));
	wake_close(&w);
}

static void test_descriptor(void **state)
{
	struct wake w;
	int ends[2];

	(void)state;
	assert_int_equal(wake_open(&w), 0);
	assert_int_equal(pipe(ends), 0);
	wake_watch(&w, -1, EPOLLIN);
	wake_watch(&w, ends[0], EPOLLIN);
	assert_false(is_awake(&w, 0));
	assert_int_equal(write(ends[1], "", 1), 1);
	assert_true(is_awake(&w, 0));
	wake_watch(&w, ends[0], 0);
	assert_false(is_awake(&w, 0));
	wake_watch(&w, ends[0], EPOLLIN);
	assert_true(is_awake(&w, 0));
	wake_forget(&w);
	assert_false(is_awake(&w, 0));
	wake_watch(&w, ends[1], EPOLLOUT);
	assert_true(is_awake(&w, 0));
	wake_forget(&w);
	wake_forget(&w);
	close(ends[0]);
	close(ends[1]);
	wake_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_descriptor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
