/* SPDX-License-Identifier: MIT */
#ifndef STATUS_H
#define STATUS_H

#include "hub.h"

/* The SystemStatusChef dumpling: all that the hub knows, on its own bus. */

/* 0 or -errno. */
int status_open(struct hub *h);
/* Sends one if it is time. */
void status_tick(struct hub *h);
/* When it is time, by loop_now_ns(). */
int64_t status_next_ns(const struct hub *h);
void status_close(struct hub *h);

#endif
