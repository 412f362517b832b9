/* SPDX-License-Identifier: MIT */
#ifndef POOL_H
#define POOL_H

#include <stdint.h>

/* So many things of a size, allocated once. */

struct pool {
	uint8_t *items;
	void **free; /* those that can be taken */
	uint32_t free_count;
};

/* 0 or -ENOMEM.  pool_close() in either case. */
int pool_open(struct pool *p, uint32_t count, uint32_t size);
void pool_close(struct pool *p);
/* One of them, as it was left; NULL when all are taken. */
void *pool_take(struct pool *p);
void pool_give(struct pool *p, void *item);

#endif
