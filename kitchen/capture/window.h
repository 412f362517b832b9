/* SPDX-License-Identifier: MIT */
#ifndef WINDOW_H
#define WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * A stretch of a byte stream in memory, from `at` to `end`, that slides over
 * it.  The stream is read in large blocks into aligned pages, for which the
 * kernel copies fastest; what a block ends inside of is moved in front of the
 * next, so it is in one piece.
 */

/* Up to how many bytes can be asked for in one piece. */
#define WINDOW_MAX ((size_t)512 * 1024)

/* Gives up to `size` bytes of the stream; 0 at its end, or -errno. */
typedef ssize_t window_read_fn(void *host, void *buf, size_t size);

struct window {
	const uint8_t *at, *end;
	uint8_t *memory, *block, *limit;
	window_read_fn *read;
	void *host;
	int error; /* of read(), -errno */
	bool ended;
};

/* 0 or -ENOMEM; window_close() it. */
int window_open(struct window *w, window_read_fn *read, void *host);
void window_close(struct window *w);

/*
 * Reads until there are n bytes, up to WINDOW_MAX, from `at` on.  False when
 * the stream ends before.  What was lent of the window moves.
 */
bool window_fill(struct window *w, size_t n);

/* Passes n bytes over, in pieces.  False when the stream ends before. */
bool window_skip(struct window *w, uint64_t n);

static inline size_t window_left(const struct window *w)
{
	return (size_t)(w->end - w->at);
}

static inline bool window_has(struct window *w, size_t n)
{
	return window_left(w) >= n || window_fill(w, n);
}

#endif
