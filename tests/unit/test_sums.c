/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <json_read.h>
#include <put.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sums.h>

#include <cmocka.h>

#define COUNTS "PacketCountChef"
#define LOOKUPS "DNSLookupChef"

static struct sums *sums;
static struct nd_dumpling *d;
static struct text t;

static int setup(void **state)
{
	(void)state;
	sums = sums_new();
	d = dumpling_new(16 << 20);
	memset(&t, 0, sizeof(t));
	return !sums || !d;
}

static int teardown(void **state)
{
	(void)state;
	sums_free(sums);
	dumpling_free(d);
	text_free(&t);
	return 0;
}

/* A dumpling with this payload, JSON. */
static const struct nd_dumpling *make(const char *chef, const char *kitchen,
				      const char *payload)
{
	struct nd_value v;
	const char *why;

	assert_int_equal(json_read_value(d, &v, payload, strlen(payload), &why),
			 0);
	d->chef = chef;
	d->kitchen = kitchen;
	d->driver = ND_DRIVER_INTERVAL;
	d->time_ns = 1500000000;
	d->seq = 7;
	return d;
}

/* The sum that it makes with what came before; from the payload on. */
static const char *sum(const char *chef, const char *kitchen,
		       const char *payload)
{
	const char *text;

	make(chef, kitchen, payload);
	assert_true(sums_has(d));
	assert_int_equal(sums_take(sums, d), 0);
	t.len = 0;
	assert_int_equal(sums_write(sums, &t, d), 0);
	text = text_str(&t);
	assert_non_null(text);
	text = strstr(text, "\"payload\":");
	assert_non_null(text);
	return text + strlen("\"payload\":");
}

static void adds_what_kitchens_count(void **state)
{
	(void)state;
	assert_string_equal(sum(COUNTS, "a",
				"{\"packet_counts\":{\"IP\":2,\"ARP\":1}}"),
			    "{\"packet_counts\":{\"IP\":2,\"ARP\":1}}}");
	assert_memory_equal(t.at,
			    "{\"metadata\":{\"chef\":\"PacketCountChef\","
			    "\"kitchen\":\"a\",\"creation_time\":1.5,"
			    "\"driver\":\"interval\",\"seq\":7},",
			    101);
	/* In the order of who came last. */
	assert_string_equal(
		sum(COUNTS, "b", "{\"packet_counts\":{\"UDP\":5,\"IP\":3}}"),
		"{\"packet_counts\":{\"UDP\":5,\"IP\":5,\"ARP\":1}}}");
	/* Of each the latest only. */
	assert_string_equal(
		sum(COUNTS, "a", "{\"packet_counts\":{\"IP\":20,\"ARP\":1}}"),
		"{\"packet_counts\":{\"IP\":23,\"ARP\":1,\"UDP\":5}}}");
	/* Another map beside it is summed in the same way. */
	assert_string_equal(sum(COUNTS, "a",
				"{\"packet_counts\":{\"IP\":1},"
				"\"byte_counts\":{\"IP\":60,\"ARP\":42}}"),
			    "{\"packet_counts\":{\"IP\":4,\"UDP\":5},"
			    "\"byte_counts\":{\"IP\":60,\"ARP\":42}}}");
	assert_string_equal(sum(COUNTS, "b",
				"{\"packet_counts\":{\"IP\":2},"
				"\"byte_counts\":{\"IP\":1500}}"),
			    "{\"packet_counts\":{\"IP\":3},"
			    "\"byte_counts\":{\"IP\":1560,\"ARP\":42}}}");
	/* Another chef's have nothing to do with it. */
	assert_string_equal(sum(LOOKUPS, "a", "{\"lookups_seen\":{}}"),
			    "{\"lookups_seen\":{}}}");
}

static void has_the_latest_of_times(void **state)
{
	(void)state;
	sum(LOOKUPS, "a",
	    "{\"lookups_seen\":{\"x\":{\"count\":2,\"latest\":5.5},"
	    "\"y\":{\"count\":1,\"latest\":9}}}");
	assert_string_equal(
		sum(LOOKUPS, "b",
		    "{\"lookups_seen\":{\"x\":{\"count\":3,\"latest\":4.5}},"
		    "\"forgotten\":2}"),
		"{\"lookups_seen\":{\"x\":{\"count\":5,\"latest\":5.5},"
		"\"y\":{\"count\":1,\"latest\":9}},\"forgotten\":2}}");
	put_begin(d);
	d->len = d->start = 0;
	nd_put_map(d, "lookups_seen");
	nd_put_map(d, "x");
	nd_put_uint(d, "count", 1);
	nd_put_time(d, "latest", 6250000000);
	nd_end(d);
	nd_end(d);
	assert_int_equal(put_finish(d), 0);
	put_expose(d);
	d->kitchen = "c";
	assert_int_equal(sums_take(sums, d), 0);
	assert_string_equal(
		sum(LOOKUPS, "d", "{\"lookups_seen\":{\"z\":{}}}"),
		"{\"lookups_seen\":{\"z\":{},\"x\":{\"count\":6,"
		"\"latest\":6.25},\"y\":{\"count\":1,\"latest\":9}},"
		"\"forgotten\":2}}");
}

