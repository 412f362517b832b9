/* SPDX-License-Identifier: MIT */
#ifndef NMSG_RATE_H
#define NMSG_RATE_H

#include <stdint.h>

/*
 * A limit of so many datagrams in a second, which outputs may share.  Start it
 * zeroed but for per_second.
 */
struct nmsg_rate {
	uint32_t per_second; /* 0: no limit */
	int64_t due_ns;      /* the next may go out, on the monotonic clock */
};

/*
 * Waits until one may go out.  How many of `wanted` may now, 0 if a signal
 * came.
 */
unsigned int nmsg_rate_take(struct nmsg_rate *rate, unsigned int wanted);

#endif
