/* SPDX-License-Identifier: MIT */
#ifndef PCAPNG_H
#define PCAPNG_H

#include "capture.h"
#include "window.h"

/*
 * pcapng, draft-ietf-opsawg-pcapng: sections of either byte order one after
 * another, each with interfaces of its own; Enhanced, Simple and the old
 * Packet Blocks.  Blocks of other types are passed over.
 */

/* A longer block is damage, as for libpcap; a longer name is cut off. */
#define PCAPNG_BLOCK_MAX ((uint32_t)16 * 1024 * 1024)
#define PCAPNG_INTERFACES_MAX 65536
#define PCAPNG_NAME_SIZE 64

struct pcapng_interface {
	int linktype; /* libpcap's DLT_ value */
	uint32_t snaplen;
	uint64_t units; /* to a second, section 4.2: if_tsresol */
	int64_t offset_s;
	char name[PCAPNG_NAME_SIZE];
};

/* Zeroed to begin with; pcapng_close() frees what it came to own. */
struct pcapng {
	struct pcapng_interface *interfaces;
	size_t count, room;
	bool swapped; /* the other byte order than this machine's */
	int64_t last_ns;
	uint32_t skip; /* what a long block has left behind its packet */
	char error[128];
};

/*
 * Reads blocks up to a packet, lent until the next call: 1.  0 at the end,
 * -EIO and p->error where it is damaged.  With `pkt` NULL it reads only as far
 * as the first interface: 0.
 */
int pcapng_next(struct pcapng *p, struct window *w, struct capture_packet *pkt);
void pcapng_close(struct pcapng *p);

#endif
