/* SPDX-License-Identifier: MIT */
#ifndef SERVER_H
#define SERVER_H

#include "gateway.h"
#include "listener.h"

/*
 * The one loop, libwebsockets' own: connections, the hub's socket, signals and
 * time.
 */
struct server;

/*
 * Takes the sockets of the listeners, for kitchens none if they are not taken;
 * signal_fd is lent.  NULL and errno.
 */
struct server *server_new(struct gateway *g, struct listener *eaters,
			  struct listener *kitchens, int signal_fd);

/* Serves until a signal came and the clients were told.  0 or -errno. */
int server_run(struct server *s);
void server_free(struct server *s);

#endif
