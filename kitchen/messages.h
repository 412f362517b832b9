/* SPDX-License-Identifier: MIT */
#ifndef MESSAGES_H
#define MESSAGES_H

#include "chef_host.h"
#include "nmsg_dumpling.h"
#include "nmsg_input.h"

/*
 * Messages of NMSG that are no packets, as dumplings: of each type there is a
 * chef nmsg.VENDOR.TYPE, from its first message on.
 */

/* Chefs, and of them those whose type is not known. */
#define MESSAGES_CHEFS_MAX 64
#define MESSAGES_UNKNOWN_MAX 32

struct messages_chef {
	uint32_t vid, msgtype;
	char name[NMSG_DUMPLING_CHEF];
	struct batcher batcher;
};

struct messages {
	struct chef_host_kitchen kitchen;
	struct nmsg_aliases aliases;
	struct messages_chef *chefs[MESSAGES_CHEFS_MAX];
	size_t count, unknown;
	struct messages_chef *last;
	uint64_t refused; /* messages of types that have no room */
};

/* What `kitchen` lends is lent for its life; messages_close() it. */
void messages_open(struct messages *m, const struct chef_host_kitchen *kitchen);
void messages_close(struct messages *m);

/*
 * Makes a dumpling of the message, of the time that it says.  One that is not
 * of its type is counted as its chef's error, and told once a second.
 */
void messages_take(struct messages *m, const struct message *message,
		   int64_t time_ns);

/* batcher_flush() of all. */
void messages_flush(struct messages *m, int64_t now_ns, int64_t delay_ns);

/* The counters of what came in, and ours. */
void messages_count(const struct messages *m,
		    const struct nmsg_input_stats *input,
		    struct stats_kitchen *stats);

#endif
