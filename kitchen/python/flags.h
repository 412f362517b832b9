/* SPDX-License-Identifier: MIT */
#ifndef FLAGS_H
#define FLAGS_H

#include "layers.h"
#include "packet.h"

/*
 * Numbers whose bits have names: as text, and compared with text, they are the
 * names of those that are set, such as "SA" of TCP.
 */

/* 0, or -1 and an exception. */
int flags_open(PyObject *module);

/* LAYERS_TCP_FLAGS and its like; a new reference. */
PyObject *flags_value(enum layers_type type, unsigned value);

#endif
