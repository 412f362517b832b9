/* SPDX-License-Identifier: MIT */
#ifndef NMSG_FRAGMENTS_H
#define NMSG_FRAGMENTS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Bodies that came in parts, as the flag FRAGMENT says.  Parts of one body
 * have the same number, checksum and sender.  They may come in any order, and
 * more than once.  A body is forgotten 30 s after its last part came, or
 * sooner if others need its room.
 */
struct nmsg_fragments;

struct nmsg_fragments_stats {
	uint64_t taken;
	uint64_t bad;     /* not well formed, or not as others of the body */
	uint64_t expired; /* bodies that were never whole */
};

/* A body; lent until the next call. */
struct nmsg_fragments_whole {
	const uint8_t *body;
	size_t len;
	unsigned int flags; /* NMSG_CONTAINER_ZLIB or 0 */
};

/* `memory` bounds the bytes that wait.  NULL and errno. */
struct nmsg_fragments *nmsg_fragments_new(size_t memory);
void nmsg_fragments_free(struct nmsg_fragments *f);

/*
 * Takes what is in a container with the flag.  `peer` is its sender, NULL for
 * a file, and no longer than NMSG_CONTAINER_PEER_MAX; `now_ns` is on some clock
 * that does not go back.  1 and the body, if this was its last part; 0;
 * -EBADMSG; -ENOMEM.
 *
 * libnmsg's writers count one part too many where the last would be empty,
 * and never send it; so a body is whole as well if only the last is missing,
 * and the checksum says so.
 */
int nmsg_fragments_take(struct nmsg_fragments *f, const uint8_t *data,
			size_t len, unsigned int flags, const void *peer,
			size_t peer_len, int64_t now_ns,
			struct nmsg_fragments_whole *whole);

/* Forgets what is too old. */
void nmsg_fragments_expire(struct nmsg_fragments *f, int64_t now_ns);

const struct nmsg_fragments_stats *
nmsg_fragments_stats(const struct nmsg_fragments *f);

/* --- making them --- */

/* More than a fragment has beside its bytes, its container's header too. */
#define NMSG_FRAGMENTS_ROOM 48

struct nmsg_fragments_part {
	uint32_t id, current, last, crc;
};

/*
 * Writes the container of one part, header included.  `out` has room for
 * NMSG_FRAGMENTS_ROOM bytes more than `len`.  How long it is.
 */
size_t nmsg_fragments_put(uint8_t *out, const struct nmsg_fragments_part *part,
			  unsigned int flags, const uint8_t *data, size_t len);

#endif
