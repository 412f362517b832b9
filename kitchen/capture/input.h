/* SPDX-License-Identifier: MIT */
#ifndef INPUT_H
#define INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * The bytes of a file, a FIFO or standard input, decompressed where their
 * first ones say that they are compressed.
 */

struct input;

/*
 * Called whenever there is nothing to give now; it returns after how many
 * milliseconds it wants to be called again.
 */
struct input_waiter {
	int (*idle)(void *host);
	void *host;
};

/* Waits until fd is readable.  False when a signal came first. */
bool input_wait(int fd, const struct input_waiter *waiter);

/*
 * Yours: input_close().  A path, or "-" for standard input.  `waiter` is
 * lent for the input's life.  NULL and errno, EISDIR among them.  It waits for
 * nothing.
 */
struct input *input_open(const char *path, const struct input_waiter *waiter);
void input_close(struct input *in);

/*
 * As read(2), and window_read_fn: 0 at the end, or when a signal came, -errno;
 * what is compressed and damaged is -EBADMSG, with a sentence's end in
 * input_error(), NULL elsewhere.
 */
ssize_t input_read(void *in, void *buf, size_t size);
const char *input_error(const struct input *in);

#endif
