/* SPDX-License-Identifier: MIT */
#ifndef SEQUENCE_H
#define SEQUENCE_H

#include <stddef.h>
#include <stdint.h>

/*
 * What a receiver knows of the numbers of one chef in one run of a kitchen:
 * enough to say exactly what it missed since it began to listen.
 */
struct sequence {
	uint64_t next; /* the number expected */
	uint64_t received;
	uint64_t missing;
	uint32_t known; /* 0: nothing was heard before */
};

/* A key for a table of sequences; its length is returned. */
#define SEQUENCE_KEY_MAX (131 + 8)
size_t sequence_key(uint8_t key[SEQUENCE_KEY_MAX], const void *topic,
		    size_t topic_len, uint64_t incarnation);

/* A batch came.  Returns how many dumplings before it are missing now. */
uint64_t sequence_batch(struct sequence *s, uint64_t first_seq, uint32_t count);

/*
 * The kitchen said that its next number is `next`, so all before were sent.
 * Returns how many of them are missing now.
 */
uint64_t sequence_told(struct sequence *s, uint64_t next);

#endif
