/* SPDX-License-Identifier: MIT */
#include "gateway.h"

#include "classic.h"
#include "client.h"

#include <errno.h>
#include <json.h>
#include <loop.h>
#include <stdio.h>
#include <string.h>

#define STATUS_CHEF "SystemStatusChef"

/* Less than a frame, so that clients that are behind catch up. */
#define DRAIN_BYTES (FRAME_BYTES / 4 * 3)
/* Dumplings nobody wants cost no bytes, but time. */
#define DRAIN_COUNT 4096

static int open_eater(struct gateway *g, char *why, size_t why_size)
{
	const struct nd_eater_config config = {
		.hub = g->settings->hub,
		.name = g->settings->eater_name,
	};

	g->eater = nd_eater_new(&config);
	if (!g->eater && errno == EINVAL)
		snprintf(why, why_size,
			 "no hub can be at '%s', or no eater be named '%s'",
			 config.hub, config.name);
	else if (!g->eater)
		snprintf(why, why_size, "cannot open the bus: %s",
			 strerror(errno));
	return g->eater ? 0 : -errno;
}

int gateway_open(struct gateway *g, const struct gateway_settings *settings,
		 char *why, size_t why_size)
{
	int rc;

	memset(g, 0, sizeof(*g));
	g->settings = settings;
	if (!classic_is_right(settings->classic)) {
		snprintf(why, why_size,
			 "--classic is all, kitchen=NAME or sum, not '%s'",
			 settings->classic);
		return -EINVAL;
	}
	rc = open_eater(g, why, why_size);
	if (rc < 0)
		return rc;
	g->wants.eater = g->eater;
	g->filters.kinds = &g->kinds;
	g->filters.wants = &g->wants;
	g->filters.ring = &g->ring;
	g->sums = sums_new();
	if (!g->sums || kinds_init(&g->kinds) < 0 ||
	    ring_init(&g->ring, settings->queue) < 0 ||
	    frame_init(&g->array, FRAME_ARRAY) < 0 ||
	    frame_init(&g->singles, FRAME_SINGLES) < 0 ||
	    wants_add(&g->wants, STATUS_CHEF) < 0) {
		snprintf(why, why_size, "out of memory");
		return -ENOMEM;
	}
	rc = pages_load(&g->pages, settings->pages, why, why_size);
	return rc < 0 ? rc : oui_load(&g->oui, settings->oui, why, why_size);
}

int gateway_take_kitchens(struct gateway *g, const char *endpoint, char *why,
			  size_t why_size)
{
	int rc = intake_open(&g->intake, endpoint, &g->stats);

	if (rc < 0)
		snprintf(why, why_size, "no hub can take dumplings at '%s': %s",
			 endpoint, strerror(-rc));
	return rc;
}

void gateway_close(struct gateway *g)
{
	intake_close(&g->intake);
	nd_eater_free(g->eater);
	kinds_free(&g->kinds);
	ring_free(&g->ring);
	sums_free(g->sums);
	frame_free(&g->array);
	frame_free(&g->singles);
	text_free(&g->json);
	pages_free(&g->pages);
	oui_free(&g->oui);
	metrics_free(&g->metrics);
}

bool gateway_connected(const struct gateway *g)
{
	struct nd_eater_stats stats;

	nd_eater_stats(g->eater, &stats);
	return stats.connected;
}

void gateway_metrics(struct gateway *g, struct text *t)
{
	struct nd_eater_stats stats;

	nd_eater_stats(g->eater, &stats);
	g->stats.dumplings = stats.dumplings;
	g->stats.dumplings_missing = stats.missing;
	g->stats.messages_invalid = stats.invalid;
	metrics_write(&g->metrics, stats.connected, &g->stats, t);
}

/* --- from the hub to the ring -------------------------------------------- */

/* The dumpling's kind, or -errno. */
static int kind_of(struct gateway *g, const struct nd_dumpling *d,
		   enum kind_form form)
{
	const char *kitchen = nd_kitchen_name(d);
	uint64_t forget;
	bool is_new;
	int kind = kinds_number(&g->kinds, nd_chef_name(d),
				kitchen ? kitchen : "", form, &is_new, &forget);

