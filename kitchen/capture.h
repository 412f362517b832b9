/* SPDX-License-Identifier: MIT */
#ifndef CAPTURE_H
#define CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Packets from a network interface, a savefile or a pipe, through libpcap. */

struct capture;

struct capture_config {
	const char *interface; /* "all" for libpcap's "any" */
	const char *file;      /* a savefile in its place; "-" for stdin */
	const char *filter;    /* pcap-filter(7) */
	int snaplen;
	bool promiscuous;
	int buffer_size; /* of the kernel, bytes */
	int delay_ms;    /* for which the kernel may gather packets */
};

/*
 * One packet.  The bytes are lent until the call returns; time is in ns since
 * 1970 UTC.
 */
typedef void capture_packet_fn(void *host, int64_t time_ns, const uint8_t *data,
			       uint32_t caplen, uint32_t len);

/*
 * Yours: capture_close().  NULL and a sentence in `why`.  idle(host) is called
 * whenever a pipe has nothing to give now, already by this function; it
 * returns after how many milliseconds it wants to be called again.
 */
struct capture *capture_open(const struct capture_config *config,
			     int (*idle)(void *host), void *host, char *why,
			     size_t why_size);
void capture_close(struct capture *c);

/* libpcap's DLT_ value. */
int capture_linktype(const struct capture *c);

/* Becomes readable when packets wait; -1 for a savefile. */
int capture_fd(const struct capture *c);

/*
 * Gives what is there, up to `max` packets.  How many, 0 for none now, -ENODATA
 * at the end of a savefile, or when stopped, -EIO and capture_error().
 */
int capture_dispatch(struct capture *c, int max, capture_packet_fn *packet,
		     void *host);

/* Why capture_dispatch() failed, a sentence. */
const char *capture_error(const struct capture *c);

/* What the kernel and the interface dropped since the start. */
void capture_dropped(struct capture *c, uint64_t *kernel, uint64_t *interface);

#endif
