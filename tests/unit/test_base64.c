/* SPDX-License-Identifier: MIT */
#include "base64.h"
#include "unit.h"

static void check(const void *bytes, size_t len, const char *expected)
{
	struct text t = {0};

	base64_put(&t, bytes, len);
	assert_string_equal(text_str(&t), expected);
	text_free(&t);
}

/* RFC 4648 section 10, and the last digits of the alphabet. */
static void test_vectors(void **state)
{
	(void)state;
	check(BYTES(""), "");
	check(BYTES("f"), "Zg==");
	check(BYTES("fo"), "Zm8=");
	check(BYTES("foo"), "Zm9v");
	check(BYTES("foob"), "Zm9vYg==");
	check(BYTES("fooba"), "Zm9vYmE=");
	check(BYTES("foobar"), "Zm9vYmFy");
	check(BYTES("\xfb\xff\xbf"), "+/+/");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_vectors)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
