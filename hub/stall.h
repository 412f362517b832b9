/* SPDX-License-Identifier: MIT */
#ifndef STALL_H
#define STALL_H

#include <stdint.h>

/*
 * The connections of eaters, watched for those that have stopped reading.
 * libzmq can tell that some queue is full but not whose, and has no call to
 * close one peer; the descriptors that its monitor names tell, and closing
 * one makes libzmq drop that eater's queue.
 */

struct stall;

struct stall *stall_new(void);
void stall_free(struct stall *s);

void stall_accepted(struct stall *s, int fd);
void stall_disconnected(struct stall *s, int fd);

/*
 * Looks at all connections, and shuts those that have had bytes to take and
 * took none for limit_ns, or a quarter more.  Call it often in that time.
 * Returns how many; gone(host, fd) is told of each.
 */
unsigned stall_check(struct stall *s, int64_t limit_ns,
		     void (*gone)(void *host, int fd), void *host);

#endif
