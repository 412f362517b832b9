/* SPDX-License-Identifier: MIT */
#include "reader.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK ((size_t)256 * 1024)

int reader_open(struct reader *r, const char *path)
{
	struct stat st;

	memset(r, 0, sizeof(*r));
	r->fd = strcmp(path, "-") == 0
			? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
			: open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
	if (r->fd < 0 || fstat(r->fd, &st) < 0)
		return -errno;
	r->regular = S_ISREG(st.st_mode);
	return S_ISDIR(st.st_mode) ? -EISDIR : 0;
}

void reader_close(struct reader *r)
{
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
	free(r->buf);
	r->buf = NULL;
}

static int make_room(struct reader *r)
{
	size_t left = r->end - r->start;

	if (r->start > 0) {
		memmove(r->buf, r->buf + r->start, left);
		r->start = 0;
		r->end = left;
	}
	if (left > READER_MAX)
		return -EMSGSIZE;
	if (r->cap - left < CHUNK) {
		size_t cap = r->cap ? 2 * r->cap : 4 * CHUNK;
		char *more = realloc(r->buf, cap);

		if (!more)
			return -ENOMEM;
		r->buf = more;
		r->cap = cap;
	}
	return 0;
}

int reader_more(struct reader *r)
{
	struct pollfd polled = {.fd = r->fd, .events = POLLIN};
	ssize_t n;
	int rc;

	if (r->ended)
		return -ENODATA;
	if (!r->regular && poll(&polled, 1, 0) <= 0)
		return 0;
	rc = make_room(r);
	if (rc < 0)
		return rc;
	n = read(r->fd, r->buf + r->end, CHUNK);
	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? 0 : -errno;
	r->ended = n == 0;
	r->end += (size_t)n;
	return r->ended ? -ENODATA : 1;
}
