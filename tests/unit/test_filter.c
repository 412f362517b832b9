/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <filter.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct kinds kinds;
static struct wants wants;
static struct filters filters;
static struct hello h;
static struct ring ring;

static int setup(void **state)
{
	const struct nd_eater_config config = {.hub = "ipc://@nd-none"};

	(void)state;
	memset(&wants, 0, sizeof(wants));
	wants.eater = nd_eater_new(&config);
	filters = (struct filters){.kinds = &kinds,
				   .wants = &wants,
				   .ring = &ring};
	if (ring_init(&ring, 2 * RING_TEXT_MAX) < 0)
		return -1;
	return wants.eater ? kinds_init(&kinds) : -1;
}

static int teardown(void **state)
{
	(void)state;
	assert_null(filters.first);
	assert_int_equal(wants.all, 0);
	assert_int_equal(wants.count, 0);
	ring_free(&ring);
	nd_eater_free(wants.eater);
	kinds_free(&kinds);
	return 0;
}

static struct filter *get(const char *hello)
{
	const char *why;
	struct filter *f;

	assert_int_equal(hello_parse(&h, hello, strlen(hello), &why), 0);
	f = filter_get(&filters, &h);
	assert_non_null(f);
	return f;
}

static uint32_t kind_of(const char *chef, const char *kitchen,
			enum kind_form form)
{
	uint64_t forget;
	bool is_new;
	int n = kinds_number(&kinds, chef, kitchen, form, &is_new, &forget);

	assert_in_range(n, 0, KINDS_MAX - 1);
	if (is_new)
		filter_learn(&filters, (uint32_t)n);
	return (uint32_t)n;
}

static uint32_t kind(const char *chef, const char *kitchen)
{
	return kind_of(chef, kitchen, KIND_ANY);
}

static void passes_what_is_named(void **state)
{
	struct filter *all = get("{\"eater_name\":1}");
	struct filter *dns = get("{\"eater_name\":1,\"chefs\":[\"DNS\"],"
				 "\"kitchens\":[\"a\",\"b\"]}");
	struct filter *b = get("{\"eater_name\":1,\"kitchens\":[\"b\"]}");

	(void)state;
	assert_true(filter_passes(all, kind("DNS", "a")));
	assert_true(filter_passes(all, kind("Status", "")));
	assert_true(filter_passes(dns, kind("DNS", "a")));
	assert_true(filter_passes(dns, kind("DNS", "b")));
	assert_false(filter_passes(dns, kind("DNS", "c")));
	assert_false(filter_passes(dns, kind("ARP", "a")));
	assert_false(filter_passes(dns, kind("Status", "")));
	assert_true(filter_passes(b, kind("ARP", "b")));
	assert_false(filter_passes(b, kind("ARP", "a")));
	assert_false(filter_passes(b, kind("Status", "")));
	filter_release(&filters, all);
	assert_true(filter_any(&filters, kind("DNS", "a")));
	assert_false(filter_any(&filters, kind("ARP", "a")));
	filter_release(&filters, dns);
	filter_release(&filters, b);
	assert_false(filter_any(&filters, kind("DNS", "a")));
}

static void what_no_kitchen_made_is_had_by_name(void **state)
{
	struct filter *f = get("{\"eater_name\":1,\"chefs\":[\"Status\"],"
			       "\"kitchens\":[\"a\"]}");

	(void)state;
	assert_true(filter_passes(f, kind("Status", "")));
	assert_true(filter_passes(f, kind("Status", "a")));
	assert_false(filter_passes(f, kind("Status", "b")));
	filter_release(&filters, f);
}

