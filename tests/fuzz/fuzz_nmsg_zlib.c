/* SPDX-License-Identifier: MIT */
#include "nmsg_container.h"
#include "nmsg_zlib.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/*
 * The first byte chooses: bytes to unpack, or to pack at a level and unpack.
 */

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void unpack(struct nmsg_zlib_unpack *z, const uint8_t *data, size_t len)
{
	static volatile uint8_t last;
	const uint8_t *out;
	size_t out_len;

	(void)last;
	if (nmsg_zlib_unpack(z, data, len, &out, &out_len) < 0)
		return;
	check(out_len <= NMSG_CONTAINER_BODY_MAX);
	for (size_t i = 0; i < out_len; i++)
		last = out[i];
}

static void both(struct nmsg_zlib_unpack *z, int level, const uint8_t *data,
		 size_t len)
{
	struct nmsg_zlib_pack *p = nmsg_zlib_pack_new(level);
	uint8_t *packed = p ? malloc(nmsg_zlib_bound(p, len)) : NULL;
	const uint8_t *out;
	size_t out_len;

	if (packed) {
		size_t n = nmsg_zlib_pack(p, packed, data, len);

		check(n <= nmsg_zlib_bound(p, len));
		check(nmsg_zlib_unpack(z, packed, n, &out, &out_len) == 0);
		check(out_len == len && memcmp(out, data, len) == 0);
	}
	free(packed);
	nmsg_zlib_pack_free(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct nmsg_zlib_unpack *z = nmsg_zlib_unpack_new();

	if (z && len > 1) {
		if (data[0] % 11 == 10)
			unpack(z, data + 1, len - 1);
		else
			both(z, data[0] % 11, data + 1, len - 1);
	}
	nmsg_zlib_unpack_free(z);
	return 0;
}
