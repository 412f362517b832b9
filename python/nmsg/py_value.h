/* SPDX-License-Identifier: MIT */
#ifndef PY_VALUE_H
#define PY_VALUE_H

#include "py_nmsg.h"

#include "nmsg_record.h"

/* Values of fields as Python's objects, and back. */

/*
 * 1 with a new object; 0 for what has none, an address of a wrong length; -1
 * with an exception.
 */
int py_value_make(const struct nmsg_field *field, const struct nmsg_value *v,
		  PyObject **object);

/* Its bytes are lent by the object that it was taken from, and by itself. */
struct py_value {
	struct nmsg_value v;
	uint8_t ip[16];
	PyObject *held;
};

/* py_value_drop() it.  -1 with an exception, and there is nothing to drop. */
int py_value_take(const struct nmsg_field *field, PyObject *object,
		  struct py_value *value);
void py_value_drop(struct py_value *value);

/* Any number that is no text, as Python's int(); NULL with an exception. */
PyObject *py_value_int(PyObject *object);

#endif
