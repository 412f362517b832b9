/* SPDX-License-Identifier: MIT */
#ifndef PY_FIELDS_H
#define PY_FIELDS_H

#include "py_nmsg.h"

#include "message.h"
#include "nmsg_type.h"

/* A message's fields as a dict of Python's values. */

/* Makes the fields' names; 0, or -1 with an exception. */
int py_fields_init(void);

/* The field of a name, or NULL; no exception. */
const struct nmsg_field *py_fields_named(const struct nmsg_type *type,
					 PyObject *name);

/* What is on the wire: a new dict, empty where m is not well formed. */
PyObject *py_fields_read(const struct message *m);

/* The value of a field that is made of others, NULL for none. */
PyObject *py_fields_virtual(const struct message *m,
			    const struct nmsg_field *field);

/* Adds the values of all that are made of others; -1 with an exception. */
int py_fields_add_virtual(PyObject *dict, const struct message *m);
bool py_fields_has_virtual(const struct nmsg_type *type);

/* The payload that such a dict says, as bytes; NULL with an exception. */
PyObject *py_fields_write(PyObject *dict, const struct nmsg_type *type);

/* New: a dict of each field's kind, and a set of their names. */
PyObject *py_fields_kinds(const struct nmsg_type *type);
PyObject *py_fields_names(const struct nmsg_type *type);

#endif
