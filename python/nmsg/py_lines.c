/* SPDX-License-Identifier: MIT */
#include "py_lines.h"

#include "loop.h"
#include "nmsg_json.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#define CHUNK ((size_t)256 * 1024)
/* Of a line; a message of 1 MiB is less than half of it. */
#define LINE_MAX_LEN ((size_t)16 * 1024 * 1024)

struct py_lines {
	int fd;
	struct text text; /* what came */
	size_t at;        /* and was read of it */
	bool end;
	bool skipping; /* the rest of a line that is too long */
	struct nmsg_json json;
	struct py_lines_stats stats;
};

struct py_lines *py_lines_open(int fd, const struct nmsg_aliases *aliases)
{
	struct py_lines *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->fd = fd;
	l->json.aliases = aliases;
	return l;
}

void py_lines_close(struct py_lines *l)
{
	if (!l)
		return;
	text_free(&l->text);
	nmsg_json_free(&l->json);
	free(l);
}

/* Leaves out what is left of a line that is too long. */
static void skip(struct py_lines *l)
{
	const char *from = l->text.at + l->at;
	const char *newline = memchr(from, '\n', l->text.len - l->at);

	l->at = newline ? (size_t)(newline + 1 - l->text.at) : l->text.len;
	l->skipping = !newline;
}

/* 1 with what is there read, 0 at the end, -errno. */
static int fill(struct py_lines *l)
{
	ssize_t n;
	char *to;

	if (l->at > 0) {
		l->text.len -= l->at;
		memmove(l->text.at, l->text.at + l->at, l->text.len);
		l->at = 0;
	}
	if (l->text.len > LINE_MAX_LEN) {
		l->stats.payloads_bad++;
		l->text.len = 0;
		l->skipping = true;
	}
	to = text_room(&l->text, CHUNK);
	if (!to)
		return -ENOMEM;
	n = read(l->fd, to, CHUNK);
	if (n < 0)
		return -errno;
	l->text.len += (size_t)n;
	l->stats.bytes += (uint64_t)n;
	if (l->skipping && n > 0)
		skip(l);
	return n > 0;
}

/* 1 where something can be read, 0 after the time, -errno. */
static int wait_for(const struct py_lines *l, int timeout_ms)
{
	struct pollfd p = {.fd = l->fd, .events = POLLIN};
	int rc = poll(&p, 1, timeout_ms);

	return rc < 0 ? -errno : rc;
}

int py_lines_next(struct py_lines *l, struct message *m, int timeout_ms)
{
	while (true) {
		size_t used = 0;
		int rc = 0;

		if (l->at < l->text.len)
			rc = nmsg_json_next(&l->json, l->text.at + l->at,
					    l->text.len - l->at, l->end,
					    loop_wall_ns(), &used, m);
		l->at += used;
		if (rc == 1)
			l->stats.payloads++;
		if (rc == 1 || (rc < 0 && rc != -EBADMSG))
			return rc;
		if (rc == -EBADMSG) {
			l->stats.payloads_bad++;
			continue;
		}
		if (l->end)
			return -ENODATA;
		rc = wait_for(l, timeout_ms);
		if (rc == 1)
			rc = fill(l);
		else
			return rc;
		if (rc < 0)
			return rc == -EAGAIN ? 0 : rc;
		l->end = rc == 0;
	}
}

int py_lines_fd(const struct py_lines *l)
{
	return l->fd;
}

const struct py_lines_stats *py_lines_stats(const struct py_lines *l)
{
	return &l->stats;
}
