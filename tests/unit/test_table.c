/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <netdumplings/chef.h>

static uint64_t *add(struct nd_table *t, uint64_t key, bool *is_new)
{
	return nd_table_add(t, &key, sizeof(key), is_new);
}

static uint64_t *find(struct nd_table *t, uint64_t key)
{
	return nd_table_find(t, &key, sizeof(key));
}

/* The keys, latest first, are these. */
static void check_order(const struct nd_table *t, const uint64_t *keys,
			size_t count)
{
	void *position = NULL;
	const void *key;
	size_t len;

	for (size_t i = 0; i < count; i++) {
		assert_non_null(nd_table_each(t, &position, &key, &len));
		assert_int_equal(len, sizeof(*keys));
		assert_memory_equal(key, &keys[i], len);
	}
	assert_null(nd_table_each(t, &position, &key, &len));
	assert_int_equal(nd_table_count(t), count);
	assert_non_null(nd_table_oldest(t, &key, &len));
	assert_memory_equal(key, &keys[count - 1], len);
}

#define CHECK_ORDER(t, ...)                             \
	check_order(t, (const uint64_t[]){__VA_ARGS__}, \
		    sizeof((const uint64_t[]){__VA_ARGS__}) / 8)

static void test_new(void **state)
{
	(void)state;
	errno = 0;
	assert_null(nd_table_new(0, 8));
	assert_int_equal(errno, EINVAL);
	assert_null(nd_table_new(SIZE_MAX, 8));
	nd_table_free(NULL);
}

static void test_values(void **state)
{
	struct nd_table *t = nd_table_new(4, sizeof(uint64_t));
	bool is_new = false;
	uint64_t *v;

	(void)state;
	assert_null(nd_table_oldest(t, NULL, NULL));
	v = add(t, 1, &is_new);
	assert_true(is_new);
	assert_ptr_equal(nd_table_oldest(t, NULL, NULL), v);
	assert_int_equal(*v, 0);
	*v = 77;
	assert_ptr_equal(add(t, 1, &is_new), v);
	assert_false(is_new);
	assert_ptr_equal(find(t, 1), v);
	assert_int_equal(*find(t, 1), 77);
	errno = 0;
	assert_null(find(t, 2));
	assert_int_equal(errno, ENOENT);
	assert_int_equal(nd_table_count(t), 1);
	assert_int_equal((uintptr_t)v % _Alignof(max_align_t), 0);
	nd_table_free(t);
}

/* A value without bytes: a set of keys, of any length. */
static void test_keys(void **state)
{
	struct nd_table *t = nd_table_new(10, 0);
	char zeros[64] = "";
	bool is_new;

	(void)state;
	for (size_t len = 0; len < 10; len++) {
		assert_non_null(nd_table_add(t, zeros, len, &is_new));
		assert_true(is_new);
	}
	for (size_t len = 0; len < 10; len++)
		assert_non_null(nd_table_find(t, zeros, len));
	assert_null(nd_table_find(t, zeros, 10));
	/* longer keys in the places of shorter ones, and back */
	for (size_t round = 0; round < 3; round++)
		for (size_t len = 64; len-- > 0;)
			assert_non_null(nd_table_add(t, zeros, len, NULL));
	assert_int_equal(nd_table_count(t), 10);
	nd_table_free(t);
}

static void test_order(void **state)
{
	struct nd_table *t = nd_table_new(4, 8);

	(void)state;
	for (uint64_t i = 1; i <= 4; i++)
		*add(t, i, NULL) = i;
	CHECK_ORDER(t, 4, 3, 2, 1);
	find(t, 2);
	CHECK_ORDER(t, 2, 4, 3, 1);
	find(t, 9);
	add(t, 1, NULL);
	CHECK_ORDER(t, 1, 2, 4, 3);
	find(t, 1);
	CHECK_ORDER(t, 1, 2, 4, 3);
	assert_int_equal(nd_table_forgotten(t), 0);
	nd_table_free(t);
}

static void test_forgets(void **state)
{
	struct nd_table *t = nd_table_new(3, 8);
	bool is_new;

	(void)state;
	for (uint64_t i = 1; i <= 3; i++)
		*add(t, i, NULL) = 100 + i;
	find(t, 1); /* now 2 is the longest unseen */
	assert_int_equal(*add(t, 4, &is_new), 0); /* zeroed, though reused */
	assert_true(is_new);
	assert_int_equal(nd_table_forgotten(t), 1);
	assert_null(find(t, 2));
	CHECK_ORDER(t, 4, 1, 3);
	add(t, 5, NULL);
	CHECK_ORDER(t, 5, 4, 1);
	assert_int_equal(*find(t, 1), 101);
	assert_int_equal(nd_table_forgotten(t), 2);
	nd_table_free(t);
}

static void test_remove(void **state)
{
	struct nd_table *t = nd_table_new(3, 8);
	uint64_t key = 2;

	(void)state;
	for (uint64_t i = 1; i <= 3; i++)
		add(t, i, NULL);
	assert_int_equal(nd_table_remove(t, &key, 8), 0);
	assert_int_equal(nd_table_remove(t, &key, 8), -ENOENT);
	CHECK_ORDER(t, 3, 1);
	add(t, 4, NULL); /* there is room: nothing is forgotten */
	assert_int_equal(nd_table_forgotten(t), 0);
	CHECK_ORDER(t, 4, 3, 1);
	for (key = 1; key <= 4; key++)
		nd_table_remove(t, &key, 8);
	assert_int_equal(nd_table_count(t), 0);
	add(t, 7, NULL);
	CHECK_ORDER(t, 7);
	nd_table_free(t);
}

static void test_one(void **state)
{
	struct nd_table *t = nd_table_new(1, 8);

	(void)state;
	for (uint64_t i = 0; i < 100; i++) {
		*add(t, i, NULL) = i;
		assert_int_equal(*find(t, i), i);
		if (i > 0)
			assert_null(find(t, i - 1));
	}
	assert_int_equal(nd_table_forgotten(t), 99);
	nd_table_free(t);
}

/* As full as its buckets, chains are certain; an array is the witness. */
static void test_against_array(void **state)
{
	enum {
		KEYS = 1000,
		MAX = 256
	};
	struct nd_table *t = nd_table_new(MAX, 8);
	uint64_t last[KEYS] = {0}, seed = 1, forgotten = 0;

	(void)state;
	for (uint64_t now = 1; now <= 50000; now++) {
		uint64_t key, newer = 0;
		bool is_new, was;

		seed = seed * 6364136223846793005 + 1442695040888963407;
		key = (seed >> 33) % KEYS;
		for (size_t i = 0; i < KEYS; i++)
			newer += last[key] > 0 && last[i] > last[key];
		was = last[key] > 0 && newer < MAX;
		forgotten += !was && nd_table_count(t) == MAX;
		if (*add(t, key, &is_new) != (was ? last[key] : 0))
			fail();
		assert_int_equal(is_new, !was);
		*find(t, key) = last[key] = now;
	}
	assert_int_equal(nd_table_count(t), MAX);
	assert_true(nd_table_forgotten(t) == forgotten);
	nd_table_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_new),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_forgets),
		cmocka_unit_test(test_remove),
		cmocka_unit_test(test_one),
		cmocka_unit_test(test_against_array),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
