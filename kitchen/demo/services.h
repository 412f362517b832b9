/* SPDX-License-Identifier: MIT */
#ifndef SERVICES_H
#define SERVICES_H

#include "talk.h"

/* Long conversations between programs; when one is over the next begins. */

/* Questions to a PostgreSQL server and its answers, in TLS. */
void services_database(struct world *w, struct host *client,
		       struct host *server);
/* Small things kept in memory: Redis, for everyone to read. */
void services_cache(struct world *w, struct host *client, struct host *server);
/* A lot of data one way, in waves. */
void services_backup(struct world *w, struct host *client, struct host *server,
		     uint32_t kilobytes);
/* A mailbox that is looked at now and then. */
void services_mailbox(struct world *w, struct host *client,
		      struct host *server);

#endif
