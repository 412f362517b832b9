/* SPDX-License-Identifier: MIT */
#include "../../eaters/nmsgpacket/tuple.c"

#include <stdlib.h>
#include <string.h>

/* The bytes are an IP packet. */

static void check(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	/* Of its very size, so that a byte beyond is noticed. */
	uint8_t *copy = malloc(len ? len : 1);
	struct tuple t = {0};

	check(copy != NULL);
	memcpy(copy, data, len);
	if (tuple_read(&t, copy, len)) {
		check(t.proto == TCP || t.proto == UDP);
		check(t.ip_len == (copy[0] >> 4 == 4 ? 4 : 16));
		check(t.src > copy && t.dst + t.ip_len < copy + len);
	}
	free(copy);
	return 0;
}
