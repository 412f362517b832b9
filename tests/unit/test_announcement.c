/* SPDX-License-Identifier: MIT */
#include "announcement.h"
#include "put.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* What told() was called with. */
struct heard {
	char text[512];
};

static void told(void *host, const char *topic, size_t topic_len,
		 uint64_t next_seq)
{
	struct heard *h = host;
	size_t at = strlen(h->text);

	snprintf(h->text + at, sizeof(h->text) - at, "%.*s=%llu;",
		 (int)topic_len, topic, (unsigned long long)next_seq);
}

static void read_one(struct nd_dumpling *d, struct heard *h)
{
	struct nd_value map;

	assert_int_equal(put_finish(d), 0);
	put_expose(d);
	assert_int_equal(nd_payload(d, &map), 0);
	memset(h, 0, sizeof(*h));
	announcement_read(&map, "lab", told, h);
}

static void put_chef(struct nd_dumpling *d, const char *name, uint64_t next)
{
	nd_put_map(d, name);
	nd_put_uint(d, "errors", 3);
	nd_put_uint(d, "next_seq", next);
	nd_end(d);
}

static void test_reads_every_chef(void **state)
{
	struct nd_dumpling *d = dumpling_new(4096);
	struct heard h;

	(void)state;
	put_begin(d);
	nd_put_str(d, "kitchen_name", "other");
	nd_put_map(d, "chef_stats");
	put_chef(d, "ARPChef", 0);
	put_chef(d, "DNSLookupChef", UINT64_MAX);
	nd_end(d);
	read_one(d, &h);
	assert_string_equal(
		h.text,
		"ARPChef/lab/=0;DNSLookupChef/lab/=18446744073709551615;");
	dumpling_free(d);
}

static void test_skips_what_is_not_right(void **state)
{
	struct nd_dumpling *d = dumpling_new(4096);
	struct heard h;

	(void)state;
	put_begin(d);
	nd_put_map(d, "chef_stats");
	put_chef(d, "", 1);
	put_chef(d, "a/b", 2);
	put_chef(d,
		 "0123456789012345678901234567890123456789"
		 "0123456789012345678901234",
		 3);
	nd_put_uint(d, "NoMap", 4);
	nd_put_map(d, "NoNumber");
	nd_put_str(d, "next_seq", "5");
	nd_end(d);
	put_chef(d, "GoodChef", 6);
	nd_end(d);
	read_one(d, &h);
	assert_string_equal(h.text, "GoodChef/lab/=6;");
	dumpling_free(d);
}

static void test_nothing_there(void **state)
{
	struct nd_dumpling *d = dumpling_new(4096);
	struct heard h;

	(void)state;
	put_begin(d);
	nd_put_str(d, "chef_stats", "none");
	read_one(d, &h);
	assert_string_equal(h.text, "");
	dumpling_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_every_chef),
		cmocka_unit_test(test_skips_what_is_not_right),
		cmocka_unit_test(test_nothing_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
