/* SPDX-License-Identifier: MIT */
#ifndef HELLO_H
#define HELLO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <topic.h>

/*
 * What a WebSocket client says of itself, one JSON object:
 *	{"eater_name": ..., "chefs": [...], "kitchens": [...], "batch": true,
 *	 "sum": true, "max_rate": 100, "latest_per": {"ARPChef": "src_hw"}}
 * Only eater_name must be there, and may be any value.  Members that are not
 * known are for later versions, and left alone (docs/websocket.md).
 */

#define HELLO_BYTES_MAX (64 * 1024)
#define HELLO_NAMES_MAX 256
/* The most bytes of msgpack that a hello's JSON becomes: 1e1, is nine. */
#define HELLO_PAYLOAD_MAX (3 * HELLO_BYTES_MAX)

/* No name at all means every one. */
struct hello_names {
	uint32_t count;
	char names[HELLO_NAMES_MAX][TOPIC_NAME_MAX + 1];
};

#define HELLO_MERGES_MAX 32
#define HELLO_PATH_MAX 255
#define HELLO_DOTS_MAX 8
#define HELLO_RATE_MAX 1e6

/* What may be left out; what is not used of it is zero, so memcmp() tells. */
struct hello_thin {
	double max_rate; /* a second; 0: any */
	uint32_t merges;
	struct {
		char chef[TOPIC_NAME_MAX + 1];
		char path[HELLO_PATH_MAX + 1]; /* "": all are the same */
	} merge[HELLO_MERGES_MAX];
};

struct hello {
	struct hello_names chefs;
	struct hello_names kitchens;
	struct hello_thin thin;
	bool batch;
	bool sum;  /* counters of all kitchens as one */
	bool hubs; /* the hub's own dumplings, whichever kitchens are named */
	bool classic; /* it has none of these members */
	bool named; /* has an eater_name; told also of a hello that is wrong */
};

/*
 * Reads a hello of up to HELLO_BYTES_MAX.  0; -EBADMSG for what is not JSON,
 * or nested too deep; -EINVAL for JSON that is no hello; -ENOMEM.  Then *why
 * says in a few words what is wrong, static, and of h only `named`
 * has a meaning.
 */
int hello_parse(struct hello *h, const char *text, size_t len,
		const char **why);

#endif
