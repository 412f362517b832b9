/* SPDX-License-Identifier: MIT */
#include "eaters.h"

#include "log.h"
#include "loop.h"
#include "presence.h"
#include "value.h"

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

static bool starts(const char *topic, size_t len, const char *with)
{
	return len >= strlen(with) && memcmp(topic, with, strlen(with)) == 0;
}

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

static struct eater **find_eater(struct eaters *e, const char *topic,
				 size_t len)
{
	struct eater **at = &e->first;

	while (*at && ((*at)->topic_len != len ||
		       memcmp((*at)->topic, topic, len) != 0))
		at = &(*at)->next;
	return at;
}

/* An eater, as its topic tells.  false if that is not right. */
static bool read_eater(struct eater *eater, struct bus_message *m)
{
	const char *at = eater->topic + strlen(TOPIC_EATER);
	size_t left = eater->topic_len - strlen(TOPIC_EATER);

	bus_message_peer(m, &eater->peer);
	eater->connected_ns = loop_wall_ns();
	return take_name(&at, &left, eater->name) &&
	       take_name(&at, &left, eater->host) &&
	       take_name(&at, &left, eater->id) && left == 0;
}

/* The same of an eater's client. */
static bool read_client(struct eater *client)
{
	struct presence p;
	struct value_reader r;
	struct nd_value hello, name;
	char text[TOPIC_NAME_MAX + 1] = "";

	if (presence_read(&p, client->topic, client->topic_len) < 0)
		return false;
	r = (struct value_reader){p.hello,
				  (const uint8_t *)p.hello + p.hello_len};
	if (value_read(&r, &hello) == 0 &&
	    nd_find(&hello, "eater_name", &name) == 0 && name.type == ND_STR)
		memcpy(text, name.as.bytes,
		       name.len < TOPIC_NAME_MAX ? name.len : TOPIC_NAME_MAX);
	topic_clean(client->name, text);
	memcpy(client->id, p.id, sizeof(p.id));
	client->connected_ns = p.connected_ns;
	memcpy(client->peer.host, p.host, sizeof(p.host));
	client->peer.port = p.port;
	client->peer.fd = -1;
	client->hello = p.hello;
	client->hello_len = p.hello_len;
	return true;
}

static void eater_came(struct eaters *e, const char *topic, size_t len,
		       struct bus_message *m)
{
	struct eater *eater;

	if (e->count == EATERS_MAX || len > PRESENCE_MAX ||
	    *find_eater(e, topic, len) ||
	    !(eater = calloc(1, sizeof(*eater) + len)))
		return;
	memcpy(eater->topic, topic, len);
	eater->topic_len = len;
	if (starts(topic, len, TOPIC_EATER) ? !read_eater(eater, m)
					    : !read_client(eater)) {
		free(eater);
		return;
	}
	*e->last = eater;
	e->last = &eater->next;
	e->count++;
	log_info("Received dumpling eater connection from %s at %s:%d",
		 eater->name,
		 *eater->peer.host ? eater->peer.host : "this host",
		 eater->peer.port);
}

static void eater_went(struct eaters *e, const char *topic, size_t len)
{
	struct eater **at = find_eater(e, topic, len), *eater = *at;

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
	size_t len;
	const char *bytes = bus_topic(m, &len);
	bool on;

	/* An XPUB also receives what is no subscription; that is ignored. */
	if (len < 1 || (bytes[0] != 0 && bytes[0] != 1))
		return;
	on = *bytes++ == 1;
	len--;
	if (starts(bytes, len, TOPIC_EATER) ||
	    starts(bytes, len, TOPIC_CLIENT)) {
		if (on)
			eater_came(e, bytes, len, m);
		else
			eater_went(e, bytes, len);
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

const struct eater *eaters_of_client(const struct eaters *e,
				     const struct eater *client)
{
	const struct eater *eater = e->first;

	while (eater && (eater->hello || strcmp(eater->id, client->id) != 0))
		eater = eater->next;
	return eater;
}

const char *eaters_name_at(const struct eaters *e, int fd)
{
	for (const struct eater *eater = e->first; eater; eater = eater->next)
		if (eater->peer.fd == fd)
			return eater->name;
	return NULL;
}
