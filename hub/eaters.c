/* SPDX-License-Identifier: MIT */
#include "eaters.h"

#include "log.h"
#include "loop.h"

#include <stdlib.h>
#include <string.h>

/* What a hostile subscriber can make the hub remember, at most. */
#define EATERS_MAX 4096
#define PREFIXES_MAX 4096
#define PREFIX_MAX 256

/* A prefix that some eaters subscribe to. */
struct prefix {
	uint64_t count;
	size_t len;
	struct prefix *next;
	char bytes[];
};

struct eaters {
	struct eater *first, **last;
	struct prefix *prefixes;
	size_t count, prefix_count;
	uint64_t version;
};

struct eaters *eaters_new(void)
{
	struct eaters *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->last = &e->first;
	e->version = 1;
	return e;
}

void eaters_free(struct eaters *e)
{
	if (!e)
		return;
	while (e->first) {
		struct eater *eater = e->first;

		e->first = eater->next;
		free(eater);
	}
	while (e->prefixes) {
		struct prefix *prefix = e->prefixes;

		e->prefixes = prefix->next;
		free(prefix);
	}
	free(e);
}

/* --- presence ------------------------------------------------------------ */

/* Takes the text up to the next slash; false if it is no name. */
static bool take_name(const char **at, size_t *len, char *out)
{
	const char *slash = memchr(*at, '/', *len);
	size_t name_len = slash ? (size_t)(slash - *at) : *len;

	if (!topic_is_name(*at, name_len))
		return false;
	memcpy(out, *at, name_len);
	out[name_len] = '\0';
	*at += name_len + (slash != NULL);
	*len -= name_len + (slash != NULL);
	return true;
}

static struct eater **find_eater(struct eaters *e, const char *presence,
				 size_t len)
{
	struct eater **at = &e->first;

	while (*at && (strlen((*at)->presence) != len ||
		       memcmp((*at)->presence, presence, len) != 0))
		at = &(*at)->next;
	return at;
}

static void eater_came(struct eaters *e, const char *presence, size_t len,
		       struct bus_message *m)
{
	struct eater *eater;
	char id[TOPIC_NAME_MAX + 1];
	const char *at = presence;
	size_t left = len;

	if (*find_eater(e, presence, len) || e->count == EATERS_MAX ||
	    len >= sizeof(eater->presence) ||
	    !(eater = calloc(1, sizeof(*eater))))
		return;
	if (!take_name(&at, &left, eater->name) ||
	    !take_name(&at, &left, eater->host) || !take_name(&at, &left, id) ||
	    left > 0) {
		free(eater);
		return;
	}
	memcpy(eater->presence, presence, len);
	eater->connected_ns = loop_wall_ns();
	bus_message_peer(m, &eater->peer);
	*e->last = eater;
	e->last = &eater->next;
	e->count++;
	log_info("Received dumpling eater connection from %s at %s:%d",
		 eater->name,
		 *eater->peer.host ? eater->peer.host : "this host",
		 eater->peer.port);
}

static void eater_went(struct eaters *e, const char *presence, size_t len)
{
	struct eater **at = find_eater(e, presence, len), *eater = *at;

	if (!eater)
		return;
	log_info("Dumpling eater %s connection closed", eater->name);
	*at = eater->next;
	if (!*at)
		e->last = at;
	e->count--;
	free(eater);
}

/* --- subscriptions ------------------------------------------------------- */

static struct prefix **find_prefix(struct eaters *e, const char *bytes,
				   size_t len)
{
	struct prefix **at = &e->prefixes;

	while (*at &&
	       ((*at)->len != len || memcmp((*at)->bytes, bytes, len) != 0))
		at = &(*at)->next;
	return at;
}

static void subscribed(struct eaters *e, const char *bytes, size_t len)
{
	struct prefix **at = find_prefix(e, bytes, len), *prefix = *at;

	if (!prefix) {
		if (e->prefix_count == PREFIXES_MAX || len > PREFIX_MAX ||
		    !(prefix = calloc(1, sizeof(*prefix) + len)))
			return;
		prefix->len = len;
		memcpy(prefix->bytes, bytes, len);
		*at = prefix;
		e->prefix_count++;
	}
	prefix->count++;
	e->version++;
}

static void unsubscribed(struct eaters *e, const char *bytes, size_t len)
{
	struct prefix **at = find_prefix(e, bytes, len), *prefix = *at;

	if (!prefix)
		return;
	e->version++;
	if (--prefix->count > 0)
		return;
	*at = prefix->next;
	e->prefix_count--;
	free(prefix);
}

void eaters_subscription(struct eaters *e, struct bus_message *m)
{
	const size_t presence = strlen(TOPIC_EATER);
	size_t len;
	const char *bytes = bus_topic(m, &len);
	bool on;

	/* An XPUB also receives what is no subscription; that is ignored. */
	if (len < 1 || (bytes[0] != 0 && bytes[0] != 1))
		return;
	on = *bytes++ == 1;
	len--;
	if (len > presence && memcmp(bytes, TOPIC_EATER, presence) == 0) {
		if (on)
			eater_came(e, bytes + presence, len - presence, m);
		else
			eater_went(e, bytes + presence, len - presence);
	} else if (on) {
		subscribed(e, bytes, len);
	} else {
		unsubscribed(e, bytes, len);
	}
}

uint64_t eaters_matching(const struct eaters *e, const char *topic,
			 size_t topic_len)
{
	uint64_t matching = 0;

	for (const struct prefix *p = e->prefixes; p; p = p->next)
		if (p->len <= topic_len && memcmp(p->bytes, topic, p->len) == 0)
			matching += p->count;
	return matching;
}

uint64_t eaters_version(const struct eaters *e)
{
	return e->version;
}

size_t eaters_count(const struct eaters *e)
{
	return e->count;
}

const struct eater *eaters_first(const struct eaters *e)
{
	return e->first;
}

const char *eaters_name_at(const struct eaters *e, int fd)
{
	for (const struct eater *eater = e->first; eater; eater = eater->next)
		if (eater->peer.fd == fd)
			return eater->name;
	return NULL;
}
