/* SPDX-License-Identifier: MIT */
#include "input.h"

#include "decompress.h"
#include "loop.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What libarchive is given at a time. */
#define BLOCK ((size_t)128 * 1024)

struct input {
	int fd;
	bool waits; /* a pipe, or what else may have nothing now */
	bool begun;
	const struct input_waiter *waiter;
	struct decompress *decompress;
	uint8_t *block; /* compressed bytes */
	/* The first bytes, where reading them took them. */
	uint8_t head[DECOMPRESS_MAGIC];
	size_t head_at, head_len;
};

bool input_wait(int fd, const struct input_waiter *waiter)
{
	struct pollfd fds[] = {{.fd = fd, .events = POLLIN},
			       {.fd = loop_signals_fd(), .events = POLLIN}};
	int rc = poll(fds, 2, 0);

	while (rc == 0 || (rc < 0 && errno == EINTR))
		rc = poll(fds, 2, waiter->idle(waiter->host));
	return !fds[1].revents;
}

struct input *input_open(const char *path, const struct input_waiter *waiter)
{
	bool is_stdin = strcmp(path, "-") == 0;
	struct input *in = calloc(1, sizeof(*in));
	struct stat st;

	if (!in)
		return NULL;
	in->waiter = waiter;
	/* Not to be held up by a FIFO that has no writer yet. */
	in->fd = is_stdin ? STDIN_FILENO
			  : open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (in->fd < 0 || fstat(in->fd, &st) < 0)
		goto fail;
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		goto fail;
	}
	if (!is_stdin)
		fcntl(in->fd, F_SETFL, O_RDONLY);
	in->waits = !S_ISREG(st.st_mode);
	return in;
fail:
	input_close(in);
	return NULL;
}

void input_close(struct input *in)
{
	int saved = errno;

	if (!in)
		return;
	decompress_close(in->decompress);
	free(in->block);
	if (in->fd > STDIN_FILENO)
		close(in->fd);
	free(in);
	errno = saved;
}

/* --- bytes as they are --------------------------------------------------- */

/* A file may have gigabytes between two packets, or unpack to them. */
static bool is_signalled(void)
{
	struct pollfd p = {.fd = loop_signals_fd(), .events = POLLIN};

	return poll(&p, 1, 0) > 0;
}

static ssize_t read_fd(struct input *in, void *buf, size_t size)
{
	ssize_t n;

	do {
		if (in->waits ? !input_wait(in->fd, in->waiter)
			      : is_signalled())
			return 0;
		n = read(in->fd, buf, size);
	} while (n < 0 && (errno == EINTR || errno == EAGAIN));
	return n < 0 ? -errno : n;
}

/* As read_fd(), but first what begin() took. */
static ssize_t read_plain(struct input *in, void *buf, size_t size)
{
	size_t n = in->head_len - in->head_at;

	if (n == 0)
		return read_fd(in, buf, size);
	n = n < size ? n : size;
	memcpy(buf, in->head + in->head_at, n);
	in->head_at += n;
	return (ssize_t)n;
}

static ssize_t read_block(void *host, const void **data)
{
	struct input *in = host;

	*data = in->block;
	return read_plain(in, in->block, BLOCK);
}

/* --- what they are ------------------------------------------------------- */

/* The first bytes of a file are left where they are, so reads stay aligned. */
static ssize_t peek(struct input *in, uint8_t magic[DECOMPRESS_MAGIC])
{
	off_t at = in->waits ? -1 : lseek(in->fd, 0, SEEK_CUR);
	ssize_t n;

	if (at >= 0) {
		n = pread(in->fd, magic, DECOMPRESS_MAGIC, at);
		return n < 0 ? -errno : n;
	}
	while (in->head_len < DECOMPRESS_MAGIC) {
		n = read_fd(in, in->head + in->head_len,
			    DECOMPRESS_MAGIC - in->head_len);
		if (n < 0)
			return n;
		if (n == 0)
			break;
		in->head_len += (size_t)n;
	}
	memcpy(magic, in->head, in->head_len);
	return (ssize_t)in->head_len;
}

static int begin(struct input *in)
{
	uint8_t magic[DECOMPRESS_MAGIC] = {0};
	ssize_t n = peek(in, magic);

	if (n < 0)
		return (int)n;
	in->begun = true;
	if (!decompress_knows(magic, (size_t)n))
		return 0;
	in->block = malloc(BLOCK);
	in->decompress = decompress_open(read_block, in);
	return in->block && in->decompress ? 0 : -ENOMEM;
}

ssize_t input_read(void *host, void *buf, size_t size)
{
	struct input *in = host;
	int rc = in->begun ? 0 : begin(in);
	ssize_t n;

	if (rc < 0)
		return rc;
	if (!in->decompress)
		return read_plain(in, buf, size);
	n = decompress_read(in->decompress, buf, size);
	return n < 0 ? -EBADMSG : n;
}

const char *input_error(const struct input *in)
{
	return in->decompress ? decompress_error(in->decompress) : NULL;
}
