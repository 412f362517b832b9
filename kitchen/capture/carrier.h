/* SPDX-License-Identifier: MIT */
#ifndef CARRIER_H
#define CARRIER_H

#include "capture.h"
#include "nmsg_input.h"

/*
 * Messages of NMSG: of a file, of UDP sockets, or of a ZeroMQ endpoint.  Those
 * that carry a packet are given as that packet, others as they are.
 */

struct carrier;

enum carrier_kind {
	CARRIER_FILE, /* a path, or "-" for standard input */
	CARRIER_SOCKET,
	CARRIER_ZMQ,
};

/*
 * Yours: carrier_close().  `name` is lent for its life, and as --read-nmsg,
 * --listen or --listen-zmq have it.  NULL and a sentence in `why`.
 */
struct carrier *carrier_open(enum carrier_kind kind, const char *name,
			     char *why, size_t why_size);
void carrier_close(struct carrier *c);

/* Readable when there may be more, once carrier_next() has given 0. */
int carrier_fd(const struct carrier *c);

/*
 * Never waits.  1 and what comes next, lent until the next call; 0 if nothing
 * is there now; -ENODATA at the end, which only files have; -EIO and
 * carrier_error().
 */
int carrier_next(struct carrier *c, struct capture_packet *pkt);
const char *carrier_error(const struct carrier *c);

/* Adds its counters to `sum`; the first bad bytes that came are told. */
void carrier_count(struct carrier *c, struct nmsg_input_stats *sum);

/* Tells what was bad of a file that has ended; false if nothing was. */
bool carrier_tell_damage(const struct carrier *c);

#endif
