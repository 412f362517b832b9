/* SPDX-License-Identifier: MIT */
#include "chef_file.h"
#include "compile.h"
#include "folder.h"
#include "option.h"

#define INCLUDE "#include <netdumplings/chef.h>\n"

static struct chef_file f;
static char why[512];

static int open_source(const char *source)
{
	*why = '\0';
	return chef_file_open(&f, folder_write("chef.c", source), why,
			      sizeof(why));
}

static void says(const char *words)
{
	if (!strstr(why, words))
		print_message("%s\n", why);
	assert_non_null(strstr(why, words));
}

static void test_source(void **state)
{
	(void)state;
	assert_int_equal(open_source(INCLUDE
				     "ND_CHEF = { ND_CHEF_HEAD,\n"
				     ".name = \"FromSource\",\n"
				     ".summary = \"s\", .state_size = 7 };\n"),
			 0);
	assert_string_equal(f.chef.name, "FromSource");
	assert_string_equal(f.chef.summary, "s");
	assert_int_equal(f.chef.state_size, 7);
	assert_null(f.chef.packet);
	chef_file_close(&f);
	assert_null(f.handle);
	chef_file_close(&f);
}

/* A chef's calls find the library's functions in the program. */
static void test_symbols(void **state)
{
	const struct nd_packet pkt = {0};

	(void)state;
	assert_int_equal(
		open_source(INCLUDE
			    "static int packet(void *s,\n"
			    "const struct nd_packet *p, struct nd_dumpling *d)"
			    "{ return (int)nd_layer_name(ND_ARP)[0]; }\n"
			    "ND_CHEF = { ND_CHEF_HEAD, .name = \"S\",\n"
			    ".packet = packet };\n"),
		0);
	assert_int_equal(f.chef.packet(NULL, &pkt, NULL), 'A');
	chef_file_close(&f);
}

static void test_abi(void **state)
{
	(void)state;
	assert_int_equal(open_source(INCLUDE
				     "ND_CHEF = { ND_CHEF_ABI + 1,\n"
				     "sizeof(struct nd_chef), \"New\" };\n"),
			 -EPROTONOSUPPORT);
	says("chef ABI 2");
	says("the kitchen is the older of the two");
	assert_null(f.handle);
	assert_int_equal(open_source(INCLUDE
				     "ND_CHEF = { ND_CHEF_ABI - 1,\n"
				     "sizeof(struct nd_chef), \"Old\" };\n"),
			 -EPROTONOSUPPORT);
	says("chef ABI 0");
	says("the chef is the older of the two");
	says("chef.c");
}

static void test_size(void **state)
{
	(void)state;
	assert_int_equal(open_source(INCLUDE
				     "struct longer { struct nd_chef chef;\n"
				     "long more; };\n"
				     "ND_PUBLIC const struct longer nd_chef =\n"
				     "{{ ND_CHEF_ABI, sizeof(struct longer),\n"
				     "\"Longer\" }};\n"),
			 -EPROTONOSUPPORT);
	says("newer than this kitchen's");
	assert_int_equal(open_source(INCLUDE "ND_CHEF = { ND_CHEF_ABI,\n"
					     "16, \"Shorter\" };\n"),
			 -EPROTONOSUPPORT);
	says("older than this kitchen's");
}

static void test_bad_sources(void **state)
{
	(void)state;
	assert_int_equal(open_source("int not_a_chef;\n"), -ENOEXEC);
	says("exports no 'nd_chef'");
	assert_int_equal(open_source(INCLUDE "ND_CHEF = { ND_CHEF_HEAD,\n"
					     ".name = \"not a name\" };\n"),
			 -EINVAL);
	says("A-Z a-z 0-9");
	assert_int_equal(open_source(INCLUDE "ND_CHEF = { ND_CHEF_HEAD };\n"),
			 -EINVAL);
	assert_int_equal(open_source(INCLUDE "extern int nowhere(void);\n"
					     "int (*use)(void) = nowhere;\n"
					     "ND_CHEF = { ND_CHEF_HEAD,\n"
					     ".name = \"A\" };\n"),
			 -ENOEXEC);
	says("nowhere");
}

/* The compiler's words go to stderr: here to where nobody reads them. */
static void test_not_compiled(void **state)
{
	FILE *nowhere = fopen("/dev/null", "we");
	int err = dup(2), rc;

	(void)state;
	assert_non_null(nowhere);
	dup2(fileno(nowhere), 2);
	rc = open_source("this is no C\n");
	dup2(err, 2);
	close(err);
	fclose(nowhere);
	assert_int_equal(rc, -ENOEXEC);
	says("chef.c could not be compiled");
}

static void test_no_compiler(void **state)
{
	const char *cc = getenv("CC");
	char *was = cc ? strdup(cc) : NULL;
	int rc;

	(void)state;
	setenv("CC", "no-such-compiler", 1);
	rc = open_source(INCLUDE "ND_CHEF = { ND_CHEF_HEAD, .name = \"A\" };");
	if (was)
		setenv("CC", was, 1);
	else
		unsetenv("CC");
	free(was);
	assert_int_equal(rc, -ENOEXEC);
	says("there is no C compiler 'no-such-compiler' here");
}

static void test_paths(void **state)
{
	char object[4096];
	const char *source =
		folder_write("chef.c", INCLUDE "ND_CHEF = { ND_CHEF_HEAD,\n"
					       ".name = \"Object\" };\n");

	(void)state;
	assert_int_equal(compile_chef(source, object, sizeof(object), why,
				      sizeof(why)),
			 0);
	assert_int_equal(chef_file_open(&f, object, why, sizeof(why)), 0);
	assert_string_equal(f.chef.name, "Object");
	chef_file_close(&f);
	compile_forget(object);
	assert_int_not_equal(access(object, F_OK), 0);
	assert_int_equal(chef_file_open(&f, "./none.so", why, sizeof(why)),
			 -ENOENT);
	says("cannot read ./none.so");
	assert_int_equal(chef_file_open(&f, "none.c", why, sizeof(why)),
			 -ENOENT);
	says("cannot read none.c");
	assert_int_equal(chef_file_open(&f, folder_write("no.so", "no ELF"),
					why, sizeof(why)),
			 -ENOEXEC);
	says("cannot load");
}

static void test_bundled(void **state)
{
	static const struct nd_option list[] = {{"n", ND_OPTION_LIST}, {0}};
	struct nd_list names = {0};
	size_t found = 0;

	(void)state;
	assert_int_equal(chef_file_bundled(&names, why, sizeof(why)), 0);
	assert_true(names.count >= 3);
	for (size_t i = 0; i < names.count; i++) {
		const char *name = names.items[i];

		found += strcmp(name, "PacketCountChef") == 0 ||
			 strcmp(name, "ARPChef") == 0 ||
			 strcmp(name, "DNSLookupChef") == 0;
		if (i > 0)
			assert_true(strcmp(names.items[i - 1], name) < 0);
		assert_int_equal(chef_file_open(&f, name, why, sizeof(why)), 0);
		assert_string_equal(f.chef.name, name);
		chef_file_close(&f);
	}
	assert_int_equal(found, 3);
	option_free(list, &names);
	assert_int_equal(chef_file_open(&f, "NoChef", why, sizeof(why)),
			 -ENOENT);
	says("there is no chef 'NoChef'; --chef-list");
	assert_int_equal(chef_file_open(&f, "", why, sizeof(why)), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_source),
		cmocka_unit_test(test_symbols),
		cmocka_unit_test(test_abi),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_bad_sources),
		cmocka_unit_test(test_not_compiled),
		cmocka_unit_test(test_no_compiler),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_bundled),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
