/* SPDX-License-Identifier: MIT */
#ifndef OFFICE_H
#define OFFICE_H

#include "world.h"

/* Some people at their desks, their phones and printer, and who visits. */
void office_open(struct world *w, struct place *office);

#endif
