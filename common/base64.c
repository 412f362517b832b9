/* SPDX-License-Identifier: MIT */
#include "base64.h"

void base64_put(struct text *t, const uint8_t *bytes, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < len; i += 3) {
		uint32_t n = (uint32_t)bytes[i] << 16;
		char out[4];

		if (i + 1 < len)
			n |= (uint32_t)bytes[i + 1] << 8;
		if (i + 2 < len)
			n |= bytes[i + 2];
		out[0] = digits[n >> 18];
		out[1] = digits[n >> 12 & 63];
		out[2] = i + 1 < len ? digits[n >> 6 & 63] : '=';
		out[3] = i + 2 < len ? digits[n & 63] : '=';
		text_put(t, out, 4);
	}
}
