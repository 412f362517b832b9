/* SPDX-License-Identifier: MIT */
#ifndef EATER_H
#define EATER_H

#include <netdumplings/eater.h>

/* The inside of an eater, for eaters that have clients of their own. */

/* Its ID, by which the hub knows it; lent. */
const char *eater_id(const struct nd_eater *e);

/*
 * Has the hub see a client, or see it no more; topic is presence_write()'s.
 * 0 or -errno.
 */
int eater_show(struct nd_eater *e, const void *topic, size_t topic_len);
int eater_hide(struct nd_eater *e, const void *topic, size_t topic_len);

#endif
