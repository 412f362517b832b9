/* SPDX-License-Identifier: MIT */
#ifndef FIELDS_H
#define FIELDS_H

#include "view.h"

/*
 * A field's value: a new reference.  NULL where the packet's bytes do not have
 * it, and then there is no exception unless memory is short.
 */
PyObject *fields_read(struct view *v, const struct layers_field *field);

/* All bytes from `at` to `end` of the packet that are there; never NULL. */
const uint8_t *fields_bytes(const struct view *v, uint32_t at, uint32_t end,
			    uint32_t *len);

#endif
