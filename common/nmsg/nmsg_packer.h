/* SPDX-License-Identifier: MIT */
#ifndef NMSG_PACKER_H
#define NMSG_PACKER_H

#include "message.h"

#include <stdbool.h>

/*
 * Makes containers, one after the other, with as many messages in each as
 * nmsgtool's would hold.
 */
struct nmsg_packer;

struct nmsg_packer_config {
	size_t max;     /* bytes of a container, header included */
	bool sequenced; /* numbered, as on sockets */
	bool zlib;
	int level; /* zlib's, 0: its default, as nmsgtool's */
};

/* Yours: nmsg_packer_free().  NULL and errno. */
struct nmsg_packer *nmsg_packer_new(const struct nmsg_packer_config *config);
void nmsg_packer_free(struct nmsg_packer *p);

/*
 * Adds a message.  0; 1 if the container is to be sealed now, as it holds a
 * message that is too large for it; -ENOSPC and nothing was added, for there is
 * no room before it is sealed; -EMSGSIZE for a message that no reader takes.
 */
int nmsg_packer_add(struct nmsg_packer *p, const struct message *m);

/*
 * Whether containers are compressed, from the one on that is sealed next.
 * 0 or -ENOMEM.
 */
int nmsg_packer_set_zlib(struct nmsg_packer *p, bool zlib);

/* Messages in it. */
size_t nmsg_packer_count(const struct nmsg_packer *p);

/*
 * Ends the container, which must hold a message, and begins the next.  *body
 * and *len are all that follows its header, lent until the next call; *flags
 * are the header's.  There are NMSG_CONTAINER_HEADER bytes of room in front of
 * them.  0 or -errno.
 */
int nmsg_packer_seal(struct nmsg_packer *p, uint8_t **body, size_t *len,
		     unsigned int *flags);

#endif
