/* SPDX-License-Identifier: MIT */
#ifndef DOT11_H
#define DOT11_H

#include "walk.h"

/* IEEE 802.11, and what sniffers put before it. */
enum proto dot11_frame(struct decode *d);
enum proto dot11_padded(struct decode *d);
/* The first of the frames that are sent as one. */
enum proto dot11_amsdu(struct decode *d);
enum proto dot11_radiotap(struct decode *d);
enum proto dot11_prism(struct decode *d);

#endif
