/* SPDX-License-Identifier: MIT */
#include "nmsg_container.h"
#include "nmsg_file.h"
#include "nmsg_input.h"
#include "nmsg_output.h"
#include "nmsg_varint.h"

#include <poll.h>
#include <signal.h>
#include <sys/resource.h>

static uint8_t bytes[3 << 20];
static struct message m;

static int begin(void **state)
{
	uint64_t random = 1;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++) {
		random = random * 6364136223846793005U + 1442695040888963407U;
		bytes[i] = (uint8_t)(random >> 56);
	}
	return 0;
}

static struct message message(size_t len)
{
	return nmsg_file_message(bytes + len % 7, len);
}

static void write_len(struct nmsg_output *out, size_t len)
{
	struct message w = message(len);

	assert_int_equal(nmsg_output_write(out, &w), 0);
}

static void assert_len(struct nmsg_input *in, size_t len)
{
	assert_int_equal(nmsg_input_next(in, &m, PATIENCE_MS), 1);
	assert_int_equal(m.payload_len, len);
	assert_memory_equal(m.payload, bytes + len % 7, len);
}

/* Lengths about those where a container is full, and fragments are. */
static const size_t lengths[] = {0,   1,    100,  440,  441,   442,  452,
				 453, 454,  455,  460,  920,   921,  922,
				 923, 1000, 5000, 8100, 20000, 65600};

/* --- files --------------------------------------------------------------- */

