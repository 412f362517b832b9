/* SPDX-License-Identifier: MIT */
#ifndef SCAN_H
#define SCAN_H

#include "world.h"

/*
 * Someone tries the ports of a host, one after the other: most are closed,
 * a few open, and of some there is no word.
 */
void scan_start(struct world *w, struct host *from, struct host *to,
		uint32_t ports);

#endif
