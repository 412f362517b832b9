/* SPDX-License-Identifier: MIT */
#include "sequence.h"
#include "unit.h"

static void test_key(void **state)
{
	uint8_t a[SEQUENCE_KEY_MAX], b[SEQUENCE_KEY_MAX];
	char topic[131];

	(void)state;
	assert_int_equal(sequence_key(a, BYTES("DNS/k/"), 1), 14);
	assert_memory_equal(a + 8, "DNS/k/", 6);
	assert_int_equal(sequence_key(b, BYTES("DNS/k/"), 1ULL << 63), 14);
	assert_memory_not_equal(a, b, 14);
	memset(topic, 'x', sizeof(topic));
	assert_int_equal(sequence_key(a, topic, sizeof(topic), 1),
			 SEQUENCE_KEY_MAX);
}

/* What came before the first that was heard is not missing. */
static void test_begin(void **state)
{
	struct sequence s = {0};

	(void)state;
	assert_int_equal(sequence_batch(&s, 1000, 10), 0);
	assert_int_equal(s.next, 1010);
	assert_int_equal(s.received, 10);
	assert_int_equal(s.missing, 0);
	assert_int_equal(sequence_batch(&s, 1010, 1), 0);
	assert_int_equal(s.next, 1011);
}

static void test_gaps(void **state)
{
	struct sequence s = {0};

	(void)state;
	assert_int_equal(sequence_batch(&s, 0, 2), 0);
	assert_int_equal(sequence_batch(&s, 5, 2), 3);
	assert_int_equal(sequence_batch(&s, 8, 1), 1);
	assert_int_equal(sequence_batch(&s, 9, 1), 0);
	assert_int_equal(s.missing, 4);
	assert_int_equal(s.received, 6);
	assert_int_equal(s.received + s.missing, s.next);
}

static void test_duplicates(void **state)
{
	struct sequence s = {0};

	(void)state;
	sequence_batch(&s, 0, 10);
	assert_int_equal(sequence_batch(&s, 0, 10), 0);
	assert_int_equal(s.next, 10);
	assert_int_equal(sequence_batch(&s, 5, 10), 0); /* half of it new */
	assert_int_equal(s.next, 15);
	assert_int_equal(sequence_batch(&s, 16, 1), 1);
	assert_int_equal(s.missing, 1);
}

/* The end of a run is told by the kitchen, not by a batch. */
static void test_told(void **state)
{
	struct sequence s = {0};

	(void)state;
	assert_int_equal(sequence_told(&s, 4), 0); /* the first that is heard */
	assert_int_equal(sequence_batch(&s, 6, 1), 2);
	assert_int_equal(sequence_told(&s, 7), 0);
	assert_int_equal(sequence_told(&s, 7), 0);
	assert_int_equal(sequence_told(&s, 10), 3);
	assert_int_equal(sequence_told(&s, 9), 0); /* older news */
	assert_int_equal(s.next, 10);
	assert_int_equal(s.missing, 5);
	assert_int_equal(s.received, 1);
}

static void test_ends(void **state)
{
	struct sequence s = {0};

	(void)state;
	assert_int_equal(sequence_batch(&s, 0, 1), 0);
	assert_true(sequence_told(&s, UINT64_MAX) == UINT64_MAX - 1);
	assert_true(s.next == UINT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_key),  cmocka_unit_test(test_begin),
		cmocka_unit_test(test_gaps), cmocka_unit_test(test_duplicates),
		cmocka_unit_test(test_told), cmocka_unit_test(test_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
