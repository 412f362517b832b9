/* SPDX-License-Identifier: MIT */
#include "wire.h"

#include <poll.h>

/* libzmq's, for messages that bus_send() would not make. */
int zmq_send(void *socket, const void *bytes, size_t len, int flags);
#define SEND_MORE 2

static void check_endpoint(const char *text, const char *expected)
{
	char out[64];

	assert_int_equal(bus_endpoint(out, sizeof(out), text, 7), 0);
	assert_string_equal(out, expected);
}

static void test_endpoints(void **state)
{
	char out[20];

	(void)state;
	check_endpoint("host", "tcp://host:7");
	check_endpoint("host:5", "tcp://host:5");
	check_endpoint("192.0.2.1:5", "tcp://192.0.2.1:5");
	check_endpoint("::1", "tcp://[::1]:7");
	check_endpoint("[::1]", "tcp://[::1]:7");
	check_endpoint("[::1]:5", "tcp://[::1]:5");
	check_endpoint("tcp://*:5", "tcp://*:5");
	check_endpoint("ipc:///run/nd/in", "ipc:///run/nd/in");
	check_endpoint("ipc:///run/nd:99999", "ipc:///run/nd:99999");
	assert_int_equal(bus_endpoint(out, sizeof(out), "", 7), -EINVAL);
	assert_int_equal(bus_endpoint(out, sizeof(out), "host:65536", 7),
			 -EINVAL);
	/* "tcp://12345678901:7" has just room */
	assert_int_equal(bus_endpoint(out, sizeof(out), "12345678901", 7), 0);
	assert_int_equal(bus_endpoint(out, sizeof(out), "123456789012", 7),
			 -EINVAL);
}

static void check_side(int port, const char *text, const char *expected)
{
	char out[64];

	assert_int_equal(bus_endpoint(out, sizeof(out), text, port), 0);
	assert_string_equal(out, expected);
	assert_int_equal(bus_is_websocket(out), expected[0] == 'w');
}

/* The ports that were WebSockets', each on its side, and ws:// itself. */
static void test_websocket_endpoints(void **state)
{
	char out[64];

	(void)state;
	check_side(BUS_PORT_IN, "h:11347", "ws://h:11347");
	check_side(BUS_PORT_IN, "[::1]:11347", "ws://[::1]:11347");
	check_side(BUS_PORT_IN, "h:11348", "tcp://h:11348");
	check_side(BUS_PORT_IN, "ws://h", "ws://h:11347");
	check_side(BUS_PORT_IN, "tcp://h:11347", "tcp://h:11347");
	check_side(BUS_PORT_OUT, "localhost:11348", "ws://localhost:11348");
	check_side(BUS_PORT_OUT, "h:11347", "tcp://h:11347");
	check_side(BUS_PORT_OUT, "h", "tcp://h:11358");
	check_side(BUS_PORT_OUT, "ws://h/a?b", "ws://h:11348/a?b");
	check_side(BUS_PORT_OUT, "ws://[::1]:80/", "ws://[::1]:80/");
	assert_int_equal(bus_endpoint(out, sizeof(out), "ws://h:0", 7),
			 -EINVAL);
	assert_int_equal(bus_endpoint(out, sizeof(out), "a b:11348",
				      BUS_PORT_OUT),
			 -EINVAL);
	assert_int_equal(bus_endpoint(out, 10, "ws://h:80/", 7), -EINVAL);
	assert_int_equal(bus_endpoint(out, sizeof(out), "wss://h", 7),
			 -EPROTONOSUPPORT);
	assert_non_null(strstr(bus_endpoint_error(-EPROTONOSUPPORT), "TLS"));
}

static struct bus *connected(enum bus_type type, size_t max_message)
{
	const struct bus_config config = {.type = type,
					  .queue = 1000,
					  .max_message = max_message};
	struct bus *bus = bus_new(&config);

	assert_non_null(bus);
	assert_int_equal(bus_connect(bus, wire_endpoint()), 0);
	return bus;
}

