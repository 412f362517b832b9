/* SPDX-License-Identifier: MIT */
#ifndef CHANCE_H
#define CHANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Chance that a seed repeats: splitmix64, and what is drawn from it. */

struct chance {
	uint64_t state;
};

uint64_t chance_next(struct chance *c);
/* 0 to below 1. */
double chance_unit(struct chance *c);
/* 0 to n - 1; low to high. */
uint32_t chance_below(struct chance *c, uint32_t n);
uint32_t chance_between(struct chance *c, uint32_t low, uint32_t high);
bool chance_one_in(struct chance *c, uint32_t n);
/* 0 to n - 1 as words are in a text: the first often, the last seldom. */
uint32_t chance_rank(struct chance *c, uint32_t n);
/* Between two events that do not know of each other; five means at most. */
int64_t chance_wait(struct chance *c, int64_t mean_ns);

/* Bytes that look like chance, and are the same again for the same key. */
void chance_bytes(uint64_t key, uint8_t *out, size_t len);

#endif
