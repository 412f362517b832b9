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

static const char *compiler(void)
{
	const char *cc = getenv("CC");

	return cc && *cc ? cc : "cc";
}

/* Its process id, or -errno. */
static pid_t start_compiler(const char *source, const char *object)
{
	char include[PATH_MAX];
	int rc = beside_program(include, sizeof(include), ND_INCLUDE_FROM_BIN);
	pid_t pid;

	if (rc < 0)
		return rc;
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0) {
		loop_signals_restore();
		execlp(compiler(), compiler(), "-std=gnu17", "-O2", "-Wall",
		       "-fPIC", "-shared", "-fvisibility=hidden", "-I", include,
		       "-o", object, source, "-lm", (char *)NULL);
		_exit(NOT_FOUND);
	}
	return pid;
}

pid_t compile_begin(const char *source, char *object, size_t object_size,
		    char *why, size_t why_size)
{
	char dir[] = "/tmp/nd-chef-XXXXXX";
	pid_t pid;

	if (access(source, R_OK) < 0) {
		pid = -errno;
		snprintf(why, why_size, "cannot read %s: %s", source,
			 strerror(-pid));
		return pid;
	}
	if (!mkdtemp(dir)) {
		pid = -errno;
		snprintf(why, why_size, "cannot make a folder in /tmp: %s",
			 strerror(-pid));
		return pid;
	}
	snprintf(object, object_size, "%s/chef.so", dir);
	pid = start_compiler(source, object);
	if (pid < 0) {
		compile_forget(object);
		snprintf(why, why_size, "cannot compile %s: %s", source,
			 strerror(-pid));
	}
	return pid;
}

int compile_end(pid_t pid, const char *source, char *object, bool wait,
		char *why, size_t why_size)
{
	int status = 0;
	pid_t rc;

	do
		rc = waitpid(pid, &status, wait ? 0 : WNOHANG);
	while (rc < 0 && errno == EINTR);
	if (rc == 0)
		return -EAGAIN;
	if (rc > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	compile_forget(object);
	if (rc > 0 && WIFEXITED(status) && WEXITSTATUS(status) == NOT_FOUND)
		snprintf(why, why_size,
			 "cannot compile %s: there is no C compiler '%s' here; "
			 "install gcc, or compile it elsewhere and give the "
			 ".so",
			 source, compiler());
	else
		snprintf(why, why_size, "%s could not be compiled", source);
	return -ENOEXEC;
}

int compile_chef(const char *source, char *object, size_t object_size,
		 char *why, size_t why_size)
{
	pid_t pid = compile_begin(source, object, object_size, why, why_size);

	return pid < 0 ? pid
		       : compile_end(pid, source, object, true, why, why_size);
}

void compile_forget(char *object)
{
	unlink(object);
	*strrchr(object, '/') = '\0';
	rmdir(object);
}
