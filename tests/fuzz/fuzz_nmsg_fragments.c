/* SPDX-License-Identifier: MIT */
#include "nmsg_container.h"
#include "nmsg_fragments.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/*
 * The first byte chooses: fragments as they are, each behind its length, or
 * the parts of one body in the order of the bytes that follow, which must be
 * whole as soon as each was there.
 */

#define MEMORY 65536

static struct nmsg_fragments *f;
static struct nmsg_fragments_whole whole;

static void check(bool holds)
{
	if (!holds)
		abort();
}

static int take(const uint8_t *data, size_t len, unsigned int flags)
{
	uint8_t *copy = malloc(len + 1);
	static int64_t now;
	int rc;

	if (!copy)
		return 0;
	memcpy(copy, data, len);
	now += INT64_C(1000000000) * (flags >> 4);
	rc = nmsg_fragments_take(f, copy, len, flags & 3, "peer", flags & 4,
				 now, &whole);
	free(copy);
	return rc;
}

static void fragments(const uint8_t *data, size_t len)
{
	static volatile uint8_t last;

	(void)last;
	while (len > 2) {
		size_t n = data[0] < len - 2 ? data[0] : len - 2;

		if (take(data + 2, n, data[1]) == 1) {
			check(whole.len <= NMSG_CONTAINER_BODY_MAX);
			for (size_t i = 0; i < whole.len; i++)
				last = whole.body[i];
		}
		data += 2 + n;
		len -= 2 + n;
	}
}

static void parts(const uint8_t *data, size_t len)
{
	uint8_t body[200], out[sizeof(body) + NMSG_FRAGMENTS_ROOM];
	size_t size = data[0] % 32 + 1, total = data[1] % sizeof(body) + 1;
	struct nmsg_fragments_part part = {.id = 1, .crc = 2};
	bool here[200] = {false};
	uint32_t count = 0;

	part.last = (uint32_t)((total - 1) / size);
	for (size_t i = 0; i < total; i++)
		body[i] = (uint8_t)(i * 7);
	for (size_t i = 2; i < len; i++) {
		size_t at, n;
		int rc;

		part.current = data[i] % (part.last + 1);
		at = part.current * size;
		n = total - at < size ? total - at : size;
		n = nmsg_fragments_put(out, &part, 0, body + at, n);
		rc = take(out + NMSG_CONTAINER_HEADER,
			  n - NMSG_CONTAINER_HEADER, 0);
		count += !here[part.current];
		here[part.current] = true;
		check(rc == (count > part.last));
		if (rc == 1) {
			check(whole.len == total);
			check(memcmp(whole.body, body, total) == 0);
			memset(here, 0, sizeof(here));
			count = 0;
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	/* What parts() keeps in mind is never more than this. */
	f = nmsg_fragments_new(MEMORY);
	if (f && len > 3) {
		if (data[0] % 2 == 0)
			fragments(data + 1, len - 1);
		else
			parts(data + 1, len - 1);
	}
	nmsg_fragments_free(f);
	return 0;
}
