/* SPDX-License-Identifier: MIT */
#include "command_line.h"
#include "unit.h"

#include <fcntl.h>
#include <unistd.h>

struct settings {
	const char *name;
	bool promiscuous, list;
	uint64_t count;
	struct nd_list chefs;
};

#define AT(member) offsetof(struct settings, member)

static const struct nd_option options[] = {
	{"name", ND_OPTION_STR, AT(name), "kitchen", "The name, to show.",
	 "NAME", 'n'},
	{"promiscuous", ND_OPTION_BOOL, AT(promiscuous), "yes", "Take all."},
	{"list", ND_OPTION_FLAG, AT(list), NULL, "List them.", NULL, 'l'},
	{"count", ND_OPTION_UINT, AT(count), "3", "How many.", NULL, 'c', 0,
	 100},
	{"chef", ND_OPTION_LIST, AT(chefs), NULL, "A chef.", "CHEF", 'C'},
	{0},
};

static const struct command_line with_operands = {
	.name = "nd-test",
	.summary = "test the command line",
	.description = "One paragraph of words.\n\nAnother -- with a \\ in it.",
	.operands = "[FILE ...]",
	.options = options,
	.notes = ".SH NOTES\nnone\n",
};

static const struct command_line with_letters = {
	.name = "nd-test",
	.summary = "test the command line",
	.description = "One paragraph.",
	.options = options,
	.short_help = true,
};

static struct settings s;
static struct nd_list operands;
static char said[8192]; /* what went to stdout and stderr */

static int tear_down(void **state)
{
	static const struct nd_option list[] = {{"o", ND_OPTION_LIST}, {0}};

	(void)state;
	option_free(options, &s);
	option_free(list, &operands);
	memset(&s, 0, sizeof(s));
	return 0;
}

/* Parses words, what is said caught in a file. */
static enum command_line_outcome parse_words_of(const struct command_line *c,
						bool takes_operands, int argc,
						char **argv)
{
	FILE *file = tmpfile();
	int out = dup(1), err = dup(2);
	enum command_line_outcome outcome;
	size_t len;

	assert_non_null(file);
	tear_down(NULL);
	fflush(stdout);
	dup2(fileno(file), 1);
	dup2(fileno(file), 2);
	outcome = command_line_parse(c, &s, takes_operands ? &operands : NULL,
				     argc, argv);
	fflush(stdout);
	dup2(out, 1);
	dup2(err, 2);
	close(out);
	close(err);
	rewind(file);
	len = fread(said, 1, sizeof(said) - 1, file);
	said[len] = '\0';
	fclose(file);
	return outcome;
}

static enum command_line_outcome parse_words(bool takes_operands, int argc,
					     char **argv)
{
	return parse_words_of(&with_operands, takes_operands, argc, argv);
}

#define PARSE(operands, ...)                                                 \
	parse_words(operands,                                                \
		    (int)LENGTH(((const char *[]){"nd-test", __VA_ARGS__})), \
		    (char **)(uintptr_t)(const char *[]){"nd-test",          \
							 __VA_ARGS__, NULL})

#define RUNS(...)                                                             \
	do {                                                                  \
		assert_int_equal(PARSE(true, __VA_ARGS__), COMMAND_LINE_RUN); \
		assert_string_equal(said, "");                                \
	} while (0)

#define WRONG(text, ...)                                              \
	do {                                                          \
		assert_int_equal(PARSE(false, __VA_ARGS__),           \
				 COMMAND_LINE_WRONG);                 \
		assert_string_equal(said, "nd-test: " text            \
					  " (see nd-test --help)\n"); \
	} while (0)

static void test_long(void **state)
{
	(void)state;
	RUNS("--name", "a", "--count=7", "--no-promiscuous", "--list");
	assert_string_equal(s.name, "a");
	assert_int_equal(s.count, 7);
	assert_false(s.promiscuous);
	assert_true(s.list);
	RUNS("--promiscuous=no", "--name=", "--chef", "x", "--chef=y=z");
	assert_false(s.promiscuous);
	assert_false(s.list);
	assert_string_equal(s.name, "");
	assert_int_equal(s.count, 3);
	assert_int_equal(s.chefs.count, 2);
	assert_string_equal(s.chefs.items[1], "y=z");
	RUNS("--no-promiscuous", "--promiscuous", "--name", "--count");
	assert_true(s.promiscuous);
	assert_string_equal(s.name, "--count");
}

