/* SPDX-License-Identifier: MIT */
#ifndef PATH_H
#define PATH_H

#include "capture.h"
#include "decode.h"
#include "dispatch.h"
#include "fragments.h"
#include "stats.h"
#include "streams.h"

struct path_config {
	struct chef_host *chefs; /* lent for the path's life */
	size_t chef_count;
	size_t fragment_memory; /* bytes; 0: no reassembly */
	size_t stream_memory;
	uint32_t worker, workers; /* 0 and 1: all packets are this one's */
};

/*
 * A packet's path through a kitchen: decoded, put together from fragments,
 * left to another worker or taken, handed to the chefs that want it, by itself
 * and as a part of its TCP connection.
 */
struct path {
	struct path_config config;
	struct decode decode[2]; /* of this packet, and of the next */
	unsigned turn;           /* which is this packet's */
	const uint8_t *ahead;    /* bytes that are decoded already, or NULL */
	bool looks_ahead;
	struct dispatch dispatch;
	struct fragments *fragments; /* NULL: they stay as they are */
	struct streams *streams;     /* NULL: no chef asks for them */
	struct chef_host *asking[DISPATCH_CHEFS_MAX]; /* by streams' number */
	int64_t made_ns; /* what dumplings of streams say of their creation */
	int64_t next_tick_ns; /* packet time */
};

/* 0, or -errno; path_close() it in every case. */
int path_open(struct path *p, const struct path_config *config);
void path_close(struct path *p);

/*
 * One packet's way.  made_ns is what dumplings say of their creation.  True if
 * it was this worker's.
 */
bool path_take(struct path *p, const struct capture_packet *packet,
	       int64_t made_ns);

/* Ends connections that were quiet for long, or all of them. */
void path_tick(struct path *p, int64_t time_ns, int64_t made_ns);
void path_stop(struct path *p, int64_t made_ns);

/*
 * A chef is about to be another one: before it is, connections end for all
 * chefs that were told of them; and after, they begin anew.  -errno as
 * path_open().
 */
void path_forget_streams(struct path *p, int64_t made_ns);
int path_new_chefs(struct path *p);

/* Its counters as they stand. */
void path_count(const struct path *p, struct stats_kitchen *stats);

#endif
