/* SPDX-License-Identifier: MIT */
#include "text.h"
#include "unit.h"

static void test_grows(void **state)
{
	struct text t = {0};
	char *expected = malloc(300001);

	(void)state;
	assert_non_null(expected);
	for (size_t i = 0; i < 100000; i++) {
		memcpy(expected + 3 * i, "abc", 3);
		text_putc(&t, 'a');
		text_puts(&t, "bc");
	}
	expected[300000] = '\0';
	assert_int_equal(t.len, 300000);
	assert_string_equal(text_str(&t), expected);
	assert_int_equal(t.len, 300000);
	text_free(&t);
	assert_null(t.at);
	assert_int_equal(t.len, 0);
	free(expected);
}

static void test_empty(void **state)
{
	struct text t = {0};

	(void)state;
	text_put(&t, "x", 0);
	assert_string_equal(text_str(&t), "");
	text_free(&t);
	text_free(&t);
}

static void test_numbers(void **state)
{
	struct text t = {0};

	(void)state;
	text_uint(&t, 0);
	text_putc(&t, ' ');
	text_uint(&t, 10);
	text_putc(&t, ' ');
	text_uint(&t, UINT64_MAX);
	assert_string_equal(text_str(&t), "0 10 18446744073709551615");
	text_free(&t);
}

static void test_printf(void **state)
{
	struct text t = {0};

	(void)state;
	text_puts(&t, "n=");
	/* Just over the first buffer, then well over it. */
	text_printf(&t, "%0254d", 7);
	assert_int_equal(t.len, 256);
	text_printf(&t, "%s %01000d", "x", 1);
	assert_int_equal(t.len, 1258);
	assert_int_equal(text_str(&t)[1257], '1');
	assert_int_equal(t.error, 0);
	text_free(&t);
}

/* What does not fit in memory is left out, and that is told. */
static void test_too_long(void **state)
{
	struct text t = {0};

	(void)state;
	text_puts(&t, "ab");
	assert_null(text_room(&t, SIZE_MAX / 2));
	assert_int_equal(t.error, -ENOMEM);
	assert_int_equal(t.len, 2);
	assert_null(text_str(&t));
	text_free(&t);
	assert_int_equal(t.error, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grows),    cmocka_unit_test(test_empty),
		cmocka_unit_test(test_numbers),  cmocka_unit_test(test_printf),
		cmocka_unit_test(test_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
