/* SPDX-License-Identifier: MIT */
#include "nmsg_alias.h"

#include "nmsg_case.h"
#include "nmsg_json.h"
#include "nmsg_pres.h"

#include <unistd.h>

static const char operators[] = "7 FSI\n"
				"# comment\n"
				"\n"
				"8\n"
				"x y\n"
				"-1 minus\n"
				"4294967296 large\n"
				"0x10 \t sixteen  # behind\r\n"
				"9 last";

static struct nmsg_alias *read_text(const char *text)
{
	char path[] = "/tmp/test_nmsg_alias.XXXXXX";
	struct nmsg_alias *alias;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	alias = nmsg_alias_read(path);
	unlink(path);
	assert_non_null(alias);
	return alias;
}

static void test_files(void **state)
{
	struct nmsg_alias *a = read_text(operators);

	(void)state;
	assert_string_equal(nmsg_alias_name(a, 7), "FSI");
	assert_string_equal(nmsg_alias_name(a, 16), "sixteen");
	assert_string_equal(nmsg_alias_name(a, 9), "last");
	assert_null(nmsg_alias_name(a, 8));
	assert_null(nmsg_alias_name(a, 0));
	assert_int_equal(nmsg_alias_number(a, "FSI", 3), 7);
	assert_int_equal(nmsg_alias_number(a, "FSIx", 4), 0);
	assert_int_equal(nmsg_alias_number(a, "minus", 5), 0);
	assert_null(nmsg_alias_name(NULL, 7));
	nmsg_alias_free(a);
	nmsg_alias_free(NULL);
	errno = 0;
	assert_null(nmsg_alias_read("/nonexistent/alias"));
	assert_int_equal(errno, ENOENT);
}

static void test_texts(void **state)
{
	struct nmsg_aliases aliases = {read_text(operators),
				       read_text("9 trusted\n")};
	struct message m = vector_message(&nmsg_vectors[4]), back;
	struct nmsg_json json = {.aliases = &aliases};
	struct nmsg_pres pres = {.aliases = &aliases};
	struct text t = {0};
	size_t used;

	(void)state;
	assert_int_equal(nmsg_json_write(&t, &m, &aliases), 0);
	assert_non_null(strstr(text_str(&t), ",\"operator\":\"FSI\",\"group\":"
					     "\"trusted\",\"message\":"));
	assert_int_equal(
		nmsg_json_next(&json, t.at, t.len, true, 0, &used, &back), 1);
	assert_message(&back, &m);
	t.len = 0;
	nmsg_pres_write(&t, &m, &aliases, "\n");
	assert_non_null(strstr(text_str(&t), " [a1ba02cf] [FSI] [trusted] \n"));
	assert_int_equal(
		nmsg_pres_next(&pres, t.at, t.len, true, 0, &used, &back), 1);
	assert_message(&back, &m);
	/* A name that nobody knows is unset, as nmsgtool has it. */
	t.len = 0;
	text_puts(&t, "{\"vname\":\"base\",\"mname\":\"ipconn\",\"operator\":"
		      "\"nobody\",\"group\":\"12\",\"message\":{}}");
	assert_int_equal(
		nmsg_json_next(&json, t.at, t.len, true, 0, &used, &back), 1);
	assert_int_equal(back.operator_id, 0);
	assert_int_equal(back.group, 12);
	text_free(&t);
	free_message(&m);
	nmsg_json_free(&json);
	nmsg_pres_free(&pres);
	nmsg_alias_unload(&aliases);
	assert_null(aliases.groups);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