static void sums_take_the_place_of_their_parts(void **state)
{
	struct filter *all = get("{\"eater_name\":1}");
	struct filter *sum = get("{\"eater_name\":1,\"sum\":true}");
	uint32_t any = kind("C", "a"), part = kind_of("C", "a", KIND_PART);
	uint32_t whole = kind_of("C", "a", KIND_SUM);

	(void)state;
	assert_ptr_not_equal(all, sum);
	assert_int_equal(filters.sums, 1);
	assert_true(any != part && part != whole && whole != any);
	assert_true(filter_passes(all, any) && filter_passes(sum, any));
	assert_true(filter_passes(all, part) && !filter_passes(sum, part));
	assert_true(!filter_passes(all, whole) && filter_passes(sum, whole));
	filter_release(&filters, all);
	filter_release(&filters, sum);
	assert_int_equal(filters.sums, 0);
}

static void one_kitchen_and_what_is_the_hubs(void **state)
{
	const char *why, hello[] = "{\"eater_name\":1,\"kitchens\":[\"a\"]}";
	struct filter *plain = get(hello), *f;

	(void)state;
	assert_int_equal(hello_parse(&h, hello, strlen(hello), &why), 0);
	h.hubs = true;
	f = filter_get(&filters, &h);
	assert_ptr_not_equal(f, plain);
	assert_true(filter_passes(f, kind("Status", "")));
	assert_true(filter_passes(f, kind("C", "a")));
	assert_false(filter_passes(f, kind("C", "b")));
	assert_false(filter_passes(plain, kind("Status", "")));
	filter_release(&filters, plain);
	filter_release(&filters, f);
}

static void is_shared_by_those_who_want_the_same(void **state)
{
	struct filter *one = get("{\"eater_name\":1,\"chefs\":[\"a\"]}");
	struct filter *same = get("{\"eater_name\":2,\"chefs\":[\"a\"]}");
	struct filter *other = get("{\"eater_name\":2,\"kitchens\":[\"a\"]}");

	(void)state;
	assert_ptr_equal(one, same);
	assert_ptr_not_equal(one, other);
	assert_int_not_equal(one->id, other->id);
	assert_int_equal(wants.count, 1);
	assert_int_equal(wants.all, 1);
	filter_release(&filters, one);
	assert_int_equal(wants.count, 1);
	filter_release(&filters, same);
	assert_int_equal(wants.count, 0);
	filter_release(&filters, other);
	filter_release(&filters, NULL);
}

/* A hello of 200 names that begin with a letter. */
static struct filter *get_many(char letter)
{
	static char text[8192];
	size_t len = (size_t)snprintf(text, sizeof(text),
				      "{\"eater_name\":1,\"chefs\":[\"z\"");

	for (int i = 1; i < 200; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
					",\"%c%d\"", letter, i);
	snprintf(text + len, sizeof(text) - len, "]}");
	return get(text);
}

static void asks_for_all_where_there_is_too_much_to_ask_for(void **state)
{
	struct filter *one = get_many('a'), *two = get_many('b');

	(void)state;
	assert_int_equal(wants.count, 200);
	assert_int_equal(wants.all, 1);
	filter_release(&filters, one);
	assert_int_equal(wants.count, 0);
	assert_int_equal(wants.all, 1);
	filter_release(&filters, two);
}

/* An entry of a kind. */
static void add(uint32_t kind)
{
	ring_reserve(&ring, 1);
	ring_add(&ring, "1", 1, kind);
	kinds.all[kind].last = ring.next;
}

static void knows_the_latest_that_passes(void **state)
{
	struct filter *f = get("{\"eater_name\":1,\"chefs\":[\"a\",\"b\"]}");
	uint32_t a = kind("a", "k"), c = kind("c", "k"), b = kind("b", "k");

	(void)state;
	assert_int_equal(filter_latest(&filters, f), 0);
	add(c);
	add(a);
	add(c);
	assert_int_equal(filter_latest(&filters, f), 2);
	add(b);
	assert_int_equal(filter_latest(&filters, f), 4);
	filter_release(&filters, f);
}

#define THIN "{\"eater_name\":1,\"max_rate\":%u.5}"

