/* SPDX-License-Identifier: MIT */
#include "nmsg_zmq.h"

#include "nmsg_container.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zmq.h>

#define QUEUE 1000 /* containers */

struct nmsg_zmq {
	void *context;
	void *socket;
	zmq_msg_t message; /* lent to the caller, or to be sent */
	bool waits;        /* to be sent */
	char endpoint[256];
};

/* --- endpoints ----------------------------------------------------------- */

enum {
	ACCEPT = 1,
	CONNECT = 2,
	PUBSUB = 4,
	PUSHPULL = 8,
};

/* What nobody knows is ignored, as nmsgtool does. */
static unsigned int option_of(const char *text)
{
	static const struct {
		const char *name;
		unsigned int option;
	} known[] = {
		{"accept", ACCEPT},
		{"connect", CONNECT},
		{"pubsub", PUBSUB},
		{"pushpull", PUSHPULL},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strcasecmp(text, known[i].name) == 0)
			return known[i].option;
	return 0;
}

/* Cuts the options off `endpoint`.  False if two of them do not agree. */
static bool cut_options(char *endpoint, unsigned int *options)
{
	char *save, *text = strtok_r(endpoint, ",", &save);

	*options = 0;
	while (text && (text = strtok_r(NULL, ",", &save))) {
		unsigned int option = option_of(text);
		unsigned int kind = option & (ACCEPT | CONNECT)
					    ? ACCEPT | CONNECT
					    : PUBSUB | PUSHPULL;

		if (option && *options & kind)
			return false;
		*options |= option;
	}
	return *endpoint != '\0';
}

/* --- sockets ------------------------------------------------------------- */

static int set_int(struct nmsg_zmq *z, int option, int value)
{
	return zmq_setsockopt(z->socket, option, &value, sizeof(value));
}

static int open_socket(struct nmsg_zmq *z, bool sends, unsigned int options)
{
	const int64_t max = NMSG_CONTAINER_HEADER + NMSG_CONTAINER_BODY_MAX;
	bool push = options & PUSHPULL;
	bool accept = options & ACCEPT || (!sends && !(options & CONNECT));
	int type = sends  ? push ? ZMQ_PUSH : ZMQ_PUB
		   : push ? ZMQ_PULL
			  : ZMQ_SUB;
	size_t len = sizeof(z->endpoint);

	z->context = zmq_ctx_new();
	z->socket = z->context ? zmq_socket(z->context, type) : NULL;
	if (!z->socket || set_int(z, ZMQ_SNDHWM, QUEUE) < 0 ||
	    set_int(z, ZMQ_RCVHWM, QUEUE) < 0 || set_int(z, ZMQ_IPV6, 1) < 0 ||
	    set_int(z, ZMQ_LINGER, 0) < 0 ||
	    zmq_setsockopt(z->socket, ZMQ_MAXMSGSIZE, &max, sizeof(max)) < 0)
		return -errno;
	if (type == ZMQ_SUB &&
	    zmq_setsockopt(z->socket, ZMQ_SUBSCRIBE, "NMSG", 4) < 0)
		return -errno;
	if (!accept)
		return zmq_connect(z->socket, z->endpoint) < 0 ? -errno : 0;
	if (zmq_bind(z->socket, z->endpoint) < 0)
		return -errno;
	zmq_getsockopt(z->socket, ZMQ_LAST_ENDPOINT, z->endpoint, &len);
	return 0;
}

struct nmsg_zmq *nmsg_zmq_open(const char *endpoint, bool sends)
{
	struct nmsg_zmq *z = calloc(1, sizeof(*z));
	unsigned int options;
	int rc = -EINVAL;

	if (!z)
		return NULL;
	zmq_msg_init(&z->message);
	if (strlen(endpoint) < sizeof(z->endpoint)) {
		strcpy(z->endpoint, endpoint);
		if (cut_options(z->endpoint, &options))
			rc = open_socket(z, sends, options);
	}
	if (rc == 0)
		return z;
	nmsg_zmq_close(z, 0);
	errno = -rc;
	return NULL;
}

void nmsg_zmq_set_patient(struct nmsg_zmq *z, bool patient)
{
	set_int(z, ZMQ_XPUB_NODROP, patient); /* others have no such option */
}

void nmsg_zmq_close(struct nmsg_zmq *z, int linger_ms)
{
	if (!z)
		return;
	zmq_msg_close(&z->message);
	if (z->socket) {
		set_int(z, ZMQ_LINGER, linger_ms);
		zmq_close(z->socket);
	}
	if (z->context)
		while (zmq_ctx_term(z->context) < 0 && errno == EINTR)
			continue;
	free(z);
}

int nmsg_zmq_receive(struct nmsg_zmq *z, const uint8_t **data, size_t *len)
{
	while (zmq_msg_recv(&z->message, z->socket, ZMQ_DONTWAIT) < 0)
		if (errno != EINTR)
			return errno == EAGAIN ? 0 : -errno;
	*data = zmq_msg_data(&z->message);
	*len = zmq_msg_size(&z->message);
	return 1;
}

int nmsg_zmq_wait(struct nmsg_zmq *z, int timeout_ms)
{
	zmq_pollitem_t item = {.socket = z->socket, .events = ZMQ_POLLIN};
	int rc = zmq_poll(&item, 1, timeout_ms);

	return rc < 0 ? -errno : rc;
}

int nmsg_zmq_send(struct nmsg_zmq *z, const void *data, size_t len,
		  int timeout_ms)
{
	if (data) {
		zmq_msg_close(&z->message);
		if (zmq_msg_init_size(&z->message, len) < 0) {
			zmq_msg_init(&z->message);
			return -ENOMEM;
		}
		memcpy(zmq_msg_data(&z->message), data, len);
		z->waits = true;
	}
	if (!z->waits)
		return 0;
	/* Only one that does not find room at once needs the timeout. */
	if (zmq_msg_send(&z->message, z->socket, ZMQ_DONTWAIT) < 0) {
		if (errno != EAGAIN)
			return -errno;
		set_int(z, ZMQ_SNDTIMEO, timeout_ms);
		if (zmq_msg_send(&z->message, z->socket, 0) < 0)
			return -errno;
	}
	z->waits = false;
	return 0;
}

bool nmsg_zmq_waits(const struct nmsg_zmq *z)
{
	return z->waits;
}

int nmsg_zmq_fd(const struct nmsg_zmq *z)
{
	int fd = -1;
	size_t len = sizeof(fd);

	zmq_getsockopt(z->socket, ZMQ_FD, &fd, &len);
	return fd;
}

const char *nmsg_zmq_endpoint(const struct nmsg_zmq *z)
{
	return z->endpoint;
}
