/* SPDX-License-Identifier: MIT */
/*
 * What libzmq does by itself, one dumpling's worth of bytes a message, to hold
 * the hub against:
 *	bare-bus proxy IN OUT	zmq_proxy() from PULL to XPUB, until killed
 *	bare-bus push IN COUNT	knocks until a line comes on stdin, then sends
 *	bare-bus sub OUT COUNT	counts, until the end or nothing is to come
 * Queues are long and the XPUB waits for room: none are lost.
 */
#include <inttypes.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

#define QUEUE 20000
#define BODY 200
#define TOPIC "EveryPacketChef/bench/"

/* The last part's first byte says what the message is. */
enum kind {
	KNOCK = 'k',
	DUMPLING = 'd',
	END = 'e'
};

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int fail(const char *what)
{
	fprintf(stderr, "bare-bus: %s: %s\n", what, zmq_strerror(zmq_errno()));
	return 1;
}

static void *open_socket(void *context, int type)
{
	void *socket = zmq_socket(context, type);
	const int queue = QUEUE;

	zmq_setsockopt(socket, ZMQ_SNDHWM, &queue, sizeof(queue));
	zmq_setsockopt(socket, ZMQ_RCVHWM, &queue, sizeof(queue));
	return socket;
}

static int proxy(void *context, const char *in, const char *out)
{
	void *pull = open_socket(context, ZMQ_PULL);
	void *xpub = open_socket(context, ZMQ_XPUB);
	const int yes = 1;

	zmq_setsockopt(xpub, ZMQ_XPUB_NODROP, &yes, sizeof(yes));
	if (zmq_bind(pull, in) < 0 || zmq_bind(xpub, out) < 0)
		return fail("bind");
	puts("ready");
	fflush(stdout);
	return zmq_proxy(pull, xpub, NULL) < 0 ? fail("proxy") : 0;
}

static int send_one(void *socket, enum kind kind)
{
	char body[BODY];

	memset(body, (char)kind, sizeof(body));
	if (zmq_send(socket, TOPIC, strlen(TOPIC), ZMQ_SNDMORE) < 0)
		return -1;
	return zmq_send(socket, body, sizeof(body), 0);
}

static int push(void *context, const char *in, uint64_t count)
{
	void *socket = open_socket(context, ZMQ_PUSH);
	struct pollfd go = {.fd = STDIN_FILENO, .events = POLLIN};

	if (zmq_connect(socket, in) < 0)
		return fail("connect");
	while (poll(&go, 1, 1) == 0)
		if (send_one(socket, KNOCK) < 0)
			return fail("send");
	for (uint64_t i = 0; i < count; i++)
		if (send_one(socket, DUMPLING) < 0)
			return fail("send");
	if (send_one(socket, END) < 0)
		return fail("send");
	zmq_close(socket);
	zmq_ctx_term(context);
	return 0;
}

/* The kind of the next message, or -1. */
static int receive(void *socket, zmq_msg_t *m)
{
	if (zmq_msg_recv(m, socket, 0) < 0 || zmq_msg_recv(m, socket, 0) < 0)
		return -1;
	return *(const char *)zmq_msg_data(m);
}

static int subscribe(void *context, const char *out, uint64_t count)
{
	void *socket = open_socket(context, ZMQ_SUB);
	uint64_t received = 0;
	const int patience_ms = 3000;
	int64_t first_ns = 0, last_ns;
	bool ready = false;
	zmq_msg_t m;
	int kind;

	zmq_msg_init(&m);
	zmq_setsockopt(socket, ZMQ_SUBSCRIBE, TOPIC, strlen(TOPIC));
	if (zmq_connect(socket, out) < 0)
		return fail("connect");
	/* The last message may be among those that zmq_proxy lost. */
	zmq_setsockopt(socket, ZMQ_RCVTIMEO, &patience_ms, sizeof(patience_ms));
	do {
		kind = receive(socket, &m);
		if (kind == KNOCK && !ready) {
			puts("ready");
			fflush(stdout);
			ready = true;
		}
		if (kind == DUMPLING && received++ == 0)
			first_ns = now_ns();
	} while (kind > 0 && kind != END);
	last_ns = now_ns();
	if (kind < 0 && received > 0)
		last_ns -= patience_ms * INT64_C(1000000);
	printf("{\"received\": %" PRIu64 ", \"missing\": %" PRIu64
	       ", \"first_ns\": %" PRId64 ", \"last_ns\": %" PRId64 "}\n",
	       received, count - received, first_ns, last_ns);
	return kind < 0 && received == 0 ? fail("receive") : 0;
}

int main(int argc, char **argv)
{
	const char *what = argc == 4 ? argv[1] : "";
	void *context = zmq_ctx_new();

	if (strcmp(what, "proxy") == 0)
		return proxy(context, argv[2], argv[3]);
	if (strcmp(what, "push") == 0)
		return push(context, argv[2], strtoull(argv[3], NULL, 10));
	if (strcmp(what, "sub") == 0)
		return subscribe(context, argv[2], strtoull(argv[3], NULL, 10));
	fprintf(stderr, "usage: bare-bus proxy IN OUT | push IN COUNT | "
			"sub OUT COUNT\n");
	return 2;
}
