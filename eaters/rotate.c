/* SPDX-License-Identifier: MIT */
#include "rotate.h"

#include "loop.h"
#include "text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NS_A_SECOND INT64_C(1000000000)

int rotate_begin(struct rotate *r)
{
	const char *slash = strrchr(r->path, '/');
	const char *name = slash ? slash + 1 : r->path;
	int64_t now = loop_wall_ns();
	time_t seconds = (time_t)(now / NS_A_SECOND);
	char minute[32], when[80];
	struct tm tm;
	int part, whole;

	gmtime_r(&seconds, &tm);
	strftime(minute, sizeof(minute), "%Y%m%d.%H%M", &tm);
	snprintf(when, sizeof(when), "%s.%" PRId64 ".%09" PRId64, minute,
		 now / NS_A_SECOND, now % NS_A_SECOND);
	part = snprintf(r->part, sizeof(r->part), "%.*s.%s.%s.part",
			(int)(name - r->path), r->path, name, when);
	whole = snprintf(r->whole, sizeof(r->whole), "%s.%s%s", r->path, when,
			 r->suffix);
	return part < PATH_MAX && whole < PATH_MAX ? 0 : -ENAMETOOLONG;
}

/* The shell puts the command in the background, and ends. */
int rotate_kick(const struct rotate *r, const char *file)
{
	struct text line = {0};
	int status;
	pid_t child;

	if (!*r->kicker)
		return 0;
	text_printf(&line, "%s \"$1\" &", r->kicker);
	if (!text_str(&line))
		return -ENOMEM;
	child = fork();
	if (child == 0) {
		loop_signals_restore();
		execl("/bin/sh", "sh", "-c", line.at, "sh", file, (char *)NULL);
		_exit(127);
	}
	text_free(&line);
	if (child < 0)
		return -errno;
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return status == 0 ? 0 : -ECHILD;
}

int rotate_end(struct rotate *r)
{
	if (rename(r->part, r->whole) < 0)
		return -errno;
	return rotate_kick(r, r->whole);
}
