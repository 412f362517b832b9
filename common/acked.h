/* SPDX-License-Identifier: MIT */
#ifndef ACKED_H
#define ACKED_H

#include <stdbool.h>
#include <stdint.h>

/*
 * How many bytes of a connection its other side has acknowledged so far, RFC
 * 9293, which grows while it reads.  False where that is not known: it is not
 * TCP, or not connected, and *bytes is 0.
 */
bool acked_bytes(int fd, uint64_t *bytes);

#endif
