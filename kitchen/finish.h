/* SPDX-License-Identifier: MIT */
#ifndef FINISH_H
#define FINISH_H

#include "kitchen.h"

/*
 * The last interval, then everything out, and a summary in the log.  How many
 * dumplings could not be delivered.
 */
uint64_t finish_kitchen(struct kitchen *k);

#endif
