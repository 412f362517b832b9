/* SPDX-License-Identifier: MIT */
#ifndef DOOR_H
#define DOOR_H

#include <stdint.h>

struct lws;
struct lws_vhost;

/* What comes in at one of the two ports, how much and how much at most. */
struct door {
	struct lws_vhost *vhost;
	unsigned connections;
	uint64_t most;
};

/* Lets in who has connected to a listening socket, or says that it is full. */
void door_accept(struct door *door, struct lws *listener);

#endif
