/* SPDX-License-Identifier: MIT */
#ifndef WIRE_H
#define WIRE_H

#include "fill.h"
#include "world.h"

/*
 * Frames of Ethernet.  Write a body, then say what carries it: the headers are
 * put before it, and the packet goes on record.
 */

/* Who sends to whom.  Ports of TCP and UDP. */
struct ends {
	struct host *from;
	const struct host *to;
	uint16_t from_port, to_port;
	bool v6;
	uint8_t ttl; /* or hop limit; 0: as usual */
};

struct ends wire_back(const struct ends *e, struct host *to);

enum {
	WIRE_FIN = 1,
	WIRE_SYN = 2,
	WIRE_RST = 4,
	WIRE_PSH = 8,
	WIRE_ACK = 16,
};

struct wire_tcp {
	uint32_t seq, ack;
	uint8_t flags;
	uint16_t window;
};

/* The most that a body of TCP may have. */
#define WIRE_MSS4 1460
#define WIRE_MSS6 1440

struct fill wire_body(struct world *w);
void wire_udp(struct world *w, const struct ends *e, const struct fill *body);
/* One with SYN has the usual options. */
void wire_tcp(struct world *w, const struct ends *e, const struct wire_tcp *tcp,
	      const struct fill *body);
/* `rest` is the second word of the header, RFC 792, RFC 4443. */
void wire_icmp(struct world *w, const struct ends *e, uint8_t type,
	       uint8_t code, uint32_t rest, const struct fill *body);
/* The head of a UDP packet with so many bytes, as those who object quote it. */
void wire_quote(struct fill *f, const struct ends *e, size_t len);
/* A body that is a whole ARP packet. */
void wire_arp(struct world *w, const uint8_t from[6], const uint8_t to[6],
	      const struct fill *body);

/* Everyone on a network: ff:ff:ff:ff:ff:ff, 255.255.255.255. */
struct host wire_everyone(const struct place *place);

#endif
