/* SPDX-License-Identifier: MIT */
#include "kitchens.h"

#include "announcement.h"
#include "batch.h"
#include "json.h"
#include "log.h"
#include "loop.h"
#include "value.h"

#include <errno.h>
#include <netdumplings/chef.h>
#include <stdlib.h>
#include <string.h>

#define KITCHENS_MAX 1024
#define CHEFS_MAX 256 /* of one kitchen */
#define ANNOUNCEMENT_MAX (64 * 1024)
/* The status has it this much deeper. */
#define STATUS_DEPTH 3

/* Kitchens speak every second. */
#define SILENT_NS (4 * INT64_C(1000000000))
#define FORGET_NS (60 * INT64_C(1000000000))

struct kitchens {
	/* By topic and incarnation; the values are pointers. */
	struct nd_table *chefs, *runs;
	struct kitchen *first, **last;
	size_t count;
	bool patient; /* any of them, that is here */
};

struct kitchens *kitchens_new(void)
{
	struct kitchens *k = calloc(1, sizeof(*k));

	if (!k)
		return NULL;
	k->last = &k->first;
	/* Both are emptied before they are full: nothing is forgotten. */
	k->runs = nd_table_new(KITCHENS_MAX + 1, sizeof(struct kitchen *));
	k->chefs = nd_table_new(KITCHENS_MAX * CHEFS_MAX + 1,
				sizeof(struct kitchen_chef *));
	if (k->runs && k->chefs)
		return k;
	kitchens_free(k);
	return NULL;
}

static void free_kitchen(struct kitchen *kitchen)
{
	while (kitchen->chefs) {
		struct kitchen_chef *chef = kitchen->chefs;

		kitchen->chefs = chef->next;
		free(chef);
	}
	free(kitchen->announcement);
	free(kitchen);
}

void kitchens_free(struct kitchens *k)
{
	if (!k)
		return;
	while (k->first) {
		struct kitchen *kitchen = k->first;

		k->first = kitchen->next;
		free_kitchen(kitchen);
	}
	nd_table_free(k->runs);
	nd_table_free(k->chefs);
	free(k);
}

static size_t run_key(uint8_t key[SEQUENCE_KEY_MAX], const char *name,
		      uint64_t incarnation)
{
	return sequence_key(key, name, strlen(name), incarnation);
}

static const char *host_of(const struct kitchen *kitchen)
{
	return *kitchen->peer.host ? kitchen->peer.host : "this host";
}

/* Takes the kitchen that *at points to out of everything. */
static void forget(struct kitchens *k, struct kitchen **at)
{
	struct kitchen *kitchen = *at;
	uint8_t key[SEQUENCE_KEY_MAX];

	for (struct kitchen_chef *c = kitchen->chefs; c; c = c->next)
		nd_table_remove(k->chefs, key,
				sequence_key(key, c->topic, c->topic_len,
					     kitchen->incarnation));
	nd_table_remove(k->runs, key,
			run_key(key, kitchen->name, kitchen->incarnation));
	*at = kitchen->next;
	if (!*at)
		k->last = at;
	k->count--;
	free_kitchen(kitchen);
}

/* One whose connection ended may still have batches here, so time decides. */
static void recall_patience(struct kitchens *k)
{
	int64_t now_ns = loop_now_ns();

	k->patient = false;
	for (struct kitchen *i = k->first; i && !k->patient; i = i->next)
		k->patient = i->patient && now_ns - i->heard_at < SILENT_NS;
}

bool kitchens_patient(const struct kitchens *k)
{
	return k->patient;
}

void kitchens_not_heard(struct kitchens *k, int64_t ns)
{
	for (struct kitchen *i = k->first; i; i = i->next)
		i->heard_at += ns;
}

void kitchens_heard(struct kitchen *kitchen, int64_t now_ns)
{
	kitchen->heard_ns = now_ns;
	kitchen->heard_at = loop_now_ns();
	if (kitchen->state == KITCHEN_SILENT) {
		log_info("dumpling kitchen %s is back", kitchen->name);
		kitchen->state = KITCHEN_LIVE;
	}
}

