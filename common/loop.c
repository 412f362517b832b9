/* SPDX-License-Identifier: MIT */
#include "loop.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

static int signal_fd = -1;
static bool stopped;
static sigset_t before;

static int64_t clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t loop_now_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

int64_t loop_wall_ns(void)
{
	return clock_ns(CLOCK_REALTIME);
}

int loop_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, &before);
	signal(SIGPIPE, SIG_IGN);
	signal_fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return signal_fd < 0 ? -errno : signal_fd;
}

int loop_signals_fd(void)
{
	return signal_fd;
}

bool loop_stopped(void)
{
	struct signalfd_siginfo info;

	if (!stopped && signal_fd >= 0)
		stopped = read(signal_fd, &info, sizeof(info)) > 0;
	return stopped;
}

void loop_signals_restore(void)
{
	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

int loop_timeout_ms(int64_t deadline_ns)
{
	int64_t ns = deadline_ns - loop_now_ns();

	if (ns <= 0)
		return 0;
	if (ns > (int64_t)INT_MAX * 1000000 - 1000000)
		return INT_MAX;
	return (int)((ns + 999999) / 1000000);
}
