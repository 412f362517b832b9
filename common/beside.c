/* SPDX-License-Identifier: MIT */
#include "beside.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int beside_program(char *out, size_t size, const char *relative)
{
	char program[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);
	char *slash;
	int n;

	if (len < 0)
		return -errno;
	program[len] = '\0';
	slash = strrchr(program, '/');
	if (!slash)
		return -ENOENT;
	*slash = '\0';
	n = snprintf(out, size, "%s/%s", program, relative);
	return n < 0 || (size_t)n >= size ? -ENAMETOOLONG : 0;
}
