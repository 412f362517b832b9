/* SPDX-License-Identifier: MIT */
#ifndef CAPTURE_H
#define CAPTURE_H

#include <netdumplings/chef.h>

/*
 * Where packets come from: network interfaces through libpcap (live.h) and
 * messages of NMSG (carrier.h); or savefiles, pipes and folders of them, and
 * files of messages (merge.h).
 */

#define CAPTURE_SNAPLEN_MAX 262144

struct capture;
struct message;
struct nmsg_input_stats;

struct capture_config {
	const struct nd_list *interfaces; /* "all" is libpcap's "any" */
	const struct nd_list *sockets;    /* beside them, or NULL */
	const struct nd_list *endpoints;  /* the same, of ZeroMQ */
	const struct nd_list *files;      /* in their place; "-" is stdin */
	const struct nd_list *nmsg_files; /* the same, or NULL */
	bool follow;                      /* the one file is a folder; go on */
	const char *filter; /* pcap-filter(7); NULL or "" for none */
	int snaplen;        /* from here on of interfaces only */
	bool promiscuous;
	int buffer_size;  /* of the kernel, bytes */
	int delay_ms;     /* for which the kernel may gather packets */
	int fanout_group; /* of the first interface; -1 to share with none */
};

/* A packet; all is lent until the call that gives it returns. */
struct capture_packet {
	int64_t time_ns; /* since 1970 UTC */
	const uint8_t *data;
	uint32_t caplen, len;
	int linktype;          /* libpcap's DLT_ value */
	const char *interface; /* that it was captured on; NULL: not known */
	/* It is a message of NMSG, and no packet.  The time is set, no more. */
	const struct message *message;
	/* The one that is given behind it, if it is in memory already. */
	const struct capture_packet *next;
};

typedef void capture_packet_fn(void *host, const struct capture_packet *pkt);

/*
 * Yours: capture_close(); what config lends is lent for its life.  NULL and a
 * sentence in `why`.  idle(host) is called whenever a pipe or a followed
 * folder has nothing to give now, already by this function; it returns after
 * how many milliseconds it wants to be called again.
 */
struct capture *capture_open(const struct capture_config *config,
			     int (*idle)(void *host), void *host, char *why,
			     size_t why_size);
void capture_close(struct capture *c);

/* Becomes readable when packets wait; -1 for files. */
int capture_fd(const struct capture *c);

/*
 * Gives what is there, up to `max` packets, of each interface where there are
 * several.  How many that were, those included which the filter left out of a
 * file; 0 for none now, -ENODATA at
 * the end of the files, or when stopped.  -EIO and capture_error() when an
 * interface fails; also at the end of files of which some were not read as a
 * whole, which is in the log by then.
 */
int capture_dispatch(struct capture *c, int max, capture_packet_fn *packet,
		     void *host);
const char *capture_error(const struct capture *c);

/* Adds the counters of NMSG's messages. */
void capture_count_nmsg(const struct capture *c, struct nmsg_input_stats *sum);

/* What the kernel and the interfaces dropped since the start. */
void capture_dropped(struct capture *c, uint64_t *kernel, uint64_t *interface);

#endif
