/* SPDX-License-Identifier: MIT */
#ifndef FORWARD_H
#define FORWARD_H

#include "hub.h"

/*
 * Takes what waits in the hub's PULL, checks the head of each message, counts
 * it, and sends it on whole: no batch is opened and no byte is copied.  Not
 * more than a turn's worth, so that other things get theirs.
 */
void forward_turn(struct hub *h);

/*
 * Sends a message to all eaters that want it, waiting for them or not.  0, or
 * -errno.
 */
int forward_send(struct hub *h, struct bus_message *m);

/* Reads subscriptions, and what became of connections. */
void forward_connections(struct hub *h);

/* Closes connections that took nothing for limit_ns. */
void forward_break_stalls(struct hub *h, int64_t limit_ns);

#endif
