/* SPDX-License-Identifier: MIT */
#include "eater.h"

#include "announcement.h"
#include "batch.h"
#include "bus.h"
#include "loop.h"
#include "sequence.h"
#include "topic.h"

#include <errno.h>
#include <netdumplings/chef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

/* Runs of chefs that are followed; the longest unheard are let go. */
#define SEQUENCES_MAX 4096

#define QUEUE_DEFAULT 1000

/* How long libzmq may take to try to connect again. */
#define RECONNECT_NS INT64_C(1000000000)

/* One wish: a prefix of topics. */
struct want {
	char prefix[TOPIC_MAX + 1];
	size_t len;
};

struct nd_eater {
	struct bus *bus;
	char endpoint[512];
	struct bus_message message;
	struct topic topic; /* the message's */
	struct batch_reader batch;
	bool in_batch;
	bool started;
	int64_t lost_ns; /* when the connection was, by loop_now_ns(), or 0 */
	bool asked;      /* for something, if only for a while */
	struct nd_dumpling *d;
	struct nd_table *sequences;
	struct want *wants;
	size_t want_count;
	char presence[sizeof(TOPIC_EATER) + 3 * (TOPIC_NAME_MAX + 2)];
	struct nd_eater_stats stats;
};

/* --- making -------------------------------------------------------------- */

/* "!eater/NAME/HOST/ID": subscribing to it is how an eater is seen. */
static int make_presence(struct nd_eater *e, const char *name)
{
	char host[256] = "", clean_name[TOPIC_NAME_MAX + 1];
	char clean_host[TOPIC_NAME_MAX + 1];
	uint64_t id;

	if (!topic_is_name(name, strlen(name)))
		return -EINVAL;
	topic_clean(clean_name, name);
	gethostname(host, sizeof(host) - 1);
	topic_clean(clean_host, host);
	if (getrandom(&id, sizeof(id), 0) < 0)
		return -errno;
	snprintf(e->presence, sizeof(e->presence), TOPIC_EATER "%s/%s/%016llx",
		 clean_name, clean_host, (unsigned long long)id);
	return 0;
}

static int open_bus(struct nd_eater *e, const struct nd_eater_config *c)
{
	const struct bus_config bus = {
		.type = BUS_SUB,
		.queue = c->queue ? (int)c->queue : QUEUE_DEFAULT,
		.max_message =
			c->max_message ? c->max_message : BUS_MAX_MESSAGE,
	};
	int rc;

	rc = bus_endpoint(e->endpoint, sizeof(e->endpoint),
			  c->hub ? c->hub : "127.0.0.1", BUS_PORT_OUT);
	if (rc < 0)
		return rc;
	e->bus = bus_new(&bus);
	return e->bus ? bus_connect(e->bus, e->endpoint) : -errno;
}

struct nd_eater *nd_eater_new(const struct nd_eater_config *config)
{
	const struct nd_eater_config defaults = {0};
	const struct nd_eater_config *c = config ? config : &defaults;
	struct nd_eater *e = calloc(1, sizeof(*e));
	int rc;

	if (!e)
		return NULL;
	e->d = dumpling_new(0);
	e->sequences = nd_table_new(SEQUENCES_MAX, sizeof(struct sequence));
	rc = e->d && e->sequences
		     ? make_presence(e, c->name ? c->name : "eater")
		     : -ENOMEM;
	if (rc == 0)
		rc = open_bus(e, c);
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
	bus_message_free(&e->message);
	bus_free(e->bus, 0);
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
	w->len = (size_t)len;
	return len < 0 ? len : 0;
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
	return e->started ? bus_subscribe(e->bus, w.prefix, w.len) : 0;
}

int nd_eater_want(struct nd_eater *e, const char *chef)
{
	return nd_eater_want_from(e, chef, NULL);
}

static bool wanted(const struct nd_eater *e, const char *topic, size_t len)
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
		if (!wanted(e, (const char *)key + 8, len - 8))
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
	return e->started ? bus_unsubscribe(e->bus, w.prefix, w.len) : 0;
}

/*
 * Subscribes to what is wanted, and last to what kitchens say of themselves:
 * a number told there before the first batch could come would be taken for a
 * loss.
 */
static int start(struct nd_eater *e)
{
	int rc = 0;

	if (e->started)
		return 0;
	if (!e->asked)
		rc = nd_eater_want(e, NULL);
	for (size_t i = 0; rc == 0 && i < e->want_count; i++)
		rc = bus_subscribe(e->bus, e->wants[i].prefix, e->wants[i].len);
	if (rc == 0)
		rc = bus_subscribe(e->bus, TOPIC_KITCHEN "/",
				   strlen(TOPIC_KITCHEN "/"));
	if (rc == 0)
		rc = bus_subscribe(e->bus, e->presence, strlen(e->presence));
	e->started = rc == 0;
	return rc;
}

const char *eater_id(const struct nd_eater *e)
{
	return strrchr(e->presence, '/') + 1;
}

