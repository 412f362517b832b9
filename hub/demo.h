/* SPDX-License-Identifier: MIT */
#ifndef DEMO_H
#define DEMO_H

#include "arguments.h"
#include "children.h"

/* The kitchens of netdumplings --demo, and what simulates their networks. */

struct demo_site {
	const char *name;   /* of the kitchen, and for nd-demo --site */
	const char *source; /* for people */
};

#define DEMO_SITES 2

extern const struct demo_site demo_sites[DEMO_SITES];

/*
 * False, and a sentence on stderr, where the kitchens' options do not go with
 * packets that nd-demo makes.
 */
bool demo_fits(const struct arguments *kitchen);

/*
 * Has this process, and those that it starts, do without huge pages: a demo's
 * tables are almost empty.
 */
void demo_save_memory(void);

/*
 * Starts nd-demo for a site, as `user` unless that is NULL, and has its packets
 * be what `kitchen` will read from its standard input.  0 or -errno.
 */
int demo_start(struct child *demo, const struct demo_site *site,
	       const char *user, struct child *kitchen);

#endif
