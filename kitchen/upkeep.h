/* SPDX-License-Identifier: MIT */
#ifndef UPKEEP_H
#define UPKEEP_H

#include "kitchen.h"

/* What a kitchen does beside packets, most of it by the clock. */

/*
 * Pokes the chefs if it is time by `clock_ns`, a packet's or loop_now_ns();
 * after a long gap once, not for all of it.  time_ns is what their dumplings
 * say of their creation.
 */
void upkeep_poke_if_due(struct kitchen *k, int64_t clock_ns, int64_t time_ns);
void upkeep_poke(struct kitchen *k, int64_t time_ns);

/* What has a time: pokes that are not on packet time, presence, old batches. */
void upkeep(struct kitchen *k);

/* When upkeep() is wanted next, by loop_now_ns(). */
int64_t upkeep_next_ns(const struct kitchen *k);

/*
 * For capture_open(): also sends what is in hand.  After how many milliseconds
 * it wants to be called again.
 */
int upkeep_idle(void *kitchen);

/* Sends the batches that have waited for delay_ns; 0: all. */
void upkeep_flush(struct kitchen *k, int64_t now_ns, int64_t delay_ns);

/* Tells in the log whether the hub is there, when that has changed. */
void upkeep_hub(struct kitchen *k);

/* Counters as they stand, into k->stats. */
void upkeep_count(struct kitchen *k);

#endif
