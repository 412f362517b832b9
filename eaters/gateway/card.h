/* SPDX-License-Identifier: MIT */
#ifndef CARD_H
#define CARD_H

#include <netdumplings/dumpling.h>
#include <topic.h>

/*
 * What a WebSocket kitchen says of itself first, one JSON object:
 *	{"kitchen_name": ..., "interface": ..., "filter": ..., "chefs": [...],
 *	 "poke_interval": ...}
 * Only kitchen_name must be there; the others are as eaters expect them, and
 * what else it says is kept (docs/websocket.md).
 */
struct card {
	char name[TOPIC_NAME_MAX + 1]; /* as topics have it */
	struct nd_dumpling *d;         /* its members, a map */
};

/*
 * Reads one; yours: card_free().  0; -EBADMSG for what is not JSON, -EINVAL
 * for JSON that is no card, -ENOMEM.  Then *why says in a few words what is
 * wrong, static, and there is nothing to free.
 */
int card_read(struct card *card, const char *text, size_t len,
	      const char **why);
void card_free(struct card *card);

/* Puts its members into a map that is open. */
void card_put(const struct card *card, struct nd_dumpling *out);

/*
 * Makes a name for topics of a value: of its text, each character that may not
 * be in one a "_", or of its JSON.  0, or -EINVAL for arrays and maps.
 */
int card_clean(char out[TOPIC_NAME_MAX + 1], const struct nd_value *v);

#endif
