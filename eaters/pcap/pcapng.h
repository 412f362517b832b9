/* SPDX-License-Identifier: MIT */
#ifndef PCAPNG_H
#define PCAPNG_H

#include "text.h"

/*
 * Blocks of a pcapng savefile, draft-ietf-opsawg-pcapng section 4, in this
 * machine's byte order, appended to a text.  Texts in options longer than
 * 65535 bytes are cut off there.
 */

/* Section 4.1; what follows belongs to it.  comment may be NULL. */
void pcapng_section(struct text *t, const char *application,
		    const char *comment);

/*
 * Section 4.2; the section's interfaces are numbered from 0 in this order.
 * Times of its packets are in ns.  snaplen 0 is no limit.
 */
void pcapng_interface(struct text *t, uint16_t linktype, uint32_t snaplen,
		      const char *name);

/* Section 4.3: a packet, len bytes on the wire. */
struct pcapng_packet {
	uint32_t interface;
	uint64_t time_ns; /* since 1970 UTC */
	const uint8_t *data;
	uint32_t caplen;
	uint32_t len;
	uint64_t dropped; /* packets lost since the one before; or 0 */
};

void pcapng_packet(struct text *t, const struct pcapng_packet *p);

/*
 * Section 4.6: packets that came from an interface until then, and those known
 * to be lost.  comment may be NULL.
 */
void pcapng_statistics(struct text *t, uint32_t interface, uint64_t time_ns,
		       uint64_t received, uint64_t dropped,
		       const char *comment);

#endif