static void a_sum_is_never_null(void **state)
{
	(void)state;
	sum(COUNTS, "a",
	    "{\"packet_counts\":{\"A\":null,\"B\":null,\"C\":NaN,\"D\":1e308,"
	    "\"E\":\"x\",\"F\":18446744073709551615,\"G\":-5,\"H\":[1]}}");
	assert_string_equal(
		sum(COUNTS, "b",
		    "{\"packet_counts\":{\"A\":1,\"B\":null,\"C\":0.5,"
		    "\"D\":1.7e308,\"E\":{\"x\":1},\"F\":1,\"G\":3,\"H\":[2]}"
		    "}"),
		"{\"packet_counts\":{\"A\":1,\"C\":0.5,\"D\":0.0,"
		"\"E\":{\"x\":1},\"F\":1.8446744073709552e+19,\"G\":-2,"
		"\"H\":[2]}}}");
}

static void only_counters_are_summed(void **state)
{
	(void)state;
	assert_false(sums_has(make("ARPChef", "a", "{\"packet_counts\":{}}")));
	assert_false(sums_has(make(COUNTS, NULL, "{\"packet_counts\":{}}")));
	assert_false(sums_has(make(COUNTS, "a", "{\"packet_counts\":null}")));
	assert_false(sums_has(make(COUNTS, "a", "{}")));
	assert_false(sums_has(make(COUNTS, "a", "[]")));
	assert_false(sums_has(make(LOOKUPS, "a", "{\"lookup\":{}}")));
	make(COUNTS, "a", "{\"packet_counts\":{}}");
	assert_true(sums_has(d));
	d->driver = ND_DRIVER_PACKET;
	assert_false(sums_has(d));
}

static void status(const char *payload)
{
	make("SystemStatusChef", NULL, payload);
	sums_status(sums, d);
}

#define KITCHEN(name, state)                               \
	"{\"info_from_kitchen\":{\"kitchen_name\":\"" name \
	"\"},\"info_from_hub\":{\"state\":\"" state "\"}}"

static void kitchens_that_are_gone_count_no_more(void **state)
{
	(void)state;
	sum(COUNTS, "a", "{\"packet_counts\":{\"IP\":1}}");
	sum(COUNTS, "b", "{\"packet_counts\":{\"IP\":10}}");
	sum(COUNTS, "c", "{\"packet_counts\":{\"IP\":100}}");
	status("{\"dumpling_kitchens\":[" KITCHEN("a", "live") "," KITCHEN(
		"b", "silent") "," KITCHEN("c", "gone") "]}");
	assert_string_equal(sum(COUNTS, "d", "{\"packet_counts\":{\"IP\":0}}"),
			    "{\"packet_counts\":{\"IP\":11}}}");
	/* Lists that were left out say nothing. */
	status("{\"dumpling_kitchen_count\":4,\"dumpling_kitchens\":[]}");
	status("{}");
	assert_string_equal(sum(COUNTS, "d", "{\"packet_counts\":{\"IP\":0}}"),
			    "{\"packet_counts\":{\"IP\":11}}}");
	status("{\"dumpling_kitchens\":[" KITCHEN("d", "live") ",1,{}]}");
	assert_string_equal(sum(COUNTS, "d", "{\"packet_counts\":{\"IP\":0}}"),
			    "{\"packet_counts\":{\"IP\":0}}}");
	status("{\"dumpling_kitchen_count\":0,\"dumpling_kitchens\":[]}");
	make(COUNTS, "x", "{\"packet_counts\":{\"IP\":0}}");
	assert_int_equal(sums_write(sums, &t, d), -EBADMSG);
}

static void memory_has_a_bound(void **state)
{
	char *payload = malloc(2 << 20), kitchen[32];
	size_t len = 0;

	(void)state;
	assert_non_null(payload);
	/* 3000 kitchens, and the sum is of those that came last. */
	for (int i = 0; i < 3000; i++) {
		snprintf(kitchen, sizeof(kitchen), "k%d", i);
		make(COUNTS, kitchen, "{\"packet_counts\":{\"IP\":1}}");
		assert_int_equal(sums_take(sums, d), 0);
	}
	assert_string_equal(sum(COUNTS, "k0", "{\"packet_counts\":{\"IP\":1}}"),
			    "{\"packet_counts\":{\"IP\":1024}}}");
	/* A payload of a megabyte from each of twenty. */
	len = (size_t)sprintf(payload, "{\"packet_counts\":{\"IP\":1,\"x\":\"");
	memset(payload + len, 'x', 1 << 20);
	strcpy(payload + len + (1 << 20), "\"}}");
	for (int i = 0; i < 20; i++) {
		snprintf(kitchen, sizeof(kitchen), "k%d", i);
		make(COUNTS, kitchen, payload);
		assert_int_equal(sums_take(sums, d), 0);
	}
	assert_memory_equal(sum(COUNTS, "k", "{\"packet_counts\":{\"IP\":1}}"),
			    "{\"packet_counts\":{\"IP\":8,", 25);
	/* More values than are held at a time. */
	len = (size_t)sprintf(payload, "{\"packet_counts\":{\"x\":0");
	for (int i = 0; i < 100000; i++)
		len += (size_t)sprintf(payload + len, ",\"%x\":1", i);
	strcpy(payload + len, "}}");
	for (int i = 0; i < 2; i++) {
		snprintf(kitchen, sizeof(kitchen), "many%d", i);
		sum(COUNTS, kitchen, payload);
	}
	make(COUNTS, "many2", payload);
	assert_int_equal(sums_take(sums, d), 0);
	t.len = 0;
	assert_int_equal(sums_write(sums, &t, d), -EMSGSIZE);
	assert_int_equal(t.len, 0);
	free(payload);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(adds_what_kitchens_count),
		TEST(has_the_latest_of_times),
		TEST(a_sum_is_never_null),
		TEST(only_counters_are_summed),
		TEST(kitchens_that_are_gone_count_no_more),
		TEST(memory_has_a_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
