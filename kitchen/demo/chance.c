/* SPDX-License-Identifier: MIT */
#include "chance.h"

#include <math.h>
#include <string.h>

uint64_t chance_next(struct chance *c)
{
	uint64_t z = c->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

double chance_unit(struct chance *c)
{
	return (double)(chance_next(c) >> 11) * 0x1p-53;
}

uint32_t chance_below(struct chance *c, uint32_t n)
{
	return (uint32_t)((chance_next(c) >> 32) * n >> 32);
}

uint32_t chance_between(struct chance *c, uint32_t low, uint32_t high)
{
	return low + chance_below(c, high - low + 1);
}

bool chance_one_in(struct chance *c, uint32_t n)
{
	return chance_below(c, n) == 0;
}

uint32_t chance_rank(struct chance *c, uint32_t n)
{
	uint32_t rank = (uint32_t)pow((double)n + 1, chance_unit(c)) - 1;

	return rank < n ? rank : n - 1;
}

int64_t chance_wait(struct chance *c, int64_t mean_ns)
{
	double times = -log(1 - chance_unit(c));

	return (int64_t)((double)mean_ns * (times < 5 ? times : 5));
}

void chance_bytes(uint64_t key, uint8_t *out, size_t len)
{
	struct chance c = {key * 0x9e3779b97f4a7c15};

	while (len > 0) {
		uint64_t word = chance_next(&c);
		size_t n = len < sizeof(word) ? len : sizeof(word);

		memcpy(out, &word, n);
		out += n;
		len -= n;
	}
}
