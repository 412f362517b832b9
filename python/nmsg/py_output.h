/* SPDX-License-Identifier: MIT */
#ifndef PY_OUTPUT_H
#define PY_OUTPUT_H

#include "py_nmsg.h"

extern PyTypeObject py_output_type;

#endif
