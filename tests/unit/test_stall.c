/* SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stall.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define ROUNDS 20
#define SOON_MS 10

static struct stall *s;
static int ours, theirs;
static unsigned told;

static void gone(void *host, int fd)
{
	assert_ptr_equal(host, &told);
	assert_int_equal(fd, ours);
	told++;
}

/* No time has to pass: what is seen decides. */
static unsigned check(void)
{
	return stall_check(s, 0, gone, &told);
}

static void over_unix(void)
{
	int pair[2];

	assert_int_equal(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	ours = pair[0];
	theirs = pair[1];
}

static void over_tcp(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int door = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t len = sizeof(at);

	assert_int_equal(bind(door, (struct sockaddr *)&at, len), 0);
	assert_int_equal(listen(door, 1), 0);
	assert_int_equal(getsockname(door, (struct sockaddr *)&at, &len), 0);
	theirs = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(theirs, (struct sockaddr *)&at, len), 0);
	ours = accept4(door, NULL, NULL, SOCK_NONBLOCK);
	assert_true(ours >= 0);
	close(door);
}

static int watch(void)
{
	told = 0;
	s = stall_new();
	if (!s)
		return -1;
	stall_accepted(s, ours);
	return 0;
}

static int set_up_unix(void **state)
{
	(void)state;
	over_unix();
	return watch();
}

static int set_up_tcp(void **state)
{
	(void)state;
	over_tcp();
	return watch();
}

static int tear_down(void **state)
{
	(void)state;
	stall_free(s);
	close(ours);
	close(theirs);
	return 0;
}

/* Whether it comes soon, as TCP moves bytes by itself. */
static bool is_ready(int fd, short events)
{
	struct pollfd p = {.fd = fd, .events = events};

	return poll(&p, 1, SOON_MS) > 0;
}

static void fill(void)
{
	static const char bytes[4096];

	while (is_ready(ours, POLLOUT))
		while (send(ours, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
			;
}

static int room(void)
{
	int n = 0;
	socklen_t len = sizeof(n);

	assert_int_equal(getsockopt(ours, SOL_SOCKET, SO_SNDBUF, &n, &len), 0);
	return n;
}

static void read_all(void)
{
	static char bytes[65536];

	while (is_ready(theirs, POLLIN) &&
	       recv(theirs, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		;
}

static void test_who_reads_nothing_is_shut(void **state)
{
	char byte;

	(void)state;
	fill();
	while (check() == 0)
		;
	assert_int_equal(told, 1);
	read_all();
	assert_int_equal(recv(theirs, &byte, 1, 0), 0);
	assert_int_equal(check(), 0);
}

static void test_who_reads_and_is_filled_again_is_not(void **state)
{
	int before = room();

	(void)state;
	for (unsigned i = 0; i < ROUNDS; i++) {
		fill();
		assert_int_equal(check(), 0);
		read_all();
	}
	check();
	assert_true(room() >= before);
}

static void test_who_has_read_all_is_not(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ROUNDS; i++)
		assert_int_equal(check(), 0);
	stall_disconnected(s, ours);
	fill();
	for (unsigned i = 0; i < ROUNDS; i++)
		assert_int_equal(check(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_who_reads_nothing_is_shut,
						set_up_unix, tear_down),
		cmocka_unit_test_setup_teardown(test_who_reads_nothing_is_shut,
						set_up_tcp, tear_down),
		cmocka_unit_test_setup_teardown(
			test_who_reads_and_is_filled_again_is_not, set_up_unix,
			tear_down),
		cmocka_unit_test_setup_teardown(
			test_who_reads_and_is_filled_again_is_not, set_up_tcp,
			tear_down),
		cmocka_unit_test_setup_teardown(test_who_has_read_all_is_not,
						set_up_unix, tear_down),
		cmocka_unit_test_setup_teardown(test_who_has_read_all_is_not,
						set_up_tcp, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
