/* SPDX-License-Identifier: MIT */
#ifndef ANNOUNCE_H
#define ANNOUNCE_H

#include "world.h"

/* Says by multicast DNS (RFC 6762, RFC 6763) what a host offers. */
struct announce {
	const char *instance, *type;
	uint16_t port;
	const char *txt; /* one key and value */
};

void announce_send(struct world *w, struct host *h,
		   const struct announce *service);
/* Asks everyone who offers something of that type. */
void announce_ask(struct world *w, struct host *h, const char *type);

#endif
