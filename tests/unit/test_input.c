/* SPDX-License-Identifier: MIT */
#include "child.h"
#include "folder.h"
#include "input.h"
#include "loop.h"

#include <signal.h>

static int no_idle(void *host)
{
	(void)host;
	return -1;
}

/* A signal ends a file between two reads, whatever it has left. */
static int stopped(void)
{
	const struct input_waiter waiter = {no_idle, NULL};
	struct input *in = input_open(folder_write("file", "bytes"), &waiter);
	char buf[2];

	CHILD_CHECK(in && loop_signals() >= 0);
	CHILD_CHECK(input_read(in, buf, sizeof(buf)) == 2);
	CHILD_CHECK(kill(getpid(), SIGTERM) == 0);
	CHILD_CHECK(input_read(in, buf, sizeof(buf)) == 0);
	/* and is still there for others */
	CHILD_CHECK(loop_stopped());
	input_close(in);
	return 0;
}

static void test_stopped(void **state)
{
	(void)state;
	assert_int_equal(in_child(stopped), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stopped),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
