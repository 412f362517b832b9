/* SPDX-License-Identifier: MIT */
#include "record.h"

#include <errno.h>
#include <limits.h>
#include <loop.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define MAGIC_NS 0xa1b23c4d
#define LINKTYPE_ETHERNET 1
#define SNAPLEN 262144

static void append(struct record *r, const void *bytes, size_t len)
{
	if (len > sizeof(r->buffer) - r->len)
		record_flush(r);
	if (r->error)
		return;
	memcpy(r->buffer + r->len, bytes, len);
	r->len += len;
}

void record_begin(struct record *r, int fd)
{
	static const struct {
		uint32_t magic;
		uint16_t major, minor;
		uint32_t zone, accuracy, snaplen, linktype;
	} header = {MAGIC_NS, 2, 4, 0, 0, SNAPLEN, LINKTYPE_ETHERNET};

	r->fd = fd;
	r->error = 0;
	r->len = 0;
	append(r, &header, sizeof(header));
}

void record_packet(struct record *r, int64_t time_ns, const uint8_t *frame,
		   size_t len)
{
	const uint32_t header[] = {(uint32_t)(time_ns / 1000000000),
				   (uint32_t)(time_ns % 1000000000),
				   (uint32_t)len, (uint32_t)len};

	append(r, header, sizeof(header));
	append(r, frame, len);
}

/* Waits until the reader has room, or a signal comes. */
static int wait_for_room(const struct record *r)
{
	struct pollfd fds[] = {{.fd = r->fd, .events = POLLOUT},
			       {.fd = loop_signals_fd(), .events = POLLIN}};

	while (!loop_stopped()) {
		int rc = poll(fds, 2, -1);

		if (rc < 0 && errno != EINTR)
			return -errno;
		if (rc > 0 && fds[0].revents)
			return 0;
	}
	return -EINTR;
}

void record_flush(struct record *r)
{
	const uint8_t *at = r->buffer, *end = at + r->len;

	while (!r->error && at < end) {
		/* A pipe that has room takes so much without waiting. */
		size_t n = end - at < PIPE_BUF ? (size_t)(end - at) : PIPE_BUF;
		ssize_t written;

		r->error = wait_for_room(r);
		if (r->error)
			break;
		written = write(r->fd, at, n);
		if (written >= 0)
			at += written;
		else if (errno != EINTR && errno != EAGAIN)
			r->error = -errno;
	}
	r->len = 0;
}
