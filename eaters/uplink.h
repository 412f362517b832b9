/* SPDX-License-Identifier: MIT */
#ifndef UPLINK_H
#define UPLINK_H

#include <netdumplings/eater.h>

/* An eater's connection to its hub, as far as its user is told of it. */

/* How often a connection that is being made is looked at. */
#define UPLINK_CONNECTING_MS 50

/* What --hub is. */
#define UPLINK_HELP                                                      \
	"Where the hub sends its dumplings from; or, with ws://HOST or " \
	"HOST:11348, nd-gateway, or netdumplings' own hub."

struct uplink {
	char endpoint[512];
	bool connected;
	bool met; /* it was connected, or dumplings came, at some time */
	bool lost, hinted;
	int64_t hint_at;
};

/* From now on; a hub that is not there within a second is worth a word. */
void uplink_start(struct uplink *u);

/* Tells in the log what became of the connection since the last call. */
void uplink_follow(struct uplink *u, const struct nd_eater *eater);

/* Room for uplink_losses(). */
#define UPLINK_LOSSES 160

/*
 * The end of an eater's last line, "3 known to be missing, 1 message not well
 * formed": `unreadable` are those that the eater itself could not read.
 */
void uplink_losses(char out[UPLINK_LOSSES], const struct nd_eater_stats *stats,
		   uint64_t unreadable);

/* What "dumpling" has behind it for n of them: "s", or nothing. */
const char *uplink_plural(uint64_t n);

#endif
