/* SPDX-License-Identifier: MIT */
#ifndef PACKETS_H
#define PACKETS_H

#include "capture.h"
#include "nmsg/message.h"

/* Makes messages of captured packets: base:packet, base:pkt or base:ncap. */

struct packets;

/*
 * Yours: packets_free().  NULL and errno, EINVAL for a type that is not made
 * of packets.
 */
struct packets *packets_new(uint32_t msgtype);
void packets_free(struct packets *p);

/*
 * A packet's message, lent until the next call: 1.  0 if it has none: no IP
 * inside, no Ethernet for base:pkt, or for base:ncap a fragment that is not the
 * last to come.  -ENOMEM.
 */
int packets_message(struct packets *p, const struct capture_packet *pkt,
		    struct message *out);

/* How many had none; fragments that await others do not count. */
uint64_t packets_skipped(const struct packets *p);

#endif
