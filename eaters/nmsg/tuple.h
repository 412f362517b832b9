/* SPDX-License-Identifier: MIT */
#ifndef TUPLE_H
#define TUPLE_H

#include "maker.h"

/*
 * base:ipconn of whatever tells two addresses and their protocol.  0, -ENOENT
 * for a dumpling that does not, -errno.
 */
int tuple_make(struct maker *k);

#endif
