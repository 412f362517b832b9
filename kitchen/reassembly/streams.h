/* SPDX-License-Identifier: MIT */
#ifndef STREAMS_H
#define STREAMS_H

#include "seats.h"

/*
 * Puts TCP connections together (RFC 9293 section 3.4) and tells chefs of them
 * as struct nd_stream says.
 *
 * Bytes that are next are told straight from the packet.  Those that are ahead
 * wait for the ones before them.  Such a hole is given up, and told as a gap,
 * when the other side has acknowledged bytes behind it and four more packets
 * of the connection did not bring it; when 1 MiB waits behind it, or a quarter
 * of all there is; and when the connection ends.  Bytes that the capture cut
 * off are a gap at once.  A segment more than 1 GiB away, and RST or FIN out
 * of place, are not believed.  A SYN that would replace a connection about
 * which chefs were told is believed once the other side acknowledges it or its
 * sender goes on from it.  A gap lets go what a chef kept before it.
 *
 * A connection is told of when it first has bytes, or a gap: one that never
 * had any is not, nor is its end.  It begins with a SYN or with data; other
 * packets alone are no connection.  When the beginning was not seen, the side
 * with the higher port is the client.  In half of the memory are the records,
 * in the other the bytes.  Records without bytes, as a flood of SYNs leaves
 * them, make room first once they are an eighth of all, then those of
 * connections that are over.
 *
 * Idle for 5 minutes, or 30 s before the handshake or after a FIN, a
 * connection is over; of one that ended late packets are let pass for 30 s.  So
 * is one whose last packet is as far in the future: a clock was set back.
 */
struct streams;

typedef seats_tell streams_tell;

struct streams_stats {
	uint64_t connections;   /* begun */
	uint64_t live;          /* records now */
	uint64_t bytes;         /* told */
	uint64_t gaps;          /* told, */
	uint64_t gap_bytes;     /* and how much they were */
	uint64_t retransmitted; /* bytes that had been captured before */
	uint64_t conflicts;     /* times that such bytes were others */
	uint64_t forgotten;     /* connections that had to make room */
	uint64_t kept_lost;     /* bytes that chefs could not keep */
	uint64_t memory;        /* in use, bytes */
};

/* NULL and errno: EINVAL for less than 1 MiB. */
struct streams *streams_new(size_t memory, streams_tell *tell, void *host);
void streams_free(struct streams *streams);

/*
 * Before the first packet, for each chef that asks: its index, from 0, or
 * -errno: ENOSPC for one too many, E2BIG if its state leaves no room for
 * connections.  `ports` ends with 0 and is lent for the life of `streams`;
 * NULL: all.
 */
int streams_chef(struct streams *streams, const uint16_t *ports,
		 size_t state_size);

/*
 * A packet that will be taken, though not as the next; what it needs is fetched
 * from memory meanwhile, in two steps, each of them a call of streams_fetch().
 */
void streams_expect(struct streams *streams, const struct nd_packet *pkt);
void streams_fetch(struct streams *streams);

/* Takes any packet; those that are no chef's cost a look at their ports. */
void streams_packet(struct streams *streams, const struct nd_packet *pkt);
/* Lets go of connections that are idle at this time of packets. */
void streams_tick(struct streams *streams, int64_t time_ns);
/* The capture ends: tells the end of all connections. */
void streams_stop(struct streams *streams);

const struct streams_stats *streams_stats(struct streams *streams);

#endif
