/* SPDX-License-Identifier: MIT */
#ifndef COOK_H
#define COOK_H

#include "intake.h"

/*
 * A kitchen behind a WebSocket, as the bus sees it: announced, its dumplings
 * numbered and in batches, one for each chef.
 */
struct cook;

/*
 * Reads its hello and announces it.  NULL and errno: EBADMSG for what is not
 * JSON, EINVAL for JSON that is no hello, ENOMEM; *why says in a few words
 * what is wrong, static.
 */
struct cook *cook_new(struct intake *in, const char *hello, size_t len,
		      const char *host, uint16_t port, const char **why);

/* Sends what it has, and says that it is gone. */
void cook_free(struct cook *c);

/* The name that its topics have. */
const char *cook_name(const struct cook *c);

/*
 * A dumpling as JSON.  0; -EBADMSG, -EINVAL, -EMSGSIZE for what is none,
 * -ENOSPC for one chef too many, -ENOMEM, and *why says what is wrong.
 */
int cook_dumpling(struct cook *c, const char *text, size_t len,
		  const char **why);

/*
 * A message of the bus: a topic and at once its body, to be sent on as it is.
 * A kitchen that announces itself so is no longer announced here.
 */
int cook_message(struct cook *c, const void *bytes, size_t len,
		 const char **why);

/* Sends the batches, as far as there is room. */
void cook_flush(struct cook *c);

/* Once a second: tells the hub of it. */
void cook_announce(struct cook *c);

#endif
