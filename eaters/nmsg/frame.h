/* SPDX-License-Identifier: MIT */
#ifndef FRAME_H
#define FRAME_H

#include "maker.h"

/*
 * base:packet and base:pkt of PacketChef's frames: the IP packet that is in
 * one, and the Ethernet frame.  0, -ENOENT for what has none, -errno.
 */
int frame_make_packet(struct maker *k);
int frame_make_pkt(struct maker *k);

#endif
