/* SPDX-License-Identifier: MIT */
#include "nmsg_datagrams.h"

#include "nmsg_container.h"
#include "nmsg_socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define BATCH 32
/* Between two rests, so that nobody is held up by datagrams that are bad. */
#define RECEIVES 64
#define DATAGRAM_MAX 65536

union address {
	struct sockaddr any;
	struct sockaddr_in four;
	struct sockaddr_in6 six;
};

/*
 * The kernel may hand over several datagrams of one sender in one piece, and
 * says how long each is; the last may be shorter.
 */
struct control {
	_Alignas(struct cmsghdr) uint8_t bytes[CMSG_SPACE(sizeof(int))];
};

struct nmsg_datagrams {
	int count; /* sockets */
	int *fds;
	int poll_fd; /* of all of them, -1 if there is one */
	struct mmsghdr received[BATCH];
	struct iovec parts[BATCH];
	union address from[BATCH];
	struct control controls[BATCH];
	unsigned int at, len; /* of the pieces that are in `received` */
	size_t done;          /* bytes of the piece at `at` */
	size_t each;          /* and how long datagrams in it are */
	unsigned int receives;
	uint8_t peer[NMSG_CONTAINER_PEER_MAX];
	uint8_t *bytes;
};

static int open_sockets(struct nmsg_datagrams *d,
			const struct nmsg_socket_spec *spec)
{
	size_t wanted = (size_t)(spec->last - spec->first) + 1;

	d->fds = calloc(wanted, sizeof(*d->fds));
	if (!d->fds)
		return -ENOMEM;
	for (size_t i = 0; i < wanted; i++) {
		int fd = nmsg_socket_listen(spec, spec->first + (int)i);

		if (fd < 0)
			return fd;
		d->fds[d->count++] = fd;
		setsockopt(fd, SOL_UDP, UDP_GRO, &(int){1}, sizeof(int));
	}
	if (d->count == 1)
		return 0;
	d->poll_fd = epoll_create1(EPOLL_CLOEXEC);
	for (int i = 0; i < d->count; i++) {
		struct epoll_event in = {.events = EPOLLIN,
					 .data.fd = d->fds[i]};

		if (epoll_ctl(d->poll_fd, EPOLL_CTL_ADD, d->fds[i], &in) < 0)
			return -errno;
	}
	return 0;
}

struct nmsg_datagrams *nmsg_datagrams_open(const char *text)
{
	struct nmsg_socket_spec spec;
	struct nmsg_datagrams *d;
	int rc = nmsg_socket_parse(&spec, text);

	if (rc < 0) {
		errno = -rc;
		return NULL;
	}
	d = calloc(1, sizeof(*d));
	if (!d)
		return NULL;
	d->poll_fd = -1;
	d->bytes = malloc((size_t)BATCH * DATAGRAM_MAX);
	rc = d->bytes ? open_sockets(d, &spec) : -ENOMEM;
	if (rc < 0) {
		nmsg_datagrams_close(d);
		errno = -rc;
		return NULL;
	}
	for (unsigned int i = 0; i < BATCH; i++) {
		d->parts[i].iov_base = d->bytes + i * DATAGRAM_MAX;
		d->parts[i].iov_len = DATAGRAM_MAX;
		d->received[i].msg_hdr.msg_iov = &d->parts[i];
		d->received[i].msg_hdr.msg_iovlen = 1;
		d->received[i].msg_hdr.msg_name = &d->from[i];
	}
	return d;
}

void nmsg_datagrams_close(struct nmsg_datagrams *d)
{
	if (!d)
		return;
	for (int i = 0; i < d->count; i++)
		close(d->fds[i]);
	if (d->poll_fd >= 0)
		close(d->poll_fd);
	free(d->fds);
	free(d->bytes);
	free(d);
}

/* --- receiving ----------------------------------------------------------- */

/*
 * A socket that has something.  The kernel gives each of several its turn.
 * -1 if none has.
 */
static int ready_socket(const struct nmsg_datagrams *d)
{
	struct epoll_event in;

	if (d->count == 1)
		return d->fds[0];
	return epoll_wait(d->poll_fd, &in, 1, 0) == 1 ? in.data.fd : -1;
}

/* How many came. */
static int receive(struct nmsg_datagrams *d)
{
	int fd = ready_socket(d), n;

	if (fd < 0 || ++d->receives % RECEIVES == 0)
		return 0;
	for (int i = 0; i < BATCH; i++) {
		struct msghdr *m = &d->received[i].msg_hdr;

		m->msg_namelen = sizeof(d->from[i]);
		m->msg_control = &d->controls[i];
		m->msg_controllen = sizeof(d->controls[i]);
	}
	do {
		n = recvmmsg(fd, d->received, BATCH, MSG_DONTWAIT, NULL);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? 0 : -errno;
	d->at = 0;
	d->len = (unsigned int)n;
	return n;
}

static size_t put_peer(uint8_t *peer, const union address *from)
{
	peer[0] = (uint8_t)from->any.sa_family;
	if (from->any.sa_family == AF_INET) {
		memcpy(peer + 1, &from->four.sin_port, 2);
		memcpy(peer + 3, &from->four.sin_addr, 4);
		return 7;
	}
	memcpy(peer + 1, &from->six.sin6_port, 2);
	memcpy(peer + 3, &from->six.sin6_addr, 16);
	return 19;
}

/* Begins with the piece at d->at. */
static void begin_piece(struct nmsg_datagrams *d)
{
	struct msghdr *m = &d->received[d->at].msg_hdr;
	struct cmsghdr *c = CMSG_FIRSTHDR(m);
	int each = 0;

	if (c && c->cmsg_level == SOL_UDP && c->cmsg_type == UDP_GRO)
		memcpy(&each, CMSG_DATA(c), sizeof(each));
	d->done = 0;
	d->each = each > 0 ? (size_t)each : DATAGRAM_MAX;
}

int nmsg_datagrams_next(struct nmsg_datagrams *d,
			struct nmsg_datagrams_one *one)
{
	size_t left;
	int rc;

	if (d->at == d->len) {
		rc = receive(d);
		if (rc <= 0)
			return rc;
	}
	if (d->done == 0)
		begin_piece(d);
	left = d->received[d->at].msg_len - d->done;
	one->data = (const uint8_t *)d->parts[d->at].iov_base + d->done;
	one->len = left < d->each ? left : d->each;
	one->peer = d->peer;
	one->peer_len = put_peer(d->peer, &d->from[d->at]);
	d->done += one->len;
	if (one->len == left) {
		d->done = 0;
		d->at++;
	}
	return 1;
}

int nmsg_datagrams_fd(const struct nmsg_datagrams *d)
{
	return d->count == 1 ? d->fds[0] : d->poll_fd;
}

int nmsg_datagrams_port(const struct nmsg_datagrams *d)
{
	union address a;
	socklen_t len = sizeof(a);

	if (getsockname(d->fds[0], &a.any, &len) < 0)
		return 0;
	return ntohs(a.any.sa_family == AF_INET ? a.four.sin_port
						: a.six.sin6_port);
}
