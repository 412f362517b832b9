/* SPDX-License-Identifier: MIT */
#include "page.h"

#include <inttypes.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

const char *page_host(const struct nd_list *addresses)
{
	const char *address = addresses->count ? addresses->items[0] : "";

	if (strcmp(address, "::") == 0)
		return "::1";
	if (*address == '\0' || strcmp(address, "*") == 0 ||
	    strcmp(address, "0.0.0.0") == 0)
		return "127.0.0.1";
	return address;
}

bool page_answers(const char *host, uint64_t port)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *found;
	bool yes = false;
	char service[8];

	snprintf(service, sizeof(service), "%" PRIu64, port);
	if (getaddrinfo(host, service, &hints, &found) != 0)
		return false;
	for (struct addrinfo *a = found; a && !yes; a = a->ai_next) {
		int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

		if (fd < 0)
			continue;
		yes = connect(fd, a->ai_addr, a->ai_addrlen) == 0;
		close(fd);
	}
	freeaddrinfo(found);
	return yes;
}

void page_print(const char *host, uint64_t port)
{
	printf(strchr(host, ':') ? "http://[%s]:%u/\n" : "http://%s:%u/\n",
	       host, (unsigned)port);
	printf("Ctrl-C ends it.\n");
	fflush(stdout);
}
