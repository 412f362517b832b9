/* SPDX-License-Identifier: MIT */
#ifndef NMSG_STREAM_H
#define NMSG_STREAM_H

#include "nmsg_container.h"

/*
 * The containers of a file, a pipe or standard input, one behind the other.
 * What is between them and is none is passed over.
 */
struct nmsg_stream;

/* A path or "-"; or a descriptor, which is lent.  NULL and errno. */
struct nmsg_stream *nmsg_stream_open(const char *path);
struct nmsg_stream *nmsg_stream_open_fd(int fd);
void nmsg_stream_close(struct nmsg_stream *s);

struct nmsg_stream_one {
	struct nmsg_container_header header;
	const uint8_t *body;
};

/*
 * Never waits.  1 and a container, lent until the next call; 0 for nothing now,
 * and now and then before more is read; -ENODATA at the end; -errno.
 */
int nmsg_stream_next(struct nmsg_stream *s, struct nmsg_stream_one *one);

/*
 * The last container was not what it said.  Where none follows it, its length
 * was no better, and the next may be inside.
 */
void nmsg_stream_reject(struct nmsg_stream *s);

int nmsg_stream_fd(const struct nmsg_stream *s);

struct nmsg_stream_stats {
	uint64_t skipped; /* bytes that were no container, or a bad one's */
	uint64_t cut;     /* containers that the end cut off */
};
const struct nmsg_stream_stats *nmsg_stream_stats(const struct nmsg_stream *s);

#endif
