/* SPDX-License-Identifier: MIT */
#include <ring.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SIZE (2 * RING_TEXT_MAX)

static struct ring r;
static char big[RING_TEXT_MAX + 2];

static int setup(void **state)
{
	(void)state;
	return ring_init(&r, SIZE);
}

static int teardown(void **state)
{
	(void)state;
	ring_free(&r);
	return 0;
}

static void add(const char *text, size_t len, uint32_t kind)
{
	ring_reserve(&r, len);
	ring_add(&r, text, len, kind);
}

/* A text that tells its number, of this length. */
static size_t number(char *text, uint64_t n, size_t len)
{
	memset(text, ' ', len);
	return (size_t)snprintf(text, 24, "%020llu", (unsigned long long)n);
}

static void keeps_the_latest(void **state)
{
	uint64_t n = 0;
	unsigned seed = 1;

	(void)state;
	/* Many times round, with lengths that never fit evenly. */
	for (; n < 20000; n++) {
		size_t len =
			20 + (size_t)(seed = seed * 1103515245 + 12345) % 5000;

		number(big, n, len);
		add(big, len, (uint32_t)(n % 7));
		assert_int_equal(r.next, n + 1);
		assert_true(r.first <= n);
	}
	assert_true(r.next - r.first > SIZE / 5000 / 2);
	for (n = r.first; n < r.next; n++) {
		const struct ring_entry *e = ring_at(&r, n);
		char text[24];

		number(text, n, 20);
		assert_int_equal(e->kind, n % 7);
		assert_int_equal(r.bytes[e->at], ',');
		assert_memory_equal(r.bytes + e->at + 1, text, 20);
	}
}

static void makes_room_for_many_at_a_time(void **state)
{
	uint64_t first = 0, evictions = 0;

	(void)state;
	memset(big, 'x', 200);
	for (int i = 0; i < 100000; i++) {
		add(big, 200, 0);
		evictions += r.first != first;
		first = r.first;
	}
	assert_in_range(evictions, 10, 100000 / 300);
}

static void has_the_longest_and_leaves_out_the_longer(void **state)
{
	(void)state;
	memset(big, 'x', sizeof(big));
	for (int i = 0; i < 10; i++)
		add(big, RING_TEXT_MAX, 1);
	assert_int_equal(ring_at(&r, 9)->len, RING_TEXT_MAX + 1);
	add(big, RING_TEXT_MAX + 1, 2);
	assert_int_equal(ring_at(&r, 10)->len, 0);
	assert_int_equal(ring_at(&r, 10)->kind, 2);
	assert_int_equal(ring_at(&r, 9)->len, RING_TEXT_MAX + 1);
}

static void is_bounded_in_entries(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 3 * r.capacity; i++) {
		add("", RING_TEXT_MAX + 1, 0);
		assert_true(r.next - r.first <= r.capacity);
	}
	for (uint64_t i = 0; i < 3 * r.capacity; i++)
		add("1", 1, 0);
	assert_memory_equal(r.bytes + ring_at(&r, r.next - 1)->at, ",1", 2);
}

static void forgets(void **state)
{
	(void)state;
	for (int i = 0; i < 10; i++)
		add("1", 1, 0);
	ring_forget(&r, 4);
	assert_int_equal(r.first, 4);
	ring_forget(&r, 2);
	assert_int_equal(r.first, 4);
	ring_forget(&r, 1000);
	assert_int_equal(r.first, 10);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(keeps_the_latest),
		TEST(makes_room_for_many_at_a_time),
		TEST(has_the_longest_and_leaves_out_the_longer),
		TEST(is_bounded_in_entries),
		TEST(forgets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
