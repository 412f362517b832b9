/* SPDX-License-Identifier: MIT */
#ifndef CHILD_H
#define CHILD_H

#include "unit.h"

#include <sys/wait.h>
#include <unistd.h>

/*
 * Runs a function in a process of its own, for what a process does once or
 * for good.  Its result, which is the exit status; 255 for a child that died.
 */
static inline int in_child(int (*function)(void))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(function());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

/* In a child: ends it with the line's number where something does not hold. */
#define CHILD_CHECK(holds)                                                 \
	do {                                                               \
		if (!(holds)) {                                            \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, \
				#holds);                                   \
			_exit(1);                                          \
		}                                                          \
	} while (0)

#endif
