/* SPDX-License-Identifier: MIT */
#ifndef VIEW_FIELDS_H
#define VIEW_FIELDS_H

#include "view.h"

/* Which attributes there are: each field's name is one of every view. */

/* Field names, all together, at most. */
#define VIEW_FIELDS_NAMES_MAX 400

/*
 * Numbers the names and writes a getter for each, and a last empty one, into
 * `getters`.  How many, or -1 and an exception.
 */
int view_fields_open(PyGetSetDef getters[VIEW_FIELDS_NAMES_MAX + 1]);

/* The dict of a view's own fields: a new reference, NULL and an exception. */
PyObject *view_fields_dict(struct view *v);

/*
 * The value of a field of this layer, or of the first behind it that has one
 * of this name.  A new reference, or NULL and an exception: AttributeError.
 */
PyObject *view_fields_get(struct view *v, PyObject *name);

#endif
