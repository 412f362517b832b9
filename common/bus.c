/* SPDX-License-Identifier: MIT */
#include "bus.h"

#include "websocket_url.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zmq.h>

_Static_assert(sizeof(((struct bus_message *)0)->part[0]) == sizeof(zmq_msg_t),
	       "zmq.h gives a message this size for ever");

struct bus {
	void *context;
	void *socket;
	void *monitor;
	bool patient; /* as bus_set_patient() had it */
	int poll_fd;  /* of both sockets' descriptors */
	enum bus_type type;
};

static zmq_msg_t *zmq_part(struct bus_message *m, int i)
{
	return (zmq_msg_t *)(void *)&m->part[i];
}

/* --- making -------------------------------------------------------------- */

static int set_int(struct bus *b, int option, int value)
{
	return zmq_setsockopt(b->socket, option, &value, sizeof(value));
}

/* What a SUB sends is subscriptions, and libzmq drops what has no room. */
#define SUBSCRIPTIONS_MAX 65536

static int set_options(struct bus *b, const struct bus_config *c)
{
	int64_t max = c->max_message ? (int64_t)c->max_message : -1;
	int sends = c->type == BUS_SUB ? SUBSCRIPTIONS_MAX : c->queue;

	if (set_int(b, ZMQ_SNDHWM, sends) < 0 ||
	    set_int(b, ZMQ_RCVHWM, c->queue) < 0 ||
	    set_int(b, ZMQ_IPV6, 1) < 0 || set_int(b, ZMQ_LINGER, 0) < 0 ||
	    set_int(b, ZMQ_RECONNECT_IVL, 50) < 0 ||
	    set_int(b, ZMQ_RECONNECT_IVL_MAX, 1000) < 0 ||
	    zmq_setsockopt(b->socket, ZMQ_MAXMSGSIZE, &max, sizeof(max)) < 0)
		return -1;
	/* Each subscription and its end is told, so that they are counted. */
	return c->type == BUS_XPUB ? set_int(b, ZMQ_XPUB_VERBOSER, 1) : 0;
}

/* libzmq tells of connections through a pair of sockets inside. */
static int open_monitor(struct bus *b)
{
	const int events = ZMQ_EVENT_CONNECTED | ZMQ_EVENT_DISCONNECTED |
			   ZMQ_EVENT_CONNECT_RETRIED | ZMQ_EVENT_ACCEPTED;

	if (zmq_socket_monitor(b->socket, "inproc://monitor", events) < 0)
		return -1;
	b->monitor = zmq_socket(b->context, ZMQ_PAIR);
	return b->monitor ? zmq_connect(b->monitor, "inproc://monitor") : -1;
}

static int socket_fd(void *socket)
{
	int fd = -1;
	size_t len = sizeof(fd);

	zmq_getsockopt(socket, ZMQ_FD, &fd, &len);
	return fd;
}

static int open_poll(struct bus *b)
{
	struct epoll_event in = {.events = EPOLLIN};

	b->poll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (b->poll_fd < 0 ||
	    epoll_ctl(b->poll_fd, EPOLL_CTL_ADD, socket_fd(b->socket), &in) < 0)
		return -1;
	return epoll_ctl(b->poll_fd, EPOLL_CTL_ADD, socket_fd(b->monitor), &in);
}

struct bus *bus_new(const struct bus_config *c)
{
	static const int types[] = {ZMQ_PUSH, ZMQ_PULL, ZMQ_XPUB, ZMQ_SUB};
	struct bus *b = calloc(1, sizeof(*b));
	int error;

	if (!b)
		return NULL;
	b->type = c->type;
	b->poll_fd = -1;
	b->context = zmq_ctx_new();
	b->socket = b->context ? zmq_socket(b->context, types[c->type]) : NULL;
	if (b->socket && set_options(b, c) == 0 && open_monitor(b) == 0 &&
	    open_poll(b) == 0)
		return b;
	error = errno;
	bus_free(b, 0);
	errno = error;
	return NULL;
}

void bus_free(struct bus *b, int linger_ms)
{
	if (!b)
		return;
	if (b->socket) {
		zmq_socket_monitor(b->socket, NULL, 0);
		set_int(b, ZMQ_LINGER, linger_ms);
		zmq_close(b->socket);
	}
	if (b->monitor) {
		int zero = 0;

		zmq_setsockopt(b->monitor, ZMQ_LINGER, &zero, sizeof(zero));
		zmq_close(b->monitor);
	}
	if (b->context)
		zmq_ctx_term(b->context);
	if (b->poll_fd >= 0)
		close(b->poll_fd);
	free(b);
}

/* --- endpoints ----------------------------------------------------------- */

bool bus_is_websocket(const char *endpoint)
{
	return strncmp(endpoint, "ws:", 3) == 0;
}

const char *bus_endpoint_error(int rc)
{
	return rc == -EPROTONOSUPPORT
		       ? "wants TLS, which is not spoken here: put a tunnel "
			 "or a proxy before it, and name that with ws://"
		       : "is not an address";
}

