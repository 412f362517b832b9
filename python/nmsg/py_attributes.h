/* SPDX-License-Identifier: MIT */
#ifndef PY_ATTRIBUTES_H
#define PY_ATTRIBUTES_H

#include "py_nmsg.h"

/* A message's attributes. */
extern PyGetSetDef py_attributes[];

#endif
