/* SPDX-License-Identifier: MIT */
#ifndef DIRECTION_H
#define DIRECTION_H

#include "connections.h"
#include "streams.h"

/*
 * One direction of a TCP connection: bytes in, as they are captured; bytes and
 * gaps out, in order.  `d` is the end that sends, 0 or 1.
 */

/* What all connections have in common. */
struct direction_host {
	struct connections table;
	struct arena *arena;
	struct seats seats;
	struct streams_stats stats;
	uint32_t ahead_max; /* buffers of one direction */
	/* Finds a place for a connection's chefs; false if there is none. */
	bool (*seat)(struct direction_host *host, struct connection *c);
};

/* Sequence numbers further away than this are nobody's. */
#define DIRECTION_WINDOW (1 << 30)

/* Where a direction starts. */
void direction_start(struct connections_side *side, uint32_t seq);

/* A segment's bytes, and how many behind them were not captured. */
void direction_data(struct direction_host *h, struct connection *c, unsigned d,
		    const struct segment *what, const uint8_t *data);
void direction_fin(struct connections_side *side, uint32_t seq);
/* What the other end has acknowledged of this one's. */
void direction_ack(struct connections_side *side, uint32_t ack);
/* After every packet: gives up a hole that nothing will fill. */
void direction_wait(struct direction_host *h, struct connection *c, unsigned d,
		    int64_t time_ns);
/* All that was sent has been told. */
bool direction_closed(const struct connections_side *side);
/* The end: tells what is left, and of what is missing. */
void direction_flush(struct direction_host *h, struct connection *c,
		     unsigned d);
/* What a chef is told, but for the bytes. */
struct nd_stream direction_base(const struct connection *c, unsigned d,
				int64_t time_ns);

#endif
