/* SPDX-License-Identifier: MIT */
#ifndef NMSG_SEQUENCE_H
#define NMSG_SEQUENCE_H

#include <stddef.h>
#include <stdint.h>

/*
 * The numbers of containers, for each output that sends some: (sequence id,
 * address and port), so that what was lost is known.  Outputs not heard of for
 * 120 s are forgotten, and so is, of very many, the one heard of longest ago.
 */
struct nmsg_sequence;

struct nmsg_sequence_stats {
	uint64_t lost;
	uint64_t late; /* came behind later ones: of those "lost" */
};

/* Yours: nmsg_sequence_free().  NULL and errno. */
struct nmsg_sequence *nmsg_sequence_new(void);
void nmsg_sequence_free(struct nmsg_sequence *s);

/*
 * A container came.  As nmsgtool has it, a gap of more than 2^20 is a new
 * beginning; but one that is a little late does not begin anew.
 */
void nmsg_sequence_take(struct nmsg_sequence *s, uint64_t id, uint32_t number,
			const void *peer, size_t peer_len, int64_t now_ns);

const struct nmsg_sequence_stats *
nmsg_sequence_stats(const struct nmsg_sequence *s);

#endif
