/* SPDX-License-Identifier: MIT */
#include "put.h"
#include "stats.h"
#include "unit.h"

/* Every counter of a struct is in its table, once, named and explained. */
static void check(const struct stat_counter *table, size_t size)
{
	uint64_t counters[32];
	struct nd_dumpling *d = dumpling_new(65536);
	size_t count = 0;

	assert_non_null(d);
	assert_true(size <= sizeof(counters));
	for (size_t i = 0; i < size / 8; i++)
		counters[i] = UINT64_MAX - i;
	put_begin(d);
	stats_put(d, table, counters);
	assert_int_equal(put_finish(d), 0);
	put_expose(d);
	for (const struct stat_counter *c = table; c->name; c++, count++) {
		struct nd_value root, v;

		assert_int_equal(c->offset, 8 * count);
		assert_true(stats_get(c, counters) == UINT64_MAX - count);
		assert_int_equal(nd_payload(d, &root), 0);
		assert_int_equal(nd_find(&root, c->name, &v), 0);
		assert_true(v.type == ND_UINT && v.as.u == UINT64_MAX - count);
		assert_int_equal(c->help[strlen(c->help) - 1], '.');
		for (const char *n = c->name; *n; n++)
			assert_true(*n == '_' || (*n >= 'a' && *n <= 'z'));
		for (const struct stat_counter *o = c + 1; o->name; o++)
			assert_string_not_equal(c->name, o->name);
	}
	assert_int_equal(count * 8, size);
	dumpling_free(d);
}

static void test_tables(void **state)
{
	(void)state;
	check(stats_kitchen, sizeof(struct stats_kitchen));
	check(stats_chef, sizeof(struct stats_chef));
	check(stats_hub, sizeof(struct stats_hub));
	check(stats_received, sizeof(struct stats_received));
	check(stats_gateway, sizeof(struct stats_gateway));
}

static void test_names(void **state)
{
	struct stats_chef chef = {.next_seq = 1, .waiting = 2};

	(void)state;
	for (const struct stat_counter *c = stats_chef; c->name; c++) {
		uint64_t n = stats_get(c, &chef);

		assert_int_equal(n == 1, strcmp(c->name, "next_seq") == 0);
		assert_int_equal(n == 2, strcmp(c->name, "waiting") == 0);
		assert_int_equal(c->gauge,
				 strcmp(c->name, "waiting") == 0 ||
					 strcmp(c->name, "packet_ns") == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