int eater_show(struct nd_eater *e, const void *topic, size_t topic_len)
{
	return bus_subscribe(e->bus, topic, topic_len);
}

int eater_hide(struct nd_eater *e, const void *topic, size_t topic_len)
{
	return bus_unsubscribe(e->bus, topic, topic_len);
}

/* --- receiving ----------------------------------------------------------- */

static struct sequence *sequence_of(struct nd_eater *e, const void *topic,
				    size_t topic_len)
{
	uint8_t key[SEQUENCE_KEY_MAX];
	size_t len = sequence_key(key, topic, topic_len, e->batch.incarnation);

	return nd_table_add(e->sequences, key, len, NULL);
}

/* The kitchen's word on a chef: the number that it gives next. */
static void told(void *host, const char *topic, size_t topic_len,
		 uint64_t next_seq)
{
	struct nd_eater *e = host;
	struct sequence *s;

	if (!wanted(e, topic, topic_len))
		return;
	s = sequence_of(e, topic, topic_len);
	/* Only a kitchen's beginning tells where to begin. */
	if (s && (s->known || next_seq == 0))
		e->stats.missing += sequence_told(s, next_seq);
}

static void read_announcement(struct nd_eater *e)
{
	struct nd_value map;

	if (batch_read(&e->batch, e->d) > 0 && nd_payload(e->d, &map) == 0)
		announcement_read(&map, e->topic.kitchen, told, e);
}

/* Begins a batch that came.  0, or -EBADMSG. */
static int open_batch(struct nd_eater *e)
{
	size_t topic_len, body_len;
	const void *topic = bus_topic(&e->message, &topic_len);
	const void *body = bus_body(&e->message, &body_len);
	struct sequence *s;

	if (topic_read(&e->topic, topic, topic_len) < 0 ||
	    batch_open(&e->batch, body, body_len) < 0)
		return -EBADMSG;
	if (e->topic.chef[0] == '!') {
		if (strcmp(e->topic.chef, TOPIC_KITCHEN) == 0)
			read_announcement(e);
		return 0;
	}
	if (!wanted(e, topic, topic_len))
		return 0; /* on its way when it was taken back */
	s = sequence_of(e, topic, topic_len);
	if (s)
		e->stats.missing +=
			sequence_batch(s, e->batch.first_seq, e->batch.count);
	e->d->chef = e->topic.chef;
	e->d->kitchen = strcmp(e->topic.kitchen, TOPIC_NO_KITCHEN) == 0
				? NULL
				: e->topic.kitchen;
	e->in_batch = true;
	return 0;
}

/* The next dumpling of the open batch.  1 or 0. */
static int read_batch(struct nd_eater *e)
{
	int rc = batch_read(&e->batch, e->d);

	if (rc > 0) {
		e->stats.dumplings++;
		return 1;
	}
	e->in_batch = false;
	if (rc < 0) {
		e->stats.invalid++;
		e->stats.missing += e->batch.count - e->batch.done;
	}
	return 0;
}

/*
 * Called when nothing is left to receive.  libzmq connects again by itself,
 * but not to a peer that sent what it would not take, such as a message over
 * max_message; so the connection is made anew when it does not try.
 */
static void follow_connection(struct nd_eater *e)
{
	enum bus_event event;

	while ((event = bus_next_event(e->bus, NULL)) != BUS_NONE) {
		e->stats.connects += event == BUS_CONNECTED;
		if (event == BUS_RETRIED)
			e->lost_ns = 0;
		if (event != BUS_CONNECTED && event != BUS_DISCONNECTED)
			continue;
		e->stats.connected = event == BUS_CONNECTED;
		e->lost_ns = event == BUS_DISCONNECTED ? loop_now_ns() : 0;
	}
	if (e->lost_ns && loop_now_ns() - e->lost_ns >= RECONNECT_NS) {
		bus_reconnect(e->bus, e->endpoint);
		e->lost_ns = loop_now_ns();
	}
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
		struct bus_poll item = {.bus = e->bus};

		if (e->in_batch && read_batch(e) > 0) {
			*d = e->d;
			return 1;
		}
		rc = bus_receive(e->bus, &e->message);
		if (rc == 0)
			rc = open_batch(e);
		if (rc == -EBADMSG) {
			e->stats.invalid++;
			rc = 0;
		} else if (rc == -EAGAIN) {
			int left = timeout_ms <= 0 ? timeout_ms
						   : loop_timeout_ms(deadline);

			follow_connection(e);
			if (left == 0)
				return 0;
			/* Not for ever, while it may have to be made anew. */
			if (e->lost_ns && (left < 0 || left > 1000))
				left = 1000;
			rc = bus_wait(&item, 1, left);
		}
	}
	return rc;
}

int nd_eater_fd(const struct nd_eater *e)
{
	return bus_fd(e->bus);
}

void nd_eater_stats(const struct nd_eater *e, struct nd_eater_stats *stats)
{
	*stats = e->stats;
}
