/* SPDX-License-Identifier: MIT */
#ifndef STATS_H
#define STATS_H

#include <netdumplings/dumpling.h>

/*
 * Every statistic of every program, once: its name in JSON and in /metrics,
 * and what it means.  A table ends with a NULL name; members are uint64_t.
 */

struct stat_counter {
	const char *name;
	const char *help;
	size_t offset;
	bool gauge; /* may also go down */
};

/* A kitchen's, in what it says of itself. */
struct stats_kitchen {
	uint64_t packets_seen;
	uint64_t bytes_seen;
	uint64_t packets_dropped_kernel;
	uint64_t packets_dropped_interface;
	uint64_t packets_reassembled;
	uint64_t packets_incomplete;
	uint64_t fragments_overlapping;
	uint64_t fragments_invalid;
	uint64_t streams;
	uint64_t streams_live;
	uint64_t streams_forgotten;
	uint64_t stream_gap_bytes;
	uint64_t stream_conflicts;
	uint64_t stream_memory;
	uint64_t nmsg_containers;
	uint64_t nmsg_containers_lost;
	uint64_t nmsg_containers_late;
	uint64_t nmsg_containers_bad;
	uint64_t nmsg_fragments_bad;
	uint64_t nmsg_fragments_expired;
	uint64_t nmsg_bytes_skipped;
	uint64_t nmsg_messages;
	uint64_t nmsg_messages_bad;
	uint64_t nmsg_messages_refused;
};
extern const struct stat_counter stats_kitchen[];

/* One chef's in a kitchen, there under "chef_stats". */
struct stats_chef {
	uint64_t next_seq;
	uint64_t dropped;
	uint64_t errors;
	uint64_t waiting;
	uint64_t forgotten;
	uint64_t packet_ns;
};
extern const struct stat_counter stats_chef[];

/* The hub's, at the top of SystemStatusChef's payload. */
struct stats_hub {
	uint64_t total_dumplings_in;
	uint64_t total_dumplings_out;
	uint64_t dumplings_missing;
	uint64_t messages_refused;
	uint64_t eaters_disconnected;
};
extern const struct stat_counter stats_hub[];

/* One chef's of a kitchen as the hub counts it, under "chefs". */
struct stats_received {
	uint64_t received;
	uint64_t missing;
};
extern const struct stat_counter stats_received[];

/* The gateway's own. */
struct stats_gateway {
	uint64_t clients;
	uint64_t clients_total;
	uint64_t clients_closed_lagging;
	uint64_t dumplings;
	uint64_t dumplings_missing;
	uint64_t messages_invalid;
	uint64_t deliveries;
	uint64_t deliveries_lost;
	uint64_t deliveries_left_out;
	uint64_t http_requests;
	uint64_t kitchens;
	uint64_t kitchens_total;
	uint64_t kitchen_dumplings;
	uint64_t kitchen_dumplings_invalid;
	uint64_t kitchen_dumplings_dropped;
};
extern const struct stat_counter stats_gateway[];

/* Puts every counter of a table, by its name. */
void stats_put(struct nd_dumpling *out, const struct stat_counter *table,
	       const void *counters);

/* A counter's value. */
uint64_t stats_get(const struct stat_counter *counter, const void *counters);

#endif
