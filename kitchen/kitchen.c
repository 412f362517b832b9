/* SPDX-License-Identifier: MIT */
#include "kitchen.h"

#include "bus.h"
#include "log.h"
#include "loop.h"
#include "menu.h"
#include "option.h"
#include "presence.h"
#include "python.h"
#include "reload.h"
#include "rights.h"
#include "upkeep.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WHY_SIZE 1024

/* Packets that wait for the hub to take a file's dumplings. */
static void waiting_for_hub(void *host)
{
	struct kitchen *k = host;
	bool changed;

	if (push_state(k->way.push, &changed) == PUSH_CONNECTED)
		return;
	if (!k->told_waiting)
		log_info("the queue is full; waiting for a hub at %s",
			 k->endpoint);
	k->told_waiting = true;
}

static int open_capture(struct kitchen *k)
{
	const struct kitchen_settings *s = &k->settings;
	const struct capture_config config = {
		.interfaces = &s->interfaces,
		.sockets = &s->listen,
		.endpoints = &s->listen_zmq,
		.files = &s->read,
		.nmsg_files = &s->read_nmsg,
		.follow = s->follow,
		.filter = s->filter,
		.snaplen = (int)s->snaplen,
		.promiscuous = s->promiscuous,
		.buffer_size = (int)s->buffer_size,
		.delay_ms = (int)s->buffer_delay,
		.fanout_group = k->fanout_group,
	};
	char why[WHY_SIZE];

	k->capture = capture_open(&config, upkeep_idle, k, why, sizeof(why));
	if (!k->capture && loop_stopped())
		return -ECANCELED; /* a pipe gave nothing until then */
	if (!k->capture) {
		log_error("%s", why);
		return -EIO;
	}
	return 0;
}

static int open_way(struct kitchen *k)
{
	const struct kitchen_settings *s = &k->settings;

	k->way = (struct batcher_way){
		.limit = s->queue_size,
		.patient = kitchen_reads_files(k),
		.waits = kitchen_reads_files(k),
		.wait_ms = -1,
		.stop_fd = loop_signals_fd(),
		.waiting = waiting_for_hub,
		.host = k,
	};
	k->way.push = push_new(k->endpoint, s->queue_size);
	if (k->way.push)
		return 0;
	log_error("cannot connect to %s: %s (see --hub)", k->endpoint,
		  strerror(errno));
	return -errno;
}

static int open_path(struct kitchen *k)
{
	const struct kitchen_settings *s = &k->settings;
	const bool shared = kitchen_reads_files(k) && k->workers > 1;
	const struct path_config config = {
		.chefs = k->chefs,
		.chef_count = k->chef_count,
		.fragment_memory = s->reassembly ? s->reassembly_memory : 0,
		.stream_memory = s->stream_memory,
		.worker = shared ? k->worker : 0,
		.workers = shared ? k->workers : 1,
	};
	int rc = path_open(&k->path, &config);

	if (rc == -E2BIG)
		log_error("these are too many chefs for one kitchen, or they "
			  "ask for too many ports: start another kitchen for "
			  "some of them");
	else if (rc < 0)
		log_error("cannot put packets together: %s", strerror(-rc));
	return rc;
}

static void open_messages(struct kitchen *k)
{
	const struct chef_host_kitchen shared = menu_shared(k);

	if (kitchen_listens(k) || k->settings.read_nmsg.count > 0)
		messages_open(&k->messages, &shared);
}

/* Appends to the source's name, at its length so far; the new length. */
static size_t append_source(struct kitchen *k, size_t at, const char *name)
{
	size_t room = at < sizeof(k->source) ? sizeof(k->source) - at : 0;

	return room == 0 ? at
			 : at + (size_t)snprintf(k->source + at, room, "%s%s",
						 at ? ", " : "", name);
}

/*
 * What it sniffs or reads, for people, as far as there is room; no interface
 * named is all.
 */
static int name_source(struct kitchen *k)
{
	struct kitchen_settings *s = &k->settings;
	const struct nd_list *const lists[] = {&s->interfaces, &s->listen,
					       &s->listen_zmq, &s->read,
					       &s->read_nmsg};
	const size_t count =
		s->source_name ? 0 : sizeof(lists) / sizeof(*lists);
	size_t at = 0;

	if (!kitchen_reads_files(k) && !kitchen_listens(k) &&
	    s->interfaces.count == 0 && option_list_add(&s->interfaces, "all"))
		return -ENOMEM;
	if (s->source_name)
		at = append_source(k, at, s->source_name);
	for (size_t n = 0; n < count; n++)
		for (size_t i = 0; i < lists[n]->count; i++)
			at = append_source(k, at, lists[n]->items[i]);
	if (at >= sizeof(k->source))
		memcpy(k->source + sizeof(k->source) - 4, "...", 4);
	return 0;
}

int kitchen_open(struct kitchen *k)
{
	char why[WHY_SIZE];
	int rc;

	k->incarnation = (uint64_t)loop_wall_ns();
	k->linktype = -1;
	rc = name_source(k);
	if (rc < 0)
		return rc;
	rc = menu_open(k);
	if (rc == 0)
		rc = open_path(k);
	if (rc == 0)
		rc = open_way(k);
	if (rc == 0)
		rc = presence_open(k);
	if (rc == 0)
		rc = presence_hello(k);
	if (rc == 0)
		open_messages(k);
	/* Last, as a pipe may let it wait, and the hub is to know us then. */
	if (rc == 0)
		rc = open_capture(k);
	if (rc == 0 && k->settings.reload) {
		k->reload = reload_new(k);
		rc = k->reload ? 0 : -ENOMEM;
	}
	if (rc < 0)
		return rc;
	rc = rights_drop(k->settings.user,
			 k->settings.follow ? RIGHTS_READ_FILES : 0, why,
			 sizeof(why));
	if (rc < 0)
		log_error("%s", why);
	return rc;
}

void kitchen_close(struct kitchen *k)
{
	/* The push holds on to the chefs' counters, so it goes first. */
	push_free(k->way.push, 1000);
	presence_close(k);
	messages_close(&k->messages);
	path_close(&k->path);
	reload_free(k->reload);
	for (size_t i = 0; i < k->chef_count; i++)
		chef_host_close(&k->chefs[i]);
	free(k->chefs);
	python_close();
	capture_close(k->capture);
}
