/* SPDX-License-Identifier: MIT */
/* An eater over ZeroMQ: a SUB socket on the hub's XPUB. */
#include "eater_bus.h"
#include "announcement.h"
#include "batch.h"
#include "bus.h"
#include "eater_kind.h"
#include "loop.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define QUEUE_DEFAULT 1000

/* How long libzmq may take to try to connect again. */
#define RECONNECT_NS INT64_C(1000000000)

struct eater_bus {
	struct bus *bus;
	struct bus_message message;
	struct topic topic; /* the message's */
	struct batch_reader batch;
	bool in_batch;
	int64_t lost_ns; /* when the connection was, by loop_now_ns(), or 0 */
	char presence[sizeof(TOPIC_EATER) + 3 * (TOPIC_NAME_MAX + 2)];
};

/* --- making -------------------------------------------------------------- */

/* "!eater/NAME/HOST/ID": subscribing to it is how an eater is seen. */
static int make_presence(struct eater_bus *b, const char *name)
{
	char host[256] = "", clean_host[TOPIC_NAME_MAX + 1];
	uint64_t id;

	gethostname(host, sizeof(host) - 1);
	topic_clean(clean_host, host);
	if (getrandom(&id, sizeof(id), 0) < 0)
		return -errno;
	snprintf(b->presence, sizeof(b->presence), TOPIC_EATER "%s/%s/%016llx",
		 name, clean_host, (unsigned long long)id);
	return 0;
}

static int open_bus(struct nd_eater *e, const struct nd_eater_config *c)
{
	const struct bus_config config = {
		.type = BUS_SUB,
		.queue = c->queue ? (int)c->queue : QUEUE_DEFAULT,
		.max_message =
			c->max_message ? c->max_message : BUS_MAX_MESSAGE,
	};
	struct eater_bus *b = calloc(1, sizeof(*b));
	int rc;

	if (!b)
		return -ENOMEM;
	e->way = b;
	rc = make_presence(b, e->name);
	if (rc < 0)
		return rc;
	b->bus = bus_new(&config);
	return b->bus ? bus_connect(b->bus, e->endpoint) : -errno;
}

static void close_bus(struct nd_eater *e)
{
	struct eater_bus *b = e->way;

	if (!b)
		return;
	bus_message_free(&b->message);
	bus_free(b->bus, 0);
	free(b);
}

/* --- wishes -------------------------------------------------------------- */

/*
 * Subscribes to what is wanted, and last to what kitchens say of themselves:
 * a number told there before the first batch could come would be taken for a
 * loss.
 */
static int start(struct nd_eater *e)
{
	struct eater_bus *b = e->way;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < e->want_count; i++)
		rc = bus_subscribe(b->bus, e->wants[i].prefix, e->wants[i].len);
	if (rc == 0)
		rc = bus_subscribe(b->bus, TOPIC_KITCHEN "/",
				   strlen(TOPIC_KITCHEN "/"));
	if (rc == 0)
		rc = bus_subscribe(b->bus, b->presence, strlen(b->presence));
	return rc;
}

static int change(struct nd_eater *e, const struct want *w, bool more)
{
	struct eater_bus *b = e->way;

	return more ? bus_subscribe(b->bus, w->prefix, w->len)
		    : bus_unsubscribe(b->bus, w->prefix, w->len);
}

const char *eater_bus_id(const struct nd_eater *e)
{
	const struct eater_bus *b = e->way;

	return e->kind == &eater_bus_kind ? strrchr(b->presence, '/') + 1
					  : NULL;
}

int eater_bus_show(struct nd_eater *e, const void *topic, size_t topic_len)
{
	struct eater_bus *b = e->way;

	return bus_subscribe(b->bus, topic, topic_len);
}

int eater_bus_hide(struct nd_eater *e, const void *topic, size_t topic_len)
{
	struct eater_bus *b = e->way;

	return bus_unsubscribe(b->bus, topic, topic_len);
}

/* --- receiving ----------------------------------------------------------- */

