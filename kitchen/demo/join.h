/* SPDX-License-Identifier: MIT */
#ifndef JOIN_H
#define JOIN_H

#include "world.h"

/* A device comes into the network: DHCP (RFC 2131), then ARP. */

typedef void join_then_fn(struct world *w, struct host *h);

/* The router gives it the address that it will have, for an hour. */
void join_start(struct world *w, struct host *h, join_then_fn *then);

#endif