static void has_notices_of_its_own_only(void **state)
{
	struct filter *all = get("{\"eater_name\":1}");
	struct filter *one = get("{\"eater_name\":1,\"max_rate\":1}");
	struct filter *two = get("{\"eater_name\":1,\"max_rate\":2}");

	(void)state;
	assert_ptr_not_equal(one, two);
	assert_ptr_equal(one, get("{\"eater_name\":2,\"max_rate\":1.0}"));
	filter_release(&filters, one);
	assert_int_equal(filters.thins, 2);
	for (uint32_t i = 0; i < THIN_MAX; i++) {
		assert_false(filter_passes(all, THIN_KIND(i)));
		assert_true(filter_passes(one, THIN_KIND(i)) ==
			    (i == one->thin->number));
		assert_true(filter_passes(two, THIN_KIND(i)) ==
			    (i == two->thin->number));
	}
	filter_release(&filters, all);
	filter_release(&filters, one);
	filter_release(&filters, two);
	assert_int_equal(filters.thins, 0);
	assert_int_equal(filters.thin_numbers, 0);
}

static void only_so_many_leave_something_out(void **state)
{
	struct filter *fs[THIN_MAX];
	char text[64];
	const char *why;

	(void)state;
	for (unsigned i = 0; i < THIN_MAX; i++) {
		snprintf(text, sizeof(text), THIN, i);
		fs[i] = get(text);
		assert_int_equal(fs[i]->thin->number, i);
	}
	snprintf(text, sizeof(text), THIN, THIN_MAX);
	assert_int_equal(hello_parse(&h, text, strlen(text), &why), 0);
	assert_null(filter_get(&filters, &h));
	assert_int_equal(errno, EBUSY);
	assert_int_equal(wants.all, THIN_MAX);
	filter_release(&filters, fs[7]);
	fs[7] = filter_get(&filters, &h);
	assert_non_null(fs[7]);
	assert_int_equal(fs[7]->thin->number, 7);
	for (unsigned i = 0; i < THIN_MAX; i++)
		filter_release(&filters, fs[i]);
}

static void gives_numbers_away_again(void **state)
{
	struct filter *f = get("{\"eater_name\":1,\"chefs\":[\"x0\",\"y\"]}");
	uint64_t forget = 0;
	bool is_new;
	char name[16];

	(void)state;
	for (uint32_t i = 0; i < KINDS_MAX; i++) {
		snprintf(name, sizeof(name), "x%u", i);
		assert_int_equal(kind(name, "k"), i);
		kinds.all[i].last = i == 0 ? 2 : 10 + i;
	}
	assert_true(filter_passes(f, 0));
	assert_int_equal(
		kinds_number(&kinds, "z", "k", KIND_ANY, &is_new, &forget), 0);
	assert_true(is_new);
	assert_int_equal(forget, 2);
	filter_learn(&filters, 0);
	assert_false(filter_passes(f, 0));
	kinds.all[0].last = 9999;
	assert_int_equal(
		kinds_number(&kinds, "y", "k", KIND_ANY, &is_new, &forget), 1);
	assert_int_equal(forget, 11);
	filter_learn(&filters, 1);
	assert_true(filter_passes(f, 1));
	kinds.all[1].last = 9999;
	assert_int_equal(
		kinds_number(&kinds, "x0", "k", KIND_ANY, &is_new, &forget), 2);
	assert_int_equal(
		kinds_number(&kinds, "z", "k", KIND_ANY, &is_new, &forget), 0);
	assert_false(is_new);
	filter_release(&filters, f);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(passes_what_is_named),
		TEST(what_no_kitchen_made_is_had_by_name),
		TEST(sums_take_the_place_of_their_parts),
		TEST(one_kitchen_and_what_is_the_hubs),
		TEST(is_shared_by_those_who_want_the_same),
		TEST(asks_for_all_where_there_is_too_much_to_ask_for),
		TEST(knows_the_latest_that_passes),
		TEST(has_notices_of_its_own_only),
		TEST(only_so_many_leave_something_out),
		TEST(gives_numbers_away_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
