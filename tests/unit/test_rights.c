/* SPDX-License-Identifier: MIT */
#include "child.h"
#include "rights.h"

#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>

static char why[256];

/* A line of /proc/self/status, such as "CapEff:\t0000000000000000". */
static bool status_has(const char *line)
{
	FILE *file = fopen("/proc/self/status", "re");
	char text[256];
	bool found = false;

	while (file && !found && fgets(text, sizeof(text), file))
		found = strncmp(text, line, strlen(line)) == 0;
	if (file)
		fclose(file);
	return found;
}

static void check_powerless(void)
{
	CHILD_CHECK(status_has("CapEff:\t0000000000000000"));
	CHILD_CHECK(status_has("CapPrm:\t0000000000000000"));
	CHILD_CHECK(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
	CHILD_CHECK(setuid(0) < 0);
}

static int become_nobody(void)
{
	const struct passwd *nobody = getpwnam("nobody");
	uid_t uid = nobody ? nobody->pw_uid : 0;
	gid_t gid = nobody ? nobody->pw_gid : 0, groups[8];

	CHILD_CHECK(uid != 0);
	CHILD_CHECK(setgroups(1, &(gid_t){54321}) == 0);
	CHILD_CHECK(rights_drop("nobody", 0, why, sizeof(why)) == 0);
	CHILD_CHECK(getuid() == uid && geteuid() == uid);
	CHILD_CHECK(getgid() == gid && getegid() == gid);
	CHILD_CHECK(getgroups(8, groups) == 0);
	check_powerless();
	/* no root any more, so this only clears what is clear already */
	CHILD_CHECK(rights_drop("nobody", 0, why, sizeof(why)) == 0);
	return 0;
}

static int stay(const char *user)
{
	CHILD_CHECK(rights_drop(user, 0, why, sizeof(why)) == 0);
	CHILD_CHECK(geteuid() == 0);
	CHILD_CHECK(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
	return 0;
}

static int stay_empty(void)
{
	return stay("");
}

static int stay_null(void)
{
	return stay(NULL);
}

static int no_such_user(void)
{
	CHILD_CHECK(rights_drop("no-such-user", 0, why, sizeof(why)) ==
		    -ENOENT);
	CHILD_CHECK(strstr(why, "'no-such-user'") && strstr(why, "--user"));
	CHILD_CHECK(geteuid() == 0);
	return 0;
}

static int ordinary(void)
{
	CHILD_CHECK(rights_drop("no-such-user", 0, why, sizeof(why)) == 0);
	check_powerless();
	return 0;
}

static void test_root(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(in_child(become_nobody), 0);
	assert_int_equal(in_child(stay_empty), 0);
	assert_int_equal(in_child(stay_null), 0);
	assert_int_equal(in_child(no_such_user), 0);
}

static void test_ordinary(void **state)
{
	(void)state;
	if (geteuid() == 0)
		skip();
	assert_int_equal(in_child(ordinary), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_root),
		cmocka_unit_test(test_ordinary),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
