/* SPDX-License-Identifier: MIT */
#ifndef KITCHEN_H
#define KITCHEN_H

#include <stddef.h>

/*
 * A WebSocket kitchen: it says who it is, and then sends dumplings, which go
 * on to the hub.  It is read from only as fast as the hub takes them.
 */

struct gateway;
struct kitchen;
struct lws;

/* NULL and errno ENOMEM; kitchen_free() when the connection is gone. */
struct kitchen *kitchen_new(struct gateway *g, struct lws *wsi);
void kitchen_free(struct kitchen *k);

/* Bytes of a message came.  0, or -1 to close. */
int kitchen_receive(struct kitchen *k, const void *bytes, size_t len);
/* The socket has room.  0, or -1 to close. */
int kitchen_writeable(struct kitchen *k);

/* Sends what came, as far as there is room, and reads on where there is. */
void kitchen_flush_all(struct gateway *g);

/* Once a second: tells the hub of them, and closes who never said hello. */
void kitchen_check_all(struct gateway *g);

/* Closes all, as this server goes away. */
void kitchen_close_all(struct gateway *g);

#endif
