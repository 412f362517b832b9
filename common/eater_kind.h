/* SPDX-License-Identifier: MIT */
#ifndef EATER_KIND_H
#define EATER_KIND_H

#include "dumpling.h"
#include "sequence.h"
#include "topic.h"

#include <netdumplings/chef.h>
#include <netdumplings/eater.h>

/*
 * The inside of an eater: what all have in common, and the two kinds there
 * are, over ZeroMQ (eater_bus.c) and over WebSocket (eater_ws.c).
 */

/* One wish: a prefix of topics. */
struct want {
	char prefix[TOPIC_MAX + 1];
	size_t len;
};

struct eater_kind {
	/* Makes e->way for e->endpoint.  0 or -errno. */
	int (*open)(struct nd_eater *e, const struct nd_eater_config *config);
	void (*close)(struct nd_eater *e); /* also after a failed open */
	/* Asks for what is in e->wants, for the first time.  0 or -errno. */
	int (*start)(struct nd_eater *e);
	/* What is wanted changed by `w`, `more` or less.  0 or -errno. */
	int (*change)(struct nd_eater *e, const struct want *w, bool more);
	/* Makes e->d the next dumpling.  1, 0 if none waits, -errno. */
	int (*take)(struct nd_eater *e);
	/* Waits until one may.  0 or more, or -errno. */
	int (*wait)(struct nd_eater *e, int timeout_ms);
	int (*fd)(const struct nd_eater *e);
};

extern const struct eater_kind eater_bus_kind;
extern const struct eater_kind eater_ws_kind;

struct nd_eater {
	const struct eater_kind *kind;
	void *way; /* the kind's own */
	char endpoint[512];
	char name[TOPIC_NAME_MAX + 1];
	bool started;
	bool asked; /* for something, if only for a while */
	struct nd_dumpling *d;
	struct nd_table *sequences;
	struct want *wants;
	size_t want_count;
	struct nd_eater_stats stats;
};

/* Whether a topic is among what is wanted. */
bool eater_wants(const struct nd_eater *e, const char *topic, size_t len);

/* What is known of a topic's numbers in one run; NULL without memory. */
struct sequence *eater_sequence(struct nd_eater *e, const void *topic,
				size_t topic_len, uint64_t incarnation);

#endif
