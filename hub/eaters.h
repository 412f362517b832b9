/* SPDX-License-Identifier: MIT */
#ifndef EATERS_H
#define EATERS_H

#include "bus.h"
#include "topic.h"

/*
 * The eaters of a hub, seen by what they subscribe to: "!eater/NAME/HOST/ID"
 * says who one is, "!client/..." who its clients are (presence.h), and prefixes
 * of topics what they are sent.
 */

struct eaters;

struct eater {
	char name[TOPIC_NAME_MAX + 1]; /* of a client, with "_" for odd bytes */
	char host[TOPIC_NAME_MAX + 1]; /* as it calls itself */
	char id[TOPIC_NAME_MAX + 1];   /* of a client: whose it is */
	struct bus_peer peer;          /* of a client: its address, and no fd */
	int64_t connected_ns;          /* since 1970 */
	const void *hello; /* of a client: msgpack, in topic; else NULL */
	size_t hello_len;
	struct eater *next; /* in order of arrival */
	size_t topic_len;
	char topic[]; /* that it was seen by */
};

struct eaters *eaters_new(void);
void eaters_free(struct eaters *e);

/* Reads what an XPUB receives: a subscription, or the end of one. */
void eaters_subscription(struct eaters *e, struct bus_message *m);

/* How many subscriptions a topic matches. */
uint64_t eaters_matching(const struct eaters *e, const char *topic,
			 size_t topic_len);
/* Changes whenever eaters_matching() may give another answer; never 0. */
uint64_t eaters_version(const struct eaters *e);

size_t eaters_count(const struct eaters *e);
const struct eater *eaters_first(const struct eaters *e);

/* The eater whose client this is, or NULL. */
const struct eater *eaters_of_client(const struct eaters *e,
				     const struct eater *client);

/* The name of the eater at that descriptor, or NULL. */
const char *eaters_name_at(const struct eaters *e, int fd);

#endif