static void check_parts(struct bus_message *m, const char *topic,
			const char *body)
{
	size_t len;

	assert_memory_equal(bus_topic(m, &len), topic, strlen(topic));
	assert_int_equal(len, strlen(topic));
	assert_memory_equal(bus_body(m, &len), body, strlen(body));
	assert_int_equal(len, strlen(body));
}

static void test_push_pull(void **state)
{
	struct bus *pull = wire_bind(BUS_PULL, 1000);
	struct bus *push = connected(BUS_PUSH, 0);
	struct bus_message m = {0};
	struct bus_poll item = {.bus = pull};
	struct bus_peer peer;

	(void)state;
	assert_int_equal(bus_receive(pull, &m), -EAGAIN);
	assert_int_equal(bus_wait(&item, 1, 0), 0);
	assert_false(item.ready);
	wire_send(push, "a", "1", 1);
	wire_send(push, "", "", 0);
	assert_int_equal(wire_receive(pull, &m), 0);
	check_parts(&m, "a", "1");
	bus_message_peer(&m, &peer);
	assert_int_equal(peer.port, 0);
	assert_int_equal(wire_receive(pull, &m), 0);
	check_parts(&m, "", "");
	bus_message_free(&m);
	bus_message_free(&m);
	bus_free(push, 0);
	bus_free(pull, 0);
	bus_free(NULL, 0);
}

/* A message is sent on, and what is sent is empty and can be used again. */
static void test_forward(void **state)
{
	struct bus *pull = wire_bind(BUS_PULL, 1000);
	struct bus *push = connected(BUS_PUSH, 0);
	struct bus_message m = {0};

	(void)state;
	wire_send(push, "topic", "body", 4);
	assert_int_equal(wire_receive(pull, &m), 0);
	assert_int_equal(bus_send(push, &m, 0), 0);
	check_parts(&m, "", "");
	assert_int_equal(wire_receive(pull, &m), 0);
	check_parts(&m, "topic", "body");
	bus_message_free(&m);
	bus_free(push, 0);
	bus_free(pull, 0);
}

/* A full queue sends nothing, and the message is as it was. */
static void test_full(void **state)
{
	const struct bus_config config = {.type = BUS_PUSH, .queue = 1};
	struct bus *push = bus_new(&config), *pull;
	struct bus_message m = {0};
	int sent = 0, rc;

	(void)state;
	assert_non_null(push);
	assert_int_equal(bus_connect(push, wire_endpoint()), 0);
	do {
		assert_int_equal(bus_message_make(&m, "t", 1, "x", 1), 0);
		rc = bus_send(push, &m, 0);
	} while (rc == 0 && sent++ < 1000);
	assert_int_equal(rc, -EAGAIN);
	assert_int_equal(sent, 1);
	check_parts(&m, "t", "x");
	assert_int_equal(bus_send(push, &m, 1), -EAGAIN);
	check_parts(&m, "t", "x");
	pull = wire_bind(BUS_PULL, 1);
	assert_int_equal(bus_send(push, &m, PATIENCE_MS), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(wire_receive(pull, &m), 0);
		check_parts(&m, "t", "x");
	}
	bus_message_free(&m);
	bus_free(push, 0);
	bus_free(pull, 0);
}

/* Messages of one part, or of three, are refused whole. */
static void test_parts(void **state)
{
	struct bus *pull = wire_bind(BUS_PULL, 1000);
	struct bus *push = connected(BUS_PUSH, 0);
	struct bus_message m = {0};

	(void)state;
	assert_int_equal(zmq_send(bus_socket(push), "one", 3, 0), 3);
	for (int i = 0; i < 4; i++)
		zmq_send(bus_socket(push), "four", 4, i < 3 ? SEND_MORE : 0);
	wire_send(push, "good", "body", 4);
	assert_int_equal(wire_receive(pull, &m), -EBADMSG);
	assert_int_equal(wire_receive(pull, &m), -EBADMSG);
	assert_int_equal(wire_receive(pull, &m), 0);
	check_parts(&m, "good", "body");
	bus_message_free(&m);
	bus_free(push, 0);
	bus_free(pull, 0);
}

