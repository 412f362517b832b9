/* SPDX-License-Identifier: MIT */
#ifndef PAYLOAD_H
#define PAYLOAD_H

#include "packet.h"

/*
 * Puts a Python value as the payload: what Python's json module takes, with
 * the same meaning.  Tuples become arrays; keys that are no texts become the
 * text of their JSON; integers beyond 64 bits become the nearest double.  0,
 * or -1 and a Python exception.
 */
int payload_put(struct nd_dumpling *out, PyObject *value);

#endif
