/* SPDX-License-Identifier: MIT */
#include "cook.h"

#include "card.h"

#include <batch.h>
#include <bus.h>
#include <errno.h>
#include <json_read.h>
#include <loop.h>
#include <put.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHEFS_MAX 256
#define METADATA_MAX (64 * 1024)

struct cook_chef {
	char name[TOPIC_NAME_MAX + 1];
	struct cook *cook;
	struct cook_chef *next;
	struct batch batch;
	uint64_t dropped;
};

struct cook {
	struct intake *in;
	struct card card;
	char host[64];
	uint16_t port;
	uint64_t incarnation;
	struct batch presence;
	bool announces_itself;
	struct cook_chef *chefs;
	size_t chef_count;
	struct nd_dumpling *metadata; /* of the dumpling that is being read */
};

/* --- to the hub ---------------------------------------------------------- */

static void send_presence(void *host, const void *body, size_t body_len,
			  uint32_t count)
{
	struct cook *c = host;

	(void)count; /* no dumpling that anyone would miss */
	push_send(c->in->push, c->presence.topic, c->presence.topic_len, body,
		  body_len, 0, &c->in->waiting);
}

static void send_batch(void *host, const void *body, size_t body_len,
		       uint32_t count)
{
	struct cook_chef *chef = host;

	if (intake_send(chef->cook->in, chef->batch.topic,
			chef->batch.topic_len, body, body_len, count) < 0)
		chef->dropped += count;
}

void cook_flush(struct cook *c)
{
	for (struct cook_chef *chef = c->chefs; chef; chef = chef->next) {
		if (chef->batch.count == 0)
			continue;
		if (!intake_has_room(c->in))
			return;
		batch_flush(&chef->batch);
		batch_trim(&chef->batch);
	}
}

static void announce(struct cook *c, bool closing)
{
	struct nd_dumpling *out = batch_begin(&c->presence);

	nd_put_map(out, NULL);
	card_put(&c->card, out);
	nd_put_str(out, "peer_host", c->host);
	nd_put_uint(out, "peer_port", c->port);
	nd_put_bool(out, "closing", closing);
	nd_put_map(out, "chef_stats");
	for (struct cook_chef *chef = c->chefs; chef; chef = chef->next) {
		const struct stats_chef stats = {
			/* Not those in the batch: it would overtake them. */
			.next_seq = chef->batch.first_seq,
			.dropped = chef->dropped,
		};

		nd_put_map(out, chef->name);
		stats_put(out, stats_chef, &stats);
		nd_end(out);
	}
	nd_end(out);
	nd_end(out);
	if (batch_commit(&c->presence, loop_wall_ns(), ND_DRIVER_INTERVAL) == 0)
		batch_flush(&c->presence);
}

void cook_announce(struct cook *c)
{
	if (!c->announces_itself)
		announce(c, false);
}

/* --- life ---------------------------------------------------------------- */

/* Gives all back; the errno is left alone. */
static void free_all(struct cook *c)
{
	int error = errno;

	while (c->chefs) {
		struct cook_chef *chef = c->chefs;

		c->chefs = chef->next;
		batch_close(&chef->batch);
		free(chef);
	}
	batch_close(&c->presence);
	card_free(&c->card);
	dumpling_free(c->metadata);
	free(c);
	errno = error;
}

static int open_cook(struct cook *c, const char *hello, size_t len,
		     const char **why)
{
	int rc = card_read(&c->card, hello, len, why);

	if (rc < 0)
		return rc;
	*why = "there is no memory";
	c->incarnation = intake_incarnation(c->in);
	c->metadata = dumpling_new(METADATA_MAX);
	if (!c->metadata)
		return -ENOMEM;
	return batch_init(&c->presence, TOPIC_KITCHEN, c->card.name,
			  c->incarnation, BUS_MAX_MESSAGE, send_presence, c);
}

struct cook *cook_new(struct intake *in, const char *hello, size_t len,
		      const char *host, uint16_t port, const char **why)
{
	struct cook *c = calloc(1, sizeof(*c));
	int rc;

	*why = "there is no memory";
	if (!c)
		return NULL;
	c->in = in;
	snprintf(c->host, sizeof(c->host), "%s", host);
	c->port = port;
	rc = open_cook(c, hello, len, why);
	if (rc < 0) {
		errno = -rc;
		free_all(c);
		return NULL;
	}
	in->stats->kitchens++;
	in->stats->kitchens_total++;
	announce(c, false);
	return c;
}

void cook_free(struct cook *c)
{
	if (!c)
		return;
	for (struct cook_chef *chef = c->chefs; chef; chef = chef->next)
		batch_flush(&chef->batch);
	if (!c->announces_itself)
		announce(c, true);
	c->in->stats->kitchens--;
	free_all(c);
}

const char *cook_name(const struct cook *c)
{
	return c->card.name;
}

/* --- dumplings ----------------------------------------------------------- */

static int refuse(int error, const char *words, const char **why)
{
	*why = words;
	return error;
}

/* The chef of that name, new if need be; NULL and errno. */
static struct cook_chef *find_chef(struct cook *c, const char *name)
{
	struct cook_chef *chef;
	int rc;

