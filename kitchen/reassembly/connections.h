/* SPDX-License-Identifier: MIT */
#ifndef CONNECTIONS_H
#define CONNECTIONS_H

#include "segments.h"

#include <netdumplings/chef.h>
#include <stdbool.h>

/* What connections wait for, each kind in the order of their last packets. */
enum connections_list {
	CONNECTIONS_EMBRYO, /* no bytes, no handshake */
	CONNECTIONS_QUIET,  /* handshake, no bytes; or all chefs are done */
	CONNECTIONS_FRESH,  /* bytes, but so far they may be anybody's */
	CONNECTIONS_OPEN,
	CONNECTIONS_HOLDING, /* bytes are kept for it */
	CONNECTIONS_CLOSING, /* one side closed it */
	CONNECTIONS_CLOSED,
	CONNECTIONS_LISTS
};

/* Both ends in one order, whoever sends; no padding, as all is compared. */
struct connections_key {
	uint8_t ip[2][16];
	uint16_t port[2];
	int32_t vlan;
	uint32_t tunnel_id;
	uint32_t ip_len;
};

/* What one end sends. */
struct connections_side {
	uint32_t start;      /* the first byte's sequence number */
	uint32_t next;       /* not told yet */
	uint32_t fin;        /* the FIN's */
	uint32_t acked;      /* by the other */
	uint32_t hole_acked; /* when a hole was first behind that */
	uint8_t hole_waits;  /* packets since then */
	bool known;          /* start and next are */
	bool has_fin, has_ack;
	uint64_t offset; /* of next */
	struct segments ahead;
};

struct connection {
	uint32_t chain, hash;
	uint32_t later, earlier;
	struct connections_key key;
	struct connections_side side[2];
	uint8_t list;
	uint8_t client; /* 0 or 1 */
	bool midstream, handshaken, proven, closed;
	bool keeps;   /* some chef has bytes at its place */
	bool has_syn; /* of a connection that may replace this one */
	uint8_t syn_from;
	uint32_t syn_start;
	int64_t start_ns, last_ns;
	uint64_t number;
	uint64_t chefs; /* bits of those who want to be told */
	void *place;    /* where they sit, once they were told */
};

struct connections {
	struct connection *record;
	uint32_t *bucket;
	uint32_t max, mask, fresh, free, count;
	uint32_t expected, found; /* a hash, and whose it is */
	uint8_t expecting;        /* steps that are left */
	struct {
		uint32_t latest, earliest, count;
	} list[CONNECTIONS_LISTS];
};

/* The key of a TCP packet, and which end of it, 0 or 1, sends. */
unsigned connections_key(const struct nd_packet *pkt,
			 struct connections_key *key);

/* 0 or -errno; what was there is gone. */
int connections_open(struct connections *table, uint32_t max);
void connections_close(struct connections *table);

struct connection *connections_find(const struct connections *table,
				    const struct connections_key *key,
				    uint32_t hash);
/*
 * This hash will be looked for, though not as the next: what is there is
 * fetched from memory meanwhile.  connections_fetch(), once in between and once
 * behind that, does the steps of it; it returns the one that will be found, or
 * NULL until it is known.
 */
void connections_expect(struct connections *table, uint32_t hash);
const struct connection *connections_fetch(struct connections *table);

/* A zeroed one with that key, on the list of embryos; NULL if it is full. */
struct connection *connections_add(struct connections *table,
				   const struct connections_key *key,
				   uint32_t hash);
void connections_remove(struct connections *table, struct connection *c);

/* Puts it on a list as the latest. */
void connections_touch(struct connections *table, struct connection *c,
		       enum connections_list list);
/* The one of a list not touched for longest, or NULL. */
struct connection *connections_oldest(const struct connections *table,
				      enum connections_list list);

#endif
