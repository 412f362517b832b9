/* SPDX-License-Identifier: MIT */
#ifndef DATACENTRE_H
#define DATACENTRE_H

#include "world.h"

/* A shop's servers, from the load balancer to the databases. */
void datacentre_open(struct world *w, struct place *datacentre);

#endif
