/* SPDX-License-Identifier: MIT */
#ifndef NTP_H
#define NTP_H

#include "world.h"

/* Asks what time it is, and is told: RFC 5905. */
void ntp_ask(struct world *w, struct host *client, struct host *server);

#endif
