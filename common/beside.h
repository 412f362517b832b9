/* SPDX-License-Identifier: MIT */
#ifndef BESIDE_H
#define BESIDE_H

#include <stddef.h>

/*
 * Writes the path that `relative` has from the folder of the running program:
 * what was installed with it is found there, wherever that is.  0, or -errno.
 */
int beside_program(char *out, size_t size, const char *relative);

#endif
