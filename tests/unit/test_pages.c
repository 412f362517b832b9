/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <origin.h>
#include <pages.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "pages-XXXXXX";
static struct pages pages;
static char why[256];

static void make(const char *name, const char *content)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "we");
	assert_non_null(file);
	assert_true(fputs(content, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void make_huge(const char *name, off_t size)
{
	char path[128];

	make(name, "");
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(truncate(path, size), 0);
}

static int setup(void **state)
{
	char path[128];

	(void)state;
	strcpy(folder + sizeof(folder) - 7, "XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/deep", folder);
	return mkdir(path, 0700);
}

static int teardown(void **state)
{
	char command[64];

	(void)state;
	pages_free(&pages);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

static int load(void)
{
	return pages_load(&pages, folder, why, sizeof(why));
}

static void has_files_of_known_types(void **state)
{
	const struct page *page;

	(void)state;
	make("index.html", "<p>hello");
	make("app.js", "x");
	make("deep/a.css", "y");
	make("secret.conf", "z");
	make(".hidden.js", "z");
	make("plain", "z");
	make("empty.txt", "");
	assert_int_equal(load(), 0);
	assert_int_equal(pages.count, 4);
	page = pages_find(&pages, "/");
	assert_non_null(page);
	assert_ptr_equal(page, pages_find(&pages, "/index.html"));
	assert_string_equal(page->type, "text/html; charset=utf-8");
	assert_int_equal(page->len, 8);
	assert_memory_equal(page->bytes, "<p>hello", 8);
	assert_non_null(pages_find(&pages, "/deep/a.css"));
	assert_null(pages_find(&pages, "/secret.conf"));
	assert_null(pages_find(&pages, "/deep"));
	assert_null(pages_find(&pages, "/deep/../index.html"));
	assert_null(pages_find(&pages, "index.html"));
	assert_null(pages_find(&pages, ""));
}

static void types_are_those_of_the_names(void **state)
{
	static const char *const types[][2] = {
		{"a.mjs", "text/javascript; charset=utf-8"},
		{"a.svg", "image/svg+xml"},
		{"a.json", "application/json"},
		{"a.png", "image/png"},
		{"a.gif", "image/gif"},
		{"a.webp", "image/webp"},
		{"a.min.js", "text/javascript; charset=utf-8"},
	};
	char path[32];

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		make(types[i][0], "x");
	assert_int_equal(load(), 0);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		snprintf(path, sizeof(path), "/%s", types[i][0]);
		assert_non_null(pages_find(&pages, path));
		assert_string_equal(pages_find(&pages, path)->type,
				    types[i][1]);
	}
}

static void a_changed_page_has_another_etag(void **state)
{
	char before[24];

	(void)state;
	make("a.js", "1");
	assert_int_equal(load(), 0);
	strcpy(before, pages_find(&pages, "/a.js")->etag);
	pages_free(&pages);
	assert_int_equal(load(), 0);
	assert_string_equal(before, pages_find(&pages, "/a.js")->etag);
	pages_free(&pages);
	make("a.js", "2");
	assert_int_equal(load(), 0);
	assert_string_not_equal(before, pages_find(&pages, "/a.js")->etag);
}

static void follows_no_link(void **state)
{
	char path[64];

	(void)state;
	make("a.js", "1");
	snprintf(path, sizeof(path), "%s/b.js", folder);
	assert_int_equal(symlink("a.js", path), 0);
	snprintf(path, sizeof(path), "%s/up", folder);
	assert_int_equal(symlink("..", path), 0);
	snprintf(path, sizeof(path), "%s/pipe.js", folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(load(), 0);
	assert_int_equal(pages.count, 1);
}

static void has_bounds(void **state)
{
	char name[16];

	(void)state;
	make_huge("a.js", (off_t)PAGES_FILE_MAX);
	assert_int_equal(load(), 0);
	pages_free(&pages);
	make_huge("a.js", (off_t)PAGES_FILE_MAX + 1);
	assert_true(load() < 0);
	assert_non_null(strstr(why, folder));
	pages_free(&pages);
	make_huge("a.js", (off_t)PAGES_FILE_MAX);
	for (size_t i = 1; i <= PAGES_TOTAL_MAX / PAGES_FILE_MAX; i++) {
		snprintf(name, sizeof(name), "b%zu.js", i);
		make_huge(name, (off_t)PAGES_FILE_MAX);
	}
	assert_true(load() < 0);
}

static void a_folder_that_is_not_there_has_no_pages(void **state)
{
	(void)state;
	assert_int_equal(pages_load(&pages, "pages-none", why, sizeof(why)), 0);
	assert_int_equal(pages.count, 0);
	assert_null(pages_find(&pages, "/"));
	pages_free(&pages);
	make("a.js", "1");
	assert_true(pages_load(&pages, "/dev/null", why, sizeof(why)) < 0);
}

static void origins(void **state)
{
	const char *items[] = {"example.com", "http://other:3000", "[::1]"};
	const struct nd_list none = {0}, some = {items, 3};

	(void)state;
	assert_true(origin_allowed(&none, "https://evil.test", "a:1"));
	assert_true(origin_allowed(&some, "", "a:1"));
	assert_true(origin_allowed(&some, "http://a:1", "a:1"));
	assert_true(origin_allowed(&some, "http://A:1", "a:1"));
	assert_true(origin_allowed(&some, "https://example.com", "a:1"));
	assert_true(origin_allowed(&some, "https://example.com:9", "a:1"));
	assert_true(origin_allowed(&some, "http://other:3000", "a:1"));
	assert_true(origin_allowed(&some, "http://[::1]:80", "a:1"));
	assert_false(origin_allowed(&some, "http://a:2", "a:1"));
	assert_false(origin_allowed(&some, "http://other:3001", "a:1"));
	assert_false(origin_allowed(&some, "https://example.com.evil", "a:1"));
	assert_false(origin_allowed(&some, "https://example.co", "a:1"));
	assert_false(origin_allowed(&some, "http://[::2]:80", "a:1"));
	assert_false(origin_allowed(&some, "null", "a:1"));
	assert_false(origin_allowed(&some, "http://", "a:1"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(has_files_of_known_types),
		TEST(types_are_those_of_the_names),
		TEST(a_changed_page_has_another_etag),
		TEST(follows_no_link),
		TEST(has_bounds),
		TEST(a_folder_that_is_not_there_has_no_pages),
		cmocka_unit_test(origins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
