/* SPDX-License-Identifier: MIT */
#ifndef RECORD_H
#define RECORD_H

#include <stddef.h>
#include <stdint.h>

/* A stream of packets as a savefile: pcap with nanoseconds, of Ethernet. */

struct record {
	int fd;
	int error; /* -errno, once writing failed; then nothing more is */
	size_t len;
	uint8_t buffer[64 * 1024];
};

void record_begin(struct record *r, int fd);
/* The time is since 1970 UTC. */
void record_packet(struct record *r, int64_t time_ns, const uint8_t *frame,
		   size_t len);
/* Writes what is in hand; gives up when loop_stopped(). */
void record_flush(struct record *r);

#endif
