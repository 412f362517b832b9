/* SPDX-License-Identifier: MIT */
#include "nmsg_datagrams.h"
#include "nmsg_sender.h"
#include "nmsg_socket.h"
#include "unit.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

/* What nmsg_sender.c sends, nmsg_datagrams.c receives. */

static struct nmsg_datagrams *in;

static int begin(void **state)
{
	(void)state;
	in = nmsg_datagrams_open("127.0.0.1/0");
	return in ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	nmsg_datagrams_close(in);
	return 0;
}

static struct nmsg_sender *sender(unsigned int batch, struct nmsg_rate *rate)
{
	struct nmsg_socket_spec spec = {.host = "127.0.0.1"};
	int fd = nmsg_socket_connect(&spec, nmsg_datagrams_port(in));
	struct nmsg_sender *s = nmsg_sender_new(fd, 60000, batch, rate);

	assert_non_null(s);
	return s;
}

static void next(struct nmsg_datagrams_one *one)
{
	struct pollfd p = {.fd = nmsg_datagrams_fd(in), .events = POLLIN};
	int rc;

	while ((rc = nmsg_datagrams_next(in, one)) == 0)
		assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
	assert_int_equal(rc, 1);
}

static size_t length(unsigned int i)
{
	/* Runs of the same length, longer and shorter ones between. */
	return i % 90 == 0 ? 50000 : i % 7 == 0 ? 20 + i : 100;
}

static void put(struct nmsg_sender *s, unsigned int from, unsigned int to)
{
	static uint8_t data[60000];

	for (unsigned int i = from; i < to; i++) {
		memset(data, (int)i, length(i));
		assert_int_equal(nmsg_sender_put(s, data, length(i)), 0);
	}
}

static void assert_comes(unsigned int from, unsigned int to)
{
	struct nmsg_datagrams_one one;

	for (unsigned int i = from; i < to; i++) {
		next(&one);
		assert_int_equal(one.len, length(i));
		assert_int_equal(one.data[0], (uint8_t)i);
		assert_int_equal(one.data[one.len - 1], (uint8_t)i);
		assert_int_equal(one.peer_len, 7);
	}
	assert_int_equal(nmsg_datagrams_next(in, &one), 0);
}

static void test_at_once(void **state)
{
	struct nmsg_sender *s = sender(0, NULL);

	(void)state;
	put(s, 1, 20);
	assert_comes(1, 20);
	nmsg_sender_free(s);
}

static void test_batches(void **state)
{
	static const unsigned int batches[] = {2, 3, 64, 256, 1000};

	(void)state;
	for (size_t i = 0; i < LENGTH(batches); i++) {
		struct nmsg_sender *s = sender(batches[i], NULL);
		struct nmsg_datagrams_one one;

		put(s, 0, 1);
		assert_int_equal(nmsg_datagrams_next(in, &one), 0);
		put(s, 1, 200);
		assert_int_equal(nmsg_sender_flush(s), 0);
		assert_int_equal(nmsg_sender_flush(s), 0);
		assert_comes(0, 200);
		assert_int_equal(nmsg_sender_refused(s), 0);
		nmsg_sender_free(s);
	}
}

/* Whoever knows nothing of runs receives them one by one. */
static void test_plain(void **state)
{
	struct nmsg_socket_spec spec = {.host = "127.0.0.1"};
	int in_fd = nmsg_socket_listen(&spec, 0);
	struct sockaddr_in a;
	socklen_t len = sizeof(a);
	struct nmsg_sender *s;
	static uint8_t buf[60000];

	(void)state;
	assert_int_equal(getsockname(in_fd, (struct sockaddr *)&a, &len), 0);
	s = nmsg_sender_new(nmsg_socket_connect(&spec, ntohs(a.sin_port)),
			    60000, 256, NULL);
	put(s, 1, 200);
	assert_int_equal(nmsg_sender_flush(s), 0);
	for (unsigned int i = 1; i < 200; i++) {
		assert_int_equal(recv(in_fd, buf, sizeof(buf), 0), length(i));
		assert_int_equal(buf[0], (uint8_t)i);
	}
	nmsg_sender_free(s);
	close(in_fd);
}

static void test_rate(void **state)
{
	struct nmsg_rate rate = {.per_second = 5000};
	struct nmsg_sender *s = sender(64, &rate);

	(void)state;
	put(s, 1, 200);
	assert_int_equal(nmsg_sender_flush(s), 0);
	assert_comes(1, 200);
	nmsg_sender_free(s);
}

static void test_too_long(void **state)
{
	struct nmsg_sender *s = sender(0, NULL);
	static uint8_t data[60001];

	(void)state;
	assert_int_equal(nmsg_sender_put(s, data, 60001), -EMSGSIZE);
	nmsg_sender_free(s);
}

/* Two senders, and two sockets, one of them a range's second. */
static void test_peers(void **state)
{
	struct nmsg_sender *a = sender(0, NULL), *b = sender(0, NULL);
	struct nmsg_datagrams_one one;
	uint8_t peer[20];

	(void)state;
	assert_int_equal(nmsg_sender_put(a, (const uint8_t *)"a", 1), 0);
	assert_int_equal(nmsg_sender_put(b, (const uint8_t *)"b", 1), 0);
	next(&one);
	memcpy(peer, one.peer, one.peer_len);
	next(&one);
	assert_memory_not_equal(peer, one.peer, one.peer_len);
	nmsg_sender_free(a);
	nmsg_sender_free(b);
}

/* Nobody listens: that is counted, and whoever comes later is served. */
static void test_refused(void **state)
{
	struct nmsg_sender *s = sender(0, NULL), *many = sender(8, NULL);
	int port = nmsg_datagrams_port(in);
	char spec[32];

	(void)state;
	nmsg_datagrams_close(in);
	put(s, 1, 10);
	assert_int_equal(nmsg_sender_refused(s), 8);
	put(many, 1, 50);
	assert_in_range(nmsg_sender_refused(many), 1, 49);
	snprintf(spec, sizeof(spec), "127.0.0.1/%d", port);
	in = nmsg_datagrams_open(spec);
	assert_non_null(in);
	put(s, 10, 12);
	assert_int_equal(nmsg_sender_refused(s), 9);
	assert_comes(10, 12);
	nmsg_sender_free(s);
	nmsg_sender_free(many);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_at_once),  cmocka_unit_test(test_batches),
		cmocka_unit_test(test_plain),    cmocka_unit_test(test_rate),
		cmocka_unit_test(test_too_long), cmocka_unit_test(test_peers),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
