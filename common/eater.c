/* SPDX-License-Identifier: MIT */
#include "bus.h"
#include "eater_kind.h"
#include "loop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Runs of chefs that are followed; the longest unheard are let go. */
#define SEQUENCES_MAX 4096

/* --- making -------------------------------------------------------------- */

static int open_way(struct nd_eater *e, const struct nd_eater_config *c)
{
	const char *name = c->name ? c->name : "eater";
	int rc;

	if (!topic_is_name(name, strlen(name)))
		return -EINVAL;
	topic_clean(e->name, name);
	rc = bus_endpoint(e->endpoint, sizeof(e->endpoint),
			  c->hub ? c->hub : "127.0.0.1", BUS_PORT_OUT);
	if (rc < 0)
		return rc;
	e->kind = bus_is_websocket(e->endpoint) ? &eater_ws_kind
						: &eater_bus_kind;
	return e->kind->open(e, c);
}

struct nd_eater *nd_eater_new(const struct nd_eater_config *config)
{
	const struct nd_eater_config defaults = {0};
	struct nd_eater *e = calloc(1, sizeof(*e));
	int rc = -ENOMEM;

	if (!e)
		return NULL;
	e->d = dumpling_new(0);
	e->sequences = nd_table_new(SEQUENCES_MAX, sizeof(struct sequence));
	if (e->d && e->sequences)
		rc = open_way(e, config ? config : &defaults);
	if (rc == 0)
		return e;
	nd_eater_free(e);
	errno = -rc;
	return NULL;
}

void nd_eater_free(struct nd_eater *e)
{
	if (!e)
		return;
	if (e->kind)
		e->kind->close(e);
	nd_table_free(e->sequences);
	dumpling_free(e->d);
	free(e->wants);
	free(e);
}

/* --- wishes -------------------------------------------------------------- */

static int make_want(struct want *w, const char *chef, const char *kitchen)
{
	int len = 0;

	if (!chef && !kitchen) {
		w->prefix[0] = '\0';
	} else if (!chef || chef[0] == '!') {
		return -EINVAL;
	} else {
		len = topic_write(w->prefix, chef, kitchen ? kitchen : "x");
		if (len > 0 && !kitchen)
			len = (int)strlen(chef) + 1;
	}
	if (len < 0)
		return len;
	w->prefix[len] = '\0';
	w->len = (size_t)len;
	return 0;
}

static struct want *find_want(struct nd_eater *e, const struct want *w)
{
	for (size_t i = 0; i < e->want_count; i++)
		if (e->wants[i].len == w->len &&
		    memcmp(e->wants[i].prefix, w->prefix, w->len) == 0)
			return &e->wants[i];
	return NULL;
}

int nd_eater_want_from(struct nd_eater *e, const char *chef,
		       const char *kitchen)
{
	struct want w, *wants;
	int rc = make_want(&w, chef, kitchen);

	if (rc < 0)
		return rc;
	e->asked = true;
	if (find_want(e, &w))
		return 0;
	wants = realloc(e->wants, (e->want_count + 1) * sizeof(*wants));
	if (!wants)
		return -ENOMEM;
	e->wants = wants;
	wants[e->want_count++] = w;
	return e->started ? e->kind->change(e, &w, true) : 0;
}

int nd_eater_want(struct nd_eater *e, const char *chef)
{
	return nd_eater_want_from(e, chef, NULL);
}

bool eater_wants(const struct nd_eater *e, const char *topic, size_t len)
{
	for (size_t i = 0; i < e->want_count; i++)
		if (e->wants[i].len <= len &&
		    memcmp(e->wants[i].prefix, topic, e->wants[i].len) == 0)
			return true;
	return false;
}

/*
 * The numbers of what is not wanted any more are forgotten: when it is wanted
 * again, what came in between is no loss.
 */
static void forget_unwanted(struct nd_eater *e)
{
	void *position = NULL, *value;
	const void *key;
	size_t len;

	while ((value = nd_table_each(e->sequences, &position, &key, &len)))
		if (!eater_wants(e, (const char *)key + 8, len - 8))
			((struct sequence *)value)->known = 0;
}

int nd_eater_unwant(struct nd_eater *e, const char *chef)
{
	struct want w, *found;
	int rc = make_want(&w, chef, NULL);

	if (rc < 0)
		return rc;
	found = find_want(e, &w);
	if (!found)
		return -ENOENT;
	*found = e->wants[--e->want_count];
	forget_unwanted(e);
	return e->started ? e->kind->change(e, &w, false) : 0;
}

static int start(struct nd_eater *e)
{
	int rc = 0;

	if (e->started)
		return 0;
	if (!e->asked)
		rc = nd_eater_want(e, NULL);
	if (rc == 0)
		rc = e->kind->start(e);
	e->started = rc == 0;
	return rc;
}

/* --- receiving ----------------------------------------------------------- */

struct sequence *eater_sequence(struct nd_eater *e, const void *topic,
				size_t topic_len, uint64_t incarnation)
{
	uint8_t key[SEQUENCE_KEY_MAX];
	size_t len = sequence_key(key, topic, topic_len, incarnation);

	return nd_table_add(e->sequences, key, len, NULL);
}

int nd_eater_next(struct nd_eater *e, const struct nd_dumpling **d,
		  int timeout_ms)
{
	int64_t deadline = 0;
	int rc = start(e);

	if (timeout_ms > 0)
		deadline = loop_now_ns() + (int64_t)timeout_ms * 1000000;
	dumpling_forget_texts(e->d);
	while (rc >= 0) {
		int left;

		rc = e->kind->take(e);
		if (rc > 0) {
			e->stats.dumplings++;
			*d = e->d;
			return 1;
		}
		if (rc < 0)
			break;
		left = timeout_ms <= 0 ? timeout_ms : loop_timeout_ms(deadline);
		if (left == 0)
			return 0;
		rc = e->kind->wait(e, left);
	}
	return rc;
}

int nd_eater_fd(const struct nd_eater *e)
{
	return e->kind->fd(e);
}

void nd_eater_stats(const struct nd_eater *e, struct nd_eater_stats *stats)
{
	*stats = e->stats;
}
