/* SPDX-License-Identifier: MIT */
#include "arguments.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int arguments_init(struct arguments *a, size_t max)
{
	a->at = calloc(max + 20, sizeof(*a->at));
	a->count = 0;
	return a->at ? 0 : -ENOMEM;
}

void arguments_add(struct arguments *a, const char *text)
{
	a->at[a->count++] = text;
}

void arguments_add_pair(struct arguments *a, const char *name,
			const char *value)
{
	arguments_add(a, name);
	arguments_add(a, value);
}

bool arguments_have(const struct arguments *a, const char *option,
		    char short_name)
{
	for (size_t i = 0; i < a->count; i++) {
		const char *arg = a->at[i];
		size_t len = strlen(option);

		if (strncmp(arg, option, len) == 0 &&
		    (arg[len] == '\0' || arg[len] == '='))
			return true;
		if (short_name && arg[0] == '-' && arg[1] == short_name)
			return true;
	}
	return false;
}
