/* SPDX-License-Identifier: MIT */
#ifndef PPP_H
#define PPP_H

#include "walk.h"

/* The point-to-point protocol, and what it goes through. */
enum proto ppp_frame(struct decode *d);
enum proto ppp_direction(struct decode *d);
enum proto ppp_cisco(struct decode *d);
enum proto ppp_ethernet(struct decode *d);
enum proto ppp_discovery(struct decode *d);
enum proto ppp_l2tp(struct decode *d);
enum proto ppp_l2tp_ip(struct decode *d);

#endif
