/* SPDX-License-Identifier: MIT */
#ifndef BATCHER_H
#define BATCHER_H

#include "batch.h"
#include "push.h"
#include "stats.h"

/*
 * One chef's dumplings on their way: gathered into a batch, numbered, handed
 * to the push.  A live kitchen drops a batch that finds the queue full; one
 * that reads a file waits for room.
 */

/* What all batchers of a kitchen share. */
struct batcher_way {
	struct push *push;
	size_t limit; /* bytes of the push's queue */
	bool patient; /* reads a file: told to the hub */
	bool waits;   /* for room, until stop_fd is readable */
	int wait_ms;  /* and no longer without any; -1: for ever */
	int stop_fd;
	void (*waiting)(void *host); /* called when it begins to wait */
	void *host;
};

struct batcher {
	struct batch batch;
	struct batcher_way *way;
	struct stats_chef stats;
	push_waiting waiting;
	int64_t oldest_ns; /* loop_now_ns() of the batch's first; 0: empty */
};

/* 0, or -errno; batcher_close() it before its push is freed. */
int batcher_open(struct batcher *b, const char *chef, const char *kitchen,
		 uint64_t incarnation, size_t max_message,
		 struct batcher_way *way);
void batcher_close(struct batcher *b);

/* Sends the batch if it has waited for delay_ns; 0: in any case. */
void batcher_flush(struct batcher *b, int64_t now_ns, int64_t delay_ns);

/* Its counters as they stand, into b->stats. */
void batcher_count(struct batcher *b);

#endif
