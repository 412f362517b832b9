/* SPDX-License-Identifier: MIT */
#ifndef DECOMPRESS_H
#define DECOMPRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* gzip, zstd, lz4, xz and bzip2, through libarchive. */

struct decompress;

/* By how many bytes it is known what a stream is. */
#define DECOMPRESS_MAGIC 6

/* Whether a stream that begins so is compressed. */
bool decompress_knows(const uint8_t *magic, size_t len);

/* Gives bytes of the compressed stream, lent until the next call; 0 or -errno.
 */
typedef ssize_t decompress_read_fn(void *host, const void **data);

/* Yours: decompress_close().  NULL and errno. */
struct decompress *decompress_open(decompress_read_fn *read, void *host);
void decompress_close(struct decompress *d);

/* As read(2): 0 at the end; -EIO and decompress_error(), else NULL. */
ssize_t decompress_read(struct decompress *d, void *buf, size_t size);
const char *decompress_error(const struct decompress *d);

#endif
