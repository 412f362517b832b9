/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define CAP_FIRST 256

char *text_room(struct text *t, size_t len)
{
	size_t cap = t->cap ? t->cap : CAP_FIRST;
	char *at;

	if (t->at && t->cap - t->len >= len)
		return t->at + t->len;
	if (len > SIZE_MAX / 4 || t->len > SIZE_MAX / 4) {
		t->error = -ENOMEM;
		return NULL;
	}
	while (cap - t->len < len)
		cap *= 2;
	at = realloc(t->at, cap);
	if (!at) {
		t->error = -ENOMEM;
		return NULL;
	}
	t->at = at;
	t->cap = cap;
	return at + t->len;
}

void text_printf(struct text *t, const char *format, ...)
{
	va_list args, again;
	char *to;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	to = len < 0 ? NULL : text_room(t, (size_t)len + 1);
	if (to) {
		vsnprintf(to, (size_t)len + 1, format, again);
		t->len += (size_t)len;
	}
	va_end(again);
	va_end(args);
}

void text_uint(struct text *t, uint64_t n)
{
	char digits[20], *first = digits + sizeof(digits);

	do
		*--first = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	text_put(t, first, (size_t)(digits + sizeof(digits) - first));
}

const char *text_str(struct text *t)
{
	char *to = text_room(t, 1);

	if (!to || t->error)
		return NULL;
	*to = '\0';
	return t->at;
}

void text_free(struct text *t)
{
	free(t->at);
	memset(t, 0, sizeof(*t));
}
