/* SPDX-License-Identifier: MIT */
#ifndef LISTING_H
#define LISTING_H

#include <netdumplings/eater.h>
#include <presence.h>

/*
 * A client's place in the hub's status: what the gateway's eater subscribes to
 * for it (presence.h).  Start it zeroed.
 */
struct listing {
	size_t len; /* 0: it is not listed */
	char topic[PRESENCE_MAX];
};

/*
 * Has the hub list the client at the socket's other end under its hello, JSON,
 * in place of what it was listed under.  Of a hello that is too much for that
 * only its eater_name is told.
 */
void listing_show(struct listing *l, struct nd_eater *eater, int socket,
		  int64_t connected_ns, const char *hello, size_t hello_len);

/* Has the hub list it no more. */
void listing_hide(struct listing *l, struct nd_eater *eater);

#endif
