/* SPDX-License-Identifier: MIT */
#ifndef HASH_H
#define HASH_H

#include <stddef.h>
#include <stdint.h>

/* A seed that nobody can guess; 0 or -errno. */
int hash_seed(uint64_t *seed);

/* Of a key that whoever sends packets may choose. */
uint64_t hash_key(const void *key, size_t len, uint64_t seed);

#endif
