/* SPDX-License-Identifier: MIT */
#include "pool.h"

#include <errno.h>
#include <stdlib.h>

int pool_open(struct pool *p, uint32_t count, uint32_t size)
{
	p->items = calloc(count, size);
	p->free = calloc(count, sizeof(*p->free));
	if (!p->items || !p->free)
		return -ENOMEM;
	/* The first is taken first, and again, so the rest stays untouched. */
	for (p->free_count = 0; p->free_count < count; p->free_count++)
		p->free[p->free_count] =
			p->items + (size_t)(count - 1 - p->free_count) * size;
	return 0;
}

void pool_close(struct pool *p)
{
	free(p->items);
	free(p->free);
}

void *pool_take(struct pool *p)
{
	return p->free_count > 0 ? p->free[--p->free_count] : NULL;
}

void pool_give(struct pool *p, void *item)
{
	p->free[p->free_count++] = item;
}
