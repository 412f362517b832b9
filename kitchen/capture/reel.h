/* SPDX-License-Identifier: MIT */
#ifndef REEL_H
#define REEL_H

#include "capture.h"
#include "input.h"

/*
 * What one --read names: a savefile, a pipe, or a folder's savefiles one after
 * another; or what one --read-nmsg does.  What is wrong with a file is told in
 * the log, once.
 */

struct reel;

/*
 * Yours: reel_close().  `waiter` is lent for its life.  `follow` wants a
 * folder. NULL and a sentence in `why`; also when a signal came before a pipe's
 * first bytes.
 */
struct reel *reel_open(const char *path, bool follow,
		       const struct input_waiter *waiter, char *why,
		       size_t why_size);
/* The same of a file or pipe of NMSG's messages; `path` is lent. */
struct reel *reel_open_nmsg(const char *path, const struct input_waiter *waiter,
			    char *why, size_t why_size);
void reel_close(struct reel *r);

/* Adds the counters of NMSG's messages. */
void reel_count(const struct reel *r, struct nmsg_input_stats *sum);

/* libpcap's DLT_ value of what comes first; -1 where it is not known yet. */
int reel_linktype(const struct reel *r);

/*
 * The next packet, lent until the next call: 1; 0 at the end, also from then
 * on, and when a signal came.
 */
int reel_next(struct reel *r, struct capture_packet *pkt);
/* savefile_peek() of the file that is being read. */
bool reel_peek(const struct reel *r, struct capture_packet *pkt);

/*
 * Whether something could not be read as a whole; what is found in a folder
 * that is followed does not count, as it is passed over.
 */
bool reel_is_bad(const struct reel *r);

#endif
