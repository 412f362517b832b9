/* SPDX-License-Identifier: MIT */
#ifndef WEBSOCKET_DIAL_H
#define WEBSOCKET_DIAL_H

#include "websocket_url.h"

#include <stdbool.h>

struct addrinfo;

/* A host's addresses, tried one after the other.  Start it zeroed. */
struct websocket_dial {
	struct addrinfo *addresses, *next;
};

/*
 * Begins to connect to the next address; before the first, the host's name is
 * looked up, which waits for the resolver.  A socket that does not block,
 * yours; or -errno when none is left, and then the next call begins anew.
 */
int websocket_dial_next(struct websocket_dial *d,
			const struct websocket_url *url);

bool websocket_dial_has_more(const struct websocket_dial *d);

/* From the first address again, after the name is looked up again. */
void websocket_dial_reset(struct websocket_dial *d);

/*
 * How the connecting went: 0, -EINPROGRESS, or -errno.  The socket is the
 * caller's still.
 */
int websocket_dial_result(int fd);

/*
 * Before a connection is closed, after the last was written: lets the other
 * side read it.  Closing with bytes unread would be a reset, which takes along
 * what has not been read there.  Half a second at most.  -1 for none is fine.
 */
void websocket_dial_part(int fd);

#endif
