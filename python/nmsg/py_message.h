/* SPDX-License-Identifier: MIT */
#ifndef PY_MESSAGE_H
#define PY_MESSAGE_H

#include "py_nmsg.h"

#include "message.h"
#include "nmsg_type.h"

/*
 * A message as an object.  Its fields are read when they are first asked for,
 * and written when its payload is.
 */
struct py_message {
	PyObject ob_base;
	struct message m;  /* its payload is `payload`'s, or NULL */
	PyObject *payload; /* bytes, or NULL */
	PyObject *fields;  /* a dict of what is on the wire; NULL: not read */
	bool changed;      /* `payload` is not what `fields` say */
};

extern PyTypeObject py_message_type;

/* An object of a message, which is copied; NULL with an exception. */
PyObject *py_message_new(const struct message *m);

/* All its fields, by name: a new dict, or NULL with an exception. */
PyObject *py_message_fields(struct py_message *self);

/* Makes self->m as its fields are; -1 with an exception. */
int py_message_sync(struct py_message *self);

#endif
