/* SPDX-License-Identifier: MIT */
#ifndef ICMP_H
#define ICMP_H

#include "walk.h"

/* ICMP and ICMPv6 messages, and an option of neighbour discovery. */
enum proto icmp_v4(struct decode *d);
enum proto icmp_v6(struct decode *d);
enum proto icmp_nd_option(struct decode *d);

#endif