/* The kitchen's word on a chef: the number that it gives next. */
static void told(void *host, const char *topic, size_t topic_len,
		 uint64_t next_seq)
{
	struct nd_eater *e = host;
	const struct eater_bus *b = e->way;
	struct sequence *s;

	if (!eater_wants(e, topic, topic_len))
		return;
	s = eater_sequence(e, topic, topic_len, b->batch.incarnation);
	/* Only a kitchen's beginning tells where to begin. */
	if (s && (s->known || next_seq == 0))
		e->stats.missing += sequence_told(s, next_seq);
}

static void read_announcement(struct nd_eater *e)
{
	struct eater_bus *b = e->way;
	struct nd_value map;

	if (batch_read(&b->batch, e->d) > 0 && nd_payload(e->d, &map) == 0)
		announcement_read(&map, b->topic.kitchen, told, e);
}

/* Begins a batch that came.  0, or -EBADMSG. */
static int open_batch(struct nd_eater *e)
{
	struct eater_bus *b = e->way;
	size_t topic_len, body_len;
	const void *topic = bus_topic(&b->message, &topic_len);
	const void *body = bus_body(&b->message, &body_len);
	struct sequence *s;

	if (topic_read(&b->topic, topic, topic_len) < 0 ||
	    batch_open(&b->batch, body, body_len) < 0)
		return -EBADMSG;
	if (b->topic.chef[0] == '!') {
		if (strcmp(b->topic.chef, TOPIC_KITCHEN) == 0)
			read_announcement(e);
		return 0;
	}
	if (!eater_wants(e, topic, topic_len))
		return 0; /* on its way when it was taken back */
	s = eater_sequence(e, topic, topic_len, b->batch.incarnation);
	if (s)
		e->stats.missing +=
			sequence_batch(s, b->batch.first_seq, b->batch.count);
	e->d->chef = b->topic.chef;
	e->d->kitchen = strcmp(b->topic.kitchen, TOPIC_NO_KITCHEN) == 0
				? NULL
				: b->topic.kitchen;
	b->in_batch = true;
	return 0;
}

/* The next dumpling of the open batch.  1 or 0. */
static int read_batch(struct nd_eater *e)
{
	struct eater_bus *b = e->way;
	int rc = batch_read(&b->batch, e->d);

	if (rc > 0)
		return 1;
	b->in_batch = false;
	if (rc < 0) {
		e->stats.invalid++;
		e->stats.missing += b->batch.count - b->batch.done;
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
	struct eater_bus *b = e->way;
	enum bus_event event;

	while ((event = bus_next_event(b->bus, NULL)) != BUS_NONE) {
		e->stats.connects += event == BUS_CONNECTED;
		if (event == BUS_RETRIED)
			b->lost_ns = 0;
		if (event != BUS_CONNECTED && event != BUS_DISCONNECTED)
			continue;
		e->stats.connected = event == BUS_CONNECTED;
		b->lost_ns = event == BUS_DISCONNECTED ? loop_now_ns() : 0;
	}
	if (b->lost_ns && loop_now_ns() - b->lost_ns >= RECONNECT_NS) {
		bus_reconnect(b->bus, e->endpoint);
		b->lost_ns = loop_now_ns();
	}
}

static int take(struct nd_eater *e)
{
	struct eater_bus *b = e->way;
	int rc;

	do {
		if (b->in_batch && read_batch(e) > 0)
			return 1;
		rc = bus_receive(b->bus, &b->message);
		if (rc == 0)
			rc = open_batch(e);
		if (rc == -EBADMSG) {
			e->stats.invalid++;
			rc = 0;
		}
	} while (rc == 0);
	if (rc != -EAGAIN)
		return rc;
	follow_connection(e);
	return 0;
}

static int wait(struct nd_eater *e, int timeout_ms)
{
	struct eater_bus *b = e->way;
	struct bus_poll item = {.bus = b->bus};

	/* Not for ever, while it may have to be made anew. */
	if (b->lost_ns && (timeout_ms < 0 || timeout_ms > 1000))
		timeout_ms = 1000;
	return bus_wait(&item, 1, timeout_ms);
}

static int fd(const struct nd_eater *e)
{
	const struct eater_bus *b = e->way;

	return bus_fd(b->bus);
}

const struct eater_kind eater_bus_kind = {
	.open = open_bus,
	.close = close_bus,
	.start = start,
	.change = change,
	.take = take,
	.wait = wait,
	.fd = fd,
};
