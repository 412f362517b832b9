/* SPDX-License-Identifier: MIT */
#include "presence.h"

#include "json.h"
#include "loop.h"
#include "put.h"
#include "version.h"

#include <unistd.h>

int presence_open(struct kitchen *k)
{
	return batcher_open(&k->presence, TOPIC_KITCHEN, k->settings.name,
			    k->incarnation, k->settings.max_message, &k->way);
}

void presence_close(struct kitchen *k)
{
	batcher_close(&k->presence);
}

/* The five fields of netdumplings' handshake. */
static void put_handshake(struct nd_dumpling *out, const struct kitchen *k)
{
	const struct kitchen_settings *s = &k->settings;

	nd_put_str(out, "kitchen_name", s->name);
	nd_put_str(out, "interface", k->source);
	nd_put_str(out, "filter", s->filter ? s->filter : "");
	nd_put_array(out, "chefs");
	for (size_t i = 0; i < k->chef_count; i++)
		nd_put_str(out, NULL, k->chefs[i].file.chef.name);
	for (size_t i = 0; i < k->messages.count; i++)
		nd_put_str(out, NULL, k->messages.chefs[i]->name);
	nd_end(out);
	nd_put_double(out, "poke_interval", s->poke_interval);
}

int presence_hello(struct kitchen *k)
{
	struct nd_dumpling *out = batch_begin(&k->presence.batch);
	struct text json = {0};
	struct nd_value v;
	int rc;

	put_handshake(out, k);
	rc = put_finish(out);
	if (rc == 0) {
		put_expose(out);
		rc = nd_payload(out, &v);
	}
	if (rc == 0)
		rc = json_value(&json, &v);
	if (rc == 0)
		rc = json.error;
	if (rc == 0)
		rc = push_hello(k->way.push, json.at, json.len);
	text_free(&json);
	batch_abandon(&k->presence.batch);
	return rc;
}

static void put_chef(struct nd_dumpling *out, const char *name,
		     const struct batcher *b)
{
	nd_put_map(out, name);
	stats_put(out, stats_chef, &b->stats);
	nd_end(out);
}

void presence_send(struct kitchen *k, bool closing)
{
	struct nd_dumpling *out = batch_begin(&k->presence.batch);
	char host[256] = "";

	gethostname(host, sizeof(host) - 1);
	put_handshake(out, k);
	if (k->workers > 1)
		nd_put_str(out, "worker_of", k->base);
	nd_put_str(out, "host", host);
	nd_put_int(out, "pid", getpid());
	nd_put_str(out, "version", VERSION);
	nd_put_bool(out, "patient", k->way.patient);
	nd_put_bool(out, "closing", closing);
	stats_put(out, stats_kitchen, &k->stats);
	nd_put_map(out, "chef_stats");
	for (size_t i = 0; i < k->chef_count; i++) {
		chef_host_count(&k->chefs[i]);
		put_chef(out, k->chefs[i].file.chef.name, &k->chefs[i].batcher);
	}
	for (size_t i = 0; i < k->messages.count; i++) {
		struct messages_chef *chef = k->messages.chefs[i];

		batcher_count(&chef->batcher);
		put_chef(out, chef->name, &chef->batcher);
	}
	nd_end(out);
	nd_put_array(out, "slow_chefs");
	for (size_t i = 0; i < k->chef_count; i++)
		if (k->chefs[i].slow)
			nd_put_str(out, NULL, k->chefs[i].file.chef.name);
	nd_end(out);
	if (batch_commit(&k->presence.batch, loop_wall_ns(),
			 ND_DRIVER_INTERVAL) == 0)
		batch_flush(&k->presence.batch);
}
