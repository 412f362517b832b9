/* SPDX-License-Identifier: MIT */
#ifndef RECORDER_H
#define RECORDER_H

#include "text.h"

#include <netdumplings/dumpling.h>
#include <stdbool.h>

/*
 * Makes sections of pcapng from PacketChef's dumplings: an interface for each
 * kitchen, interface and link type that comes, the packets, and at the end
 * what each interface gave and what is known to have been lost.
 */
struct recorder;

/*
 * Yours: recorder_free().  snaplen is bytes of a packet, at most; 0: all of
 * them.  NULL and errno ENOMEM.
 */
struct recorder *recorder_new(uint32_t snaplen);
void recorder_free(struct recorder *r);

/* Begins a section. */
int recorder_begin(struct recorder *r, struct text *t);

/*
 * Appends a dumpling's packet.  missing is nd_eater_stats()'s, of now: a hole
 * in the numbers of its kitchen is written down with the packet behind it.  0,
 * -EBADMSG for what is no packet, -ENOMEM.
 */
int recorder_packet(struct recorder *r, struct text *t,
		    const struct nd_dumpling *d, uint64_t missing);

/* Ends the section, with the statistics of its interfaces. */
void recorder_end(struct recorder *r, struct text *t, uint64_t missing);

#endif
