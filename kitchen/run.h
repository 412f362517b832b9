/* SPDX-License-Identifier: MIT */
#ifndef RUN_H
#define RUN_H

#include "kitchen.h"

/* Sniffs until the end of the files or a signal.  0, or -errno, logged. */
int run_kitchen(struct kitchen *k);

#endif
