/* SPDX-License-Identifier: MIT */
#include "nmsg_crc.h"

#include <string.h>
#ifdef __x86_64__
#include <nmmintrin.h>
#endif

/* What half a byte makes of 0x82f63b78, the polynomial the other way round. */
static const uint32_t halves[16] = {
	0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3,
	0x61c69362, 0x7198540d, 0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9,
	0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
};

uint32_t nmsg_crc_plain(const void *data, size_t len)
{
	const uint8_t *p = data;
	uint32_t crc = UINT32_MAX;

	while (len-- > 0) {
		crc ^= *p++;
		crc = crc >> 4 ^ halves[crc & 15];
		crc = crc >> 4 ^ halves[crc & 15];
	}
	return __builtin_bswap32(~crc);
}

#ifdef __x86_64__

__attribute__((target("sse4.2"))) static uint32_t crc_sse(const uint8_t *p,
							  size_t len)
{
	uint64_t crc = UINT32_MAX, word;

	for (; len >= 8; p += 8, len -= 8) {
		memcpy(&word, p, 8);
		crc = _mm_crc32_u64(crc, word);
	}
	if (len >= 4) {
		uint32_t half;

		memcpy(&half, p, 4);
		crc = _mm_crc32_u32((uint32_t)crc, half);
		p += 4;
		len -= 4;
	}
	while (len-- > 0)
		crc = _mm_crc32_u8((uint32_t)crc, *p++);
	return __builtin_bswap32(~(uint32_t)crc);
}

uint32_t nmsg_crc(const void *data, size_t len)
{
	if (__builtin_cpu_supports("sse4.2"))
		return crc_sse(data, len);
	return nmsg_crc_plain(data, len);
}

#else

uint32_t nmsg_crc(const void *data, size_t len)
{
	return nmsg_crc_plain(data, len);
}

#endif
