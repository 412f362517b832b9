/* SPDX-License-Identifier: MIT */
#ifndef KITCHENS_H
#define KITCHENS_H

#include "bus.h"
#include "sequence.h"
#include "topic.h"

#include <netdumplings/dumpling.h>

/*
 * The kitchens that a hub hears from: who they are, as they announce it, and
 * what came of each of their chefs.
 */

struct kitchens;

/* One chef of one run of a kitchen. */
struct kitchen_chef {
	char topic[TOPIC_MAX + 1];
	size_t topic_len;
	const char *name; /* in topic, not terminated by NUL */
	size_t name_len;
	struct sequence sequence;
	/* How many subscriptions match, as of eaters_version(). */
	uint64_t eaters, eaters_version;
	struct kitchen *kitchen;
	struct kitchen_chef *next;
};

enum kitchen_state {
	KITCHEN_LIVE,
	KITCHEN_SILENT, /* nothing was heard for some seconds */
	KITCHEN_GONE,   /* its connection ended without a word */
};

struct kitchen {
	char name[TOPIC_NAME_MAX + 1];
	char base[TOPIC_NAME_MAX + 1]; /* whose worker it is; or its name */
	uint64_t incarnation;
	struct bus_peer peer;
	int64_t connected_ns, heard_ns; /* since 1970 */
	int64_t heard_at;               /* by loop_now_ns(), which is not set */
	enum kitchen_state state;
	bool patient;       /* it can wait, and so wants nothing left out */
	bool closing;       /* it said its last word */
	void *announcement; /* msgpack, a map; NULL before the first */
	size_t announcement_len;
	struct kitchen_chef *chefs;
	size_t chef_count;
	struct kitchen *next; /* in order of arrival */
};

struct kitchens *kitchens_new(void);
void kitchens_free(struct kitchens *k);

/*
 * The chef that a message comes from, known from now on, lent until the next
 * kitchens_tick().  NULL and errno: ENOSPC when there are too many.
 */
struct kitchen_chef *kitchens_chef(struct kitchens *k, const void *topic,
				   size_t topic_len, const struct topic *t,
				   uint64_t incarnation, struct bus_message *m);

/*
 * Something came from the kitchen.  What a connection that ended had still on
 * its way does not bring it back; the next announcement does.
 */
void kitchens_heard(struct kitchen *kitchen, int64_t now_ns);

/*
 * Reads an announcement.  The dumplings known missing from it are added to
 * *missing.  0, -EBADMSG, -ENOSPC, -ENOMEM.
 */
int kitchens_announced(struct kitchens *k, const struct topic *t,
		       struct bus_message *m, uint64_t *missing);

/*
 * Lets go of the kitchen whose last word was read by kitchens_announced(), so
 * that what that was part of is still sent in its way.
 */
void kitchens_settle(struct kitchens *k);

/* Whether any that is here can wait, and so wants nothing left out. */
bool kitchens_patient(const struct kitchens *k);

/* Nobody was listened to for so long, which is no silence of the kitchens. */
void kitchens_not_heard(struct kitchens *k, int64_t ns);

/* A connection ended; -1 is none. */
void kitchens_disconnected(struct kitchens *k, int fd);

/* Marks who fell silent and forgets who is long gone. */
void kitchens_tick(struct kitchens *k);

size_t kitchens_count(const struct kitchens *k);
const struct kitchen *kitchens_first(const struct kitchens *k);

#endif
