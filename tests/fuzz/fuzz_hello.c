/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <hello.h>
#include <stdlib.h>
#include <string.h>

/* The bytes are what a client says first. */

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void check_names(const struct hello_names *names)
{
	check(names->count <= HELLO_NAMES_MAX);
	for (uint32_t i = 0; i < names->count; i++)
		check(topic_is_name(names->names[i], strlen(names->names[i])));
}

static void check_thin(const struct hello_thin *thin)
{
	check(thin->max_rate >= 0 && thin->max_rate <= HELLO_RATE_MAX);
	check(thin->merges <= HELLO_MERGES_MAX);
	for (uint32_t i = 0; i < HELLO_MERGES_MAX; i++) {
		const char *chef = thin->merge[i].chef;
		const char *path = thin->merge[i].path;

		check(topic_is_name(chef, strlen(chef)) == (i < thin->merges));
		check(path[HELLO_PATH_MAX] == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct hello h;
	const char *why = NULL;
	int rc = hello_parse(&h, (const char *)data, len, &why);

	if (rc < 0) {
		check(rc == -EBADMSG || rc == -EINVAL);
		/* It is the reason of a close frame. */
		check(why && strlen(why) > 0 && strlen(why) <= 123);
		return 0;
	}
	check(why == NULL);
	check(memmem(data, len, "name", 4) || memchr(data, '\\', len));
	check_names(&h.chefs);
	check_names(&h.kitchens);
	check_thin(&h.thin);
	return 0;
}
