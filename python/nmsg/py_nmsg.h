/* SPDX-License-Identifier: MIT */
#ifndef PY_NMSG_H
#define PY_NMSG_H

/* CPython's door for netdumplings._nmsg, and what its files share. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "nmsg_alias.h"
#include "stats.h"

#include <stdbool.h>

/* How long a call into the library may not hear of signals. */
#define PY_NMSG_PATIENCE_MS 500

/* Names of operators and groups, read when the module is imported. */
extern struct nmsg_aliases py_nmsg_aliases;

/* Raises ValueError for EINVAL, OSError for another errno.  NULL. */
PyObject *py_nmsg_error(int error, const char *what);

/* A table's counters as a dict. */
PyObject *py_nmsg_counters(const struct stat_counter *table,
			   const void *counters);

/*
 * One thread at a time in an input or output, though the interpreter's lock
 * is given up while it waits there.
 */
void py_nmsg_lock(PyThread_type_lock lock);

#endif
