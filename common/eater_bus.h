/* SPDX-License-Identifier: MIT */
#ifndef EATER_BUS_H
#define EATER_BUS_H

#include <netdumplings/eater.h>

/* The inside of an eater over ZeroMQ, for one that has clients of its own. */

/* Its ID, by which the hub knows it; lent.  NULL: it is not over ZeroMQ. */
const char *eater_bus_id(const struct nd_eater *e);

/*
 * Has the hub see a client, or see it no more; topic is presence_write()'s.
 * 0 or -errno.
 */
int eater_bus_show(struct nd_eater *e, const void *topic, size_t topic_len);
int eater_bus_hide(struct nd_eater *e, const void *topic, size_t topic_len);

#endif
