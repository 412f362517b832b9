/* SPDX-License-Identifier: MIT */
#include "nmsg_sender.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BATCH_MAX 256U
/* The kernel takes so many datagrams in one piece, if they are as long. */
#define SEGMENTS_MAX 64U
#define SEGMENTS_BYTES 65000U

struct control {
	_Alignas(struct cmsghdr) uint8_t bytes[CMSG_SPACE(sizeof(uint16_t))];
};

struct nmsg_sender {
	int fd;
	struct nmsg_rate *rate;
	struct nmsg_rate own;
	size_t max;
	unsigned int batch, count;
	uint8_t *bytes;
	struct iovec parts[BATCH_MAX]; /* a datagram each */
	/* What goes out in one call: runs of datagrams of the same length. */
	bool segments; /* the kernel can cut such runs apart */
	struct mmsghdr runs[BATCH_MAX];
	unsigned int sizes[BATCH_MAX];
	struct control controls[BATCH_MAX];
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
	for (unsigned int i = 0; i < s->batch; i++)
		s->parts[i].iov_base = s->bytes + i * max;
	s->segments = s->batch > 1;
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

/* What tells that runs cannot be sent as one piece here. */
static bool is_no_way(int error)
{
	return error == EINVAL || error == EIO || error == EMSGSIZE ||
	       error == EOPNOTSUPP;
}

/* How many from `first` on can go as one piece: only the last may be short. */
static unsigned int run_length(const struct nmsg_sender *s, unsigned int first,
			       unsigned int count)
{
	size_t len = s->parts[first].iov_len, sum = len;
	unsigned int n = 1;

	if (!s->segments)
		return 1;
	while (n < count && n < SEGMENTS_MAX) {
		size_t next = s->parts[first + n].iov_len;

		if (next > len || sum + next > SEGMENTS_BYTES)
			break;
		sum += next;
		n++;
		if (next < len)
			break;
	}
	return n;
}

static void make_run(struct nmsg_sender *s, unsigned int run,
		     unsigned int first, unsigned int n)
{
	struct msghdr *m = &s->runs[run].msg_hdr;
	uint16_t len = (uint16_t)s->parts[first].iov_len;
	struct cmsghdr *c = (void *)s->controls[run].bytes;

	m->msg_iov = &s->parts[first];
	m->msg_iovlen = n;
	m->msg_control = n > 1 ? c : NULL;
	m->msg_controllen = n > 1 ? sizeof(s->controls[run]) : 0;
	c->cmsg_level = SOL_UDP;
	c->cmsg_type = UDP_SEGMENT;
	c->cmsg_len = CMSG_LEN(sizeof(len));
	memcpy(CMSG_DATA(c), &len, sizeof(len));
	s->sizes[run] = n;
}

/* Sends runs.  How many, 0 to try again, -errno. */
static int send_runs(struct nmsg_sender *s, unsigned int count, int *refusals)
{
	struct pollfd p = {.fd = s->fd, .events = POLLOUT};
	int n = sendmmsg(s->fd, s->runs, count, 0);

	if (n >= 0)
		return n;
	if (errno == EAGAIN || errno == EINTR) {
		poll(&p, 1, -1);
		return 0;
	}
	/* The network's device, or its largest packet, may not let us. */
	if (s->sizes[0] > 1 && is_no_way(errno)) {
		s->segments = false;
		return 0;
	}
	/* The error is of a datagram before, and this one was not sent. */
	return is_refusal(errno) && ++*refusals < 2 ? 0 : -errno;
}

/* Sends up to `may` datagrams from `first` on.  How many, or -errno. */
static int send_some(struct nmsg_sender *s, unsigned int first,
		     unsigned int may)
{
	unsigned int runs, done = 0;
	int refusals = 0, rc = 0;

	while (rc == 0) {
		runs = 0;
		for (unsigned int i = 0; i < may; i += s->sizes[runs++])
			make_run(s, runs, first + i,
				 run_length(s, first + i, may - i));
		rc = send_runs(s, runs, &refusals);
	}
	s->refused += refusals > 0;
	if (rc < 0) /* nobody wants these */
		return is_refusal(-rc) ? (int)s->sizes[0] : rc;
	for (int i = 0; i < rc; i++)
		done += s->sizes[i];
	return (int)done;
}

int nmsg_sender_flush(struct nmsg_sender *s)
{
	unsigned int done = 0, may = 0;
	int rc = 0;

	while (done < s->count && rc >= 0) {
		if (may == 0)
			may = nmsg_rate_take(s->rate, s->count - done);
		if (may == 0)
			continue; /* a signal came */
		rc = send_some(s, done, may);
		if (rc > 0) {
			done += (unsigned int)rc;
			may -= (unsigned int)rc;
		}
	}
	s->count = 0;
	return rc < 0 ? rc : 0;
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
