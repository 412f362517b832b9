/* SPDX-License-Identifier: MIT */
#ifndef NMSG_ZLIB_H
#define NMSG_ZLIB_H

#include <stddef.h>
#include <stdint.h>

/*
 * Bodies as the flag ZLIB says: four bytes of the length, unpacked, and a
 * stream of zlib (RFC 1950).
 */

/* Packs; its memory is used again for the next. */
struct nmsg_zlib_pack;

/* Yours: nmsg_zlib_pack_free().  Level 0 is zlib's default.  NULL and errno. */
struct nmsg_zlib_pack *nmsg_zlib_pack_new(int level);
void nmsg_zlib_pack_free(struct nmsg_zlib_pack *z);

/* Bytes that `len` ones may become. */
size_t nmsg_zlib_bound(struct nmsg_zlib_pack *z, size_t len);

/* Writes into `out`, which has room for nmsg_zlib_bound().  How much. */
size_t nmsg_zlib_pack(struct nmsg_zlib_pack *z, uint8_t *out,
		      const uint8_t *body, size_t len);

struct nmsg_zlib_unpack;
struct nmsg_zlib_unpack *nmsg_zlib_unpack_new(void);
void nmsg_zlib_unpack_free(struct nmsg_zlib_unpack *z);

/*
 * 0 and the unpacked body, lent until the next call; -EBADMSG for what is
 * damaged, of another length than it says, or longer than
 * NMSG_CONTAINER_BODY_MAX; -ENOMEM.
 */
int nmsg_zlib_unpack(struct nmsg_zlib_unpack *z, const uint8_t *body,
		     size_t len, const uint8_t **out, size_t *out_len);

#endif
