/* SPDX-License-Identifier: MIT */
#include "chef_host.h"

#include "log.h"
#include "loop.h"
#include "option.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The colon behind which the options are; a path may have colons too. */
static const char *options_colon(const char *spec)
{
	const char *colon = strchr(spec, ':'), *slash = strchr(spec, '/');

	if (!colon || !slash || colon < slash)
		return colon;
	for (; colon; colon = strchr(colon + 1, ':'))
		if ((colon - spec > 2 && memcmp(colon - 2, ".c", 2) == 0) ||
		    (colon - spec > 3 && memcmp(colon - 3, ".so", 3) == 0))
			return colon;
	return strchr(strrchr(spec, '/'), ':');
}

const char *chef_host_split(const char *spec, char *what, size_t what_size)
{
	const char *colon = options_colon(spec);
	size_t len = colon ? (size_t)(colon - spec) : strlen(spec);

	snprintf(what, what_size, "%.*s", (int)len, spec);
	return colon ? colon + 1 : NULL;
}

static void count_error(struct chef_host *h, const char *call, int rc)
{
	static struct log_limit limit;

	h->batcher.stats.errors++;
	log_limited(&limit, "%s: %s failed: %s", h->file.chef.name, call,
		    strerror(-rc));
}

/* Has what was put sent; nd_serve() for the dumplings before the last. */
static int serve(void *host)
{
	struct chef_host *h = host;
	int rc = batch_commit(&h->batcher.batch, h->time_ns, h->driver);

	batch_begin(&h->batcher.batch);
	if (rc < 0)
		count_error(h, "nd_serve()", rc);
	return rc;
}

static int open_chef(struct chef_host *h, const char *options,
		     const struct chef_host_kitchen *kitchen, char *why,
		     size_t why_size)
{
	const struct nd_chef *chef = &h->file.chef;
	size_t size = chef->state_size ? chef->state_size : 1;
	int rc;

	h->self = calloc(1, size);
	if (!h->self)
		return -ENOMEM;
	rc = option_defaults(chef->options, h->self, why, why_size);
	if (rc == 0 && options)
		rc = option_set_all(chef->options, h->self, options, why,
				    why_size);
	if (rc < 0)
		return rc;
	rc = batcher_open(&h->batcher, chef->name, kitchen->name,
			  kitchen->incarnation, kitchen->max_message,
			  kitchen->way);
	if (rc < 0)
		return rc;
	h->batcher.batch.d->serve = serve;
	h->batcher.batch.d->host = h;
	rc = chef->open ? chef->open(h->self, why, why_size) : 0;
	h->opened = rc >= 0;
	return rc;
}

int chef_host_open(struct chef_host *h, const char *spec,
		   const struct chef_host_kitchen *kitchen, char *why,
		   size_t why_size)
{
	char what[4096], detail[256] = "";
	const char *options = chef_host_split(spec, what, sizeof(what));
	int rc;

	memset(h, 0, sizeof(*h));
	rc = chef_file_open(&h->file, what, why, why_size);
	if (rc < 0)
		return rc;
	rc = open_chef(h, options, kitchen, detail, sizeof(detail));
	if (rc >= 0)
		return 0;
	snprintf(why, why_size, "chef %s: %s", h->file.chef.name,
		 *detail ? detail : strerror(-rc));
	chef_host_close(h);
	return rc;
}

void chef_host_close(struct chef_host *h)
{
	if (h->opened && h->file.chef.close)
		h->file.chef.close(h->self);
	h->opened = false;
	if (h->self)
		option_free(h->file.chef.options, h->self);
	free(h->self);
	h->self = NULL;
	batcher_close(&h->batcher);
	chef_file_close(&h->file);
}

/* What the chef's call came to. */
static inline void settle(struct chef_host *h, const char *call, int rc)
{
	struct batch *batch = &h->batcher.batch;

	if (rc == 0)
		return;
	if (rc > 0)
		rc = batch_commit(batch, h->time_ns, h->driver);
	if (rc < 0) {
		batch_abandon(batch);
		count_error(h, call, rc);
	}
}

void chef_host_packet(struct chef_host *h, const struct nd_packet *pkt,
		      int64_t time_ns)
{
	const struct nd_chef *chef = &h->file.chef;

	h->time_ns = time_ns;
	h->driver = ND_DRIVER_PACKET;
	settle(h, "packet()",
	       chef->packet(h->self, pkt, batch_begin(&h->batcher.batch)));
}

void chef_host_stream(struct chef_host *h, struct nd_stream *stream,
		      int64_t time_ns)
{
	h->time_ns = time_ns;
	h->driver = ND_DRIVER_PACKET;
	settle(h, "stream()",
	       h->file.chef.stream(h->self, stream,
				   batch_begin(&h->batcher.batch)));
}

void chef_host_finish(struct chef_host *h, int64_t time_ns)
{
	const struct nd_chef *chef = &h->file.chef;

	if (!chef->finish)
		return;
	h->time_ns = time_ns;
	h->driver = ND_DRIVER_PACKET;
	settle(h, "finish()",
	       chef->finish(h->self, time_ns, batch_begin(&h->batcher.batch)));
}

void chef_host_interval(struct chef_host *h, int64_t time_ns)
{
	const struct nd_chef *chef = &h->file.chef;

	if (!chef->interval)
		return;
	h->time_ns = time_ns;
	h->driver = ND_DRIVER_INTERVAL;
	settle(h, "interval()",
	       chef->interval(h->self, time_ns,
			      batch_begin(&h->batcher.batch)));
}

void chef_host_count(struct chef_host *h)
{
	const struct nd_chef *chef = &h->file.chef;

	batcher_count(&h->batcher);
	if (chef->forgotten)
		h->batcher.stats.forgotten = chef->forgotten(h->self);
}
