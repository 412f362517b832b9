/* SPDX-License-Identifier: MIT */
#include "nmsg_sender.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BATCH_MAX 64U

struct nmsg_sender {
	int fd;
	struct nmsg_rate *rate;
	struct nmsg_rate own;
	size_t max;
	unsigned int batch, count;
	uint8_t *bytes;
	struct mmsghdr queue[BATCH_MAX];
	struct iovec parts[BATCH_MAX];
	uint64_t refused;
};

struct nmsg_sender *nmsg_sender_new(int fd, size_t max, unsigned int batch,
				    struct nmsg_rate *rate)
{
	struct nmsg_sender *s = calloc(1, sizeof(*s));

	if (!s) {
		close(fd);
		errno = ENOMEM;
		return NULL;
	}
	s->fd = fd;
	s->rate = rate ? rate : &s->own;
	s->max = max;
	s->batch = batch < 2 ? 1 : batch < BATCH_MAX ? batch : BATCH_MAX;
	s->bytes = malloc(s->batch * max);
	if (!s->bytes) {
		nmsg_sender_free(s);
		errno = ENOMEM;
		return NULL;
	}
	for (unsigned int i = 0; i < s->batch; i++) {
		s->parts[i].iov_base = s->bytes + i * max;
		s->queue[i].msg_hdr.msg_iov = &s->parts[i];
		s->queue[i].msg_hdr.msg_iovlen = 1;
	}
	return s;
}

void nmsg_sender_free(struct nmsg_sender *s)
{
	if (!s)
		return;
	close(s->fd);
	free(s->bytes);
	free(s);
}

/* What tells of a receiver or a network that is not there just now. */
static bool is_refusal(int error)
{
	return error == ECONNREFUSED || error == EHOSTUNREACH ||
	       error == ENETUNREACH || error == ENETDOWN ||
	       error == EHOSTDOWN || error == EPERM || error == ENOBUFS ||
	       error == EMSGSIZE;
}

/* Sends some of them, at least one if *refusals allows.  How many, or -errno.
 */
static int send_some(struct nmsg_sender *s, struct mmsghdr *from,
		     unsigned int count, int *refusals)
{
	struct pollfd p = {.fd = s->fd, .events = POLLOUT};
	int n = sendmmsg(s->fd, from, count, 0);

	if (n >= 0)
		return n;
	if (errno == EAGAIN || errno == EINTR) {
		poll(&p, 1, -1);
		return 0;
	}
	/* The error is of a datagram before, and this one was not sent. */
	return is_refusal(errno) && ++*refusals < 2 ? 0 : -errno;
}

int nmsg_sender_flush(struct nmsg_sender *s)
{
	unsigned int done = 0, may = 0;
	int refusals = 0, rc = 0;

	while (done < s->count) {
		if (may == 0)
			may = nmsg_rate_take(s->rate, s->count - done);
		if (may == 0)
			continue;
		rc = send_some(s, &s->queue[done], may, &refusals);
		if (refusals > 0 && rc == 0)
			continue;
		if (rc < 0 && !is_refusal(-rc))
			break;
		if (rc < 0)
			rc = 1; /* nobody wants this one */
		s->refused += refusals > 0;
		refusals = 0;
		done += (unsigned int)rc;
		may -= (unsigned int)rc;
		rc = 0;
	}
	s->count = 0;
	return rc;
}

int nmsg_sender_put(struct nmsg_sender *s, const uint8_t *data, size_t len)
{
	if (len > s->max)
		return -EMSGSIZE;
	memcpy(s->parts[s->count].iov_base, data, len);
	s->parts[s->count].iov_len = len;
	s->count++;
	return s->count < s->batch ? 0 : nmsg_sender_flush(s);
}

uint64_t nmsg_sender_refused(const struct nmsg_sender *s)
{
	return s->refused;
}
