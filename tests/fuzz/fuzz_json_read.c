/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <json.h>
#include <json_read.h>
#include <stdlib.h>
#include <string.h>

/* The bytes are JSON that a kitchen or an eater sends. */

#define LIMIT (1024 * 1024)

static void check(bool holds)
{
	if (!holds)
		abort();
}

/* Reads, and writes again; false where it is not JSON. */
static bool turn(struct nd_dumpling *d, const char *from, size_t len,
		 struct text *to)
{
	const char *why = NULL;
	struct nd_value v;
	int rc = json_read_value(d, &v, from, len, &why);

	check((rc == 0) == (why == NULL));
	check(rc == 0 || rc == -EBADMSG || rc == -EMSGSIZE);
	if (rc < 0) {
		check(d->len == 0);
		/* It may be the reason of a close frame. */
		check(strlen(why) > 0 && strlen(why) <= 123);
		return false;
	}
	check(json_value(to, &v) == 0 && !to->error);
	return true;
}

static void check_members(const char *text, size_t len, bool valid)
{
	struct json_read_member m[] = {{.name = "metadata"},
				       {.name = "payload"}};
	const char *why = NULL;
	int rc = json_read_members(m, 2, text, len, &why);

	check((rc == 0) == (why == NULL));
	check(!valid || rc == 0 || rc == -EINVAL);
	for (int i = 0; i < 2 && rc == 0; i++)
		if (m[i].at)
			check(m[i].at > text &&
			      m[i].at + m[i].len < text + len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct nd_dumpling *d = dumpling_new(LIMIT);
	struct text once = {0}, twice = {0};
	const char *text = (const char *)data;
	bool valid;

	check(d != NULL);
	valid = turn(d, text, len, &once);
	if (valid) {
		check(turn(d, once.at, once.len, &twice));
		check(once.len == twice.len &&
		      memcmp(once.at, twice.at, once.len) == 0);
	}
	check_members(text, len, valid);
	text_free(&once);
	text_free(&twice);
	dumpling_free(d);
	return 0;
}
