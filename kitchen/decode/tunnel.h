/* SPDX-License-Identifier: MIT */
#ifndef TUNNEL_H
#define TUNNEL_H

#include "walk.h"

/* Headers with a packet behind them. */
enum proto tunnel_mpls(struct decode *d);
enum proto tunnel_gre(struct decode *d);
/* Web cache communication over GRE, whose header is there or not. */
enum proto tunnel_wccp(struct decode *d);
enum proto tunnel_erspan(struct decode *d);
enum proto tunnel_erspan3(struct decode *d);
enum proto tunnel_vxlan(struct decode *d);
enum proto tunnel_vxlan_gpe(struct decode *d);
enum proto tunnel_geneve(struct decode *d);
enum proto tunnel_gtp(struct decode *d);

#endif
