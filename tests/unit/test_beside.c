/* SPDX-License-Identifier: MIT */
#include "beside.h"

#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void test_finds_itself(void **state)
{
	char path[PATH_MAX];

	(void)state;
	assert_int_equal(beside_program(path, sizeof(path), "test_beside"), 0);
	assert_int_equal(path[0], '/');
	assert_int_equal(access(path, X_OK), 0);
	assert_int_equal(beside_program(path, sizeof(path), "no/such"), 0);
	assert_int_equal(access(path, F_OK), -1);
	assert_string_equal(path + strlen(path) - 8, "/no/such");
}

static void test_no_room(void **state)
{
	char path[8];

	(void)state;
	assert_int_equal(beside_program(path, sizeof(path), "test_beside"),
			 -ENAMETOOLONG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finds_itself),
		cmocka_unit_test(test_no_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
