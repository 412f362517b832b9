/* SPDX-License-Identifier: MIT */
#ifndef PY_INPUT_H
#define PY_INPUT_H

#include "py_nmsg.h"

extern PyTypeObject py_input_type;

#endif
