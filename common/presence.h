/* SPDX-License-Identifier: MIT */
#ifndef PRESENCE_H
#define PRESENCE_H

#include "topic.h"

#include <stdint.h>

/*
 * What an eater subscribes to in order to have a client of its own be seen,
 * such as a gateway's WebSocket client: "!client/ID/TIME/HOST/PORT/" and what
 * the client says of itself, msgpack (docs/protocol.md).
 */

#define PRESENCE_MAX 900
#define PRESENCE_DEPTH_MAX 16

struct presence {
	char id[TOPIC_NAME_MAX + 1]; /* of the eater whose client it is */
	int64_t connected_ns;        /* since 1970 */
	char host[48];               /* its address */
	uint16_t port;
	const void *hello; /* a map with texts for keys, of them "eater_name" */
	size_t hello_len;
};

/*
 * Writes the topic; its length, -EMSGSIZE if it is too long, -EINVAL if it
 * could not be read back, as for a hello nested too deep.
 */
int presence_write(char out[PRESENCE_MAX], const struct presence *p);

/* Reads a topic, in which the hello is lent.  0 or -EBADMSG. */
int presence_read(struct presence *p, const void *topic, size_t len);

#endif