static void check_file(const struct nmsg_output_config *config)
{
	int fd = nmsg_file_make("", 0);
	struct nmsg_output *out = nmsg_output_open_fd(fd, config);
	struct nmsg_input *in;

	for (size_t i = 0; i < LENGTH(lengths); i++)
		write_len(out, lengths[i]);
	write_len(out, sizeof(bytes) - 7);
	write_len(out, 9);
	assert_int_equal(nmsg_output_stats(out)->payloads, LENGTH(lengths) + 2);
	assert_int_equal(nmsg_output_close(out), 0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	in = nmsg_input_open_fd(fd);
	for (size_t i = 0; i < LENGTH(lengths); i++)
		assert_len(in, lengths[i]);
	assert_len(in, sizeof(bytes) - 7);
	assert_len(in, 9);
	assert_int_equal(nmsg_input_next(in, &m, 0), -ENODATA);
	assert_int_equal(nmsg_input_stats(in)->containers_bad, 0);
	assert_int_equal(nmsg_input_stats(in)->bytes_skipped, 0);
	assert_int_equal(nmsg_input_stats(in)->containers_lost, 0);
	nmsg_input_close(in);
	close(fd);
}

static void test_file(void **state)
{
	const struct nmsg_output_config small = {.mtu = 512},
					zlib = {.zlib = true, .mtu = 512},
					fast = {.zlib = true, .level = 1},
					single = {.unbuffered = true};

	(void)state;
	check_file(NULL);
	check_file(&small);
	check_file(&zlib);
	check_file(&fast);
	check_file(&single);
}

/* What shrinks to less than a fragment is a container with its header. */
static void test_zlib_shrunk(void **state)
{
	const struct nmsg_output_config config = {.zlib = true, .mtu = 512};
	static const uint8_t zeros[5000];
	struct message w = nmsg_file_message(zeros, sizeof(zeros));
	int fd = nmsg_file_make("", 0);
	struct nmsg_output *out = nmsg_output_open_fd(fd, &config);
	struct nmsg_file made;

	(void)state;
	assert_int_equal(nmsg_output_write(out, &w), 0);
	assert_int_equal(nmsg_output_stats(out)->containers, 1);
	assert_int_equal(nmsg_output_stats(out)->fragments, 0);
	assert_int_equal(nmsg_output_close(out), 0);
	made = nmsg_file_all(fd);
	assert_memory_equal(made.data, "NMSG\1\2", 6);
	assert_in_range(made.len, 20, 100);
	free(made.data);
	close(fd);
}

/* The number of the last fragment, as the first announces it. */
static uint64_t announced(int fd)
{
	struct nmsg_file made = nmsg_file_all(fd);
	const uint8_t *p = made.data + NMSG_CONTAINER_HEADER + 1;
	uint64_t id, last;

	assert_true(nmsg_varint_get(&p, made.data + made.len, &id));
	assert_memory_equal(p, "\x10\0\x18", 3);
	last = p[3];
	free(made.data);
	return last;
}

/* As many bytes as fill the last fragment: no empty one is announced. */
static void test_exact_fragments(void **state)
{
	const struct nmsg_output_config config = {.mtu = 512};
	uint64_t before = 0;

	(void)state;
	for (size_t len = 900; len < 960; len++) {
		int fd = nmsg_file_make("", 0);
		struct nmsg_output *out = nmsg_output_open_fd(fd, &config);
		struct nmsg_input *in;
		uint64_t n;

		write_len(out, len);
		n = nmsg_output_stats(out)->fragments;
		assert_in_range(n, 2, 3);
		assert_true(n >= before);
		before = n;
		assert_int_equal(nmsg_output_close(out), 0);
		assert_int_equal(announced(fd), n - 1);
		lseek(fd, 0, SEEK_SET);
		in = nmsg_input_open_fd(fd);
		assert_len(in, len);
		assert_int_equal(nmsg_input_stats(in)->fragments, n);
		nmsg_input_close(in);
		close(fd);
	}
	assert_int_equal(before, 3);
}

static void test_set(void **state)
{
	const struct nmsg_output_config config = {.source = 1,
						  .operator_id = 2,
						  .group = 3};
	int fd = nmsg_file_make("", 0);
	struct nmsg_output *out = nmsg_output_open_fd(fd, &config);
	struct nmsg_input *in;
	struct message w = message(3);

	(void)state;
	w.source = 9;
	assert_int_equal(nmsg_output_write(out, &w), 0);
	assert_int_equal(w.source, 9);
	assert_int_equal(nmsg_output_close(out), 0);
	lseek(fd, 0, SEEK_SET);
	in = nmsg_input_open_fd(fd);
	assert_len(in, 3);
	assert_int_equal(m.source, 1);
	assert_int_equal(m.operator_id, 2);
	assert_int_equal(m.group, 3);
	nmsg_input_close(in);
	close(fd);
}

static void test_too_long(void **state)
{
	int fd = nmsg_file_make("", 0);
	struct nmsg_output *out = nmsg_output_open_fd(fd, NULL);
	struct message w = message(3);

	(void)state;
	w.payload_len = NMSG_CONTAINER_BODY_MAX;
	assert_int_equal(nmsg_output_write(out, &w), -EMSGSIZE);
	assert_int_equal(nmsg_output_stats(out)->payloads_too_long, 1);
	assert_int_equal(nmsg_output_stats(out)->payloads, 0);
	assert_int_equal(nmsg_output_close(out), 0);
	assert_int_equal(lseek(fd, 0, SEEK_END), 0); /* no container at all */
	close(fd);
}

/* A full disk, here a limit, leaves a file of whole containers. */
static void test_full(void **state)
{
	const struct nmsg_output_config config = {.unbuffered = true};
	char path[] = P_tmpdir "/nd-full-XXXXXX";
	struct rlimit old, limit;
	struct nmsg_output *out;
	struct nmsg_input *in;
	struct message w = message(1000);
	int rc, fd = mkstemp(path);

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	limit = old;
	limit.rlim_cur = 5000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	out = nmsg_output_open_file(path, &config);
	assert_non_null(out);
	do
		rc = nmsg_output_write(out, &w);
	while (rc == 0);
	assert_int_equal(rc, -EFBIG);
	assert_int_equal(nmsg_output_close(out), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	in = nmsg_input_open_file(path);
	for (int i = 0; i < 4; i++)
		assert_len(in, 1000);
	assert_int_equal(nmsg_input_next(in, &m, 0), -ENODATA);
	assert_int_equal(nmsg_input_stats(in)->bytes_skipped, 0);
	nmsg_input_close(in);
	close(fd);
	unlink(path);

	out = nmsg_output_open_file("/dev/full", NULL);
	assert_int_equal(nmsg_output_write(out, &w), 0);
	assert_int_equal(nmsg_output_flush(out), -ENOSPC);
	assert_int_equal(nmsg_output_close(out), 0); /* nothing is left */
	out = nmsg_output_open_file("/dev/full", NULL);
	assert_int_equal(nmsg_output_write(out, &w), 0);
	assert_int_equal(nmsg_output_close(out), -ENOSPC);
	assert_null(nmsg_output_open_file("/nowhere/at/all", NULL));
	assert_int_equal(errno, ENOENT);
}

static void test_flush(void **state)
{
	const struct nmsg_output_config config = {.flush_ms = 20};
	int fd = nmsg_file_make("", 0);
	struct nmsg_output *out = nmsg_output_open_fd(fd, &config);
	struct stat st;

	(void)state;
	assert_int_equal(nmsg_output_wait_ms(out), -1);
	assert_int_equal(nmsg_output_tick(out), 0);
	write_len(out, 100);
	assert_in_range(nmsg_output_wait_ms(out), 0, 20);
	while (nmsg_output_wait_ms(out) >= 0) {
		poll(NULL, 0, nmsg_output_wait_ms(out));
		assert_int_equal(nmsg_output_tick(out), 0);
	}
	assert_int_equal(fstat(fd, &st), 0);
	assert_in_range(st.st_size, 100, 200);
	assert_int_equal(nmsg_output_flush(out), 0);
	assert_int_equal(nmsg_output_stats(out)->containers, 1);
	assert_int_equal(nmsg_output_close(out), 0);
	close(fd);
}

/* --- sockets ------------------------------------------------------------- */

static void check_socket(const struct nmsg_output_config *config)
{
	struct nmsg_input *in = nmsg_input_open_socket("127.0.0.1/0");
	struct nmsg_output *out;
	char spec[64];

	snprintf(spec, sizeof(spec), "127.0.0.1/%d", nmsg_input_port(in));
	out = nmsg_output_open_socket(spec, config);
	assert_non_null(out);
	for (int lap = 0; lap < 2; lap++) {
		for (size_t i = 0; i < LENGTH(lengths); i++)
			write_len(out, lengths[i]);
		assert_int_equal(nmsg_output_flush(out), 0);
		for (size_t i = 0; i < LENGTH(lengths); i++)
			assert_len(in, lengths[i]);
	}
	assert_int_equal(nmsg_output_close(out), 0);
	assert_int_equal(nmsg_input_next(in, &m, 0), 0);
	assert_int_equal(nmsg_input_stats(in)->containers_bad, 0);
	assert_int_equal(nmsg_input_stats(in)->containers_lost, 0);
	nmsg_input_close(in);
}

static void test_socket(void **state)
{
	struct nmsg_rate rate = {.per_second = 100000};
	const struct nmsg_output_config configs[] = {
		{.mtu = 0},
		{.mtu = 512},
		{.mtu = 1280, .batch = 64},
		{.mtu = 99999},
		{.mtu = 512, .zlib = true},
		{.unbuffered = true},
		{.unbuffered = true, .batch = 7, .rate = &rate},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(configs); i++)
		check_socket(&configs[i]);
	assert_null(nmsg_output_open_socket("127.0.0.1", NULL));
	assert_int_equal(errno, EINVAL);
	assert_null(nmsg_output_open_socket("no such host/1", NULL));
	assert_int_equal(errno, ENXIO);
}

static void test_refused(void **state)
{
	const struct nmsg_output_config config = {.unbuffered = true};
	struct nmsg_input *in = nmsg_input_open_socket("127.0.0.1/0");
	struct nmsg_output *out;
	char spec[64];

	(void)state;
	snprintf(spec, sizeof(spec), "127.0.0.1/%d", nmsg_input_port(in));
	nmsg_input_close(in);
	out = nmsg_output_open_socket(spec, &config);
	for (int i = 0; i < 10; i++)
		write_len(out, 10);
	assert_int_equal(nmsg_output_stats(out)->containers_refused, 9);
	assert_int_equal(nmsg_output_close(out), 0);
}

/* --- ZeroMQ -------------------------------------------------------------- */

static void test_zmq(void **state)
{
	const struct nmsg_output_config zlib = {.zlib = true, .mtu = 512};
	struct nmsg_input *in =
		nmsg_input_open_zmq("tcp://127.0.0.1:*,pushpull");
	char endpoint[300];

	(void)state;
	assert_non_null(in);
	snprintf(endpoint, sizeof(endpoint), "%s,pushpull",
		 nmsg_input_endpoint(in));
	for (int i = 0; i < 2; i++) {
		struct nmsg_output *out =
			nmsg_output_open_zmq(endpoint, i ? &zlib : NULL);

		assert_non_null(out);
		for (size_t j = 0; j < LENGTH(lengths); j++)
			write_len(out, lengths[j]);
		assert_int_equal(nmsg_output_close(out), 0);
		for (size_t j = 0; j < LENGTH(lengths); j++)
			assert_len(in, lengths[j]);
	}
	assert_int_equal(nmsg_input_stats(in)->fragments, 0);
	assert_int_equal(nmsg_input_stats(in)->containers_bad, 0);
	assert_int_equal(nmsg_input_stats(in)->containers_lost, 0);
	assert_null(nmsg_output_open_zmq("nowhere", NULL));
	nmsg_input_close(in);
}

/* While no peer makes room nothing is taken, and nothing is lost. */
static void test_zmq_full(void **state)
{
	for (int unbuffered = 0; unbuffered < 2; unbuffered++) {
		const struct nmsg_output_config config = {
			.unbuffered = unbuffered, .timeout_ms = 1};
		struct nmsg_output *out = nmsg_output_open_zmq(
			"tcp://127.0.0.1:*,accept,pushpull", &config);
		struct message w = message(1000);
		struct nmsg_input *in;
		char endpoint[300];
		int taken = 0;

		(void)state;
		assert_non_null(out);
		while (nmsg_output_write(out, &w) == 0)
			taken++;
		assert_in_range(taken, 2, 20);
		assert_int_equal(nmsg_output_write(out, &w), -EAGAIN);
		assert_int_equal(nmsg_output_send(out), -EAGAIN);
		assert_int_equal(nmsg_output_flush(out), -EAGAIN);
		snprintf(endpoint, sizeof(endpoint), "%s,connect,pushpull",
			 nmsg_output_endpoint(out));
		in = nmsg_input_open_zmq(endpoint);
		while (nmsg_output_write(out, &w) == -EAGAIN)
			continue;
		assert_int_equal(nmsg_output_close(out), 0);
		for (int i = 0; i <= taken; i++)
			assert_len(in, 1000);
		assert_int_equal(nmsg_input_next(in, &m, 0), 0);
		assert_int_equal(nmsg_input_stats(in)->containers_lost, 0);
		nmsg_input_close(in);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_zlib_shrunk),
		cmocka_unit_test(test_exact_fragments),
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_flush),
		cmocka_unit_test(test_socket),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_zmq),
		cmocka_unit_test(test_zmq_full),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
