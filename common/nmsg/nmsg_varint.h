/* SPDX-License-Identifier: MIT */
#ifndef NMSG_VARINT_H
#define NMSG_VARINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The pieces of protobuf's encoding that containers are made of. */

#define NMSG_VARINT_MAX 10

enum nmsg_varint_wire {
	NMSG_VARINT_VALUE = 0,
	NMSG_VARINT_FIXED64 = 1,
	NMSG_VARINT_BYTES = 2,
	NMSG_VARINT_FIXED32 = 5,
};

/* Steps *p over one.  False, if it does not end by `end`. */
static inline bool nmsg_varint_get(const uint8_t **p, const uint8_t *end,
				   uint64_t *value)
{
	const uint8_t *at = *p;
	uint64_t v = 0;

	if (at < end && *at < 0x80) {
		*value = *at;
		*p = at + 1;
		return true;
	}
	for (unsigned int shift = 0; at < end && shift < 70; shift += 7) {
		v |= (uint64_t)(*at & 0x7f) << shift;
		if (*at++ < 0x80) {
			*value = v;
			*p = at;
			return true;
		}
	}
	return false;
}

/* The same of a length, and what it counts is there too. */
static inline bool nmsg_varint_get_len(const uint8_t **p, const uint8_t *end,
				       size_t *len)
{
	uint64_t v;

	if (!nmsg_varint_get(p, end, &v) || v > (size_t)(end - *p))
		return false;
	*len = (size_t)v;
	return true;
}

/* Steps over what a tag announced. */
static inline bool nmsg_varint_skip(const uint8_t **p, const uint8_t *end,
				    uint64_t tag)
{
	uint64_t v;
	size_t len;

	if (tag < 8 || tag > UINT32_MAX)
		return false;
	switch (tag & 7) {
	case NMSG_VARINT_VALUE:
		return nmsg_varint_get(p, end, &v);
	case NMSG_VARINT_FIXED64:
		len = 8;
		break;
	case NMSG_VARINT_BYTES:
		if (!nmsg_varint_get_len(p, end, &len))
			return false;
		break;
	case NMSG_VARINT_FIXED32:
		len = 4;
		break;
	default:
		return false;
	}
	if (len > (size_t)(end - *p))
		return false;
	*p += len;
	return true;
}

static inline size_t nmsg_varint_size(uint64_t v)
{
	/* Seven bits in a byte. */
	return (70 - (size_t)__builtin_clzll(v | 1)) / 7;
}

static inline uint8_t *nmsg_varint_put(uint8_t *p, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		*p++ = (uint8_t)(v | 0x80);
	*p++ = (uint8_t)v;
	return p;
}

static inline uint32_t nmsg_varint_fixed32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

static inline uint8_t *nmsg_varint_put_fixed32(uint8_t *p, uint32_t v)
{
	*p++ = (uint8_t)v;
	*p++ = (uint8_t)(v >> 8);
	*p++ = (uint8_t)(v >> 16);
	*p++ = (uint8_t)(v >> 24);
	return p;
}

#endif
