/* SPDX-License-Identifier: MIT */
#include "listing.h"

#include "hello.h"

#include <dumpling.h>
#include <eater_bus.h>
#include <errno.h>
#include <json_read.h>
#include <netdb.h>
#include <put.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* Of an eater_name, where the hello is too much. */
#define NAME_SIZE 256

/* The other end's address and port.  False if it is gone already. */
static bool read_peer(struct presence *p, int socket)
{
	struct sockaddr_storage a;
	socklen_t len = sizeof(a);
	char port[6];

	if (getpeername(socket, (struct sockaddr *)&a, &len) < 0 ||
	    getnameinfo((struct sockaddr *)&a, len, p->host, sizeof(p->host),
			port, sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV))
		return false;
	p->port = (uint16_t)atoi(port);
	return true;
}

/* Cut behind a whole character of UTF-8. */
static size_t cut(const uint8_t *text, size_t len)
{
	if (len <= NAME_SIZE)
		return len;
	len = NAME_SIZE;
	while (len > 0 && (text[len] & 0xc0) == 0x80)
		len--;
	return len;
}

/* In place of a hello: its eater_name, as much of it as can be told. */
static int put_name(struct nd_dumpling *d, const struct nd_value *hello)
{
	static const char key[] = "eater_name";
	struct nd_value v = {.type = ND_NIL};

	put_begin(d);
	nd_find(hello, key, &v);
	if (v.type == ND_STR)
		nd_put_strn(d, key, (const char *)v.as.bytes,
			    cut(v.as.bytes, v.len));
	else if (v.type == ND_UINT)
		nd_put_uint(d, key, v.as.u);
	else if (v.type == ND_INT)
		nd_put_int(d, key, v.as.i);
	else if (v.type == ND_DOUBLE)
		nd_put_double(d, key, v.as.d);
	else if (v.type == ND_BOOL)
		nd_put_bool(d, key, v.as.b);
	else
		nd_put_nil(d, key);
	return put_finish(d);
}

static int write_topic(char topic[PRESENCE_MAX], struct presence *p,
		       const struct nd_dumpling *d)
{
	p->hello = d->buf + d->start;
	p->hello_len = d->len - d->start;
	return presence_write(topic, p);
}

/* The topic's length, or -errno. */
static int make_topic(char topic[PRESENCE_MAX], struct presence *p,
		      const char *hello, size_t hello_len)
{
	struct nd_dumpling *whole = dumpling_new(HELLO_PAYLOAD_MAX);
	struct nd_dumpling *name = dumpling_new(PRESENCE_MAX);
	struct nd_value v;
	const char *why;
	int rc = whole && name
			 ? json_read_value(whole, &v, hello, hello_len, &why)
			 : -ENOMEM;

	if (rc == 0)
		rc = write_topic(topic, p, whole);
	if (rc == -EMSGSIZE || rc == -EINVAL) {
		rc = put_name(name, &v);
		if (rc == 0)
			rc = write_topic(topic, p, name);
	}
	dumpling_free(whole);
	dumpling_free(name);
	return rc;
}

void listing_show(struct listing *l, struct nd_eater *eater, int socket,
		  int64_t connected_ns, const char *hello, size_t hello_len)
{
	struct presence p = {.connected_ns = connected_ns};
	char topic[PRESENCE_MAX];
	const char *id = eater_bus_id(eater);
	int len = -ENOTCONN;

	if (!id)
		return; /* a gateway behind another one lists nobody */
	snprintf(p.id, sizeof(p.id), "%s", id);
	if (read_peer(&p, socket))
		len = make_topic(topic, &p, hello, hello_len);
	if (len > 0 && (size_t)len == l->len &&
	    memcmp(topic, l->topic, l->len) == 0)
		return;
	listing_hide(l, eater);
	if (len < 0 || eater_bus_show(eater, topic, (size_t)len) < 0)
		return;
	memcpy(l->topic, topic, (size_t)len);
	l->len = (size_t)len;
}

void listing_hide(struct listing *l, struct nd_eater *eater)
{
	if (l->len > 0)
		eater_bus_hide(eater, l->topic, l->len);
	l->len = 0;
}
