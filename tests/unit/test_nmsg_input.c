/* SPDX-License-Identifier: MIT */
#include "nmsg_container.h"
#include "nmsg_file.h"
#include "nmsg_fragments.h"
#include "nmsg_input.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#define MESSAGE "\x0a\x12\x08\1\x10\5\x18\2\x25\3\0\0\0\x2a\3abc\x38\7"
#define CRC "\x10\xb6\x96\xfd\xb9\x0b"
#define ONE "NMSG\0\2\0\0\0\x1a" MESSAGE CRC
/* Numbered, of output 300 */
#define NUMBERED(n) "NMSG\0\2\0\0\0\x1f" MESSAGE CRC "\x18" n "\x20\xac\2"
#define BAD_CRC "NMSG\0\2\0\0\0\x16" MESSAGE "\x10\1"
#define BAD "NMSG\0\2\0\0\0\3xyz"
#define BAD_ZLIB "NMSG\1\2\0\0\0\x0b\0\0\0\5garbage"
#define BAD_FRAGMENT "NMSG\2\2\0\0\0\3xyz"
#define FIRST_HALF                                     \
	"NMSG\2\2\0\0\0\x15\x08\1\x10\0\x18\1\x22\x0d" \
	"\x0a\x12\x08\1\x10\5\x18\2\x25\3\0\0\0"
#define SECOND_HALF                                  \
	"NMSG\2\2\0\0\0\x0f\x08\1\x10\1\x18\1\x22\7" \
	"\x2a\3abc\x38\7"

static struct message m;

static void assert_message(void)
{
	assert_int_equal(m.vid, 1);
	assert_int_equal(m.msgtype, 5);
	assert_int_equal(m.source, 7);
	assert_int_equal(m.payload_len, 3);
	assert_memory_equal(m.payload, "abc", 3);
}

static void assert_next(struct nmsg_input *in, int count)
{
	while (count-- > 0) {
		assert_int_equal(nmsg_input_next(in, &m, PATIENCE_MS), 1);
		assert_message();
	}
}

/* --- files --------------------------------------------------------------- */

static void test_file(void **state)
{
	static const char bytes[] = ONE NUMBERED("\1") "x" BAD_CRC BAD BAD_ZLIB
		BAD_FRAGMENT FIRST_HALF NUMBERED("\4") SECOND_HALF ONE "NMSG\0";
	int fd = nmsg_file_make(BYTES(bytes));
	struct nmsg_input *in = nmsg_input_open_fd(fd);
	const struct nmsg_input_stats *s = nmsg_input_stats(in);

	(void)state;
	assert_int_equal(nmsg_input_fd(in), fd);
	assert_next(in, 5);
	assert_int_equal(nmsg_input_next(in, &m, -1), -ENODATA);
	assert_int_equal(nmsg_input_next(in, &m, 0), -ENODATA);
	assert_int_equal(s->payloads, 5);
	assert_int_equal(s->containers, 6);
	assert_int_equal(s->containers_lost, 2);
	assert_int_equal(s->containers_late, 0);
	assert_int_equal(s->containers_bad, 3);
	assert_int_equal(s->payloads_bad, 1);
	assert_int_equal(s->fragments, 3);
	assert_int_equal(s->fragments_bad, 1);
	assert_int_equal(s->fragments_expired, 0);
	assert_int_equal(s->bytes_skipped, 1 + 13 + 21 + 13 + 5);
	assert_int_equal(s->bytes, sizeof(bytes) - 1 - 1 - 5);
	nmsg_input_close(in);
	close(fd);
}

static void test_open(void **state)
{
	struct nmsg_input *in;
	char path[64];
	int fd = nmsg_file_make(BYTES(ONE));

	(void)state;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	in = nmsg_input_open_file(path);
	assert_non_null(in);
	assert_next(in, 1);
	assert_int_equal(nmsg_input_port(in), 0);
	assert_string_equal(nmsg_input_endpoint(in), "");
	nmsg_input_close(in);
	close(fd);
	assert_null(nmsg_input_open_file("/nowhere/at/all"));
	assert_int_equal(errno, ENOENT);
	assert_null(nmsg_input_open_socket("nowhere"));
	assert_int_equal(errno, EINVAL);
	assert_null(nmsg_input_open_socket("192.0.2.1/0"));
	assert_int_equal(errno, EADDRNOTAVAIL);
	assert_null(nmsg_input_open_zmq("nowhere,accept,connect"));
	assert_int_equal(errno, EINVAL);
}

static void test_pipe(void **state)
{
	struct nmsg_input *in;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	in = nmsg_input_open_fd(ends[0]);
	assert_int_equal(nmsg_input_next(in, &m, 0), 0);
	assert_int_equal(nmsg_input_next(in, &m, 1), 0);
	assert_int_equal(write(ends[1], BYTES(ONE ONE BAD)), 36 * 2 + 13);
	assert_next(in, 2);
	assert_int_equal(nmsg_input_next(in, &m, 1), 0);
	close(ends[1]);
	assert_int_equal(nmsg_input_next(in, &m, -1), -ENODATA);
	assert_int_equal(nmsg_input_stats(in)->containers_bad, 1);
	nmsg_input_close(in);
	close(ends[0]);
}

