/* SPDX-License-Identifier: MIT */
#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>

/* A command line being put together; its texts are lent. */
struct arguments {
	const char **at; /* ends with NULL */
	size_t count;
};

/* Room for `max` and a dozen of our own.  0 or -ENOMEM; free(a->at). */
int arguments_init(struct arguments *a, size_t max);

void arguments_add(struct arguments *a, const char *text);
void arguments_add_pair(struct arguments *a, const char *name,
			const char *value);

/* Whether an option is among them, as "--name" or as "-n"; 0: it has none. */
bool arguments_have(const struct arguments *a, const char *option,
		    char short_name);

#endif
