/* SPDX-License-Identifier: MIT */
#include "nmsg_socket.h"
#include "unit.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

static void check(const char *text, const char *host, int first, int last,
		  uint32_t rate)
{
	struct nmsg_socket_spec s;

	assert_int_equal(nmsg_socket_parse(&s, text), 0);
	assert_string_equal(s.host, host);
	assert_int_equal(s.first, first);
	assert_int_equal(s.last, last);
	assert_int_equal(s.rate, rate);
}

static void test_specs(void **state)
{
	(void)state;
	check("127.0.0.1/8430", "127.0.0.1", 8430, 8430, 0);
	check("127.0.0.1/8430..8450", "127.0.0.1", 8430, 8450, 0);
	check("::1/8430..8430", "::1", 8430, 8430, 0);
	check("fe80::1%lo/1", "fe80::1%lo", 1, 1, 0);
	check("a.host.example/65535,100", "a.host.example", 65535, 65535, 100);
	check("h/1..65535,4294967295,10", "h", 1, 65535, UINT32_MAX);
	check("h/0", "h", 0, 0, 0);
}

static void test_bad_specs(void **state)
{
	static const char *const bad[] = {
		"",
		"h",
		"h/",
		"/1",
		"h/x",
		"h/65536",
		"h/1..",
		"h/1..x",
		"h/2..1",
		"h/0..1",
		"h/1.2",
		"h/-1",
		"h/1,",
		"h/1,x",
		"h/1,2,",
		"h/ 1",
		"h/1,1,1,1",
		"h/1..2x",
		"h/1..65536",
		"h/1,4294967296",
		"h/99999999999999999999",
	};
	struct nmsg_socket_spec s;
	char longer[300];

	(void)state;
	for (size_t i = 0; i < LENGTH(bad); i++)
		assert_int_equal(nmsg_socket_parse(&s, bad[i]), -EINVAL);
	memset(longer, 'h', sizeof(longer));
	strcpy(longer + sizeof(longer) - 3, "/1");
	assert_int_equal(nmsg_socket_parse(&s, longer), -EINVAL);
}

/* Listens there, on a port that is free; with a way to it. */
static void check_socket(const char *host)
{
	struct sockaddr_storage a;
	struct sockaddr_in *four = (struct sockaddr_in *)&a;
	struct nmsg_socket_spec s = {.first = 0};
	socklen_t len = sizeof(a);
	int in, out, port, yes = 0;
	char buf[8];

	strcpy(s.host, host);
	in = nmsg_socket_listen(&s, 0);
	assert_true(in >= 0);
	assert_int_equal(getsockname(in, (struct sockaddr *)&a, &len), 0);
	port = ntohs(four->sin_port); /* IPv6's is in the same place */
	out = nmsg_socket_connect(&s, port);
	assert_true(out >= 0);
	len = sizeof(yes);
	getsockopt(out, SOL_SOCKET, SO_BROADCAST, &yes, &len);
	assert_int_equal(yes, 1);
	assert_int_equal(send(out, "hello", 5, 0), 5);
	assert_int_equal(recv(in, buf, sizeof(buf), 0), 5);
	close(out);
	close(in);
}

static bool has_ipv6(void)
{
	struct sockaddr_in6 a = {.sin6_family = AF_INET6,
				 .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool has = fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0;

	if (fd >= 0)
		close(fd);
	return has;
}

static void test_sockets(void **state)
{
	struct nmsg_socket_spec s = {.host = "no such host"};
	struct nmsg_socket_spec other = {.host = "192.0.2.1"};

	(void)state;
	check_socket("127.0.0.1");
	check_socket("localhost");
	if (has_ipv6())
		check_socket("::1");
	assert_int_equal(nmsg_socket_listen(&s, 0), -ENXIO);
	assert_int_equal(nmsg_socket_connect(&s, 9), -ENXIO);
	assert_int_equal(nmsg_socket_listen(&other, 0), -EADDRNOTAVAIL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_specs),
		cmocka_unit_test(test_bad_specs),
		cmocka_unit_test(test_sockets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
