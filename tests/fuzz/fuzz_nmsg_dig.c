/* SPDX-License-Identifier: MIT */
#include "nmsg_dig.h"
#include "nmsg_dig_read.h"
#include "nmsg_scan.h"

#include <stdlib.h>

/* A DNS message to its texts, and the same bytes as a text. */

static void check(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct text t = {0}, back = {0}, again = {0};

	if (nmsg_dig_text(&t, data, len)) {
		/* What its text leads back to has the same text. */
		if (nmsg_dig_read(&back, t.at, t.len)) {
			check(nmsg_dig_text(&again, (const uint8_t *)back.at,
					    back.len));
			check(again.len == t.len);
			check(memcmp(again.at, t.at, t.len) == 0);
		}
		t.len = 0;
		check(nmsg_dig_json(&t, data, len));
		check(nmsg_scan_valid(t.at, t.len));
	}
	back.len = 0;
	if (nmsg_dig_read(&back, (const char *)data, len))
		nmsg_dig_text(&again, (const uint8_t *)back.at, back.len);
	text_free(&t);
	text_free(&back);
	text_free(&again);
	return 0;
}
