/* SPDX-License-Identifier: MIT */
#ifndef WEB_H
#define WEB_H

#include "talk.h"

/* Conversations of browsers, and of programs that talk as they do. */

/* Asks a site for so many pages, in TLS. */
void web_open(struct world *w, struct host *client, struct host *server,
	      uint16_t port, const char *site, uint32_t requests);
/* The same in HTTP/1.1, for everyone to read. */
void web_open_clear(struct world *w, struct host *client, struct host *server,
		    uint16_t port, const char *site, uint32_t requests);
/* What a monitor asks. */
void web_metrics(struct world *w, struct host *client, struct host *server);

/* What is done once there is an address; most speak TLS. */
void web_visit(struct world *w, struct host *client, const struct name *name,
	       bool v6);

#endif
