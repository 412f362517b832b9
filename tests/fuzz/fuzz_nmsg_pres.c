/* SPDX-License-Identifier: MIT */
#include "nmsg_pres.h"

#include <errno.h>
#include <stdlib.h>

/* A byte that chooses the type of messages without a header, and texts. */

static void check(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct nmsg_pres reader = {0};
	struct text t = {0};
	struct message m;
	size_t at = 1, used;

	if (len == 0)
		return 0;
	reader.type = nmsg_type_at(data[0] & 31);
	while (at < len) {
		const char *text = (const char *)data + at;
		int rc = nmsg_pres_next(&reader, text, len - at, false, 0,
					&used, &m);

		check(used <= len - at);
		check(rc == 0 || used > 0);
		if (rc == 0 && used == 0) {
			rc = nmsg_pres_next(&reader, text, len - at, true, 0,
					    &used, &m);
			check(used > 0 && used <= len - at);
		}
		check(rc == 1 || rc == 0 || rc == -EBADMSG || rc == -ENODATA);
		if (rc == 1)
			nmsg_pres_write(&t, &m, NULL, "\n");
		t.len = 0;
		at += used;
	}
	nmsg_pres_free(&reader);
	text_free(&t);
	return 0;
}
