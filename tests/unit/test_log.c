/* SPDX-License-Identifier: MIT */
#include "log.h"
#include "unit.h"

#include <regex.h>
#include <unistd.h>

static char said[8192];
static FILE *file;
static int err;

static void begin(void)
{
	file = tmpfile();
	assert_non_null(file);
	err = dup(2);
	dup2(fileno(file), 2);
}

static void end(void)
{
	size_t len;

	dup2(err, 2);
	close(err);
	rewind(file);
	len = fread(said, 1, sizeof(said) - 1, file);
	said[len] = '\0';
	fclose(file);
}

static void matches(const char *pattern)
{
	regex_t regex;

	assert_int_equal(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
	if (regexec(&regex, said, 0, NULL, 0) != 0)
		print_message("%s\n", said);
	assert_int_equal(regexec(&regex, said, 0, NULL, 0), 0);
	regfree(&regex);
}

#define WHEN                                                             \
	"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]" \
	"[.][0-9]{3} "

static void test_lines(void **state)
{
	(void)state;
	begin();
	log_info("before %d", 1);
	log_open("nd-test");
	log_info("%s and %d", "text", 7);
	log_error("wrong");
	end();
	matches("^" WHEN "INFO netdumplings: before 1\n" WHEN
		"INFO nd-test: text and 7\n" WHEN "ERROR nd-test: wrong\n$");
}

static void test_long_line(void **state)
{
	char text[3000];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	begin();
	log_info("%s", text);
	end();
	matches("^" WHEN "INFO [^\n]*x\n$");
	assert_true(strlen(said) < 1200);
}

static void test_control_characters(void **state)
{
	(void)state;
	begin();
	log_info("%s", "a\nb\x1b[2J\x7f\tc\xc3\xa4");
	end();
	matches("INFO nd-test: a[?]b[?]\\[2J[?][?]c\xc3\xa4\n$");
}

/* A second is passed by moving the limit back, not by waiting. */
static void test_limited(void **state)
{
	struct log_limit limit = {0};

	(void)state;
	begin();
	for (int i = 0; i < 5; i++)
		log_limited(&limit, "number %d", i);
	limit.next_ns = 0;
	log_limited(&limit, "next");
	limit.next_ns = 0;
	log_limited(&limit, "last");
	end();
	matches("^" WHEN "ERROR [a-z-]+: number 0\n" WHEN
		"ERROR [a-z-]+: next \\(and 4 more like this\\)\n" WHEN
		"ERROR [a-z-]+: last\n$");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_control_characters),
		cmocka_unit_test(test_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
