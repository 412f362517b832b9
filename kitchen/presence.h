/* SPDX-License-Identifier: MIT */
#ifndef PRESENCE_H
#define PRESENCE_H

#include "kitchen.h"

/*
 * What a kitchen says of itself in the topic "!kitchen/NAME/": who it is, its
 * counters, and each chef's next number, so that a loss is known even when
 * nothing follows it.
 */

/* 0 or -errno. */
int presence_open(struct kitchen *k);
void presence_close(struct kitchen *k);

/* Tells the push what a WebSocket says first.  0 or -errno. */
int presence_hello(struct kitchen *k);

/* `closing` is its last word. */
void presence_send(struct kitchen *k, bool closing);

#endif
