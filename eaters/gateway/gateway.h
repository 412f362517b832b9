/* SPDX-License-Identifier: MIT */
#ifndef GATEWAY_H
#define GATEWAY_H

#include "filter.h"
#include "frame.h"
#include "intake.h"
#include "kinds.h"
#include "metrics.h"
#include "oui.h"
#include "pages.h"
#include "ring.h"
#include "sums.h"
#include "wants.h"

#include <netdumplings/eater.h>
#include <stats.h>
#include <text.h>

/* What the gateway's files share. */

struct client;
struct kitchen;

struct gateway_settings {
	const char *hub;
	struct nd_list addresses;
	uint64_t port;
	const char *hub_in;
	bool takes_kitchens;
	struct nd_list in_addresses;
	uint64_t in_port;
	const char *eater_name;
	uint64_t queue;
	double lag_s;
	uint64_t frame_interval_ms;
	uint64_t ping_s;
	uint64_t max_clients;
	const char *classic;
	const char *pages;
	const char *oui;
	struct nd_list origins;
	const char *user;
};

struct gateway {
	const struct gateway_settings *settings;
	struct nd_eater *eater;
	struct kinds kinds;
	struct wants wants;
	struct filters filters;
	struct ring ring;
	struct sums *sums;
	struct frame array;   /* for clients that take batches */
	struct frame singles; /* for others */
	struct text json;     /* the dumpling that is being written */
	struct pages pages;
	struct oui oui;
	struct metrics metrics;
	struct stats_gateway stats;
	struct client *clients;
	struct intake intake;
	struct kitchen *kitchens;
	size_t bytes_unsent;  /* into the ring since it was time for batches */
	size_t bytes_slot;    /* into the ring since gateway_turn() */
	uint64_t batches_due; /* the ring's next number then */
	bool stopping;
};

/*
 * Opens all but the network's side; the settings are lent for its life.  0,
 * or -errno and a sentence in `why`.
 */
int gateway_open(struct gateway *g, const struct gateway_settings *settings,
		 char *why, size_t why_size);
/* Opens the way of kitchens to the hub; the same. */
int gateway_take_kitchens(struct gateway *g, const char *endpoint, char *why,
			  size_t why_size);
void gateway_close(struct gateway *g);

/*
 * Takes what came from the hub into the ring, about one frame's worth at most.
 * 1 if there may be more, 0 if not, -errno.
 */
int gateway_drain(struct gateway *g);

/*
 * Ends a slot of time for filters that leave something out: from time to time
 * while there are any, and when it has brought so much that the ring would soon
 * let go of what nobody could read yet.
 */
void gateway_turn(struct gateway *g);
bool gateway_turn_due(const struct gateway *g);

/* True while the hub is connected. */
bool gateway_connected(const struct gateway *g);

/* Appends /metrics. */
void gateway_metrics(struct gateway *g, struct text *t);

#endif
