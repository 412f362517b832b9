/* SPDX-License-Identifier: MIT */
/*
 * What nmsgtool made: read, and made again.  The files are in the folder that
 * ND_NMSG_VECTORS names; without it there is nothing to do.
 */
#include "nmsg_container.h"
#include "nmsg_file.h"
#include "nmsg_input.h"
#include "nmsg_output.h"
#include "nmsg_packer.h"

#include <sys/socket.h>
#include <sys/time.h>

static struct nmsg_file vector(const char *name)
{
	const char *folder = getenv("ND_NMSG_VECTORS");
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", folder ? folder : "", name);
	return nmsg_file_read(path);
}

static int setup(void **state)
{
	struct nmsg_file f = vector("nmsgpacket.nmsg");
	static bool here;

	here = f.data != NULL;
	free(f.data);
	*state = &here;
	return 0;
}

#define NEEDS_VECTORS(state)            \
	do {                            \
		if (!*(bool *)*(state)) \
			skip();         \
	} while (0)

/* --- files --------------------------------------------------------------- */

static struct nmsg_file convert(const struct nmsg_file *from,
				const struct nmsg_output_config *config,
				uint64_t count)
{
	int in_fd = nmsg_file_make(from->data, from->len);
	int out_fd = nmsg_file_make("", 0);
	struct nmsg_input *in = nmsg_input_open_fd(in_fd);
	struct nmsg_output *out = nmsg_output_open_fd(out_fd, config);
	struct nmsg_file made;
	struct message m;
	int rc;

	assert_non_null(in);
	assert_non_null(out);
	while ((rc = nmsg_input_next(in, &m, 0)) == 1)
		assert_int_equal(nmsg_output_write(out, &m), 0);
	assert_int_equal(rc, -ENODATA);
	assert_int_equal(nmsg_input_stats(in)->payloads, count);
	assert_int_equal(nmsg_input_stats(in)->containers_bad, 0);
	assert_int_equal(nmsg_input_stats(in)->payloads_bad, 0);
	assert_int_equal(nmsg_input_stats(in)->containers_lost, 0);
	assert_int_equal(nmsg_input_stats(in)->bytes_skipped, 0);
	nmsg_input_close(in);
	assert_int_equal(nmsg_output_close(out), 0);
	made = nmsg_file_all(out_fd);
	close(in_fd);
	close(out_fd);
	return made;
}

static void assert_converts(const char *from, const char *to, uint64_t count,
			    const struct nmsg_output_config *config)
{
	struct nmsg_file a = vector(from), b = vector(to);
	struct nmsg_file made = convert(&a, config, count);

	assert_int_equal(made.len, b.len);
	assert_memory_equal(made.data, b.data, b.len);
	free(a.data);
	free(b.data);
	free(made.data);
}

static void test_files(void **state)
{
	const struct nmsg_output_config zlib = {.zlib = true};

	NEEDS_VECTORS(state);
	assert_converts("nmsgpacket.nmsg", "nmsgpacket.nmsg", 100, NULL);
	assert_converts("ip.nmsg", "ip.nmsg", 1, NULL);
	assert_converts("ipz.nmsg", "ip.nmsg", 1, NULL);
	assert_converts("ip.nmsg", "ipz.nmsg", 1, &zlib);
	assert_converts("ipu.bin", "ip.nmsg", 1, NULL);
	/* Datagrams one behind the other are a file as well. */
	assert_converts("cap512.bin", "nmsgpacket.nmsg", 100, NULL);
	assert_converts("cap8192.bin", "nmsgpacket.nmsg", 100, NULL);
	assert_converts("capz.bin", "nmsgpacket.nmsg", 100, NULL);
}

/* --- datagrams ----------------------------------------------------------- */

/*
 * What an output's numbers and a fragment's are is chance, and their lengths
 * too; with theirs taken from the vector, all of it must be the same.
 */
struct datagram {
	const uint8_t *data;
	size_t len;
};

static size_t split(const struct nmsg_file *f, struct datagram *d, size_t max)
{
	size_t at = 0, n = 0;

	while (at < f->len) {
		struct nmsg_container_header h;

		assert_int_equal(nmsg_container_header(f->data + at,
						       f->len - at, &h),
				 1);
		assert_true(n < max);
		d[n].data = f->data + at;
		d[n].len = h.len + h.body_len;
		at += d[n++].len;
	}
	return n;
}

static size_t receive(int fd, uint8_t *buf, size_t size)
{
	struct timeval patience = {.tv_sec = PATIENCE_MS / 1000};
	ssize_t n;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	n = recv(fd, buf, size, 0);
	assert_true(n > 0);
	return (size_t)n;
}

/* Of a container, how many payloads and which number; of a fragment, none. */
static void describe(const uint8_t *data, size_t len, uint64_t out[4])
{
	struct nmsg_container_header h;
	struct nmsg_container c = {0};

	assert_int_equal(nmsg_container_header(data, len, &h), 1);
	assert_int_equal(h.len + h.body_len, len);
	if (h.flags == 0)
		assert_int_equal(
			nmsg_container_open(&c, data + h.len, h.body_len), 0);
	out[0] = h.flags;
	out[1] = c.count;
	out[2] = c.sequence;
	/* An id takes up to ten bytes, and in a fragment five. */
	out[3] = len / 16;
}

static void assert_groups(const char *name, size_t mtu)
{
	static uint8_t buf[65536];
	static struct datagram wanted[128];
	struct nmsg_output_config config = {.mtu = mtu};
	struct nmsg_file from = vector("nmsgpacket.nmsg"), to = vector(name);
	size_t count = split(&to, wanted, LENGTH(wanted));
	struct nmsg_input *listener = nmsg_input_open_socket("127.0.0.1/0");
	struct nmsg_input *in = nmsg_input_open_memory();
	struct nmsg_output *out;
	char spec[64];
	struct message m;

	assert_non_null(listener);
	snprintf(spec, sizeof(spec), "127.0.0.1/%d", nmsg_input_port(listener));
	out = nmsg_output_open_socket(spec, &config);
	assert_non_null(out);
	nmsg_input_feed(in, from.data, from.len);
	while (nmsg_input_next(in, &m, 0) == 1)
		assert_int_equal(nmsg_output_write(out, &m), 0);
	assert_int_equal(nmsg_output_close(out), 0);
	for (size_t i = 0; i < count; i++) {
		size_t n = receive(nmsg_input_fd(listener), buf, sizeof(buf));
		uint64_t a[4], b[4];

		describe(buf, n, a);
		describe(wanted[i].data, wanted[i].len, b);
		assert_int_equal(a[0], b[0]);
		assert_int_equal(a[1], b[1]);
		assert_int_equal(a[2], b[2]);
		assert_in_range(a[3], b[3] - (b[3] > 0), b[3] + 1);
	}
	assert_int_equal(recv(nmsg_input_fd(listener), buf, 1, MSG_DONTWAIT),
			 -1);
	nmsg_input_close(in);
	nmsg_input_close(listener);
	free(from.data);
	free(to.data);
}

static void test_datagrams(void **state)
{
	NEEDS_VECTORS(state);
	assert_groups("cap8192.bin", 0);
	assert_groups("cap512.bin", 512);
	assert_groups("cap512.bin", 1); /* as small as it goes */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_files, setup),
		cmocka_unit_test_setup(test_datagrams, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
