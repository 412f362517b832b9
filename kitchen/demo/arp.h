/* SPDX-License-Identifier: MIT */
#ifndef ARP_H
#define ARP_H

#include "world.h"

/* Who has which address: ARP, RFC 826. */

/* Asks for one; nobody answers for a host that is not there (NULL). */
void arp_ask(struct world *w, struct host *from, struct host *to);
/* Says its own without being asked, RFC 5227 section 3. */
void arp_announce(struct world *w, struct host *h);

/* A habit: someone wants to talk to someone, or to one that is gone. */
void arp_chat(struct world *w, struct place *place);

#endif
