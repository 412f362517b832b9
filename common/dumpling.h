/* SPDX-License-Identifier: MIT */
#ifndef DUMPLING_H
#define DUMPLING_H

#include <netdumplings/dumpling.h>

/* The inside of a dumpling, for the library's own files. */

struct dumpling_text; /* copies that nd_get_str() and nd_json() lend */

struct dumpling_open {
	size_t at; /* of the container's first byte in buf */
	uint32_t count;
	bool is_map;
	bool wants_key; /* of the next value: a map's, but after put_map_key()
			 */
};

struct nd_dumpling {
	/* Writing: the payload is buf[start..len); buf has more before it. */
	uint8_t *buf;
	size_t len, cap;
	size_t limit; /* bytes of buf, at most */
	size_t start;
	int error;
	unsigned depth;
	bool implicit; /* the outermost map was opened by a first key */
	bool complete; /* the payload is one whole value */
	struct dumpling_open open[ND_DEPTH_MAX];
	int (*serve)(void *host); /* what nd_serve() calls */
	void *host;

	/* Reading. */
	const char *chef;
	const char *kitchen;
	enum nd_driver driver;
	int64_t time_ns;
	uint64_t seq;
	const uint8_t *payload;
	size_t payload_len;
	struct dumpling_text *text;
};

/*
 * A dumpling to write into or read from, yours: dumpling_free().  limit is
 * the most bytes that buf may take.  NULL and errno ENOMEM.
 */
struct nd_dumpling *dumpling_new(size_t limit);
void dumpling_free(struct nd_dumpling *d);

/* Gives back the texts that were lent. */
void dumpling_forget_texts(const struct nd_dumpling *d);

/* `len` bytes lent until dumpling_forget_texts(); NULL and errno ENOMEM. */
char *dumpling_lend(const struct nd_dumpling *d, size_t len);

#endif
