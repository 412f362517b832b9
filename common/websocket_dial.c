/* SPDX-License-Identifier: MIT */
#include "websocket_dial.h"

#include "loop.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

#define PART_NS INT64_C(500000000)

static int look_up(struct websocket_dial *d, const struct websocket_url *url)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};

	websocket_dial_reset(d);
	if (getaddrinfo(url->host, url->port, &hints, &d->addresses) != 0) {
		d->addresses = NULL;
		return -EHOSTUNREACH;
	}
	d->next = d->addresses;
	return 0;
}

static int begin(const struct addrinfo *a)
{
	const int one = 1;
	int fd = socket(a->ai_family,
			SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(fd, a->ai_addr, a->ai_addrlen) < 0 &&
	    errno != EINPROGRESS) {
		int rc = -errno;

		close(fd);
		return rc;
	}
	return fd;
}

int websocket_dial_next(struct websocket_dial *d,
			const struct websocket_url *url)
{
	int rc = d->next ? 0 : look_up(d, url);

	while (d->next) {
		const struct addrinfo *a = d->next;

		d->next = a->ai_next;
		rc = begin(a);
		if (rc >= 0)
			return rc;
	}
	websocket_dial_reset(d);
	return rc;
}

bool websocket_dial_has_more(const struct websocket_dial *d)
{
	return d->next;
}

void websocket_dial_reset(struct websocket_dial *d)
{
	if (d->addresses)
		freeaddrinfo(d->addresses);
	d->addresses = d->next = NULL;
}

int websocket_dial_result(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLOUT};
	socklen_t len = sizeof(int);
	int error = 0;

	if (poll(&p, 1, 0) == 0)
		return -EINPROGRESS;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		return -errno;
	return -error;
}

void websocket_dial_part(int fd)
{
	int64_t until_ns = loop_now_ns() + PART_NS;
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char unread[4096];

	if (fd < 0 || shutdown(fd, SHUT_WR) < 0)
		return;
	while (loop_now_ns() < until_ns &&
	       poll(&p, 1, loop_timeout_ms(until_ns)) > 0 &&
	       read(fd, unread, sizeof(unread)) > 0)
		;
}
