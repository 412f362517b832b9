/* SPDX-License-Identifier: MIT */
#ifndef COMPILE_H
#define COMPILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * Compiles a chef's .c file with $CC, or cc, into a shared object of its own,
 * whose path goes to `object`; compile_forget() it once it is loaded.  The
 * compiler's words go to stderr.  0, or -errno and a sentence in `why`.
 */
int compile_chef(const char *source, char *object, size_t object_size,
		 char *why, size_t why_size);
void compile_forget(char *object);

/*
 * The same in two steps, for who has something else to do meanwhile.  The
 * process id of the compiler, or -errno and a sentence; and then, until it is
 * done, -EAGAIN unless `wait`.
 */
pid_t compile_begin(const char *source, char *object, size_t object_size,
		    char *why, size_t why_size);
int compile_end(pid_t compiler, const char *source, char *object, bool wait,
		char *why, size_t why_size);

#endif
