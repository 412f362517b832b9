/* SPDX-License-Identifier: MIT */
#include "listener.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int say(char *why, size_t why_size, const char *host, uint16_t port,
	       int error)
{
	snprintf(why, why_size, "cannot listen on %s port %u: %s", host, port,
		 strerror(error));
	return -error;
}

static int bind_to(int fd, const struct addrinfo *a)
{
	int one = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) < 0 ||
	    (a->ai_family == AF_INET6 &&
	     setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one)) < 0))
		return -errno;
	if (bind(fd, a->ai_addr, a->ai_addrlen) < 0 ||
	    listen(fd, SOMAXCONN) < 0)
		return -errno;
	return 0;
}

/* The port that a socket is bound to; its address in `text`. */
static uint16_t bound(int fd, char *text, size_t size)
{
	struct sockaddr_storage a;
	socklen_t len = sizeof(a);
	char host[48], port[8];
	bool v6;

	if (getsockname(fd, (struct sockaddr *)&a, &len) < 0 ||
	    getnameinfo((struct sockaddr *)&a, len, host, sizeof(host), port,
			sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return 0;
	v6 = a.ss_family == AF_INET6;
	snprintf(text, size, "%s%s%s:%s", v6 ? "[" : "", host, v6 ? "]" : "",
		 port);
	return ntohs(v6 ? ((struct sockaddr_in6 *)&a)->sin6_port
			: ((struct sockaddr_in *)&a)->sin_port);
}

static int open_one(struct listener *l, const struct addrinfo *a)
{
	int fd, rc;

	if (l->count == LISTENER_MAX)
		return -E2BIG;
	fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
		    0);
	if (fd < 0)
		return -errno;
	rc = bind_to(fd, a);
	if (rc < 0) {
		close(fd);
		return rc;
	}
	l->fds[l->count++] = fd;
	return 0;
}

static int open_host(struct listener *l, const char *host, uint16_t port,
		     char *why, size_t why_size)
{
	const struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICSERV,
				       .ai_socktype = SOCK_STREAM};
	struct addrinfo *all, *a;
	char service[8];
	int rc;

	snprintf(service, sizeof(service), "%u", port);
	rc = getaddrinfo(host, service, &hints, &all);
	if (rc != 0) {
		snprintf(why, why_size, "cannot listen on %s: %s", host,
			 gai_strerror(rc));
		return -EINVAL;
	}
	for (a = all; rc == 0 && a; a = a->ai_next)
		rc = open_one(l, a);
	freeaddrinfo(all);
	return rc < 0 ? say(why, why_size, host, port, -rc) : 0;
}

int listener_open(struct listener *l, const struct nd_list *hosts,
		  uint16_t port, char *why, size_t why_size)
{
	static const char *local[] = {"127.0.0.1", "::1"};
	const struct nd_list locals = {local, 2};
	bool told = hosts->count > 0;
	const struct nd_list *list = told ? hosts : &locals;
	int rc = 0;

	memset(l, 0, sizeof(*l));
	for (size_t i = 0; rc == 0 && i < list->count; i++) {
		rc = open_host(l, list->items[i], port, why, why_size);
		if (!told && i == 1 &&
		    (rc == -EADDRNOTAVAIL || rc == -EAFNOSUPPORT))
			rc = 0;
		/* A port that the kernel chose is everyone's. */
		if (rc == 0 && i == 0)
			port = bound(l->fds[0], l->first, sizeof(l->first));
	}
	if (rc < 0)
		listener_close(l);
	return rc;
}

void listener_close(struct listener *l)
{
	while (l->count > 0)
		close(l->fds[--l->count]);
}
