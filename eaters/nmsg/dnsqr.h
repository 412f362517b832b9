/* SPDX-License-Identifier: MIT */
#ifndef DNSQR_H
#define DNSQR_H

#include "maker.h"

/*
 * base:dnsqr and base:dns of DNSChef's transactions: what was asked and
 * answered, and the records of the answer, a message for each set of them.  0,
 * -ENOENT for what they cannot hold, -errno.
 */
int dnsqr_make(struct maker *k);
int dnsqr_make_records(struct maker *k);

#endif
