/* SPDX-License-Identifier: MIT */
#ifndef MERGE_H
#define MERGE_H

#include "capture.h"
#include "reel.h"

/*
 * Packets of several files, in order of time; those of one file stay in its
 * order, and of equal times the file that was named first comes first.
 */

struct merge;

/*
 * Yours: merge_close().  Opens what config's files and nmsg_files name.  A file
 * that cannot be opened among others is told in the log.  NULL and a sentence
 * in `why` if none can.
 */
struct merge *merge_open(const struct capture_config *config,
			 const struct input_waiter *waiter, char *why,
			 size_t why_size);
void merge_close(struct merge *m);

/* Adds the counters of NMSG's messages. */
void merge_count_nmsg(const struct merge *m, struct nmsg_input_stats *sum);

/* How many are open, and reel_linktype() of one. */
size_t merge_count(const struct merge *m);
int merge_linktype(const struct merge *m, size_t number);

/* The next packet, lent until the next call: 1; 0 at the end. */
int merge_next(struct merge *m, struct capture_packet *pkt);

/*
 * Whether the packet that comes next is known without moving what was lent, and
 * which that is: of one file, never of several.
 */
bool merge_peek(const struct merge *m, struct capture_packet *pkt);

/* Whether something could not be read as a whole. */
bool merge_is_bad(const struct merge *m);

#endif