static void test_short(void **state)
{
	(void)state;
	RUNS("-n", "a", "-c7");
	assert_string_equal(s.name, "a");
	assert_int_equal(s.count, 7);
	RUNS("-lna", "-Cx", "-C", "y");
	assert_true(s.list);
	assert_string_equal(s.name, "a");
	assert_int_equal(s.chefs.count, 2);
	RUNS("-n-l");
	assert_string_equal(s.name, "-l");
	assert_false(s.list);
}

static void test_operands(void **state)
{
	(void)state;
	RUNS("one", "-l", "-", "--", "--name", "-l");
	assert_true(s.list);
	assert_string_equal(s.name, "kitchen");
	assert_int_equal(operands.count, 4);
	assert_string_equal(operands.items[0], "one");
	assert_string_equal(operands.items[1], "-");
	assert_string_equal(operands.items[2], "--name");
	assert_string_equal(operands.items[3], "-l");
	WRONG("unexpected argument: one", "one");
	WRONG("unexpected argument: one", "--", "one");
}

static void test_wrong(void **state)
{
	(void)state;
	WRONG("no such option: --nothing", "--nothing");
	WRONG("no such option: --nothing", "--nothing=1");
	WRONG("no such option: --no-list", "--no-list"); /* a FLAG */
	WRONG("no such option: --no-name", "--no-name");
	WRONG("no such option: --nam", "--nam", "a"); /* no guessing */
	WRONG("no such option: -x", "-x");
	WRONG("no such option: -x", "-lx");
	WRONG("an argument is missing behind --name", "--name");
	WRONG("an argument is missing behind -n", "-ln");
	WRONG("count: 101 is not between 0 and 100", "--count", "101");
	WRONG("count: 'x' is not a whole number", "-cx");
	WRONG("promiscuous: 'maybe' is not yes or no", "--promiscuous=maybe");
}

/* Every option is in the help, with its default, and fits a terminal. */
static void test_help(void **state)
{
	(void)state;
	assert_int_equal(PARSE(true, "--help"), COMMAND_LINE_DONE);
	assert_non_null(strstr(said, "Usage: nd-test [OPTIONS] [FILE ...]\n"));
	assert_non_null(strstr(said, "One paragraph of words.\n\n"));
	assert_non_null(strstr(said, "  -n, --name NAME "));
	assert_non_null(strstr(said, "[default: kitchen]"));
	assert_non_null(strstr(said, "--promiscuous / --no-promiscuous"));
	assert_non_null(strstr(said, "[default: promiscuous]"));
	assert_non_null(strstr(said, "  -l, --list "));
	assert_non_null(strstr(said, "  -c, --count N "));
	assert_non_null(strstr(said, "  -C, --chef CHEF "));
	assert_non_null(strstr(said, "--config FILE"));
	assert_non_null(strstr(said, "--version"));
	assert_non_null(strstr(said, "--help"));
	for (char *line = strtok(said, "\n"); line; line = strtok(NULL, "\n"))
		assert_true(strlen(line) <= 80);
}

/* -h and -v are only where a program wants them. */
static void test_letters(void **state)
{
	char *help[] = {(char[]){"nd-test"}, (char[]){"-h"}, NULL};
	char *version[] = {(char[]){"nd-test"}, (char[]){"-lv"}, NULL};

	(void)state;
	assert_int_equal(parse_words_of(&with_letters, false, 2, help),
			 COMMAND_LINE_DONE);
	assert_non_null(strstr(said, "  -h, --help "));
	assert_non_null(strstr(said, "  -v, --version "));
	assert_int_equal(parse_words_of(&with_letters, false, 2, version),
			 COMMAND_LINE_DONE);
	assert_memory_equal(said, "nd-test, version ", 17);
	WRONG("no such option: -h", "-h");
	WRONG("no such option: -v", "-lv");
	assert_int_equal(PARSE(true, "--help"), COMMAND_LINE_DONE);
	assert_null(strstr(said, "-h, "));
}