static void test_memory(void **state)
{
	struct nmsg_input *in = nmsg_input_open_memory();

	(void)state;
	assert_int_equal(nmsg_input_next(in, &m, -1), -ENODATA);
	for (int i = 0; i < 2; i++) {
		nmsg_input_feed(in, BYTES(ONE));
		assert_next(in, 1);
		assert_int_equal(nmsg_input_next(in, &m, -1), -ENODATA);
	}
	nmsg_input_feed(in, BYTES(FIRST_HALF));
	assert_int_equal(nmsg_input_next(in, &m, -1), -ENODATA);
	nmsg_input_feed(in, BYTES(SECOND_HALF));
	assert_next(in, 1);
	nmsg_input_feed(in, BYTES(ONE "x"));
	assert_int_equal(nmsg_input_next(in, &m, -1), -ENODATA);
	nmsg_input_feed(in, BYTES(ONE));
	assert_next(in, 1);
	assert_int_equal(nmsg_input_stats(in)->containers_bad, 1);
	assert_int_equal(nmsg_input_fd(in), -1);
	nmsg_input_close(in);
}

/* Garbage without end does not keep a caller from its other work. */
static void test_endless(void **state)
{
	struct nmsg_input *in = nmsg_input_open_file("/dev/zero");
	int ends[2];

	(void)state;
	assert_non_null(in);
	assert_int_equal(nmsg_input_next(in, &m, 0), 0);
	assert_int_equal(nmsg_input_next(in, &m, 1), 0);
	assert_in_range(nmsg_input_stats(in)->bytes_skipped, 1 << 24, 1 << 30);
	nmsg_input_close(in);

	/* Nor does it keep what stands behind it, once nothing more comes. */
	assert_int_equal(pipe(ends), 0);
	in = nmsg_input_open_fd(ends[0]);
	for (int i = 0; i < 2000; i++)
		assert_int_equal(write(ends[1], BYTES(BAD)), 13);
	assert_int_equal(write(ends[1], BYTES(ONE)), 36);
	assert_int_equal(nmsg_input_next(in, &m, 0), 1);
	assert_message();
	assert_int_equal(nmsg_input_stats(in)->containers_bad, 2000);
	nmsg_input_close(in);
	close(ends[0]);
	close(ends[1]);
}

/* --- sockets ------------------------------------------------------------- */

static int connected(int port)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
				.sin_port = htons((uint16_t)port),
				.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

static void test_socket(void **state)
{
	struct nmsg_input *in = nmsg_input_open_socket("127.0.0.1/0");
	const struct nmsg_input_stats *s = nmsg_input_stats(in);
	int a = connected(nmsg_input_port(in));
	int b = connected(nmsg_input_port(in));
	struct pollfd p = {.fd = nmsg_input_fd(in), .events = POLLIN};

	(void)state;
	assert_int_equal(nmsg_input_next(in, &m, 0), 0);
	assert_int_equal(poll(&p, 1, 0), 0);
	send(a, BYTES(NUMBERED("\1")), 0);
	assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
	send(b, BYTES(NUMBERED("\5")), 0); /* of another, with the same id */
	send(a, BYTES(""), 0);
	send(a, BYTES("x"), 0);
	send(a, BYTES(ONE "x"), 0);
	send(a, ONE, sizeof(ONE) - 2, 0);
	send(a, BYTES("NMSG\0\1\0\x1a" MESSAGE CRC), 0); /* files' only */
	send(a, BYTES(BAD), 0);
	send(a, BYTES(BAD_CRC), 0);
	send(a, BYTES(BAD_ZLIB), 0);
	send(a, BYTES(BAD_FRAGMENT), 0);
	send(a, BYTES(FIRST_HALF), 0);
	send(b, BYTES(SECOND_HALF), 0); /* of another */
	send(a, BYTES(SECOND_HALF), 0);
	send(a, BYTES(NUMBERED("\4")), 0);
	assert_next(in, 4);
	assert_int_equal(nmsg_input_next(in, &m, 0), 0);
	assert_int_equal(s->payloads, 4);
	assert_int_equal(s->containers_lost, 2);
	assert_int_equal(s->containers_bad, 7);
	assert_int_equal(s->payloads_bad, 1);
	assert_int_equal(s->fragments, 4);
	assert_int_equal(s->fragments_bad, 1);
	nmsg_input_close(in);
	close(a);
	close(b);
}

/* A range of ports that are free, found by trying. */
static struct nmsg_input *open_range(int *first)
{
	struct nmsg_input *in = NULL;
	char spec[64];

	for (*first = 20000; !in && *first < 60000; (*first) += 7) {
		snprintf(spec, sizeof(spec), "127.0.0.1/%d..%d", *first,
			 *first + 3);
		in = nmsg_input_open_socket(spec);
	}
	*first -= 7;
	assert_non_null(in);
	return in;
}

static void test_range(void **state)
{
	int first;
	struct nmsg_input *in = open_range(&first);

	(void)state;
	assert_int_equal(nmsg_input_port(in), first);
	for (int lap = 0; lap < 3; lap++)
		for (int i = 0; i < 4; i++) {
			int fd = connected(first + i);

			send(fd, BYTES(ONE), 0);
			close(fd);
		}
	assert_next(in, 12);
	assert_int_equal(nmsg_input_next(in, &m, 0), 0);
	nmsg_input_close(in);
}

/* A group is joined, so its datagrams come; where the machine has such. */
static void test_group(void **state)
{
	struct nmsg_input *in = nmsg_input_open_socket("239.255.77.77/0");
	struct sockaddr_in to = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)state;
	if (!in) {
		assert_int_equal(errno, ENODEV);
		close(fd);
		skip();
	}
	to.sin_port = htons((uint16_t)nmsg_input_port(in));
	inet_pton(AF_INET, "239.255.77.77", &to.sin_addr);
	if (sendto(fd, BYTES(ONE), 0, (struct sockaddr *)&to, sizeof(to)) > 0)
		assert_next(in, 1);
	nmsg_input_close(in);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file),   cmocka_unit_test(test_open),
		cmocka_unit_test(test_pipe),   cmocka_unit_test(test_memory),
		cmocka_unit_test(test_socket), cmocka_unit_test(test_range),
		cmocka_unit_test(test_group),  cmocka_unit_test(test_endless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
