/* SPDX-License-Identifier: MIT */
#ifndef SHARE_H
#define SHARE_H

#include <netdumplings/chef.h>

/*
 * Which of several workers that read the same file has this packet: both
 * directions of a flow, and all that two addresses say to each other without
 * ports, are one worker's.  From 0 up to workers - 1.
 */
uint32_t share_of(const struct nd_packet *pkt, uint32_t workers);

#endif
