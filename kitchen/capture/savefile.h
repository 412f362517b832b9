/* SPDX-License-Identifier: MIT */
#ifndef SAVEFILE_H
#define SAVEFILE_H

#include "capture.h"
#include "window.h"

/*
 * Packets out of the bytes of a savefile.  pcap of either byte order, with
 * micro- or nanoseconds and Kuznetzov's longer packet headers:
 * draft-ietf-opsawg-pcap, and pcap-savefile(5).  pcapng: draft-ietf-opsawg-
 * pcapng, as pcapng.h has it.
 */

/* The longest packet; a file that tells of a longer one is damaged. */
#define SAVEFILE_PACKET_MAX ((uint32_t)256 * 1024)

/* The latest time that a packet may have, in the year 2116. */
#define SAVEFILE_SECONDS_MAX UINT64_C(4611686018)

struct savefile;

/*
 * Yours: savefile_close().  Reads as far as the first link type.  NULL and a
 * sentence's end in `why`.
 */
struct savefile *savefile_open(window_read_fn *read, void *host, char *why,
			       size_t why_size);
void savefile_close(struct savefile *s);

/* libpcap's DLT_ value of the first interface; -1 if there is none. */
int savefile_linktype(const struct savefile *s);

/*
 * The next packet, lent until the next call: 1.  0 at the end, also from then
 * on; -EIO where the file is cut off or damaged, and savefile_error().
 */
int savefile_next(struct savefile *s, struct capture_packet *pkt);
/*
 * Whether the next packet of a pcap is in memory as a whole, and what it is;
 * what the last call of savefile_next() lent stays where it is.
 */
bool savefile_peek(const struct savefile *s, struct capture_packet *pkt);
const char *savefile_error(const struct savefile *s);

/* Savefiles' numbers of link types, LINKTYPE_, as libpcap's here, DLT_. */
int savefile_dlt(uint32_t linktype);

#endif
