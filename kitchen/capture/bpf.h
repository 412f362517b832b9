/* SPDX-License-Identifier: MIT */
#ifndef BPF_H
#define BPF_H

#include "capture.h"

/*
 * pcap-filter(7) on packets of savefiles, compiled once for each link type
 * that comes.
 */

struct bpf;

/* Yours: bpf_free().  `text` is lent for its life.  NULL and errno. */
struct bpf *bpf_new(const char *text);
void bpf_free(struct bpf *f);

/* Whether it means something on a link type, DLT_; a sentence in `why`. */
bool bpf_fits(struct bpf *f, int linktype, char *why, size_t why_size);

/*
 * Whether the packet matches; one of a link type on which the filter means
 * nothing does not, and that is told in the log.
 */
bool bpf_matches(struct bpf *f, const struct capture_packet *pkt);

#endif