/* The run of a kitchen, known from now on; NULL and errno. */
static struct kitchen *find_kitchen(struct kitchens *k, const char *name,
				    uint64_t incarnation,
				    const struct bus_peer *peer)
{
	uint8_t key[SEQUENCE_KEY_MAX];
	size_t len = run_key(key, name, incarnation);
	struct kitchen **found = nd_table_find(k->runs, key, len), *kitchen;

	if (found)
		return *found;
	errno = k->count == KITCHENS_MAX ? ENOSPC : ENOMEM;
	kitchen = k->count < KITCHENS_MAX ? calloc(1, sizeof(*kitchen)) : NULL;
	if (!kitchen)
		return NULL;
	found = nd_table_add(k->runs, key, len, NULL);
	if (!found) {
		free(kitchen);
		return NULL;
	}
	*found = kitchen;
	strcpy(kitchen->name, name);
	strcpy(kitchen->base, name);
	kitchen->incarnation = incarnation;
	kitchen->connected_ns = loop_wall_ns();
	*k->last = kitchen;
	k->last = &kitchen->next;
	k->count++;
	kitchen->heard_ns = kitchen->connected_ns;
	kitchen->heard_at = loop_now_ns();
	kitchen->peer = *peer;
	for (const struct kitchen *other = k->first; other; other = other->next)
		if (other != kitchen && other->state == KITCHEN_LIVE &&
		    strcmp(other->name, name) == 0) {
			log_error("two kitchens are called %s; eaters cannot "
				  "tell them apart (see nd-sniff "
				  "--kitchen-name)",
				  name);
			break;
		}
	log_info("Received dumpling kitchen connection from %s at %s:%d", name,
		 host_of(kitchen), kitchen->peer.port);
	return kitchen;
}

static struct kitchen_chef *find_chef(struct kitchens *k,
				      struct kitchen *kitchen,
				      const void *topic, size_t topic_len)
{
	uint8_t key[SEQUENCE_KEY_MAX];
	size_t len = sequence_key(key, topic, topic_len, kitchen->incarnation);
	struct kitchen_chef **found, *chef;

	found = nd_table_find(k->chefs, key, len);
	if (found)
		return *found;
	errno = kitchen->chef_count == CHEFS_MAX ? ENOSPC : ENOMEM;
	if (kitchen->chef_count == CHEFS_MAX ||
	    !(chef = calloc(1, sizeof(*chef))))
		return NULL;
	found = nd_table_add(k->chefs, key, len, NULL);
	if (!found) {
		free(chef);
		return NULL;
	}
	*found = chef;
	memcpy(chef->topic, topic, topic_len);
	chef->topic_len = topic_len;
	chef->name = chef->topic;
	chef->name_len = strcspn(chef->topic, "/");
	chef->kitchen = kitchen;
	chef->next = kitchen->chefs;
	kitchen->chefs = chef;
	kitchen->chef_count++;
	return chef;
}

struct kitchen_chef *kitchens_chef(struct kitchens *k, const void *topic,
				   size_t topic_len, const struct topic *t,
				   uint64_t incarnation, struct bus_message *m)
{
	uint8_t key[SEQUENCE_KEY_MAX];
	size_t len = sequence_key(key, topic, topic_len, incarnation);
	struct kitchen_chef **found = nd_table_find(k->chefs, key, len);
	struct kitchen *kitchen;
	struct bus_peer peer;

	if (found)
		return *found;
	bus_message_peer(m, &peer);
	kitchen = find_kitchen(k, t->kitchen, incarnation, &peer);
	return kitchen ? find_chef(k, kitchen, topic, topic_len) : NULL;
}

/* --- announcements ------------------------------------------------------- */

/* Whose announcement is being read, and what it shows. */
struct reading {
	struct kitchens *kitchens;
	struct kitchen *kitchen;
	uint64_t missing;
};

/* The kitchen's count of a chef: what it sent and did not come is lost. */
static void told(void *host, const char *topic, size_t topic_len,
		 uint64_t next_seq)
{
	struct reading *r = host;
	struct kitchen_chef *chef =
		find_chef(r->kitchens, r->kitchen, topic, topic_len);

	if (chef)
		r->missing += sequence_told(&chef->sequence, next_seq);
}

static int keep(struct kitchen *kitchen, const struct nd_dumpling *d)
{
	void *copy = malloc(d->payload_len);

	if (!copy)
		return -ENOMEM;
	memcpy(copy, d->payload, d->payload_len);
	free(kitchen->announcement);
	kitchen->announcement = copy;
	kitchen->announcement_len = d->payload_len;
	return 0;
}

/* It is shown in the status, so it must be a map that can be JSON. */
static bool is_sound(const struct nd_value *map)
{
	struct text t = {0};
	bool sound = map->type == ND_MAP &&
		     value_within(map, ND_DEPTH_MAX - STATUS_DEPTH) &&
		     json_value(&t, map) == 0;

	text_free(&t);
	return sound;
}

