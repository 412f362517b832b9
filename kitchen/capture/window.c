/* SPDX-License-Identifier: MIT */
#include "window.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 4096
/* Small enough to leave a place in the caches to what chefs remember. */
#define BLOCK ((size_t)256 * 1024)

int window_open(struct window *w, window_read_fn *read, void *host)
{
	*w = (struct window){.read = read, .host = host};
	w->memory = aligned_alloc(PAGE, WINDOW_MAX + BLOCK);
	if (!w->memory)
		return -ENOMEM;
	w->block = w->memory + WINDOW_MAX;
	w->limit = w->block + BLOCK;
	w->at = w->end = w->block;
	return 0;
}

void window_close(struct window *w)
{
	free(w->memory);
	w->memory = NULL;
}

/* Makes room for a whole block; what is left ends where that begins. */
static void slide(struct window *w)
{
	size_t left = window_left(w);

	w->at = memmove(w->block - left, w->at, left);
	w->end = w->block;
}

bool window_fill(struct window *w, size_t n)
{
	while (window_left(w) < n && !w->ended) {
		uint8_t *to;
		ssize_t got;

		if (w->end == w->limit || w->at == w->end)
			slide(w);
		to = w->memory + (w->end - w->memory);
		got = w->read(w->host, to, (size_t)(w->limit - to));
		if (got <= 0) {
			w->error = (int)got;
			w->ended = true;
		} else {
			w->end += got;
		}
	}
	return window_left(w) >= n;
}

bool window_skip(struct window *w, uint64_t n)
{
	while (n > window_left(w)) {
		n -= window_left(w);
		w->at = w->end;
		if (!window_fill(w, 1))
			return false;
	}
	w->at += n;
	return true;
}
