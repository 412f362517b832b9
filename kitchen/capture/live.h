/* SPDX-License-Identifier: MIT */
#ifndef LIVE_H
#define LIVE_H

#include "capture.h"

/* One network interface, through libpcap. */

struct live;

/*
 * Yours: live_close().  Opens `interface` as config says, which number among
 * those of its fanout group `number` is.  NULL and a sentence in `why`.
 */
struct live *live_open(const struct capture_config *config,
		       const char *interface, int number, char *why,
		       size_t why_size);
void live_close(struct live *l);

/* Becomes readable when packets wait. */
int live_fd(const struct live *l);

/* libpcap's DLT_ value. */
int live_linktype(const struct live *l);

/* As capture_dispatch(), of which it is a part; -EIO and live_error(). */
int live_dispatch(struct live *l, int max, capture_packet_fn *packet,
		  void *host);
const char *live_error(const struct live *l);

/* What the kernel and the interface dropped since the start is added. */
void live_dropped(struct live *l, uint64_t *kernel, uint64_t *interface);

#endif