/* The original's port on the side of the hub where `port` is. */
static int websocket_port(int port)
{
	return port == BUS_PORT_IN ? BUS_PORT_WS_IN : BUS_PORT_WS_OUT;
}

static int websocket_endpoint(char *out, size_t out_size, const char *scheme,
			      const char *text, int port)
{
	struct websocket_url url;
	char full[512];
	int len, rc;

	if (snprintf(full, sizeof(full), "%s%s", scheme, text) >=
	    (int)sizeof(full))
		return -EINVAL;
	rc = websocket_url_read(&url, full, websocket_port(port));
	if (rc < 0)
		return rc;
	len = snprintf(out, out_size, "ws://%s%s", url.authority, url.path);
	return len < 0 || (size_t)len >= out_size ? -EINVAL : 0;
}

int bus_endpoint(char *out, size_t out_size, const char *text, int port)
{
	const char *colon = strrchr(text, ':');
	const char *bracket = strrchr(text, ']');
	bool bare_ipv6 = colon && strchr(text, ':') != colon && !bracket;
	bool has_port = colon && !bare_ipv6 && (!bracket || colon > bracket);
	unsigned long given = has_port ? strtoul(colon + 1, NULL, 10) : 0;
	int len;

	if (*text == '\0')
		return -EINVAL;
	if (strncmp(text, "ws://", 5) == 0 || strncmp(text, "wss://", 6) == 0)
		return websocket_endpoint(out, out_size, "", text, port);
	/* ZeroMQ takes the port's last 16 bits. */
	if (strncmp(text, "ipc:", 4) != 0 && given > 65535)
		return -EINVAL;
	if (strstr(text, "://"))
		len = snprintf(out, out_size, "%s", text);
	else if (has_port && given == (unsigned long)websocket_port(port))
		return websocket_endpoint(out, out_size, "ws://", text, port);
	else if (has_port)
		len = snprintf(out, out_size, "tcp://%s", text);
	else if (bare_ipv6)
		len = snprintf(out, out_size, "tcp://[%s]:%d", text, port);
	else
		len = snprintf(out, out_size, "tcp://%s:%d", text, port);
	return len < 0 || (size_t)len >= out_size ? -EINVAL : 0;
}

int bus_bind(struct bus *b, const char *endpoint)
{
	return zmq_bind(b->socket, endpoint) < 0 ? -errno : 0;
}

int bus_connect(struct bus *b, const char *endpoint)
{
	return zmq_connect(b->socket, endpoint) < 0 ? -errno : 0;
}

int bus_reconnect(struct bus *b, const char *endpoint)
{
	zmq_disconnect(b->socket, endpoint);
	return bus_connect(b, endpoint);
}

int bus_subscribe(struct bus *b, const void *prefix, size_t len)
{
	return zmq_setsockopt(b->socket, ZMQ_SUBSCRIBE, prefix, len) < 0
		       ? -errno
		       : 0;
}

int bus_unsubscribe(struct bus *b, const void *prefix, size_t len)
{
	return zmq_setsockopt(b->socket, ZMQ_UNSUBSCRIBE, prefix, len) < 0
		       ? -errno
		       : 0;
}

void bus_set_patient(struct bus *b, bool patient)
{
	if (patient != b->patient)
		set_int(b, ZMQ_XPUB_NODROP, patient);
	b->patient = patient;
}

/* --- messages ------------------------------------------------------------ */

void bus_message_free(struct bus_message *m)
{
	if (!m->full)
		return;
	zmq_msg_close(zmq_part(m, 0));
	zmq_msg_close(zmq_part(m, 1));
	m->full = false;
}

static void make_empty(struct bus_message *m)
{
	bus_message_free(m);
	zmq_msg_init(zmq_part(m, 0));
	zmq_msg_init(zmq_part(m, 1));
	m->full = true;
}

/* Receives and forgets the parts behind the one in `part`. */
static void drop_rest(struct bus *b, zmq_msg_t *part)
{
	while (zmq_msg_more(part) &&
	       zmq_msg_recv(part, b->socket, ZMQ_DONTWAIT) >= 0)
		continue;
}

int bus_receive(struct bus *b, struct bus_message *m)
{
	zmq_msg_t *topic = zmq_part(m, 0), *body = zmq_part(m, 1);

	make_empty(m);
	do {
		if (zmq_msg_recv(topic, b->socket, ZMQ_DONTWAIT) >= 0)
			break;
		if (errno != EINTR)
			return -errno;
	} while (true);
	if (!zmq_msg_more(topic))
		return b->type == BUS_XPUB ? 0 : -EBADMSG;
	/* libzmq delivers the parts of a message together. */
	if (zmq_msg_recv(body, b->socket, ZMQ_DONTWAIT) < 0)
		return -EBADMSG;
	if (!zmq_msg_more(body))
		return 0;
	drop_rest(b, body);
	return -EBADMSG;
}

