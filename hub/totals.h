/* SPDX-License-Identifier: MIT */
#ifndef TOTALS_H
#define TOTALS_H

#include "kitchens.h"

/*
 * The kitchens' counters by the name that a user gave: those of a kitchen's
 * workers (nd-sniff --workers) are one sum.  Puts the map "kitchen_totals".
 */
void totals_put(struct nd_dumpling *out, const struct kitchens *kitchens);

#endif
