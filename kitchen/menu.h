/* SPDX-License-Identifier: MIT */
#ifndef MENU_H
#define MENU_H

#include "kitchen.h"

/*
 * Which chefs a kitchen has, of those in C and those in Python.  Without
 * --chef: all that the modules have, or without modules all bundled ones; a
 * name in --chef is looked for in the modules first.
 */

/* Opens them into k->chefs.  0, or -errno after a line in the log. */
int menu_open(struct kitchen *k);

/* What a kitchen's chefs share; lent by it. */
struct chef_host_kitchen menu_shared(struct kitchen *k);

/* --chef-list: what there is, on stdout.  An exit status. */
int menu_list(struct kitchen *k);

#endif
