/* SPDX-License-Identifier: MIT */
#include "nmsg_json.h"
#include "nmsg_scan.h"

#include <errno.h>
#include <stdlib.h>

/* Lines of JSON, to messages and back. */

static void check(bool holds)
{
	if (!holds)
		abort();
}

/* What was read can be written, as a line that can be read. */
static void check_message(const struct message *m)
{
	struct text t = {0};

	check(nmsg_json_write(&t, m, NULL) == 0);
	check(!t.error && t.len > 0 && t.at[t.len - 1] == '\n');
	check(!memchr(t.at, '\n', t.len - 1));
	check(nmsg_scan_valid(t.at, t.len));
	text_free(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct nmsg_json reader = {0};
	struct message m;
	size_t at = 0, used;

	while (at < len) {
		int rc = nmsg_json_next(&reader, (const char *)data + at,
					len - at, true, 0, &used, &m);

		check(used > 0 && used <= len - at);
		check(rc == 1 || rc == 0 || rc == -EBADMSG);
		if (rc == 1)
			check_message(&m);
		at += used;
	}
	nmsg_json_free(&reader);
	return 0;
}
