/* SPDX-License-Identifier: MIT */
#include "nmsg_file.h"
#include "nmsg_stream.h"

static struct nmsg_stream *s;
static struct nmsg_stream_one one;
static int fd;

static void open_bytes(const void *bytes, size_t len)
{
	fd = nmsg_file_make(bytes, len);
	s = nmsg_stream_open_fd(fd);
	assert_non_null(s);
}

static void close_it(void)
{
	assert_int_equal(nmsg_stream_next(s, &one), -ENODATA);
	assert_int_equal(nmsg_stream_next(s, &one), -ENODATA);
	nmsg_stream_close(s);
	close(fd);
}

static void assert_body(const char *body)
{
	assert_int_equal(nmsg_stream_next(s, &one), 1);
	assert_int_equal(one.header.body_len, strlen(body));
	assert_memory_equal(one.body, body, strlen(body));
}

static void assert_stats(uint64_t skipped, uint64_t cut)
{
	assert_int_equal(nmsg_stream_stats(s)->skipped, skipped);
	assert_int_equal(nmsg_stream_stats(s)->cut, cut);
}

#define ONE "NMSG\0\2\0\0\0\3one"
#define TWO "NMSG\1\2\0\0\0\3two"

static void test_containers(void **state)
{
	(void)state;
	open_bytes(BYTES(ONE TWO "NMSG\0\1\0\5three"
				 "NMSG\0\2\0\0\0\0" ONE));
	assert_body("one");
	assert_int_equal(one.header.flags, 0);
	assert_body("two");
	assert_int_equal(one.header.flags, NMSG_CONTAINER_ZLIB);
	assert_body("three");
	assert_body("");
	assert_body("one");
	close_it();
	open_bytes(BYTES(""));
	assert_stats(0, 0);
	close_it();
}

static void test_garbage(void **state)
{
	(void)state;
	open_bytes(BYTES("garbage" ONE "NMNMSGNMS" TWO "NMSG\0\3" ONE "NMS"));
	assert_body("one");
	assert_body("two");
	assert_body("one");
	assert_int_equal(nmsg_stream_next(s, &one), -ENODATA);
	assert_stats(7 + 9 + 6 + 3, 0);
	close_it();
}

/* Between two containers lies more than is read at a time. */
static void test_much_garbage(void **state)
{
	size_t size = 1 << 20;
	uint8_t *bytes = malloc(size);

	(void)state;
	assert_non_null(bytes);
	for (size_t lap = 0; lap < 5; lap++) {
		/* The magic is where reads end, too. */
		size_t at = 256 * 1024 - lap;

		memset(bytes, 'N', size);
		memcpy(bytes + at, ONE, 13);
		memcpy(bytes + size - 13, TWO, 13);
		open_bytes(bytes, size);
		assert_body("one");
		assert_body("two");
		assert_stats(size - 26, 0);
		close_it();
	}
	free(bytes);
}

static void test_cut(void **state)
{
	(void)state;
	for (size_t len = 14; len < 26; len++) {
		open_bytes(ONE TWO, len);
		assert_body("one");
		assert_int_equal(nmsg_stream_next(s, &one), -ENODATA);
		assert_stats(len - 13, len - 13 >= 4);
		close_it();
	}
	/* A length that lies, and the end cuts off. */
	open_bytes(BYTES("NMSG\0\2\0\xff\xff\xff" ONE TWO));
	assert_body("one");
	assert_body("two");
	assert_stats(10, 1);
	close_it();
}

static void test_reject(void **state)
{
	(void)state;
	/* Its length is right: what looks like one inside is none. */
	open_bytes(BYTES("NMSG\0\2\0\0\0\x0d" ONE TWO));
	assert_int_equal(nmsg_stream_next(s, &one), 1);
	nmsg_stream_reject(s);
	assert_body("two");
	nmsg_stream_reject(s);
	assert_int_equal(nmsg_stream_next(s, &one), -ENODATA);
	assert_stats(23 + 13, 0);
	close_it();
	/* It is not. */
	open_bytes(BYTES("NMSG\0\2\0\0\0\x0e" ONE TWO));
	assert_int_equal(nmsg_stream_next(s, &one), 1);
	nmsg_stream_reject(s);
	assert_body("one");
	assert_body("two");
	assert_stats(10, 0);
	close_it();
	/* And is too short. */
	open_bytes(BYTES("NMSG\0\2\0\0\0\1one" TWO));
	assert_body("o");
	nmsg_stream_reject(s);
	assert_body("two");
	assert_stats(13, 0);
	close_it();
}

static void test_large(void **state)
{
	const size_t len = 3 << 20;
	uint8_t *bytes = calloc(len + 40, 1);

	(void)state;
	assert_non_null(bytes);
	memcpy(bytes, ONE, 13);
	nmsg_container_put_header(bytes + 13, 0, len);
	memset(bytes + 23, 'x', len);
	memcpy(bytes + 23 + len, TWO, 13);
	open_bytes(bytes, 23 + len + 13);
	assert_body("one");
	assert_int_equal(nmsg_stream_next(s, &one), 1);
	assert_int_equal(one.header.body_len, len);
	assert_memory_equal(one.body, bytes + 23, len);
	assert_body("two");
	close_it();
	free(bytes);
}

/* Byte by byte; it waits for none. */
static void test_pipe(void **state)
{
	static const char bytes[] = "garbage" ONE TWO;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	s = nmsg_stream_open_fd(ends[0]);
	assert_non_null(s);
	assert_int_equal(nmsg_stream_fd(s), ends[0]);
	for (size_t i = 0; i < sizeof(bytes) - 1; i++) {
		assert_int_equal(nmsg_stream_next(s, &one), 0);
		assert_int_equal(write(ends[1], bytes + i, 1), 1);
		if (i == 7 + 13 - 1)
			assert_body("one");
	}
	assert_body("two");
	nmsg_stream_reject(s); /* what follows is not known yet */
	assert_int_equal(nmsg_stream_next(s, &one), 0);
	assert_int_equal(write(ends[1], ONE, 13), 13);
	assert_body("one");
	close(ends[1]);
	fd = ends[0];
	close_it();
}

static void test_open(void **state)
{
	char fifo[] = P_tmpdir "/nd-fifo-XXXXXX";
	int writer;

	(void)state;
	assert_null(nmsg_stream_open("/nowhere/at/all"));
	assert_int_equal(errno, ENOENT);
	assert_null(nmsg_stream_open(P_tmpdir));
	assert_int_equal(errno, EISDIR);
	/* A FIFO may wait for its writer. */
	assert_non_null(mkdtemp(fifo));
	assert_int_equal(rmdir(fifo), 0);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	s = nmsg_stream_open(fifo);
	assert_non_null(s);
	assert_int_equal(nmsg_stream_next(s, &one), 0);
	writer = open(fifo, O_WRONLY | O_CLOEXEC);
	assert_int_equal(write(writer, ONE, 13), 13);
	assert_body("one");
	assert_int_equal(nmsg_stream_next(s, &one), 0);
	close(writer);
	assert_int_equal(nmsg_stream_next(s, &one), -ENODATA);
	nmsg_stream_close(s);
	unlink(fifo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_containers),
		cmocka_unit_test(test_garbage),
		cmocka_unit_test(test_much_garbage),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_reject),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_pipe),
		cmocka_unit_test(test_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
