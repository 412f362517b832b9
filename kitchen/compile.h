/* SPDX-License-Identifier: MIT */
#ifndef COMPILE_H
#define COMPILE_H

#include <stddef.h>

/*
 * Compiles a chef's .c file with $CC, or cc, into a shared object of its own,
 * whose path goes to `object`; compile_forget() it once it is loaded.  The
 * compiler's words go to stderr.  0, or -errno and a sentence in `why`.
 */
int compile_chef(const char *source, char *object, size_t object_size,
		 char *why, size_t why_size);
void compile_forget(char *object);

#endif
