/* SPDX-License-Identifier: MIT */
#include "compile.h"

#include "beside.h"
#include "loop.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The child's exit status when there is no such compiler, as in sh(1). */
#define NOT_FOUND 127

/* The exit status of the compiler, or -errno. */
static int run_compiler(const char *cc, const char *source, const char *object)
{
	char include[PATH_MAX];
	int status;
	pid_t pid;

	status = beside_program(include, sizeof(include), ND_INCLUDE_FROM_BIN);
	if (status < 0)
		return status;
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0) {
		loop_signals_restore();
		execlp(cc, cc, "-std=gnu17", "-O2", "-Wall", "-fPIC", "-shared",
		       "-fvisibility=hidden", "-I", include, "-o", object,
		       source, "-lm", (char *)NULL);
		_exit(NOT_FOUND);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -EINTR;
}

int compile_chef(const char *source, char *object, size_t object_size,
		 char *why, size_t why_size)
{
	const char *cc = getenv("CC");
	char dir[] = "/tmp/nd-chef-XXXXXX";
	int rc;

	if (!cc || !*cc)
		cc = "cc";
	if (access(source, R_OK) < 0) {
		rc = -errno;
		snprintf(why, why_size, "cannot read %s: %s", source,
			 strerror(-rc));
		return rc;
	}
	if (!mkdtemp(dir)) {
		rc = -errno;
		snprintf(why, why_size, "cannot make a folder in /tmp: %s",
			 strerror(-rc));
		return rc;
	}
	snprintf(object, object_size, "%s/chef.so", dir);
	rc = run_compiler(cc, source, object);
	if (rc == 0)
		return 0;
	compile_forget(object);
	if (rc == NOT_FOUND)
		snprintf(why, why_size,
			 "cannot compile %s: there is no C compiler '%s' here; "
			 "install gcc, or compile it elsewhere and give the "
			 ".so",
			 source, cc);
	else
		snprintf(why, why_size, "%s could not be compiled", source);
	return rc < 0 ? rc : -ENOEXEC;
}

void compile_forget(char *object)
{
	unlink(object);
	*strrchr(object, '/') = '\0';
	rmdir(object);
}
