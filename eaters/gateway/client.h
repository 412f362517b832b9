/* SPDX-License-Identifier: MIT */
#ifndef CLIENT_H
#define CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A WebSocket client: a place in the gateway's ring and what it wants.  It
 * sends when its socket has room, and is told what it lost where it lost it.
 */

struct gateway;
struct filter;
struct client;
struct lws;

/* NULL and errno ENOMEM; client_free() when the connection is gone. */
struct client *client_new(struct gateway *g, struct lws *wsi);
void client_free(struct client *c);

/* Bytes of a message came.  0, or -1 to close. */
int client_receive(struct client *c, const void *bytes, size_t len);
/* The socket has room.  0, or -1 to close. */
int client_writeable(struct client *c);

/*
 * The ring has news: lets those who want it write; of those who take batches,
 * only if it is their time.
 */
void client_notify_all(struct gateway *g, bool batches);

/* The ring's oldest went: counts what clients lost by that. */
void client_evict_all(struct gateway *g);

/*
 * The ring's entry of this number has every total of what a filter leaves out:
 * with it those begin that have waited for it.
 */
void client_begin_all(struct gateway *g, const struct filter *f,
		      uint64_t number);

/* Once a second: closes who lags or never said what it wants. */
void client_check_all(struct gateway *g);

/* Closes all, as this server goes away. */
void client_close_all(struct gateway *g);

#endif
