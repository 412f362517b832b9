/* SPDX-License-Identifier: MIT */
#ifndef NMSG_ZMQ_H
#define NMSG_ZMQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * ZeroMQ's sockets as NMSG uses them, which is not as the bus does: a message
 * is one part, and each end may listen or connect.
 */
struct nmsg_zmq;

/*
 * ENDPOINT[,accept|connect][,pubsub|pushpull].  Of what it does not say, a
 * sender connects and a receiver accepts, and both do pubsub.  NULL and errno.
 */
struct nmsg_zmq *nmsg_zmq_open(const char *endpoint, bool sends);

/* Whether a publisher waits for full queues, instead of leaving them out. */
void nmsg_zmq_set_patient(struct nmsg_zmq *z, bool patient);

/* Closes, waiting up to linger_ms for what is queued to go out. */
void nmsg_zmq_close(struct nmsg_zmq *z, int linger_ms);

/* Never waits.  1 and a part, lent until the next call; 0; -errno. */
int nmsg_zmq_receive(struct nmsg_zmq *z, const uint8_t **data, size_t *len);

/* Waits until it can receive.  1, 0 at the timeout, -errno. */
int nmsg_zmq_wait(struct nmsg_zmq *z, int timeout_ms);

/*
 * Sends a copy, waiting up to timeout_ms for room, or for ever for -1.  0;
 * -EAGAIN or -EINTR, and the same call without data tries again; -errno.
 */
int nmsg_zmq_send(struct nmsg_zmq *z, const void *data, size_t len,
		  int timeout_ms);

/* Whether something is yet to be sent by nmsg_zmq_send(). */
bool nmsg_zmq_waits(const struct nmsg_zmq *z);

/* Edge-triggered, as zmq_getsockopt(3) says of ZMQ_FD. */
int nmsg_zmq_fd(const struct nmsg_zmq *z);

/* Where it listens or connects. */
const char *nmsg_zmq_endpoint(const struct nmsg_zmq *z);

#endif
