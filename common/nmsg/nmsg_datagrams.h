/* SPDX-License-Identifier: MIT */
#ifndef NMSG_DATAGRAMS_H
#define NMSG_DATAGRAMS_H

#include <stddef.h>
#include <stdint.h>

/* What comes to UDP sockets, many datagrams in one call to the kernel. */
struct nmsg_datagrams;

/* HOST/PORT[..PORT].  NULL and errno, as nmsg_input_open_socket(). */
struct nmsg_datagrams *nmsg_datagrams_open(const char *spec);
void nmsg_datagrams_close(struct nmsg_datagrams *d);

struct nmsg_datagrams_one {
	const uint8_t *data;
	size_t len;
	const uint8_t *peer; /* tells the sender from others */
	size_t peer_len;
};

/* Never waits.  1 and one, lent until the next call; 0; -errno. */
int nmsg_datagrams_next(struct nmsg_datagrams *d,
			struct nmsg_datagrams_one *one);

/* Readable when there may be some. */
int nmsg_datagrams_fd(const struct nmsg_datagrams *d);

/* The first socket's port. */
int nmsg_datagrams_port(const struct nmsg_datagrams *d);

#endif
