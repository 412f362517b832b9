/* SPDX-License-Identifier: MIT */
#include "nmsg_stream.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is asked for at a time, but for a container that is larger. */
#define BLOCK ((size_t)256 * 1024)
#define MAGIC 4
/*
 * Between two rests, so that garbage without end does not keep the caller from
 * other things.  Nothing that is read already waits then, of which the
 * descriptor would not tell.
 */
#define READS 64

struct nmsg_stream {
	int fd;
	bool owned;
	bool waits; /* a pipe, or what else may have nothing now */
	bool ended;
	uint8_t *buf;
	size_t size;
	size_t at, end; /* of what is there */
	size_t last;    /* bytes of the container that was lent */
	size_t rejected;
	unsigned int reads;
	struct nmsg_stream_stats stats;
};

static struct nmsg_stream *open_stream(int fd, bool owned)
{
	struct nmsg_stream *s = calloc(1, sizeof(*s));
	struct stat st;

	if (!s) {
		if (owned)
			close(fd);
		return NULL;
	}
	s->fd = fd;
	s->owned = owned;
	if (fstat(fd, &st) < 0)
		goto fail;
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		goto fail;
	}
	s->waits = !S_ISREG(st.st_mode);
	return s;
fail:
	nmsg_stream_close(s);
	return NULL;
}

struct nmsg_stream *nmsg_stream_open(const char *path)
{
	struct nmsg_stream *s;
	int fd;

	if (strcmp(path, "-") == 0)
		return open_stream(STDIN_FILENO, false);
	/* Not to be held up by a FIFO that has no writer yet. */
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	s = fd < 0 ? NULL : open_stream(fd, true);
	if (s)
		fcntl(fd, F_SETFL, O_RDONLY);
	return s;
}

struct nmsg_stream *nmsg_stream_open_fd(int fd)
{
	return open_stream(fd, false);
}

void nmsg_stream_close(struct nmsg_stream *s)
{
	int saved = errno;

	if (!s)
		return;
	if (s->owned)
		close(s->fd);
	free(s->buf);
	free(s);
	errno = saved;
}

/* --- bytes --------------------------------------------------------------- */

/* Room for `wanted` bytes from s->at on, and a block. */
static int make_room(struct nmsg_stream *s, size_t wanted)
{
	size_t size = (wanted / BLOCK + 1) * BLOCK;
	uint8_t *larger;

	if (s->at + size <= s->size)
		return 0;
	if (s->end > s->at)
		memmove(s->buf, s->buf + s->at, s->end - s->at);
	s->end -= s->at;
	s->at = 0;
	if (size <= s->size)
		return 0;
	larger = realloc(s->buf, size);
	if (!larger)
		return -ENOMEM;
	s->buf = larger;
	s->size = size;
	return 0;
}

/*
 * Reads until `wanted` bytes are there.  1, or 0 if they are not yet, -ENODATA
 * if they never will be, -errno.
 */
static int fill(struct nmsg_stream *s, size_t wanted)
{
	while (s->end - s->at < wanted) {
		struct pollfd p = {.fd = s->fd, .events = POLLIN};
		ssize_t n;
		int rc;

		if (s->ended)
			return -ENODATA;
		/* The next header, too, so that it needs no call. */
		rc = make_room(s, wanted + NMSG_CONTAINER_HEADER);
		if (rc < 0)
			return rc;
		if (s->waits && poll(&p, 1, 0) == 0)
			return 0;
		if (++s->reads % READS == 0)
			return 0;
		n = read(s->fd, s->buf + s->end, s->size - s->end);
		if (n < 0 && errno == EAGAIN)
			return 0;
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n == 0)
			s->ended = true;
		if (n > 0)
			s->end += (size_t)n;
	}
	return 1;
}

static void skip(struct nmsg_stream *s, size_t n)
{
	s->at += n;
	s->stats.skipped += n;
}

/* To where the next container may begin, behind a byte where none does. */
static void search(struct nmsg_stream *s)
{
	const uint8_t *from = s->buf + s->at + 1;
	size_t len = s->end - s->at - 1;
	const uint8_t *found = memmem(from, len, "NMSG", MAGIC);

	if (!found)
		found = from + (len < MAGIC ? 0 : len - MAGIC + 1);
	skip(s, (size_t)(found - (s->buf + s->at)));
}

/* --- containers ---------------------------------------------------------- */

void nmsg_stream_reject(struct nmsg_stream *s)
{
	s->at -= s->last;
	s->rejected = s->last;
	s->last = 0;
}

/* Steps over the rejected one, or only into it.  As fill(). */
static int pass_rejected(struct nmsg_stream *s)
{
	size_t len = s->rejected;
	int rc = fill(s, len + MAGIC);
	size_t behind = s->end - s->at - len;

	if (rc == 0 || (rc < 0 && rc != -ENODATA))
		return rc;
	behind = behind < MAGIC ? behind : MAGIC;
	if (memcmp(s->buf + s->at + len, "NMSG", behind) == 0)
		skip(s, len);
	else
		skip(s, MAGIC);
	s->rejected = 0;
	return 1;
}

/* What is left at the end is no whole container. */
static int end(struct nmsg_stream *s)
{
	if (s->end == s->at)
		return -ENODATA;
	s->stats.cut += s->end - s->at >= MAGIC;
	skip(s, 1); /* there may be one inside */
	return 1;
}

int nmsg_stream_next(struct nmsg_stream *s, struct nmsg_stream_one *one)
{
	int rc = s->rejected ? pass_rejected(s) : 1;

	while (rc == 1) {
		size_t len = s->end - s->at, whole;

		rc = len == 0 ? 0
			      : nmsg_container_header(s->buf + s->at, len,
						      &one->header);
		if (rc < 0) {
			search(s);
			rc = 1;
			continue;
		}
		whole = rc == 0 ? len + 1
				: one->header.len + one->header.body_len;
		if (rc == 1 && len >= whole) {
			one->body = s->buf + s->at + one->header.len;
			s->at += whole;
			s->last = whole;
			return 1;
		}
		rc = fill(s, whole);
		if (rc == -ENODATA)
			rc = end(s);
	}
	return rc;
}

int nmsg_stream_fd(const struct nmsg_stream *s)
{
	return s->fd;
}

const struct nmsg_stream_stats *nmsg_stream_stats(const struct nmsg_stream *s)
{
	return &s->stats;
}
