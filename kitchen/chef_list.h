/* SPDX-License-Identifier: MIT */
#ifndef CHEF_LIST_H
#define CHEF_LIST_H

/* What users can learn of chefs, on stdout.  An exit status. */

/* The name that the original's module of bundled chefs has; ours are in C. */
#define CHEF_LIST_BUNDLED "netdumplings.dumplingchefs"

/* The bundled chefs, a line each, in the original's form. */
int chef_list_all(void);

/* One chef's options. */
int chef_list_help(const char *spec);

/* The bundled chefs and their options, as a section of the manual page. */
void chef_list_man(void);

#endif
