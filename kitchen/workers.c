/* SPDX-License-Identifier: MIT */
#include "workers.h"

#include "log.h"
#include "loop.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* A worker that dies so often so soon will not live. */
#define DEATHS_MAX 5
#define SOON_NS INT64_C(1000000000)

struct worker {
	pid_t pid; /* 0: not running */
	int64_t started_ns;
	unsigned deaths; /* one soon after the other */
};

/* The parent's view of them. */
struct watch {
	const struct workers *w;
	struct worker *all;
	size_t running;
	int status;
	bool ending; /* nobody is started any more */
};

size_t workers_cores(void)
{
	cpu_set_t set;
	int cores;

	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return 1;
	cores = CPU_COUNT(&set);
	return cores > 0 ? (size_t)cores : 1;
}

/*
 * In a process group of its own, a worker gets the terminal's signals from
 * the parent alone, each once.
 */
static int start(struct watch *watch, size_t i)
{
	pid_t parent = getpid(), pid = fork();

	if (pid < 0) {
		log_error("cannot start a worker: %s", strerror(errno));
		return -errno;
	}
	if (pid == 0) {
		setpgid(0, 0);
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != parent)
			_exit(1);
		exit(watch->w->work(watch->w->host, i));
	}
	watch->all[i].pid = pid;
	watch->all[i].started_ns = loop_now_ns();
	watch->running++;
	return 0;
}

static void pass_on(const struct watch *watch, int number)
{
	for (size_t i = 0; i < watch->w->count; i++)
		if (watch->all[i].pid)
			kill(watch->all[i].pid, number);
}

static void end_all(struct watch *watch, int status)
{
	if (watch->status < status)
		watch->status = status;
	if (!watch->ending)
		pass_on(watch, SIGTERM);
	watch->ending = true;
}

/* What a worker's end means for the others. */
static void ended(struct watch *watch, size_t i, int how)
{
	const struct workers *w = watch->w;
	struct worker *worker = &watch->all[i];
	bool soon = loop_now_ns() - worker->started_ns < SOON_NS;

	worker->pid = 0;
	watch->running--;
	worker->deaths = soon ? worker->deaths + 1 : 1;
	if (WIFEXITED(how)) {
		if (WEXITSTATUS(how) == 0)
			return;
		if (w->again)
			end_all(watch, WEXITSTATUS(how));
		else if (watch->status < WEXITSTATUS(how))
			watch->status = WEXITSTATUS(how);
	} else if (watch->ending || !w->again || worker->deaths >= DEATHS_MAX) {
		log_error("worker %s.%zu died of signal %d (%s)%s", w->name, i,
			  WTERMSIG(how), strsignal(WTERMSIG(how)),
			  w->again ? "" : ": its part is not complete");
		if (w->again)
			end_all(watch, 1);
		watch->status = watch->status ? watch->status : 1;
	} else {
		log_error("worker %s.%zu died of signal %d (%s); it is started "
			  "again",
			  w->name, i, WTERMSIG(how), strsignal(WTERMSIG(how)));
		if (start(watch, i) < 0)
			end_all(watch, 1);
	}
}

static void reap(struct watch *watch, int child_fd)
{
	struct signalfd_siginfo info;
	int how;

	while (read(child_fd, &info, sizeof(info)) > 0)
		continue;
	for (size_t i = 0; i < watch->w->count; i++)
		if (watch->all[i].pid &&
		    waitpid(watch->all[i].pid, &how, WNOHANG) > 0)
			ended(watch, i, how);
}

static int open_child_fd(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

static void watch_over(struct watch *watch, int child_fd)
{
	struct pollfd fds[] = {{.fd = child_fd, .events = POLLIN},
			       {.fd = loop_signals_fd(), .events = POLLIN}};
	struct signalfd_siginfo info;

	while (watch->running > 0) {
		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[1].revents &&
		    read(fds[1].fd, &info, sizeof(info)) > 0) {
			pass_on(watch, (int)info.ssi_signo);
			watch->ending = true;
		}
		if (fds[0].revents)
			reap(watch, child_fd);
	}
}

int workers_run(const struct workers *w)
{
	struct watch watch = {.w = w,
			      .all = calloc(w->count, sizeof(*watch.all))};
	int child_fd = open_child_fd();

	if (!watch.all || child_fd < 0) {
		log_error("cannot start workers: %s", strerror(errno));
		watch.status = 1;
	}
	for (size_t i = 0; watch.status == 0 && i < w->count; i++)
		if (start(&watch, i) < 0)
			end_all(&watch, 1);
	watch_over(&watch, child_fd);
	if (child_fd >= 0)
		close(child_fd);
	free(watch.all);
	return watch.status;
}
