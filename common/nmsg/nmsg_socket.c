/* SPDX-License-Identifier: MIT */
#include "nmsg_socket.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define RECEIVE_BYTES (16 * 1024 * 1024)
#define SEND_BYTES (1024 * 1024)

/* --- specs --------------------------------------------------------------- */

/* Steps over a number.  -1 if there is none up to max. */
static long get_number(const char **text, unsigned long max)
{
	char *end;
	unsigned long n;

	if (**text < '0' || **text > '9')
		return -1;
	errno = 0;
	n = strtoul(*text, &end, 10);
	if (errno || n > max)
		return -1;
	*text = end;
	return (long)n;
}

int nmsg_socket_parse(struct nmsg_socket_spec *spec, const char *text)
{
	const char *slash = strrchr(text, '/');
	struct nmsg_socket_spec s = {.rate = 0};
	long n;

	if (!slash || slash == text || (size_t)(slash - text) >= sizeof(s.host))
		return -EINVAL;
	memcpy(s.host, text, (size_t)(slash - text));
	text = slash + 1;
	n = get_number(&text, 65535);
	s.first = s.last = (int)n;
	if (n >= 0 && strncmp(text, "..", 2) == 0) {
		text += 2;
		s.last = (int)get_number(&text, 65535);
	}
	if (s.first < 0 || s.last < s.first || (s.first == 0 && s.last != 0))
		return -EINVAL;
	for (int i = 0; i < 2 && *text == ','; i++) {
		text++;
		n = get_number(&text, UINT32_MAX);
		if (n < 0)
			return -EINVAL;
		if (i == 0)
			s.rate = (uint32_t)n;
	}
	if (*text != '\0')
		return -EINVAL;
	*spec = s;
	return 0;
}

/* --- sockets ------------------------------------------------------------- */

static int set_int(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value));
}

/* Only root may have more than the system's limit. */
static void set_room(int fd, int forced, int option, int bytes)
{
	if (set_int(fd, SOL_SOCKET, forced, bytes) < 0)
		set_int(fd, SOL_SOCKET, option, bytes);
}

/* A group's datagrams come to the machine that has joined it. */
static int join(int fd, const struct addrinfo *a)
{
	struct ipv6_mreq six = {.ipv6mr_interface = 0};
	struct ip_mreqn four = {.imr_ifindex = 0};

	if (a->ai_family == AF_INET) {
		const struct sockaddr_in *in = (const void *)a->ai_addr;

		four.imr_multiaddr = in->sin_addr;
		if (!IN_MULTICAST(ntohl(in->sin_addr.s_addr)))
			return 0;
		return setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &four,
				  sizeof(four));
	} else {
		const struct sockaddr_in6 *in = (const void *)a->ai_addr;

		six.ipv6mr_multiaddr = in->sin6_addr;
		six.ipv6mr_interface = in->sin6_scope_id;
		if (!IN6_IS_ADDR_MULTICAST(&in->sin6_addr))
			return 0;
		return setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &six,
				  sizeof(six));
	}
}

static bool has_port(const struct addrinfo *a)
{
	const struct sockaddr_in *in = (const void *)a->ai_addr;

	return in->sin_port != 0; /* IPv6's is in the same place */
}

static int listen_at(int fd, const struct addrinfo *a)
{
	/* A port that is shared is one that was named. */
	if (has_port(a) && (set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1) < 0 ||
			    set_int(fd, SOL_SOCKET, SO_REUSEPORT, 1) < 0))
		return -1;
	set_room(fd, SO_RCVBUFFORCE, SO_RCVBUF, RECEIVE_BYTES);
	if (a->ai_family == AF_INET6)
		set_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	if (bind(fd, a->ai_addr, a->ai_addrlen) < 0)
		return -1;
	return join(fd, a);
}

static int connect_to(int fd, const struct addrinfo *a)
{
	if (set_int(fd, SOL_SOCKET, SO_BROADCAST, 1) < 0)
		return -1;
	set_room(fd, SO_SNDBUFFORCE, SO_SNDBUF, SEND_BYTES);
	return connect(fd, a->ai_addr, a->ai_addrlen);
}

/* The first address of the host that will do. */
static int open_one(const struct nmsg_socket_spec *spec, int port,
		    int (*prepare)(int fd, const struct addrinfo *a))
{
	struct addrinfo hints = {.ai_socktype = SOCK_DGRAM,
				 .ai_flags = AI_NUMERICSERV};
	struct addrinfo *list;
	char service[8];
	int fd = -1, error = ENXIO;

	snprintf(service, sizeof(service), "%d", port);
	if (getaddrinfo(spec->host, service, &hints, &list) != 0)
		return -ENXIO;
	for (const struct addrinfo *a = list; a && fd < 0; a = a->ai_next) {
		fd = socket(a->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		if (fd >= 0 && prepare(fd, a) == 0)
			break;
		error = errno;
		if (fd >= 0)
			close(fd);
		fd = -1;
	}
	freeaddrinfo(list);
	return fd < 0 ? -error : fd;
}

int nmsg_socket_listen(const struct nmsg_socket_spec *spec, int port)
{
	return open_one(spec, port, listen_at);
}

int nmsg_socket_connect(const struct nmsg_socket_spec *spec, int port)
{
	return open_one(spec, port, connect_to);
}
