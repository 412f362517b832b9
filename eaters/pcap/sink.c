/* SPDX-License-Identifier: MIT */
#include "sink.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATIENCE_MS 2000

/* Opened anew, so that others who have it open keep theirs as it is. */
static int open_stdout(struct sink *s)
{
	struct stat st;

	snprintf(s->name, sizeof(s->name), "standard output");
	s->fd = STDOUT_FILENO;
	if (fstat(STDOUT_FILENO, &st) < 0)
		return -errno;
	if (!S_ISFIFO(st.st_mode))
		return 0;
	s->fd = open("/proc/self/fd/1",
		     O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (s->fd < 0)
		s->fd = STDOUT_FILENO;
	return 0;
}

/* The number stands before the extension, if there is one. */
static int name_file(const struct sink *s, uint64_t number, char *to)
{
	const char *slash = strrchr(s->path, '/');
	const char *base = slash ? slash + 1 : s->path;
	const char *dot = strrchr(base, '.');
	int stem, len;

	if (!dot || dot == base)
		dot = base + strlen(base);
	stem = (int)(dot - s->path);
	if (s->numbered)
		len = snprintf(to, PATH_MAX, "%.*s.%05" PRIu64 "%s", stem,
			       s->path, number, dot);
	else
		len = snprintf(to, PATH_MAX, "%s", s->path);
	return len < PATH_MAX ? 0 : -ENAMETOOLONG;
}

static int open_file(struct sink *s)
{
	int rc = name_file(s, s->next, s->name);

	if (rc < 0)
		return rc;
	s->fd = open(s->name,
		     O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY | O_CLOEXEC, 0666);
	if (s->fd < 0)
		return -errno;
	s->next++;
	return 0;
}

int sink_open(struct sink *s)
{
	s->written = 0;
	return strcmp(s->path, "-") == 0 ? open_stdout(s) : open_file(s);
}

/* Waits for room.  0, -EINTR for a signal, -ETIMEDOUT. */
static int wait_for_room(const struct sink *s, int timeout_ms)
{
	struct pollfd polled[] = {
		{.fd = s->fd, .events = POLLOUT},
		{.fd = s->signal_fd, .events = POLLIN},
	};
	/* At the end a signal has come already. */
	int rc = poll(polled, timeout_ms < 0 ? 2 : 1, timeout_ms);

	if (rc < 0)
		return errno == EINTR ? 0 : -errno;
	if (polled[0].revents)
		return 0;
	return rc == 0 ? -ETIMEDOUT : -EINTR;
}

static int write_all(struct sink *s, int timeout_ms)
{
	struct text *t = &s->text;
	size_t done = 0;
	int rc = t->error;

	while (rc == 0 && done < t->len) {
		ssize_t n = write(s->fd, t->at + done, t->len - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno == EAGAIN)
			rc = wait_for_room(s, timeout_ms);
		else if (errno != EINTR)
			rc = -errno;
	}
	if (done > 0)
		memmove(t->at, t->at + done, t->len - done);
	t->len -= done;
	s->written += done;
	return rc;
}

int sink_flush(struct sink *s)
{
	return write_all(s, -1);
}

int sink_finish(struct sink *s)
{
	return write_all(s, PATIENCE_MS);
}

static int close_fd(struct sink *s)
{
	int rc = s->fd > STDERR_FILENO && close(s->fd) < 0 ? -errno : 0;

	s->fd = -1;
	return rc;
}

int sink_next(struct sink *s)
{
	char oldest[PATH_MAX];
	int rc = sink_flush(s);

	if (rc == 0)
		rc = close_fd(s);
	if (rc < 0)
		return rc;
	if (s->files > 0 && s->next >= s->files &&
	    name_file(s, s->next - s->files, oldest) == 0)
		unlink(oldest);
	return sink_open(s);
}

int sink_close(struct sink *s)
{
	int rc = close_fd(s);

	text_free(&s->text);
	return rc;
}
