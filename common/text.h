/* SPDX-License-Identifier: MIT */
#ifndef TEXT_H
#define TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * Text that grows.  Start it zeroed; text_free() it.  When memory is short
 * `error` is set, and what is appended then is left out.
 */
struct text {
	char *at;
	size_t len, cap;
	int error; /* 0 or -ENOMEM */
};

/* Room for `len` more bytes at t->at + t->len, or NULL with the error set. */
char *text_room(struct text *t, size_t len);
void text_printf(struct text *t, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void text_uint(struct text *t, uint64_t n);
/* The text with a NUL behind it, lent until the next append; or NULL. */
const char *text_str(struct text *t);
void text_free(struct text *t);

static inline void text_put(struct text *t, const void *bytes, size_t len)
{
	char *to = text_room(t, len);

	if (!to)
		return;
	memcpy(to, bytes, len);
	t->len += len;
}

static inline void text_puts(struct text *t, const char *s)
{
	text_put(t, s, strlen(s));
}

static inline void text_putc(struct text *t, char c)
{
	text_put(t, &c, 1);
}

#endif
