/* SPDX-License-Identifier: MIT */
#include "output.h"

#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATIENCE_MS 2000

void output_open(struct output *o, int signal_fd)
{
	struct stat st;

	o->fd = STDOUT_FILENO;
	o->signal_fd = signal_fd;
	o->terminal = isatty(STDOUT_FILENO) == 1;
	if (!o->terminal &&
	    (fstat(STDOUT_FILENO, &st) < 0 || !S_ISFIFO(st.st_mode)))
		return;
	/* Opened anew: others who have it open keep theirs as it is. */
	o->fd = open("/proc/self/fd/1",
		     O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (o->fd < 0)
		o->fd = STDOUT_FILENO;
}

bool output_has_colour(const struct output *o)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	return o->terminal && !(no_color && *no_color) && term &&
	       strcmp(term, "dumb") != 0;
}

/* Waits for room.  0, -EINTR for a signal, -ETIMEDOUT. */
static int wait_for_room(const struct output *o, int timeout_ms)
{
	struct pollfd polled[] = {
		{.fd = o->fd, .events = POLLOUT},
		{.fd = o->signal_fd, .events = POLLIN},
	};
	int rc = poll(polled, 2, timeout_ms);

	if (rc < 0)
		return errno == EINTR ? 0 : -errno;
	if (polled[0].revents)
		return 0;
	return rc == 0 ? -ETIMEDOUT : -EINTR;
}

static int write_all(struct output *o, int timeout_ms)
{
	size_t done = 0;
	int rc = 0;

	while (rc == 0 && done < o->text.len) {
		ssize_t n = write(o->fd, o->text.at + done, o->text.len - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno == EAGAIN)
			rc = wait_for_room(o, timeout_ms);
		else if (errno != EINTR)
			rc = -errno;
	}
	if (done > 0)
		memmove(o->text.at, o->text.at + done, o->text.len - done);
	o->text.len -= done;
	return rc;
}

int output_flush(struct output *o)
{
	return write_all(o, -1);
}

int output_finish(struct output *o, int rc)
{
	if (rc == 0)
		rc = write_all(o, PATIENCE_MS);
	if (rc == 0 || rc == -EPIPE)
		return 0;
	if (rc == -ETIMEDOUT || rc == -EINTR)
		log_error("standard output takes nothing: %zu bytes were not "
			  "written",
			  o->text.len);
	else
		log_error("cannot write to standard output: %s", strerror(-rc));
	return 1;
}

void output_close(struct output *o)
{
	if (o->fd > STDERR_FILENO)
		close(o->fd);
	text_free(&o->text);
}
