/* SPDX-License-Identifier: MIT */
#include "topic.h"
#include "unit.h"

#define NAME64 \
	"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-"

static void test_names(void **state)
{
	(void)state;
	assert_true(topic_is_name(BYTES("a")));
	assert_true(topic_is_name(BYTES("DNS.Lookup_Chef-2")));
	assert_true(topic_is_name(BYTES(NAME64)));
	assert_false(topic_is_name(BYTES(NAME64 "x")));
	assert_false(topic_is_name(BYTES("")));
	for (int c = 0; c < 256; c++) {
		char name = (char)c;
		bool good = c && strchr(NAME64 ".", c);

		assert_int_equal(topic_is_name(&name, 1), good);
	}
}

static void test_write(void **state)
{
	char out[TOPIC_MAX + 1];

	(void)state;
	assert_int_equal(topic_write(out, "DNS", "home"), 9);
	assert_string_equal(out, "DNS/home/");
	assert_int_equal(topic_write(out, "!kitchen", "k"), 11);
	assert_string_equal(out, "!kitchen/k/");
	assert_int_equal(topic_write(out, "!" NAME64, NAME64), TOPIC_MAX);
	assert_int_equal(strlen(out), TOPIC_MAX);
	assert_int_equal(topic_write(out, "", "k"), -EINVAL);
	assert_int_equal(topic_write(out, "!", "k"), -EINVAL);
	assert_int_equal(topic_write(out, "!!a", "k"), -EINVAL);
	assert_int_equal(topic_write(out, "a", ""), -EINVAL);
	assert_int_equal(topic_write(out, "a", "!k"), -EINVAL);
	assert_int_equal(topic_write(out, "a/b", "k"), -EINVAL);
	assert_int_equal(topic_write(out, "a", "k\n"), -EINVAL);
	assert_int_equal(topic_write(out, NAME64 "x", "k"), -EINVAL);
}

static int read_copy(struct topic *t, const char *bytes, size_t len)
{
	char *copy = malloc(len ? len : 1);
	int rc;

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	rc = topic_read(t, copy, len);
	free(copy);
	return rc;
}

static void test_read(void **state)
{
	struct topic t;

	(void)state;
	assert_int_equal(read_copy(&t, BYTES("DNS/home/")), 0);
	assert_string_equal(t.chef, "DNS");
	assert_string_equal(t.kitchen, "home");
	assert_int_equal(read_copy(&t, BYTES("!kitchen/-/")), 0);
	assert_string_equal(t.chef, "!kitchen");
	assert_string_equal(t.kitchen, TOPIC_NO_KITCHEN);
	assert_int_equal(read_copy(&t, BYTES("!" NAME64 "/" NAME64 "/")), 0);
	assert_string_equal(t.chef, "!" NAME64);
	assert_string_equal(t.kitchen, NAME64);
}

static void test_read_bad(void **state)
{
	static const char good[] = "Chef/kitchen/";
	static const char *const bad[] = {
		"/",
		"//",
		"a//",
		"/b/",
		"a/b",
		"a/b/c/",
		"a/b//",
		"!/b/",
		"!!a/b/",
		"a/!b/",
		"a b/c/",
		"a/b/ ",
		"!",
		"!a/",
		"a",
		"\xc3/b/",
		"a/b\n/",
		NAME64 "x/b/",
		"a/" NAME64 "x/",
		"!" NAME64 "/" NAME64 "/x/",
	};
	struct topic t;

	(void)state;
	for (size_t i = 0; i < sizeof(good) - 1; i++)
		assert_int_equal(read_copy(&t, good, i), -EBADMSG);
	for (size_t i = 0; i < LENGTH(bad); i++)
		assert_int_equal(read_copy(&t, bad[i], strlen(bad[i])),
				 -EBADMSG);
	assert_int_equal(read_copy(&t, BYTES("a\0/b/")), -EBADMSG);
	assert_int_equal(read_copy(&t, BYTES("a/b/\0")), -EBADMSG);
}

static void test_clean(void **state)
{
	char out[TOPIC_NAME_MAX + 1];

	(void)state;
	topic_clean(out, "host.example-1");
	assert_string_equal(out, "host.example-1");
	topic_clean(out, "a b/\xc3\xbc!");
	assert_string_equal(out, "a_b____");
	topic_clean(out, "");
	assert_string_equal(out, "_");
	topic_clean(out, NAME64 "more");
	assert_string_equal(out, NAME64);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names), cmocka_unit_test(test_write),
		cmocka_unit_test(test_read),  cmocka_unit_test(test_read_bad),
		cmocka_unit_test(test_clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
