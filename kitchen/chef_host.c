/* SPDX-License-Identifier: MIT */
#include "chef_host.h"

#include "log.h"
#include "loop.h"
#include "option.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of calls that take less than this one in so many more is timed. */
#define TIMED_ALWAYS_NS 10000
#define TIMED_GAP 63
/* A chef that takes less than this of a second is no burden. */
#define SLOW_FROM_NS 10000000

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
	if (h->adopted && rc == -EINVAL)
		return;
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

/* The chef's state with its options, and ready for work; NULL and errno. */
static void *open_self(const struct nd_chef *chef, const char *options,
		       char *why, size_t why_size)
{
	void *self = calloc(1, chef->state_size ? chef->state_size : 1);
	int rc = self ? option_defaults(chef->options, self, why, why_size)
		      : -ENOMEM;

	if (rc == 0 && options)
		rc = option_set_all(chef->options, self, options, why,
				    why_size);
	if (rc == 0 && chef->open)
		rc = chef->open(self, why, why_size);
	if (rc >= 0)
		return self;
	if (self)
		option_free(chef->options, self);
	free(self);
	errno = -rc;
	return NULL;
}

static void close_self(struct chef_host *h)
{
	const struct nd_chef *chef = &h->file.chef;

	if (!h->self)
		return;
	if (chef->close)
		chef->close(h->self);
	if (!h->adopted) {
		option_free(chef->options, h->self);
		free(h->self);
	}
	h->self = NULL;
}

static int open_batcher(struct chef_host *h,
			const struct chef_host_kitchen *kitchen)
{
	int rc = batcher_open(&h->batcher, h->file.chef.name, kitchen->name,
			      kitchen->incarnation, kitchen->max_message,
			      kitchen->way);

	if (rc < 0)
		return rc;
	h->batcher.batch.d->serve = serve;
	h->batcher.batch.d->host = h;
	h->slow_ns = kitchen->slow_ns;
	return 0;
}

/* -errno of a chef that cannot be opened, with a sentence. */
static int cannot_open(const struct chef_file *f, int rc, const char *detail,
		       char *why, size_t why_size)
{
	snprintf(why, why_size, "chef %s: %s", f->chef.name,
		 *detail ? detail : strerror(-rc));
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
	h->spec = spec;
	rc = chef_file_open(&h->file, what, why, why_size);
	if (rc < 0)
		return rc;
	rc = open_batcher(h, kitchen);
	if (rc == 0) {
		h->self = open_self(&h->file.chef, options, detail,
				    sizeof(detail));
		rc = h->self ? 0 : -errno;
	}
	if (rc == 0)
		return 0;
	cannot_open(&h->file, rc, detail, why, why_size);
	chef_host_close(h);
	return rc;
}

int chef_host_adopt(struct chef_host *h, const struct nd_chef *chef, void *self,
		    const struct chef_host_kitchen *kitchen, char *why,
		    size_t why_size)
{
	int rc;

	memset(h, 0, sizeof(*h));
	h->file.chef = *chef;
	h->self = self;
	h->adopted = true;
	rc = open_batcher(h, kitchen);
	if (rc == 0)
		return 0;
	cannot_open(&h->file, rc, "", why, why_size);
	chef_host_close(h);
	return rc;
}

int chef_host_begin(const struct chef_host *h, struct chef_file *f, void **self,
		    char *why, size_t why_size)
{
	char what[4096], detail[256] = "";
	const char *options = chef_host_split(h->spec, what, sizeof(what));
	int rc = -EINVAL;

	if (strcmp(f->chef.name, h->file.chef.name) != 0) {
		snprintf(detail, sizeof(detail), "it was %s until now",
			 h->file.chef.name);
	} else {
		*self = open_self(&f->chef, options, detail, sizeof(detail));
		rc = *self ? 0 : -errno;
	}
	if (rc < 0) {
		cannot_open(f, rc, detail, why, why_size);
		chef_file_close(f);
	}
	return rc;
}

void chef_host_replace(struct chef_host *h, const struct chef_file *f,
		       void *self, int64_t time_ns)
{
	chef_host_finish(h, time_ns);
	close_self(h);
	chef_file_close(&h->file);
	h->file = *f;
	h->self = self;
}

void chef_host_close(struct chef_host *h)
{
	close_self(h);
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

static inline void packet(struct chef_host *h, const struct nd_packet *pkt)
{
	settle(h, "packet()",
	       h->file.chef.packet(h->self, pkt,
				   batch_begin(&h->batcher.batch)));
}

/* A call that is timed stands for those since the last one that was. */
static void timed_packet(struct chef_host *h, const struct nd_packet *pkt)
{
	struct chef_host_clock *c = &h->clock;
	uint64_t ns = (uint64_t)loop_now_ns();

	packet(h, pkt);
	ns = (uint64_t)loop_now_ns() - ns;
	c->ns += ns * (c->gap + 1);
	c->calls += c->gap + 1;
	c->gap = ns < TIMED_ALWAYS_NS ? TIMED_GAP : 0;
	c->skip = c->gap;
}

void chef_host_packet(struct chef_host *h, const struct nd_packet *pkt,
		      int64_t time_ns)
{
	h->time_ns = time_ns;
	h->driver = ND_DRIVER_PACKET;
	if (h->clock.skip == 0) {
		timed_packet(h, pkt);
		return;
	}
	h->clock.skip--;
	packet(h, pkt);
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

/* The average since the last time; one without a packet leaves it. */
static void count_time(struct chef_host *h)
{
	struct chef_host_clock *c = &h->clock;
	bool was_slow = h->slow;

	if (c->calls == 0)
		return;
	h->batcher.stats.packet_ns = c->ns / c->calls;
	h->slow = h->slow_ns > 0 && c->ns > SLOW_FROM_NS &&
		  h->batcher.stats.packet_ns > h->slow_ns;
	c->ns = c->calls = 0;
	if (h->slow && !was_slow)
		log_error("%s is slow: it takes %llu us for a packet (see "
			  "--slow-chef)",
			  h->file.chef.name,
			  (unsigned long long)h->batcher.stats.packet_ns /
				  1000);
}

void chef_host_count(struct chef_host *h)
{
	const struct nd_chef *chef = &h->file.chef;

	batcher_count(&h->batcher);
	count_time(h);
	if (chef->forgotten)
		h->batcher.stats.forgotten = chef->forgotten(h->self);
}
