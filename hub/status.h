/* SPDX-License-Identifier: MIT */
#ifndef STATUS_H
#define STATUS_H

#include "hub.h"

/* The SystemStatusChef dumpling: all that the hub knows, on its own bus. */

/* 0 or -errno. */
int status_open(struct hub *h);
void status_send(struct hub *h);
void status_close(struct hub *h);

#endif
