/* SPDX-License-Identifier: MIT */
#include "nmsg_zmq.h"
#include "unit.h"

#include <unistd.h>

static struct nmsg_zmq *open_it(const char *endpoint, bool sends)
{
	struct nmsg_zmq *z = nmsg_zmq_open(endpoint, sends);

	assert_non_null(z);
	return z;
}

static const char *with(const struct nmsg_zmq *z, const char *options)
{
	static char text[300];

	snprintf(text, sizeof(text), "%s%s", nmsg_zmq_endpoint(z), options);
	return text;
}

static void receive(struct nmsg_zmq *z, const char *expected)
{
	const uint8_t *data;
	size_t len;

	assert_int_equal(nmsg_zmq_wait(z, PATIENCE_MS), 1);
	assert_int_equal(nmsg_zmq_receive(z, &data, &len), 1);
	assert_int_equal(len, strlen(expected));
	assert_memory_equal(data, expected, len);
}

static int send_text(struct nmsg_zmq *z, const char *text)
{
	return nmsg_zmq_send(z, text, strlen(text), PATIENCE_MS);
}

static void test_push_pull(void **state)
{
	struct nmsg_zmq *in = open_it("tcp://127.0.0.1:*,PushPull", false);
	struct nmsg_zmq *out = open_it(with(in, ",pushpull"), true);
	const uint8_t *data;
	size_t len;

	(void)state;
	assert_int_equal(nmsg_zmq_receive(in, &data, &len), 0);
	assert_int_equal(nmsg_zmq_wait(in, 0), 0);
	assert_true(nmsg_zmq_fd(in) >= 0);
	assert_int_equal(send_text(out, "one"), 0);
	assert_int_equal(send_text(out, "NMSG two"), 0);
	receive(in, "one");
	receive(in, "NMSG two");
	assert_false(nmsg_zmq_waits(out));
	nmsg_zmq_close(out, 0);
	nmsg_zmq_close(in, 0);
}

/* The other way round: the sender accepts. */
static void test_pub_sub(void **state)
{
	struct nmsg_zmq *out = open_it("tcp://127.0.0.1:*,accept", true);
	struct nmsg_zmq *in =
		open_it(with(out, ",unknown,pubsub,CONNECT"), false);
	const uint8_t *data;
	size_t len;

	(void)state;
	/* Until the subscription is there, what is sent goes nowhere. */
	do {
		assert_int_equal(send_text(out, "other"), 0);
		assert_int_equal(send_text(out, "NMSG first"), 0);
	} while (nmsg_zmq_wait(in, 1) == 0);
	assert_int_equal(send_text(out, "NMSG end"), 0);
	do {
		assert_int_equal(nmsg_zmq_wait(in, PATIENCE_MS), 1);
		assert_int_equal(nmsg_zmq_receive(in, &data, &len), 1);
		assert_memory_equal(data, "NMSG", 4);
	} while (len != 8);
	nmsg_zmq_close(out, 0);
	nmsg_zmq_close(in, 0);
}

/* A peer that is not there makes no room; what waited comes first later. */
static void test_wait(void **state)
{
	struct nmsg_zmq *out =
		open_it("tcp://127.0.0.1:*,accept,pushpull", true);
	struct nmsg_zmq *in;

	(void)state;
	assert_int_equal(nmsg_zmq_send(out, "one", 3, 1), -EAGAIN);
	assert_true(nmsg_zmq_waits(out));
	assert_int_equal(nmsg_zmq_send(out, NULL, 0, 1), -EAGAIN);
	in = open_it(with(out, ",connect,pushpull"), false);
	assert_int_equal(nmsg_zmq_send(out, NULL, 0, PATIENCE_MS), 0);
	assert_false(nmsg_zmq_waits(out));
	assert_int_equal(nmsg_zmq_send(out, NULL, 0, 0), 0);
	assert_int_equal(send_text(out, "two"), 0);
	receive(in, "one");
	receive(in, "two");
	nmsg_zmq_close(out, 0);
	nmsg_zmq_close(in, 0);
}

/* A patient publisher waits for a subscriber that does not read. */
static void test_patience(void **state)
{
	static uint8_t bytes[65536] = "NMSG";
	char path[] = P_tmpdir "/nd-zmq-XXXXXX", endpoint[64];
	struct nmsg_zmq *out, *in;
	const uint8_t *data;
	int sent = 0, came = 0;
	size_t len;

	(void)state;
	assert_non_null(mkdtemp(path));
	snprintf(endpoint, sizeof(endpoint), "ipc://%s/s", path);
	in = open_it(endpoint, false);
	out = open_it(endpoint, true);
	nmsg_zmq_set_patient(out, true);
	do
		assert_int_equal(nmsg_zmq_send(out, "NMSG", 4, 0), 0);
	while (nmsg_zmq_wait(in, 1) == 0);
	while (nmsg_zmq_send(out, bytes, sizeof(bytes), 50) == 0)
		sent++;
	assert_in_range(sent, 1000, 10000);
	while (came < sent) {
		assert_int_equal(nmsg_zmq_wait(in, PATIENCE_MS), 1);
		while (nmsg_zmq_receive(in, &data, &len) == 1)
			came += len == sizeof(bytes);
	}
	nmsg_zmq_close(out, 0);
	nmsg_zmq_close(in, 0);
	rmdir(path);
}

static void test_endpoints(void **state)
{
	static const char *const bad[] = {
		"",
		",accept",
		"nothing",
		"tcp://127.0.0.1:*,accept,connect",
		"tcp://127.0.0.1:*,accept,accept",
		"tcp://127.0.0.1:*,accept,pubsub,pushpull",
		"tcp://127.0.0.1:*,connect",
		"none://127.0.0.1:1",
	};
	char longer[400];

	(void)state;
	for (size_t i = 0; i < LENGTH(bad); i++) {
		assert_null(nmsg_zmq_open(bad[i], false));
		assert_int_not_equal(errno, 0);
	}
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_null(nmsg_zmq_open(longer, true));
	assert_int_equal(errno, EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_push_pull),
		cmocka_unit_test(test_pub_sub),
		cmocka_unit_test(test_wait),
		cmocka_unit_test(test_patience),
		cmocka_unit_test(test_endpoints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
