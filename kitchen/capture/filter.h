/* SPDX-License-Identifier: MIT */
#ifndef FILTER_H
#define FILTER_H

#include "capture.h"

/*
 * pcap-filter(7) on packets of savefiles, compiled once for each link type
 * that comes.
 */

struct filter;

/* Yours: filter_free().  `text` is lent for its life.  NULL and errno. */
struct filter *filter_new(const char *text);
void filter_free(struct filter *f);

/* Whether it means something on a link type, DLT_; a sentence in `why`. */
bool filter_fits(struct filter *f, int linktype, char *why, size_t why_size);

/*
 * Whether the packet matches; one of a link type on which the filter means
 * nothing does not, and that is told in the log.
 */
bool filter_matches(struct filter *f, const struct capture_packet *pkt);

#endif
