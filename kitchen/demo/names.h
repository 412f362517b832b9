/* SPDX-License-Identifier: MIT */
#ifndef NAMES_H
#define NAMES_H

#include "message.h"

/* Names that hosts of a place ask its resolver for. */

/* What is done once there is an address. */
typedef void names_then_fn(struct world *w, struct host *client,
			   const struct name *name, bool v6);

struct lookup {
	struct world *w;
	struct host *client, *server;
	struct message_question question;
	struct name own; /* a name that is asked for once */
	char text[80];
	names_then_fn *then;
	uint16_t port;
	bool v6; /* how it is asked */
	uint8_t asked;
	unsigned rcode;
	bool unanswered;
};

struct name *names_add(struct place *place, const char *text,
		       struct host *host);

/* Asks for a name of that type, and then does something, or nothing. */
void names_ask(struct world *w, struct host *client, const struct name *name,
	       uint16_t type, names_then_fn *then);
/* As a browser asks, for addresses of both kinds and how to connect. */
void names_visit(struct world *w, struct host *client, const struct name *name,
		 names_then_fn *then);
/* Who has this address? */
void names_reverse(struct world *w, struct host *client, struct host *of);
/* A name that there is not, misspelt or made up. */
void names_mistake(struct world *w, struct host *client);

#endif
