/* SPDX-License-Identifier: MIT */
#ifndef HUB_H
#define HUB_H

#include "batch.h"
#include "bus.h"
#include "stats.h"

#include <netdumplings/chef.h>

/* The hub's parts, and what they share.  One thread. */

struct hub_settings {
	const char *address;
	uint64_t in_port, out_port;
	struct nd_list in, out;
	double status_freq; /* seconds */
	uint64_t max_message;
	uint64_t queue;
	const char *user;
};

struct hub {
	struct hub_settings settings;
	struct bus *in;  /* PULL */
	struct bus *out; /* XPUB */
	struct kitchens *kitchens;
	struct eaters *eaters;
	struct stall *stall;
	struct batch status;
	struct stats_hub stats;
	int64_t next_status_ns; /* by loop_now_ns() */
	int64_t started_ns;     /* since 1970 */
};

#endif
