/* SPDX-License-Identifier: MIT */
#ifndef FILL_H
#define FILL_H

#include <assert.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Writes a message, numbers with the highest byte first.  All fit. */

struct fill {
	uint8_t *start, *at, *end;
};

static inline struct fill fill_into(uint8_t *buffer, size_t size)
{
	return (struct fill){buffer, buffer, buffer + size};
}

static inline size_t fill_len(const struct fill *f)
{
	return (size_t)(f->at - f->start);
}

static inline void fill_bytes(struct fill *f, const void *bytes, size_t len)
{
	assert(len <= (size_t)(f->end - f->at));
	memcpy(f->at, bytes, len);
	f->at += len;
}

static inline void fill_zeros(struct fill *f, size_t len)
{
	assert(len <= (size_t)(f->end - f->at));
	memset(f->at, 0, len);
	f->at += len;
}

static inline void fill8(struct fill *f, unsigned n)
{
	const uint8_t b[] = {(uint8_t)n};

	fill_bytes(f, b, sizeof(b));
}

static inline void fill16(struct fill *f, unsigned n)
{
	const uint8_t b[] = {(uint8_t)(n >> 8), (uint8_t)n};

	fill_bytes(f, b, sizeof(b));
}

static inline void fill32(struct fill *f, uint32_t n)
{
	fill16(f, n >> 16);
	fill16(f, n & 0xffff);
}

static inline void fill_text(struct fill *f, const char *text)
{
	fill_bytes(f, text, strlen(text));
}

/* Puts the number of bytes behind a place of 16 bits into it. */
static inline void fill_len16(struct fill *f, size_t place)
{
	size_t len = fill_len(f) - place - 2;

	f->start[place] = (uint8_t)(len >> 8);
	f->start[place + 1] = (uint8_t)len;
}

__attribute__((format(printf, 2, 3))) static inline void
fill_printf(struct fill *f, const char *format, ...)
{
	size_t room = (size_t)(f->end - f->at);
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf((char *)f->at, room, format, args);
	va_end(args);
	assert(n >= 0 && (size_t)n < room);
	f->at += n;
}

#endif
