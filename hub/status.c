/* SPDX-License-Identifier: MIT */
#include "status.h"

#include "eaters.h"
#include "forward.h"
#include "kitchens.h"
#include "log.h"
#include "loop.h"
#include "put.h"
#include "totals.h"
#include <string.h>

/* What clients say of themselves, in all, so that it does not fill a status. */
#define HELLOS_BYTES_MAX ((size_t)64 * 1024)

static void send_batch(void *host, const void *body, size_t body_len,
		       uint32_t count)
{
	struct hub *h = host;
	struct bus_message m = {0};

	if (bus_message_make(&m, h->status.topic, h->status.topic_len, body,
			     body_len) == 0 &&
	    forward_send(h, &m) == 0)
		h->stats.total_dumplings_out +=
			count * eaters_matching(h->eaters, h->status.topic,
						h->status.topic_len);
	bus_message_free(&m);
}

int status_open(struct hub *h)
{
	return batch_init(&h->status, "SystemStatusChef", TOPIC_NO_KITCHEN,
			  (uint64_t)h->started_ns, h->settings.max_message,
			  send_batch, h);
}

void status_close(struct hub *h)
{
	batch_close(&h->status);
}

static void put_peer(struct nd_dumpling *out, const struct bus_peer *peer,
		     int64_t connected_ns)
{
	nd_put_str(out, "host", *peer->host ? peer->host : "localhost");
	nd_put_int(out, "port", peer->port);
	nd_put_time(out, "connected_at", connected_ns);
}

static void put_received(struct nd_dumpling *out,
			 const struct kitchen_chef *chef)
{
	const struct stats_received counts = {
		.received = chef->sequence.received,
		.missing = chef->sequence.missing,
	};
	char name[TOPIC_NAME_MAX + 1] = "";

	memcpy(name, chef->name, chef->name_len);
	nd_put_map(out, name);
	stats_put(out, stats_received, &counts);
	nd_end(out);
}

/* What the original's handshake has, for a kitchen that did not announce. */
static void put_unknown(struct nd_dumpling *out, const struct kitchen *k)
{
	nd_put_map(out, "info_from_kitchen");
	nd_put_str(out, "kitchen_name", k->name);
	nd_put_str(out, "interface", "");
	nd_put_str(out, "filter", "");
	nd_put_array(out, "chefs");
	nd_end(out);
	nd_put_double(out, "poke_interval", 0);
	nd_end(out);
}

static void put_kitchen(struct nd_dumpling *out, const struct kitchen *k)
{
	static const char *const states[] = {"live", "silent", "gone"};

	nd_put_map(out, NULL);
	if (k->announcement)
		put_raw(out, "info_from_kitchen", k->announcement,
			k->announcement_len);
	else
		put_unknown(out, k);
	nd_put_map(out, "info_from_hub");
	put_peer(out, &k->peer, k->connected_ns);
	nd_put_time(out, "last_heard", k->heard_ns);
	nd_put_str(out, "state", states[k->state]);
	nd_put_map(out, "chefs");
	for (const struct kitchen_chef *c = k->chefs; c; c = c->next)
		put_received(out, c);
	nd_end(out);
	nd_end(out);
	nd_end(out);
}

/*
 * A client says itself what is said of it, until all have said hellos_left
 * bytes; `via` is whose client it is.
 */
static void put_eater(struct nd_dumpling *out, const struct eater *e,
		      const struct eater *via, size_t *hellos_left)
{
	nd_put_map(out, NULL);
	if (e->hello && e->hello_len <= *hellos_left) {
		put_raw(out, "info_from_eater", e->hello, e->hello_len);
		*hellos_left -= e->hello_len;
	} else {
		nd_put_map(out, "info_from_eater");
		nd_put_str(out, "eater_name", e->name);
		if (!e->hello)
			nd_put_str(out, "host", e->host);
		nd_end(out);
	}
	nd_put_map(out, "info_from_hub");
	put_peer(out, &e->peer, e->connected_ns);
	if (via)
		nd_put_str(out, "via", via->name);
	nd_end(out);
	nd_end(out);
}

static void put_eaters(struct nd_dumpling *out, const struct eaters *eaters)
{
	const struct eater *e = eaters_first(eaters);
	size_t hellos_left = HELLOS_BYTES_MAX;

	for (; e; e = e->next)
		put_eater(out, e, e->hello ? eaters_of_client(eaters, e) : NULL,
			  &hellos_left);
}

/* The lists are left out of a brief one, which then always fits. */
static int put_status(struct hub *h, bool brief)
{
	struct nd_dumpling *out = batch_begin(&h->status);
	int64_t now_ns = loop_wall_ns();

	stats_put(out, stats_hub, &h->stats);
	nd_put_double(out, "server_uptime",
		      (double)(now_ns - h->started_ns) / 1e9);
	nd_put_uint(out, "dumpling_kitchen_count", kitchens_count(h->kitchens));
	nd_put_uint(out, "dumpling_eater_count", eaters_count(h->eaters));
	nd_put_array(out, "dumpling_kitchens");
	for (const struct kitchen *k = kitchens_first(h->kitchens); k && !brief;
	     k = k->next)
		put_kitchen(out, k);
	nd_end(out);
	if (!brief)
		totals_put(out, h->kitchens);
	nd_put_array(out, "dumpling_eaters");
	if (!brief)
		put_eaters(out, h->eaters);
	nd_end(out);
	return batch_commit(&h->status, now_ns, ND_DRIVER_INTERVAL);
}

static void send_status(struct hub *h)
{
	static struct log_limit limit;
	int rc = put_status(h, false);

	if (rc < 0) {
		log_limited(&limit,
			    "the status has no list of kitchens and eaters: %s "
			    "(see --max-message)",
			    strerror(-rc));
		put_status(h, true);
	}
	batch_flush(&h->status);
}

void status_tick(struct hub *h)
{
	int64_t every_ns = (int64_t)(h->settings.status_freq * 1e9);
	int64_t now_ns = loop_now_ns();

	if (now_ns < h->next_status_ns)
		return;
	send_status(h);
	h->next_status_ns += every_ns;
	if (h->next_status_ns < now_ns)
		h->next_status_ns = now_ns + every_ns;
}

int64_t status_next_ns(const struct hub *h)
{
	return h->next_status_ns;
}