static void test_man(void **state)
{
	(void)state;
	assert_int_equal(PARSE(true, "--man"), COMMAND_LINE_DONE);
	assert_memory_equal(said, ".TH nd-test 1 ", 14);
	assert_non_null(strstr(said, "nd-test \\- test the command line\n"));
	assert_non_null(strstr(said, "Another \\-\\- with a \\e in it."));
	assert_non_null(strstr(said, "\n.PP\nAnother"));
	assert_non_null(strstr(said, ".B \\-n, \\-\\-name NAME\nThe name"));
	assert_non_null(strstr(said, ".SH NOTES\nnone\n"));
	assert_int_equal(PARSE(true, "--version"), COMMAND_LINE_DONE);
	assert_memory_equal(said, "nd-test, version ", 17);
}

static void test_chef_options(void **state)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	(void)state;
	assert_non_null(to);
	command_line_print_options(options, to);
	command_line_print_options(NULL, to);
	fclose(to);
	assert_non_null(strstr(text, "  name=NAME "));
	assert_non_null(strstr(text, "  promiscuous=yes|no "));
	assert_non_null(strstr(text, "  count=N "));
	free(text);
}

/* --- the config file ----------------------------------------------------- */

static char path[] = P_tmpdir "/nd-config-XXXXXX";

static void write_config(const char *text)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void test_config(void **state)
{
	(void)state;
	write_config("# comment\n\n  name =  two words \t\n"
		     "count=9\nchef = a # b\nchef = b\npromiscuous = no\n"
		     "\t# indented\nlist = yes");
	RUNS("--config", path);
	assert_string_equal(s.name, "two words");
	assert_int_equal(s.count, 9);
	assert_int_equal(s.chefs.count, 2);
	assert_string_equal(s.chefs.items[0], "a # b");
	assert_false(s.promiscuous);
	assert_true(s.list);
	/* the command line has the last word, wherever it names the file */
	RUNS("--count", "8", "--config", path, "--chef", "c");
	assert_int_equal(s.count, 8);
	assert_int_equal(s.chefs.count, 3);
	write_config("name =\n");
	assert_int_equal(parse_words(true, 2,
				     (char *[]){(char[]){"nd-test"},
						(char[]){"--list"}, NULL}),
			 COMMAND_LINE_RUN);
	RUNS("--config", path);
	assert_string_equal(s.name, "");
	write_config("");
	RUNS("--config", path);
	assert_string_equal(s.name, "kitchen");
}

static void wrong_config(const char *text, const char *why)
{
	char expected[300];

	write_config(text);
	assert_int_equal(PARSE(true, "--config", path), COMMAND_LINE_WRONG);
	snprintf(expected, sizeof(expected), "nd-test: %s %s (see", path, why);
	assert_memory_equal(said, expected, strlen(expected));
}

static void test_wrong_config(void **state)
{
	(void)state;
	wrong_config("\nname\n", "line 2: no '=' in the line: name");
	wrong_config("nothing = 1\n", "line 1: no such option: nothing");
	wrong_config("config = x\n", "line 1: no such option: config");
	wrong_config(" = x\n", "line 1: no such option: ");
	wrong_config("#\ncount = 101",
		     "line 2: count: 101 is not between 0 and 100");
	unlink(path);
	assert_int_equal(PARSE(true, "--config", path), COMMAND_LINE_WRONG);
	assert_non_null(strstr(said, "No such file"));
	WRONG("an argument is missing behind --config", "--config");
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_long),     TEST(test_short),
		TEST(test_operands), TEST(test_wrong),
		TEST(test_help),     TEST(test_letters),
		TEST(test_man),      TEST(test_chef_options),
		TEST(test_config),   TEST(test_wrong_config),
	};
	int fd = mkstemp(path), rc;

	if (fd < 0)
		return 1;
	close(fd);
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return rc;
}
