/* SPDX-License-Identifier: MIT */
#ifndef NMSG_SENDER_H
#define NMSG_SENDER_H

#include "nmsg_rate.h"

#include <stddef.h>
#include <stdint.h>

/* Datagrams to one UDP socket, many in one call to the kernel if wanted. */
struct nmsg_sender;

/*
 * `fd` is taken; `rate` is lent, or NULL.  `batch` datagrams of up to `max`
 * bytes are gathered, none if it is less than 2.  NULL and errno.
 */
struct nmsg_sender *nmsg_sender_new(int fd, size_t max, unsigned int batch,
				    struct nmsg_rate *rate);
void nmsg_sender_free(struct nmsg_sender *s);

/* Takes a copy of one; it goes out now or with others.  0 or -errno. */
int nmsg_sender_put(struct nmsg_sender *s, const uint8_t *data, size_t len);

/* Sends what was gathered. */
int nmsg_sender_flush(struct nmsg_sender *s);

/* Datagrams that the network or the receiver did not want. */
uint64_t nmsg_sender_refused(const struct nmsg_sender *s);

#endif
