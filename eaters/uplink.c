/* SPDX-License-Identifier: MIT */
#include "uplink.h"

#include "bus.h"
#include "log.h"
#include "loop.h"

#include <inttypes.h>
#include <stdio.h>

#define HINT_NS 1000000000

void uplink_start(struct uplink *u)
{
	u->hint_at = loop_now_ns() + HINT_NS;
}

void uplink_follow(struct uplink *u, const struct nd_eater *eater)
{
	struct nd_eater_stats stats;

	nd_eater_stats(eater, &stats);
	if (stats.connected && u->lost)
		log_info("the hub at %s is back", u->endpoint);
	if (!stats.connected && u->connected)
		log_info("lost the hub at %s; waiting for it", u->endpoint);
	/* The first dumplings may come before word of the connection. */
	u->met |= stats.connects > 0 || stats.dumplings > 0;
	u->lost = stats.connected ? false : u->lost || u->connected;
	u->connected = stats.connected;
	if (u->met || u->hinted || loop_now_ns() < u->hint_at)
		return;
	u->hinted = true;
	log_info("no hub at %s yet, waiting for it (%s starts one)",
		 u->endpoint,
		 bus_is_websocket(u->endpoint) ? "nd-gateway" : "nd-hub");
}

const char *uplink_plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

void uplink_losses(char out[UPLINK_LOSSES], const struct nd_eater_stats *stats,
		   uint64_t unreadable)
{
	uint64_t bad = stats->invalid + unreadable;
	char missing[32] = "none", invalid[96] = "";

	if (stats->missing > 0)
		snprintf(missing, sizeof(missing), "%" PRIu64, stats->missing);
	if (bad > 0)
		snprintf(invalid, sizeof(invalid),
			 ", %" PRIu64 " message%s not well formed", bad,
			 uplink_plural(bad));
	snprintf(out, UPLINK_LOSSES, "%s known to be missing%s", missing,
		 invalid);
}