	if (kind >= 0 && is_new) {
		/* What has the number's former meaning must go. */
		ring_forget(&g->ring, forget);
		client_evict_all(g);
		filter_learn(&g->filters, (uint32_t)kind);
	}
	return kind;
}

/* Puts g->json into the ring. */
static void put(struct gateway *g, uint32_t kind)
{
	uint64_t first = g->ring.first;

	if (ring_reserve(&g->ring, g->json.len) != first)
		client_evict_all(g);
	ring_add(&g->ring, g->json.at, g->json.len, kind);
}

/* Has filters leave out what is in the ring, or is not of use any more. */
static void thin_out(struct gateway *g, const struct nd_dumpling *d,
		     uint32_t kind, enum kind_form form)
{
	struct thin_entry e = {.d = d, .stream = kind};
	int stream;

	if (form != KIND_ANY) {
		stream = kind_of(g, d, KIND_ANY);
		e.stream = stream < 0 ? kind : (uint32_t)stream;
		/* In use, though nothing of this kind itself is in the ring. */
		g->kinds.all[e.stream].last = g->ring.next;
	}
	e.now_ns = loop_now_ns();
	g->stats.deliveries_left_out += filter_take(&g->filters, kind, &e);
}

/* The bytes that it is in the ring. */
static size_t keep(struct gateway *g, const struct nd_dumpling *d,
		   enum kind_form form)
{
	int kind = kind_of(g, d, form);
	int rc;

	if (kind < 0 || !filter_any(&g->filters, (uint32_t)kind))
		return 0;
	g->json.len = 0;
	rc = form == KIND_SUM ? sums_write(g->sums, &g->json, d)
			      : json_dumpling(&g->json, d);
	/* What cannot be written is kept as a text too long: a loss. */
	if (rc < 0 || g->json.error) {
		g->json.len = RING_TEXT_MAX + 1;
		g->json.error = 0;
	}
	put(g, (uint32_t)kind);
	g->kinds.all[kind].last = g->ring.next;
	if (g->filters.thins > 0)
		thin_out(g, d, (uint32_t)kind, form);
	return g->json.len;
}

static size_t take(struct gateway *g, const struct nd_dumpling *d)
{
	bool part = sums_has(d);
	size_t bytes;

	if (strcmp(nd_chef_name(d), STATUS_CHEF) == 0 && !nd_kitchen_name(d)) {
		metrics_status(&g->metrics, d);
		sums_status(g->sums, d);
	}
	bytes = keep(g, d, part ? KIND_PART : KIND_ANY);
	if (part && g->filters.sums > 0) {
		sums_take(g->sums, d);
		bytes += keep(g, d, KIND_SUM);
	}
	return bytes;
}

int gateway_drain(struct gateway *g)
{
	const struct nd_dumpling *d;
	size_t bytes = 0;
	int rc = 1;

	for (int i = 0; i < DRAIN_COUNT && bytes < DRAIN_BYTES; i++) {
		rc = nd_eater_next(g->eater, &d, 0);
		if (rc <= 0)
			break;
		bytes += take(g, d);
	}
	g->bytes_unsent += bytes;
	g->bytes_slot += bytes;
	return rc == -EINTR ? 1 : rc;
}

static void turn(struct gateway *g, struct filter *f)
{
	bool all = f->thin->tell_all;
	bool told = thin_tell(f->thin, &g->kinds, loop_now_ns(), &g->json);

	if (told)
		put(g, THIN_KIND(f->thin->number));
	if (told && all)
		client_begin_all(g, f, g->ring.next - 1);
	thin_turn(f->thin, &g->ring, told);
}

void gateway_turn(struct gateway *g)
{
	uint64_t next = g->ring.next;

	g->bytes_slot = 0;
	for (struct filter *f = g->filters.first; f; f = f->next)
		if (f->thin)
			turn(g, f);
	/* What was held back is news, too. */
	g->bytes_unsent += g->filters.thins > 0 || g->ring.next > next;
}

bool gateway_turn_due(const struct gateway *g)
{
	return g->filters.thins > 0 && g->bytes_slot >= g->ring.size / 4;
}