static void test_subscriptions(void **state)
{
	struct bus *pub = wire_bind(BUS_XPUB, 1000);
	struct bus *sub = connected(BUS_SUB, 100);
	struct bus_message m = {0};
	struct pollfd fd = {.fd = bus_fd(sub), .events = POLLIN};

	(void)state;
	assert_int_equal(bus_subscribe(sub, "DNS/", 4), 0);
	wire_await(pub, 1, "DNS/");
	wire_send(pub, "DNSLookup/k/", "no", 2);
	wire_send(pub, "DNS/k/", "yes", 3);
	assert_int_equal(poll(&fd, 1, PATIENCE_MS), 1);
	assert_int_equal(wire_receive(sub, &m), 0);
	check_parts(&m, "DNS/k/", "yes");
	assert_int_equal(bus_unsubscribe(sub, "DNS/", 4), 0);
	assert_int_equal(bus_subscribe(sub, "A/", 2), 0);
	wire_await(pub, 0, "DNS/");
	wire_await(pub, 1, "A/");
	wire_send(pub, "DNS/k/", "no", 2);
	wire_send(pub, "A/k/", "yes", 3);
	assert_int_equal(wire_receive(sub, &m), 0);
	check_parts(&m, "A/k/", "yes");
	bus_message_free(&m);
	/* an end is told, too: that is how an eater is seen to go */
	bus_free(sub, 0);
	wire_await(pub, 0, "A/");
	bus_free(pub, 0);
}

/* Waits for an event, past others. */
static int await_event(struct bus *bus, enum bus_event wanted)
{
	int64_t deadline = loop_now_ns() + PATIENCE_MS * INT64_C(1000000);
	struct bus_poll item = {.bus = bus};
	int fd = -1;

	while (loop_now_ns() < deadline) {
		enum bus_event event = bus_next_event(bus, &fd);

		if (event == wanted)
			return fd;
		if (event == BUS_NONE)
			bus_wait(&item, 1, 10);
	}
	fail();
	return -1;
}

static void test_events(void **state)
{
	struct bus *push = connected(BUS_PUSH, 0), *pull;

	(void)state;
	await_event(push, BUS_RETRIED);
	pull = wire_bind(BUS_PULL, 1000);
	await_event(push, BUS_CONNECTED);
	assert_true(await_event(pull, BUS_ACCEPTED) >= 0);
	bus_free(pull, 0);
	await_event(push, BUS_DISCONNECTED);
	pull = wire_bind(BUS_PULL, 1000);
	await_event(push, BUS_CONNECTED);
	bus_free(push, 0);
	await_event(pull, BUS_DISCONNECTED);
	bus_free(pull, 0);
}

static void test_wait(void **state)
{
	struct bus_poll items[17] = {{.bus = NULL, .fd = 0}};
	int ends[2];

	(void)state;
	assert_int_equal(bus_wait(items, 17, 0), -EINVAL);
	assert_int_equal(pipe(ends), 0);
	items[0].fd = ends[0];
	assert_int_equal(bus_wait(items, 1, 0), 0);
	assert_int_equal(write(ends[1], "", 1), 1);
	assert_int_equal(bus_wait(items, 1, PATIENCE_MS), 1);
	assert_true(items[0].ready);
	close(ends[0]);
	close(ends[1]);
}

static void test_bad_endpoint(void **state)
{
	const struct bus_config config = {.type = BUS_PUSH};
	struct bus *bus = bus_new(&config);

	(void)state;
	assert_non_null(bus);
	assert_int_equal(bus_connect(bus, "tcp://no-port"), -EINVAL);
	assert_int_equal(bus_bind(bus, "what://ever"), -EPROTONOSUPPORT);
	bus_free(bus, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_endpoints),
		cmocka_unit_test(test_websocket_endpoints),
		cmocka_unit_test(test_push_pull),
		cmocka_unit_test(test_forward),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_subscriptions),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_wait),
		cmocka_unit_test(test_bad_endpoint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
