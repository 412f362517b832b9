/* SPDX-License-Identifier: MIT */
#include "nmsg_zlib.h"

#include "nmsg_container.h"

#include <errno.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <zlib.h>

#define PREFIX 4

/*
 * At zlib's default level the bytes are zlib's, and so nmsgtool's.  A level
 * that was asked for is libdeflate's, which is faster at each.
 */
struct nmsg_zlib_pack {
	z_stream stream;
	struct libdeflate_compressor *deflate;
};

struct nmsg_zlib_pack *nmsg_zlib_pack_new(int level)
{
	struct nmsg_zlib_pack *z = calloc(1, sizeof(*z));

	if (!z)
		return NULL;
	if (level > 0)
		z->deflate = libdeflate_alloc_compressor(level);
	if (level > 0 ? z->deflate != NULL
		      : deflateInit(&z->stream, Z_DEFAULT_COMPRESSION) == Z_OK)
		return z;
	free(z);
	errno = ENOMEM;
	return NULL;
}

void nmsg_zlib_pack_free(struct nmsg_zlib_pack *z)
{
	if (!z)
		return;
	if (z->deflate)
		libdeflate_free_compressor(z->deflate);
	else
		deflateEnd(&z->stream);
	free(z);
}

size_t nmsg_zlib_bound(struct nmsg_zlib_pack *z, size_t len)
{
	if (z->deflate)
		return PREFIX + libdeflate_zlib_compress_bound(z->deflate, len);
	return PREFIX + deflateBound(&z->stream, (uLong)len);
}

size_t nmsg_zlib_pack(struct nmsg_zlib_pack *z, uint8_t *out,
		      const uint8_t *body, size_t len)
{
	size_t room = nmsg_zlib_bound(z, len) - PREFIX;

	out[0] = (uint8_t)(len >> 24);
	out[1] = (uint8_t)(len >> 16);
	out[2] = (uint8_t)(len >> 8);
	out[3] = (uint8_t)len;
	out += PREFIX;
	if (z->deflate)
		return PREFIX + libdeflate_zlib_compress(z->deflate, body, len,
							 out, room);
	deflateReset(&z->stream);
	z->stream.next_in = (z_const Bytef *)(uintptr_t)body;
	z->stream.avail_in = (uInt)len;
	z->stream.next_out = out;
	z->stream.avail_out = (uInt)room;
	deflate(&z->stream, Z_FINISH); /* there is room, so it ends */
	return PREFIX + z->stream.total_out;
}

struct nmsg_zlib_unpack {
	struct libdeflate_decompressor *inflate;
	uint8_t *out;
	size_t size;
};

struct nmsg_zlib_unpack *nmsg_zlib_unpack_new(void)
{
	struct nmsg_zlib_unpack *z = calloc(1, sizeof(*z));

	if (!z)
		return NULL;
	z->inflate = libdeflate_alloc_decompressor();
	if (z->inflate)
		return z;
	free(z);
	errno = ENOMEM;
	return NULL;
}

void nmsg_zlib_unpack_free(struct nmsg_zlib_unpack *z)
{
	if (!z)
		return;
	libdeflate_free_decompressor(z->inflate);
	free(z->out);
	free(z);
}

/* deflate makes 1032 bytes of one at most. */
static bool can_be(size_t told, size_t len)
{
	return told <= NMSG_CONTAINER_BODY_MAX && told / 1032 <= len;
}

int nmsg_zlib_unpack(struct nmsg_zlib_unpack *z, const uint8_t *body,
		     size_t len, const uint8_t **out, size_t *out_len)
{
	size_t told;

	if (len < PREFIX)
		return -EBADMSG;
	told = (size_t)body[0] << 24 | (size_t)body[1] << 16 |
	       (size_t)body[2] << 8 | body[3];
	if (!can_be(told, len - PREFIX))
		return -EBADMSG;
	if (told >= z->size) {
		free(z->out);
		z->out = malloc(told + 1);
		z->size = z->out ? told + 1 : 0;
		if (!z->out)
			return -ENOMEM;
	}
	/* Without a place for its length it demands that of the room. */
	if (libdeflate_zlib_decompress(z->inflate, body + PREFIX, len - PREFIX,
				       z->out, told,
				       NULL) != LIBDEFLATE_SUCCESS)
		return -EBADMSG;
	*out = z->out;
	*out_len = told;
	return 0;
}
