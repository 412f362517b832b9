/* SPDX-License-Identifier: MIT */
#ifndef PYTHON_H
#define PYTHON_H

#include "kitchen.h"

/*
 * Chefs written in Python.  CPython is loaded when the first module is asked
 * for, so that a kitchen without such chefs pays nothing.
 */

/* Starts Python, once.  0, or -errno and a sentence. */
int python_open(const struct kitchen *k, char *why, size_t why_size);

/* Once the chefs are closed. */
void python_close(void);

/* Python's side; NULL while it was not started. */
const struct host *python_host(void);

/* The kitchen waits, and goes on: threads of chefs may run meanwhile. */
void python_rest(void);
void python_wake(void);

#endif