int bus_send(struct bus *b, struct bus_message *m, int timeout_ms)
{
	int flags = timeout_ms == 0 ? ZMQ_DONTWAIT : 0;

	if (timeout_ms != 0)
		set_int(b, ZMQ_SNDTIMEO, timeout_ms);
	if (zmq_msg_send(zmq_part(m, 0), b->socket, flags | ZMQ_SNDMORE) < 0)
		return -errno;
	/* The first part has found room for both. */
	while (zmq_msg_send(zmq_part(m, 1), b->socket, 0) < 0)
		if (errno != EINTR && errno != EAGAIN)
			return -errno;
	return 0;
}

static int copy_part(zmq_msg_t *part, const void *bytes, size_t len)
{
	if (zmq_msg_init_size(part, len) < 0) {
		zmq_msg_init(part);
		return -ENOMEM;
	}
	if (len > 0)
		memcpy(zmq_msg_data(part), bytes, len);
	return 0;
}

int bus_message_make(struct bus_message *m, const void *topic, size_t topic_len,
		     const void *body, size_t body_len)
{
	make_empty(m);
	if (copy_part(zmq_part(m, 0), topic, topic_len) < 0 ||
	    copy_part(zmq_part(m, 1), body, body_len) < 0)
		return -ENOMEM;
	return 0;
}

const void *bus_topic(struct bus_message *m, size_t *len)
{
	*len = zmq_msg_size(zmq_part(m, 0));
	return zmq_msg_data(zmq_part(m, 0));
}

const void *bus_body(struct bus_message *m, size_t *len)
{
	*len = zmq_msg_size(zmq_part(m, 1));
	return zmq_msg_data(zmq_part(m, 1));
}

void bus_message_peer(struct bus_message *m, struct bus_peer *peer)
{
	const char *host = zmq_msg_gets(zmq_part(m, 0), "Peer-Address");
	struct sockaddr_storage a;
	socklen_t len = sizeof(a);

	memset(peer, 0, sizeof(*peer));
	/* An IPv4 peer of an IPv6 socket (RFC 4291 section 2.5.5.2). */
	if (host && strncmp(host, "::ffff:", 7) == 0)
		host += 7;
	snprintf(peer->host, sizeof(peer->host), "%s", host ? host : "");
	peer->fd = zmq_msg_get(zmq_part(m, 0), ZMQ_SRCFD);
	if (peer->fd < 0 ||
	    getpeername(peer->fd, (struct sockaddr *)&a, &len) < 0)
		return;
	if (a.ss_family == AF_INET)
		peer->port = ntohs(((struct sockaddr_in *)&a)->sin_port);
	else if (a.ss_family == AF_INET6)
		peer->port = ntohs(((struct sockaddr_in6 *)&a)->sin6_port);
	else /* of ipc:// libzmq tells the process's ids instead */
		strcpy(peer->host, "localhost");
}

/* --- waiting ------------------------------------------------------------- */

#define POLL_MAX 16

int bus_wait(struct bus_poll *items, int count, int timeout_ms)
{
	zmq_pollitem_t polled[POLL_MAX];
	int rc;

	if (count > POLL_MAX)
		return -EINVAL;
	for (int i = 0; i < count; i++) {
		polled[i].socket = items[i].bus ? items[i].bus->socket : NULL;
		polled[i].fd = items[i].fd;
		polled[i].events = ZMQ_POLLIN;
		polled[i].revents = 0;
	}
	rc = zmq_poll(polled, count, timeout_ms);
	for (int i = 0; i < count; i++)
		items[i].ready = polled[i].revents != 0;
	return rc < 0 ? -errno : rc;
}

int bus_fd(const struct bus *b)
{
	return b->poll_fd;
}

int bus_event_fd(const struct bus *b)
{
	return socket_fd(b->monitor);
}

void *bus_socket(struct bus *b)
{
	return b->socket;
}

/* --- connections --------------------------------------------------------- */

/* An event is two parts: u16 event and u32 value, and the endpoint. */
enum bus_event bus_next_event(struct bus *b, int *fd)
{
	unsigned char event[6];
	char endpoint[256];
	uint16_t id;
	int32_t value;

	if (zmq_recv(b->monitor, event, sizeof(event), ZMQ_DONTWAIT) != 6)
		return BUS_NONE;
	zmq_recv(b->monitor, endpoint, sizeof(endpoint), ZMQ_DONTWAIT);
	memcpy(&id, event, 2);
	memcpy(&value, event + 2, 4);
	if (fd)
		*fd = value;
	switch (id) {
	case ZMQ_EVENT_CONNECTED:
		return BUS_CONNECTED;
	case ZMQ_EVENT_DISCONNECTED:
		return BUS_DISCONNECTED;
	case ZMQ_EVENT_ACCEPTED:
		return BUS_ACCEPTED;
	default:
		return BUS_RETRIED;
	}
}
