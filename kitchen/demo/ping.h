/* SPDX-License-Identifier: MIT */
#ifndef PING_H
#define PING_H

#include "world.h"

/* Whether someone is there: ICMP and ICMPv6. */

/* So many pings, a second apart; one in a while is not answered. */
void ping_start(struct world *w, struct host *from, struct host *to,
		uint32_t count);
/* traceroute(8): hop by hop, until the last says that no port is open. */
void ping_trace(struct world *w, struct host *from, struct host *to);

#endif
