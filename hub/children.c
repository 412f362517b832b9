/* SPDX-License-Identifier: MIT */
#include "children.h"

#include "beside.h"
#include "log.h"
#include "loop.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int children_open(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* --- starting ------------------------------------------------------------ */

int children_exec(const char *name, const char *const *argv)
{
	char *const *args = (char *const *)(uintptr_t)argv;
	char path[PATH_MAX];

	if (beside_program(path, sizeof(path), name) == 0) {
		execv(path, args);
		if (errno != ENOENT)
			return -errno;
	}
	execvp(name, args);
	return -errno;
}

static void empty_stdin(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (fd > STDIN_FILENO) {
		dup2(fd, STDIN_FILENO);
		close(fd);
	}
}

int children_start(struct child *c, const char *const *argv, int flags)
{
	pid_t parent = getpid(), pid = fork();
	int rc;

	if (pid < 0)
		return -errno;
	if (pid > 0) {
		c->pid = pid;
		return 0;
	}
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	loop_signals_restore();
	if (getppid() != parent)
		_exit(1); /* it died before that */
	if (c->in > 0)
		dup2(c->in, STDIN_FILENO);
	else if (!(flags & CHILD_KEEPS_STDIN))
		empty_stdin();
	if (c->out > 0)
		dup2(c->out, STDOUT_FILENO);
	if (flags & CHILD_OPEN_SOCKETS)
		umask(0);
	rc = children_exec(c->name, argv);
	log_error("cannot run %s: %s", c->name, strerror(-rc));
	_exit(127);
}

/* --- ending -------------------------------------------------------------- */

void children_drain(int child_fd)
{
	struct signalfd_siginfo info;

	while (read(child_fd, &info, sizeof(info)) > 0)
		continue;
}

bool children_reap(struct child *c)
{
	if (c->pid == 0 || waitpid(c->pid, &c->status, WNOHANG) != c->pid)
		return false;
	c->pid = 0;
	c->ended = true;
	return true;
}

bool children_ended_well(const struct child *c)
{
	if (WIFSIGNALED(c->status))
		return c->told_to_end && WTERMSIG(c->status) == SIGTERM;
	return WEXITSTATUS(c->status) == 0;
}

/* True if it ended before the deadline, and before one more signal. */
static bool wait_for_end(struct child *c, int child_fd, int signal_fd,
			 int64_t deadline_ns)
{
	struct pollfd polled[] = {
		{.fd = child_fd, .events = POLLIN},
		{.fd = signal_fd, .events = POLLIN},
	};

	while (!children_reap(c)) {
		int rc = poll(polled, 2, loop_timeout_ms(deadline_ns));

		if (rc == 0 || (rc > 0 && polled[1].revents))
			return children_reap(c);
		children_drain(child_fd);
	}
	return true;
}

void children_end(struct child *c, int child_fd, int signal_fd, int timeout_ms)
{
	int64_t deadline = loop_now_ns() + (int64_t)timeout_ms * 1000000;

	if (c->pid == 0)
		return;
	c->told_to_end = true;
	kill(c->pid, SIGTERM);
	if (wait_for_end(c, child_fd, signal_fd, deadline))
		return;
	log_error("%s does not end, killing it", c->name);
	kill(c->pid, SIGKILL);
	while (waitpid(c->pid, &c->status, 0) < 0 && errno == EINTR)
		continue;
	c->pid = 0;
	c->ended = true;
}

void children_describe(const struct child *c, char *out, size_t size)
{
	if (WIFSIGNALED(c->status))
		snprintf(out, size, "signal %d (%s)", WTERMSIG(c->status),
			 strsignal(WTERMSIG(c->status)));
	else
		snprintf(out, size, "exit status %d", WEXITSTATUS(c->status));
}