static bool flag(const struct nd_value *map, const char *name)
{
	struct nd_value v;

	return nd_find(map, name, &v) == 0 && v.type == ND_BOOL && v.as.b;
}

/* A worker says whose it is (nd-sniff --workers). */
static void read_base(struct kitchen *kitchen, const struct nd_value *map)
{
	struct nd_value v;

	if (nd_find(map, "worker_of", &v) < 0 || v.type != ND_STR ||
	    !topic_is_name((const char *)v.as.bytes, v.len))
		return;
	memcpy(kitchen->base, v.as.bytes, v.len);
	kitchen->base[v.len] = '\0';
}

/* A gateway says whom it speaks for (nd-gateway --in-port). */
static void read_peer(struct bus_peer *peer, const struct nd_value *map)
{
	struct nd_value host, port;

	if (nd_find(map, "peer_host", &host) < 0 || host.type != ND_STR ||
	    host.len >= sizeof(peer->host) ||
	    memchr(host.as.bytes, '\0', host.len) ||
	    nd_find(map, "peer_port", &port) < 0 || port.type != ND_UINT ||
	    port.as.u > UINT16_MAX)
		return;
	memcpy(peer->host, host.as.bytes, host.len);
	peer->host[host.len] = '\0';
	peer->port = (int)port.as.u;
}

void kitchens_settle(struct kitchens *k)
{
	struct kitchen **at = &k->first;

	while (*at) {
		if (!(*at)->closing) {
			at = &(*at)->next;
			continue;
		}
		log_info("Dumpling kitchen %s connection closed", (*at)->name);
		forget(k, at);
	}
	recall_patience(k);
}

int kitchens_announced(struct kitchens *k, const struct topic *t,
		       struct bus_message *m, uint64_t *missing)
{
	struct reading reading = {.kitchens = k};
	struct nd_dumpling d = {0};
	struct batch_reader batch;
	struct kitchen *kitchen;
	struct nd_value map;
	struct bus_peer peer;
	size_t len;
	const void *body = bus_body(m, &len);

	if (len > ANNOUNCEMENT_MAX || batch_open(&batch, body, len) < 0 ||
	    batch_read(&batch, &d) <= 0 || nd_payload(&d, &map) < 0 ||
	    !is_sound(&map))
		return -EBADMSG;
	bus_message_peer(m, &peer);
	read_peer(&peer, &map);
	kitchen = find_kitchen(k, t->kitchen, batch.incarnation, &peer);
	if (!kitchen)
		return -errno;
	reading.kitchen = kitchen;
	kitchens_heard(kitchen, loop_wall_ns());
	kitchen->state = KITCHEN_LIVE;
	kitchen->peer = peer;
	read_base(kitchen, &map);
	kitchen->patient = flag(&map, "patient");
	kitchen->closing = flag(&map, "closing");
	k->patient |= kitchen->patient;
	announcement_read(&map, kitchen->name, told, &reading);
	*missing += reading.missing;
	return keep(kitchen, &d);
}

/* --- comings and goings -------------------------------------------------- */

void kitchens_disconnected(struct kitchens *k, int fd)
{
	for (struct kitchen *kitchen = k->first; kitchen && fd >= 0;
	     kitchen = kitchen->next) {
		if (kitchen->peer.fd != fd || kitchen->state == KITCHEN_GONE)
			continue;
		kitchen->state = KITCHEN_GONE;
		kitchen->peer.fd = -1;
		log_info("Dumpling kitchen %s connection lost", kitchen->name);
	}
}

void kitchens_tick(struct kitchens *k)
{
	int64_t now_ns = loop_now_ns();
	struct kitchen **at = &k->first;

	while (*at) {
		struct kitchen *kitchen = *at;
		int64_t quiet_ns = now_ns - kitchen->heard_at;

		if (quiet_ns > FORGET_NS) {
			log_info("forgetting dumpling kitchen %s",
				 kitchen->name);
			forget(k, at);
			continue;
		}
		if (quiet_ns > SILENT_NS && kitchen->state == KITCHEN_LIVE) {
			kitchen->state = KITCHEN_SILENT;
			log_info("dumpling kitchen %s is silent",
				 kitchen->name);
		}
		at = &kitchen->next;
	}
	recall_patience(k);
}

size_t kitchens_count(const struct kitchens *k)
{
	return k->count;
}

const struct kitchen *kitchens_first(const struct kitchens *k)
{
	return k->first;
}
