/* SPDX-License-Identifier: MIT */
#include "messages.h"

#include "log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Where names of operators and groups are, unless the environment says so. */
#define ALIASES "/etc"

void messages_open(struct messages *m, const struct chef_host_kitchen *kitchen)
{
	m->kitchen = *kitchen;
	nmsg_alias_load(&m->aliases, ALIASES);
}

void messages_close(struct messages *m)
{
	for (size_t i = 0; i < m->count; i++) {
		batcher_close(&m->chefs[i]->batcher);
		free(m->chefs[i]);
	}
	m->count = 0;
	m->last = NULL;
	nmsg_alias_unload(&m->aliases);
}

/* NULL if there is no room, or no memory. */
static struct messages_chef *new_chef(struct messages *m, uint32_t vid,
				      uint32_t msgtype)
{
	const struct chef_host_kitchen *k = &m->kitchen;
	bool unknown = !nmsg_type_find(vid, msgtype);
	struct messages_chef *chef;

	if (m->count == MESSAGES_CHEFS_MAX ||
	    (unknown && m->unknown == MESSAGES_UNKNOWN_MAX))
		return NULL;
	chef = calloc(1, sizeof(*chef));
	if (!chef)
		return NULL;
	chef->vid = vid;
	chef->msgtype = msgtype;
	nmsg_dumpling_chef(chef->name, vid, msgtype);
	if (batcher_open(&chef->batcher, chef->name, k->name, k->incarnation,
			 k->max_message, k->way) < 0) {
		free(chef);
		return NULL;
	}
	m->unknown += unknown;
	return m->chefs[m->count++] = chef;
}

static struct messages_chef *chef_of(struct messages *m, uint32_t vid,
				     uint32_t msgtype)
{
	if (m->last && m->last->vid == vid && m->last->msgtype == msgtype)
		return m->last;
	for (size_t i = 0; i < m->count; i++)
		if (m->chefs[i]->vid == vid && m->chefs[i]->msgtype == msgtype)
			return m->last = m->chefs[i];
	return m->last = new_chef(m, vid, msgtype);
}

void messages_take(struct messages *m, const struct message *message,
		   int64_t time_ns)
{
	static struct log_limit limit;
	struct messages_chef *chef = chef_of(m, message->vid, message->msgtype);
	struct batch *batch;
	int rc;

	if (!chef) {
		if (m->refused++ == 0)
			log_error("messages of NMSG have too many types: of "
				  "some no dumplings are made");
		return;
	}
	batch = &chef->batcher.batch;
	rc = nmsg_dumpling_put(batch_begin(batch), message, &m->aliases);
	if (rc == 0)
		rc = batch_commit(batch, time_ns, ND_DRIVER_PACKET);
	if (rc == 0)
		return;
	batch_abandon(batch);
	chef->batcher.stats.errors++;
	log_limited(&limit, "no dumpling of %s could be made of a message: %s",
		    chef->name, strerror(-rc));
}

void messages_flush(struct messages *m, int64_t now_ns, int64_t delay_ns)
{
	for (size_t i = 0; i < m->count; i++)
		batcher_flush(&m->chefs[i]->batcher, now_ns, delay_ns);
}

void messages_count(const struct messages *m,
		    const struct nmsg_input_stats *input,
		    struct stats_kitchen *stats)
{
	stats->nmsg_containers = input->containers;
	stats->nmsg_containers_lost = input->containers_lost;
	stats->nmsg_containers_late = input->containers_late;
	stats->nmsg_containers_bad = input->containers_bad;
	stats->nmsg_fragments_bad = input->fragments_bad;
	stats->nmsg_fragments_expired = input->fragments_expired;
	stats->nmsg_bytes_skipped = input->bytes_skipped;
	stats->nmsg_messages = input->payloads;
	stats->nmsg_messages_bad = input->payloads_bad;
	stats->nmsg_messages_refused = m->refused;
}
