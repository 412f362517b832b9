/* SPDX-License-Identifier: MIT */
#ifndef PUT_H
#define PUT_H

#include "dumpling.h"

/* Writing payloads, for those who hold the buffer. */

/* Starts a payload at buf + len. */
void put_begin(struct nd_dumpling *d);

/*
 * Ends the payload: 0, or -errno of the first failed call, -EINVAL for what
 * is not one whole value, and the buffer is as it was before.
 */
int put_finish(struct nd_dumpling *d);

/*
 * A key of the innermost map, of any bytes; its value is put next, with NULL
 * for its key.
 */
void put_map_key(struct nd_dumpling *d, const char *key, size_t key_len);

/* Adds bytes that are one msgpack value as they are. */
void put_raw(struct nd_dumpling *d, const char *key, const void *bytes,
	     size_t bytes_len);

/* Adds bytes to the buffer, whatever they are; errors stick as elsewhere. */
void put_bytes(struct nd_dumpling *d, const void *bytes, size_t bytes_len);

/* Makes what was written readable as this dumpling's payload. */
void put_expose(struct nd_dumpling *d);

#endif
