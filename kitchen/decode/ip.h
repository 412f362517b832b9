/* SPDX-License-Identifier: MIT */
#ifndef IP_H
#define IP_H

#include "walk.h"

/* What an IPv4 header, or an AH behind it, says comes next. */
enum proto ip_number4(struct decode *d, uint8_t number);
/* The same for IPv6; it is noted as the packet's protocol. */
enum proto ip_number6(struct decode *d, uint8_t number);

/* IPv6 extension headers, RFC 8200 section 4, and their like over IPv4. */
enum proto ip_hop_by_hop(struct decode *d);
enum proto ip_routing(struct decode *d);
enum proto ip_destination(struct decode *d);
enum proto ip_mobility(struct decode *d);
enum proto ip_fragment(struct decode *d);
enum proto ip_ah(struct decode *d);
enum proto ip_ah6(struct decode *d);
enum proto ip_esp(struct decode *d);

/* Transports that are not on the usual packet's path. */
enum proto ip_sctp(struct decode *d);
enum proto ip_igmp(struct decode *d);
/* Ethernet in IP, RFC 3378 */
enum proto ip_ethernet(struct decode *d);

/* IP of the version that its first bits tell. */
enum proto ip_any(struct decode *d);

#endif
