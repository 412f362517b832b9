/* SPDX-License-Identifier: MIT */
#ifndef NMSG_CONTAINER_H
#define NMSG_CONTAINER_H

#include "message.h"

#include <stdbool.h>

/*
 * Containers of NMSG: a header of ten bytes, and a body that is one protobuf
 * message of many payloads.  The header, and the reading of a body.
 */

#define NMSG_CONTAINER_HEADER 10
#define NMSG_CONTAINER_MIN 512
#define NMSG_CONTAINER_MAX 1048576       /* header included */
#define NMSG_CONTAINER_BODY_MAX 16777216 /* taken at all, and unpacked */
#define NMSG_CONTAINER_UDP 8192          /* what nmsgtool makes for sockets */

#define NMSG_CONTAINER_PEER_MAX 20 /* bytes that tell a sender from others */

#define NMSG_CONTAINER_ZLIB 1
#define NMSG_CONTAINER_FRAGMENT 2

struct nmsg_container_header {
	uint8_t flags;
	uint8_t version; /* 2, or 1 */
	size_t len;      /* of the header itself */
	size_t body_len;
};

/*
 * Reads a header.  1, 0 if more bytes are needed to say, -EBADMSG if these are
 * none.  Version 1 is for files.
 */
int nmsg_container_header(const uint8_t *data, size_t len,
			  struct nmsg_container_header *header);

/* Writes a header of version 2. */
void nmsg_container_put_header(uint8_t out[NMSG_CONTAINER_HEADER],
			       unsigned int flags, size_t body_len);

/* A body that is being read; its bytes are lent. */
struct nmsg_container {
	const uint8_t *at, *end; /* payloads */
	const uint8_t *crc_at;   /* their checksums */
	const uint8_t *packed_at, *packed_end;
	size_t count; /* of payloads */
	bool has_sequence;
	uint32_t sequence;
	uint64_t sequence_id;
};

/*
 * Begins to read a body, neither compressed nor a fragment.  0, or -EBADMSG
 * for one that is not well formed from end to end, or whose payloads lack what
 * they must have.
 */
int nmsg_container_open(struct nmsg_container *c, const uint8_t *body,
			size_t len);

/*
 * The next message, whose payload is lent as long as the body.  1; 0 at the
 * end; -EBADMSG for a payload whose checksum is wrong, and the next is to be
 * had as well.
 */
int nmsg_container_next(struct nmsg_container *c, struct message *m);

#endif
