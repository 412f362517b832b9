/* SPDX-License-Identifier: MIT */
#include "rights.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* capabilities(7); the first 32 of them are in the first of the two. */
static int set_capabilities(uint32_t wanted)
{
	struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
	const struct __user_cap_data_struct caps[2] = {
		{.effective = wanted, .permitted = wanted}};

	return syscall(SYS_capset, &head, caps) < 0 ? -errno : 0;
}

static int become(const char *user, char *why, size_t why_size)
{
	const struct passwd *p;
	int rc;

	errno = 0;
	p = getpwnam(user);
	if (!p) {
		rc = errno ? -errno : -ENOENT;
		snprintf(why, why_size,
			 "there is no user '%s' to become; name one with "
			 "--user, or --user '' to stay root",
			 user);
		return rc;
	}
	if (setgroups(0, NULL) < 0 || setgid(p->pw_gid) < 0 ||
	    setuid(p->pw_uid) < 0) {
		rc = -errno;
		snprintf(why, why_size, "cannot become user '%s': %s", user,
			 strerror(-rc));
		return rc;
	}
	return 0;
}

int rights_drop(const char *user, int keep, char *why, size_t why_size)
{
	uint32_t kept = 0;
	int rc = 0, death_signal = 0;

	if (geteuid() == 0 && keep & RIGHTS_READ_FILES)
		kept = 1u << CAP_DAC_READ_SEARCH | 1u << CAP_LEASE;

	/* Becoming another user forgets what prctl(2) was told before. */
	prctl(PR_GET_PDEATHSIG, &death_signal);
	prctl(PR_SET_KEEPCAPS, kept != 0, 0, 0, 0);
	if (geteuid() == 0 && user && *user)
		rc = become(user, why, why_size);
	prctl(PR_SET_PDEATHSIG, death_signal);
	if (rc == 0 && geteuid() != 0) {
		rc = set_capabilities(kept);
		if (rc < 0)
			snprintf(why, why_size,
				 "cannot give up capabilities: %s",
				 strerror(-rc));
	}
	if (rc == 0)
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	return rc;
}
