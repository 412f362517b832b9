/* SPDX-License-Identifier: MIT */
#ifndef SUMS_H
#define SUMS_H

#include <netdumplings/dumpling.h>
#include <text.h>

/*
 * Sums of what several kitchens count: of the interval dumplings of some chefs
 * it keeps each kitchen's latest payload, for as long as the hub knows that
 * kitchen, in memory with a bound.
 */
struct sums;

/* Yours: sums_free().  NULL and errno ENOMEM. */
struct sums *sums_new(void);
void sums_free(struct sums *s);

/* Whether sums are made of such a dumpling. */
bool sums_has(const struct nd_dumpling *d);

/* Keeps the payload of one of these.  0, -ENOMEM, or -EMSGSIZE. */
int sums_take(struct sums *s, const struct nd_dumpling *d);

/*
 * Appends the dumpling as JSON, with the sum over all kitchens for its payload:
 * maps are merged by their keys, numbers added; of times, and of what is called
 * "latest", it has the latest, of other things this dumpling's.  Nothing is
 * null.  0, -EBADMSG, -EMSGSIZE or -ENOMEM.
 */
int sums_write(struct sums *s, struct text *t, const struct nd_dumpling *d);

/* The hub's status: forgets kitchens that it says are gone, or has not. */
void sums_status(struct sums *s, const struct nd_dumpling *status);

#endif
