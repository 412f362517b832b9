/* SPDX-License-Identifier: MIT */
#ifndef NETDUMPLINGS_BYTES_H
#define NETDUMPLINGS_BYTES_H

#include <stdint.h>

/* Numbers as protocols have them, the highest byte first, at any address. */

#ifdef __cplusplus
extern "C" {
#endif

static inline uint16_t nd_be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t nd_be32(const uint8_t *p)
{
	return (uint32_t)nd_be16(p) << 16 | nd_be16(p + 2);
}

#ifdef __cplusplus
}
#endif

#endif
