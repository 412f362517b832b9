/* SPDX-License-Identifier: MIT */
#ifndef RELOAD_H
#define RELOAD_H

#include "kitchen.h"

/*
 * --reload: a chef whose file was changed is swapped for what the file has now,
 * between two packets.  Where that does not load, the one before stays.
 */
struct reload;

/* Watches the chefs' files, .c and Python's.  NULL and errno. */
struct reload *reload_new(const struct kitchen *k);
void reload_free(struct reload *r);

/* Once a second: looks at the files, and swaps what is ready. */
void reload_tick(struct reload *r, struct kitchen *k);

#endif
