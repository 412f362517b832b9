/* SPDX-License-Identifier: MIT */
#ifndef RATE_H
#define RATE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Lets so many a second of several streams pass, spread over time.  A stream
 * that has little has all of it; those that have much share the rest evenly.
 */
struct rate;

/* Yours: rate_free().  NULL and errno ENOMEM. */
struct rate *rate_new(double per_s, int64_t now_ns);
void rate_free(struct rate *r);

/* One of a stream, below KINDS_MAX, is here: whether it passes. */
bool rate_take(struct rate *r, uint32_t stream, int64_t now_ns);

/* From time to time: deals the shares by what came since. */
void rate_turn(struct rate *r, int64_t now_ns);

/* The stream's number is another's from now on. */
void rate_forget(struct rate *r, uint32_t stream);

#endif