	for (chef = c->chefs; chef; chef = chef->next)
		if (strcmp(chef->name, name) == 0)
			return chef;
	errno = c->chef_count == CHEFS_MAX ? ENOSPC : ENOMEM;
	if (c->chef_count == CHEFS_MAX || !(chef = calloc(1, sizeof(*chef))))
		return NULL;
	strcpy(chef->name, name);
	chef->cook = c;
	rc = batch_init(&chef->batch, name, c->card.name, c->incarnation,
			BUS_MAX_MESSAGE, send_batch, chef);
	if (rc < 0) {
		batch_close(&chef->batch);
		free(chef);
		errno = -rc;
		return NULL;
	}
	chef->next = c->chefs;
	c->chefs = chef;
	c->chef_count++;
	return chef;
}

struct metadata {
	char chef[TOPIC_NAME_MAX + 1];
	int64_t time_ns;
	enum nd_driver driver;
};

/* Seconds since 1970, or now if that is not what it is. */
static int64_t time_of(const struct nd_value *v)
{
	double s = v->type == ND_DOUBLE ? v->as.d : -1;
	int64_t whole;

	if (v->type == ND_UINT)
		s = (double)v->as.u;
	/* What in ns has no more than 63 bits. */
	if (!(s >= 0 && s < 9.2e9))
		return loop_wall_ns();
	whole = (int64_t)s;
	return whole * 1000000000 + (int64_t)((s - (double)whole) * 1e9 + 0.5);
}

/* Of two members with one name the last counts. */
static int read_metadata(struct cook *c, struct metadata *m,
			 const struct json_read_member *from, const char **why)
{
	struct nd_value map, key, v;
	bool named = false;
	int rc = json_read_value(c->metadata, &map, from->at, from->len, why);

	if (rc < 0)
		return rc;
	m->time_ns = -1;
	m->driver = ND_DRIVER_PACKET;
	while (nd_each(&map, &key, &v) > 0) {
		if (value_is(&key, "chef")) {
			if (card_clean(m->chef, &v) < 0)
				return refuse(-EINVAL, "its chef has no name",
					      why);
			named = true;
		} else if (value_is(&key, "creation_time")) {
			m->time_ns = time_of(&v);
		} else if (value_is(&key, "driver")) {
			m->driver = value_is(&v, "interval")
					    ? ND_DRIVER_INTERVAL
					    : ND_DRIVER_PACKET;
		}
	}
	if (m->time_ns < 0)
		m->time_ns = loop_wall_ns();
	return named ? 0
		     : refuse(-EINVAL, "could not determine chef name", why);
}

int cook_dumpling(struct cook *c, const char *text, size_t len,
		  const char **why)
{
	struct json_read_member members[] = {{.name = "metadata"},
					     {.name = "payload"}};
	struct nd_dumpling *out;
	struct cook_chef *chef;
	struct metadata m;
	int rc = json_read_members(members, 2, text, len, why);

	if (rc < 0)
		return rc;
	if (!members[0].at)
		return refuse(-EINVAL, "could not determine chef name", why);
	rc = read_metadata(c, &m, &members[0], why);
	if (rc < 0)
		return rc;
	chef = find_chef(c, m.chef);
	if (!chef)
		return refuse(-errno,
			      errno == ENOSPC ? "it has too many chefs"
					      : "there is no memory",
			      why);
	out = batch_begin(&chef->batch);
	if (!members[1].at)
		nd_put_nil(out, NULL);
	else
		rc = json_read(out, members[1].at, members[1].len, why);
	if (rc < 0) {
		batch_abandon(&chef->batch);
		return rc;
	}
	rc = batch_commit(&chef->batch, m.time_ns, m.driver);
	if (rc < 0)
		return refuse(rc, "it is too large", why);
	c->in->stats->kitchen_dumplings++;
	return 0;
}

/* The bytes up to the second slash, which end a topic; 0 if there is none. */
static size_t topic_len(const char *bytes, size_t len)
{
	size_t most = len < TOPIC_MAX ? len : TOPIC_MAX;
	const char *slash = memchr(bytes, '/', most);

	if (slash)
		slash = memchr(slash + 1, '/',
			       most - (size_t)(slash + 1 - bytes));
	return slash ? (size_t)(slash + 1 - bytes) : 0;
}

int cook_message(struct cook *c, const void *bytes, size_t len,
		 const char **why)
{
	size_t head = topic_len(bytes, len), body_len = len - head;
	const char *body = (const char *)bytes + head;
	struct batch_reader batch;
	struct topic t;
	bool system;

	if (head == 0 || topic_read(&t, bytes, head) < 0)
		return refuse(-EBADMSG, "its topic is not CHEF/KITCHEN/", why);
	if (strcmp(t.kitchen, c->card.name) != 0)
		return refuse(-EINVAL, "it is another kitchen's", why);
	system = strcmp(t.chef, TOPIC_KITCHEN) == 0;
	if (!system && t.chef[0] == '!')
		return refuse(-EINVAL, "its topic is the system's own", why);
	if (body_len > BUS_MAX_MESSAGE)
		return refuse(-EMSGSIZE, "it is too large", why);
	if (batch_open(&batch, body, body_len) < 0)
		return refuse(-EBADMSG, "its body is no batch", why);
	if (system && !c->announces_itself) {
		/* From here on it does itself, as another run. */
		announce(c, true);
		c->announces_itself = true;
	}
	intake_send(c->in, bytes, head, body, body_len,
		    system ? 0 : batch.count);
	if (!system)
		c->in->stats->kitchen_dumplings += batch.count;
	return 0;
}
