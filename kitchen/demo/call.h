/* SPDX-License-Identifier: MIT */
#ifndef CALL_H
#define CALL_H

#include "world.h"

/* Two talk, or see each other: RTP (RFC 3550) both ways for so long. */
void call_start(struct world *w, struct host *from, struct host *to,
		uint32_t seconds, bool video);

#endif
