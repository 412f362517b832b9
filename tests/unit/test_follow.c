/* SPDX-License-Identifier: MIT */
#include "follow.h"
#include "unit.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = P_tmpdir "/nd-follow-XXXXXX";

static const char *path_of(const char *name)
{
	static char path[sizeof(folder) + 64];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static int begin(const char *name)
{
	int fd = open(path_of(name), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "x", 1), 1);
	return fd;
}

/* A file that was last written so many seconds after 1970. */
static void make(const char *name, time_t at)
{
	const struct timespec times[2] = {{.tv_sec = at}, {.tv_sec = at}};
	int fd = begin(name);

	assert_int_equal(futimens(fd, times), 0);
	close(fd);
}

static void expect(struct follow *f, const char *name)
{
	const char *path;

	assert_int_equal(follow_next(f, &path), 1);
	assert_string_equal(path, path_of(name));
}

static void expect_none(struct follow *f, int rc)
{
	const char *path;

	assert_int_equal(follow_next(f, &path), rc);
}

static void wait_for(struct follow *f)
{
	struct pollfd p = {.fd = follow_fd(f), .events = POLLIN};

	assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
}

static void clear(const char *const *names)
{
	for (; *names; names++)
		assert_int_equal(unlink(path_of(*names)), 0);
}

static void test_order(void **state)
{
	static const char *const names[] = {"b", "a", "c", ".hidden", NULL};
	struct follow *f;

	(void)state;
	make("b", 100);
	make("a", 200);
	make("c", 100);
	make(".hidden", 50);
	assert_int_equal(mkdir(path_of("folder"), 0700), 0);
	f = follow_open(folder, false);
	assert_non_null(f);
	assert_int_equal(follow_fd(f), -1);
	expect(f, "b");
	expect(f, "c");
	expect(f, "a");
	expect_none(f, -ENODATA);
	expect_none(f, -ENODATA);
	follow_close(f);
	assert_int_equal(rmdir(path_of("folder")), 0);
	clear(names);
	follow_close(NULL);
}

static void test_not_a_folder(void **state)
{
	static const char *const names[] = {"file", NULL};

	(void)state;
	make("file", 1);
	assert_null(follow_open(path_of("file"), true));
	assert_int_equal(errno, ENOTDIR);
	assert_null(follow_open("/nowhere", false));
	assert_int_equal(errno, ENOENT);
	clear(names);
}

static void test_finished(void **state)
{
	static const char *const names[] = {"old", "new", "moved", NULL};
	struct follow *f;
	int old;

	(void)state;
	old = begin("old");
	f = follow_open(folder, true);
	assert_non_null(f);
	make(".tmp", 5);
	make("new", 10);
	/* The one that is still written to is passed over. */
	expect(f, "new");
	expect_none(f, 0);
	close(old);
	wait_for(f);
	expect(f, "old");
	expect_none(f, 0);
	/* As programs do that finish a file under another name. */
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(rename(".tmp", "moved"), 0);
	wait_for(f);
	expect(f, "moved");
	/* Opened for writing but not changed, it is the same. */
	close(open(path_of("new"), O_WRONLY | O_CLOEXEC));
	wait_for(f);
	expect_none(f, 0);
	/* Written anew it is another. */
	make("new", 20);
	wait_for(f);
	expect(f, "new");
	expect_none(f, 0);
	follow_close(f);
	clear(names);
}

static void test_gone(void **state)
{
	struct follow *f;

	(void)state;
	assert_int_equal(chdir("/"), 0);
	f = follow_open(folder, true);
	assert_non_null(f);
	expect_none(f, 0);
	assert_int_equal(rmdir(folder), 0);
	wait_for(f);
	expect_none(f, -ENODATA);
	follow_close(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_not_a_folder),
		cmocka_unit_test(test_finished),
		cmocka_unit_test(test_gone),
	};

	if (!mkdtemp(folder))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
