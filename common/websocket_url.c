/* SPDX-License-Identifier: MIT */
#include "websocket_url.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Nothing that could end a line of a request, or mean something else. */
static bool is_clean(const char *text)
{
	for (; *text; text++)
		if (*text <= ' ' || *text > '~' ||
		    strchr("#@\"<>\\^`{|}", *text))
			return false;
	return true;
}

static int copy(char *out, size_t out_size, const char *from, size_t len)
{
	if (len >= out_size)
		return -EINVAL;
	memcpy(out, from, len);
	out[len] = '\0';
	return 0;
}

static int read_port(struct websocket_url *u, const char *text, size_t len,
		     int default_port)
{
	unsigned long port;

	if (len == 0) {
		snprintf(u->port, sizeof(u->port), "%d", default_port);
		return 0;
	}
	if (text[0] != ':' || strspn(text + 1, "0123456789") != len - 1 ||
	    copy(u->port, sizeof(u->port), text + 1, len - 1) < 0)
		return -EINVAL;
	port = strtoul(u->port, NULL, 10);
	return port >= 1 && port <= 65535 ? 0 : -EINVAL;
}

/* HOST or [IPV6], and then maybe the port. */
static int read_authority(struct websocket_url *u, const char *text, size_t len,
			  int default_port)
{
	bool bracket = text[0] == '[';
	const char *end = memchr(text, bracket ? ']' : ':', len);
	size_t host_len;

	if (bracket && !end)
		return -EINVAL;
	host_len = end ? (size_t)(end - text) : len;
	if (bracket ? copy(u->host, sizeof(u->host), text + 1, host_len - 1)
		    : copy(u->host, sizeof(u->host), text, host_len))
		return -EINVAL;
	host_len += bracket;
	if (u->host[0] == '\0' ||
	    read_port(u, text + host_len, len - host_len, default_port) < 0)
		return -EINVAL;
	snprintf(u->authority, sizeof(u->authority),
		 bracket ? "[%s]:%s" : "%s:%s", u->host, u->port);
	return 0;
}

int websocket_url_read(struct websocket_url *u, const char *text,
		       int default_port)
{
	const char *path;

	if (strncmp(text, "wss://", 6) == 0)
		return -EPROTONOSUPPORT;
	if (strncmp(text, "ws://", 5) != 0 || !is_clean(text))
		return -EINVAL;
	text += 5;
	path = text + strcspn(text, "/?");
	if (read_authority(u, text, (size_t)(path - text), default_port) < 0)
		return -EINVAL;
	return snprintf(u->path, sizeof(u->path), "%s%s",
			*path == '?' ? "/" : "", path) < (int)sizeof(u->path)
		       ? 0
		       : -EINVAL;
}
