/* SPDX-License-Identifier: MIT */
#include "capture.h"
#include "unit.h"

#include <fcntl.h>
#include <unistd.h>

/* A savefile as it is made here, byte by byte. */
static uint8_t file[4096];
static size_t file_len;
static char path[] = P_tmpdir "/nd-capture-XXXXXX";
static char why[512];

/* What came. */
static int64_t times[16];
static uint32_t caplens[16], lens[16];
static uint8_t firsts[16];
static int linktypes[16];
static int count;

static void put32(uint32_t n, bool swap)
{
	n = swap ? __builtin_bswap32(n) : n;
	memcpy(file + file_len, &n, 4);
	file_len += 4;
}

/* https://www.tcpdump.org/manpages/pcap-savefile.5.html */
static void begin(uint32_t magic, bool swap, uint32_t linktype)
{
	file_len = 0;
	put32(magic, swap);
	put32(swap ? 2U << 16 | 4 : 4U << 16 | 2, false);
	if (swap) {
		file[4] = 0, file[5] = 2, file[6] = 0, file[7] = 4;
	}
	put32(0, swap);
	put32(0, swap);
	put32(65535, swap);
	put32(linktype, swap);
}

static void add(uint32_t s, uint32_t fraction, uint32_t len, uint8_t first,
		bool swap)
{
	put32(s, swap);
	put32(fraction, swap);
	put32(len, swap);
	put32(len + 10, swap); /* on the wire it was longer */
	memset(file + file_len, first, len);
	file_len += len;
}

static void write_file(size_t len)
{
	FILE *to = fopen(path, "wbe");

	assert_non_null(to);
	assert_int_equal(fwrite(file, 1, len, to), len);
	assert_int_equal(fclose(to), 0);
}

static void on_packet(void *host, const struct capture_packet *pkt)
{
	assert_ptr_equal(host, &count);
	assert_true(count < (int)LENGTH(times));
	assert_null(pkt->interface);
	times[count] = pkt->time_ns;
	caplens[count] = pkt->caplen;
	lens[count] = pkt->len;
	linktypes[count] = pkt->linktype;
	firsts[count++] = pkt->caplen ? pkt->data[0] : 0;
}

static int no_idle(void *host)
{
	(void)host;
	fail();
	return 0;
}

static struct capture *open_file(const char *name, const char *filter)
{
	const struct nd_list files = {&name, 1};
	const struct capture_config config = {.files = &files,
					      .filter = filter,
					      .fanout_group = -1};

	count = 0;
	*why = '\0';
	return capture_open(&config, no_idle, NULL, why, sizeof(why));
}

/* Everything, and how it ended. */
static int read_all(struct capture *c)
{
	int rc;

	assert_non_null(c);
	while ((rc = capture_dispatch(c, 2, on_packet, &count)) > 0)
		continue;
	return rc;
}

static void test_formats(void **state)
{
	static const struct {
		uint32_t magic;
		bool swap, ns;
	} cases[] = {
		{0xa1b2c3d4, false, false},
		{0xa1b2c3d4, true, false},
		{0xa1b23c4d, false, true},
		{0xa1b23c4d, true, true},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct capture *c;
		uint64_t kernel = 1, interface = 1;

		begin(cases[i].magic, cases[i].swap, 113);
		for (uint8_t n = 0; n < 5; n++)
			add(1500000000, 999U + n, n, n, cases[i].swap);
		write_file(file_len);
		c = open_file(path, NULL);
		assert_non_null(c);
		assert_int_equal(capture_fd(c), -1);
		assert_int_equal(read_all(c), -ENODATA);
		assert_int_equal(read_all(c), -ENODATA);
		assert_int_equal(count, 5);
		for (int n = 0; n < 5; n++) {
			assert_true(times[n] ==
				    1500000000000000000 +
					    (999 + n) *
						    (cases[i].ns ? 1 : 1000));
			assert_int_equal(caplens[n], n);
			assert_int_equal(linktypes[n], 113);
			assert_int_equal(lens[n], n + 10);
			assert_int_equal(firsts[n], n);
		}
		capture_dropped(c, &kernel, &interface);
		assert_int_equal(kernel, 0);
		assert_int_equal(interface, 0);
		capture_close(c);
	}
	capture_close(NULL);
}

/* No more at once than were asked for. */
static void test_max(void **state)
{
	struct capture *c;

	(void)state;
	begin(0xa1b2c3d4, false, 1);
	for (uint8_t n = 0; n < 5; n++)
		add(1, 0, 1, n, false);
	write_file(file_len);
	c = open_file(path, "");
	assert_non_null(c);
	assert_int_equal(capture_dispatch(c, 3, on_packet, &count), 3);
	assert_int_equal(count, 3);
	assert_int_equal(capture_dispatch(c, 3, on_packet, &count), 2);
	assert_int_equal(capture_dispatch(c, 3, on_packet, &count), -ENODATA);
	capture_close(c);
}

/* Cut anywhere, all packets before the cut are there, and it is told. */
static void test_truncated(void **state)
{
	size_t ends[3];

	(void)state;
	begin(0xa1b2c3d4, false, 1);
	for (int n = 0; n < 3; n++) {
		ends[n] = file_len;
		add(1, 0, 20, 1, false);
	}
	for (size_t len = 24; len <= file_len; len++) {
		int whole = len < ends[1]    ? 0
			    : len < ends[2]  ? 1
			    : len < file_len ? 2
					     : 3;
		bool clean = len == ends[0] || len == ends[1] ||
			     len == ends[2] || len == file_len;
		struct capture *c;

		write_file(len);
		c = open_file(path, NULL);
		assert_int_equal(read_all(c), clean ? -ENODATA : -EIO);
		assert_int_equal(count, whole);
		if (!clean)
			assert_int_equal(read_all(c), -EIO);
		assert_int_equal(count, whole);
		capture_close(c);
	}
}

static void test_garbage(void **state)
{
	(void)state;
	begin(0xa1b2c3d4, false, 1);
	for (size_t len = 0; len < 24; len++) {
		write_file(len);
		assert_null(open_file(path, NULL));
		assert_non_null(strstr(why, "is no capture that can be read"));
		assert_non_null(strstr(why, path));
	}
	memset(file, 'x', sizeof(file));
	write_file(sizeof(file));
	assert_null(open_file(path, NULL));
	assert_null(open_file("/nowhere/none.pcap", NULL));
	assert_non_null(strstr(why, "/nowhere/none.pcap"));
}

static void test_filter(void **state)
{
	struct capture *c;

	(void)state;
	begin(0xa1b2c3d4, false, 1);
	for (int n = 0; n < 4; n++)
		add(1, 0, 20, (uint8_t)n, false);
	write_file(file_len);
	c = open_file(path, "ether[0] >= 2");
	assert_int_equal(read_all(c), -ENODATA);
	assert_int_equal(count, 2);
	assert_int_equal(firsts[0], 2);
	capture_close(c);
	assert_null(open_file(path, "not a filter"));
	assert_memory_equal(why, "the filter 'not a filter' is not right", 38);
}

/* Only the filter that fits none of the files' link types is wrong. */
static void test_filter_of_link_types(void **state)
{
	struct capture *c;

	(void)state;
	begin(0xa1b2c3d4, false, 101);
	add(1, 0, 20, 0x45, false);
	write_file(file_len);
	c = open_file(path, "ip");
	assert_int_equal(read_all(c), -ENODATA);
	assert_int_equal(count, 1);
	assert_int_equal(linktypes[0], 12); /* LINKTYPE_RAW is DLT_RAW */
	capture_close(c);
	assert_null(open_file(path, "wlan type mgt"));
	assert_non_null(strstr(why, "the filter 'wlan type mgt' is not right"));
}

/* Writes one file more, of packets at these seconds. */
static char *one_more(const uint32_t *at, size_t packets, size_t cut)
{
	static char names[4][sizeof(path) + 12];
	static int next;
	char *name = names[next++ % 4];

	begin(0xa1b2c3d4, false, 1);
	for (size_t i = 0; i < packets; i++)
		add(at[i], 0, 20, (uint8_t)at[i], false);
	write_file(file_len - cut);
	snprintf(name, sizeof(names[0]), "%s.%d", path, next % 4);
	assert_int_equal(rename(path, name), 0);
	return name;
}

static void test_merge(void **state)
{
	static const uint32_t at[3][4] = {{1, 4, 4, 9},
					  {2, 3, 8, 10},
					  {4, 5, 6, 7}};
	static const uint8_t wanted[] = {1, 2, 3, 4, 4, 4, 5, 6, 7, 8, 9, 10};
	const char *names[4];
	const struct nd_list files = {names, 3}, more = {names, 4};
	struct capture_config config = {.files = &files, .fanout_group = -1};
	struct capture *c;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		names[i] = one_more(at[i], 4, 0);
	count = 0;
	c = capture_open(&config, no_idle, NULL, why, sizeof(why));
	assert_int_equal(read_all(c), -ENODATA);
	assert_int_equal(read_all(c), -ENODATA);
	capture_close(c);
	assert_int_equal(count, LENGTH(wanted));
	assert_memory_equal(firsts, wanted, sizeof(wanted));
	/* One that is cut off, and one that is not there. */
	unlink(names[1]);
	names[1] = one_more(at[1], 4, 1);
	names[3] = "/nowhere/none.pcap";
	config.files = &more;
	count = 0;
	c = capture_open(&config, no_idle, NULL, why, sizeof(why));
	assert_int_equal(read_all(c), -EIO);
	assert_int_equal(read_all(c), -EIO);
	capture_close(c);
	assert_int_equal(count, LENGTH(wanted) - 1);
	assert_memory_equal(firsts, wanted, sizeof(wanted) - 1);
	for (size_t i = 0; i < 3; i++)
		unlink(names[i]);
	assert_null(capture_open(&config, no_idle, NULL, why, sizeof(why)));
	assert_string_equal(why, "none of the 4 files can be read");
}

/* --- a pipe -------------------------------------------------------------- */

static int ends[2], idles;

/* Before it waits: gives one packet more, three times, and then the end. */
static int idle(void *host)
{
	assert_ptr_equal(host, &ends);
	if (idles < 3) {
		file_len = 0;
		add(7, 0, 30, (uint8_t)(idles + 1), false);
		assert_int_equal(write(ends[1], file, file_len), file_len);
	} else {
		close(ends[1]);
	}
	idles++;
	return PATIENCE_MS;
}

static struct capture *open_pipe(void)
{
	char name[32];
	const char *names[] = {name};
	const struct nd_list files = {names, 1};
	struct capture_config config = {.files = &files, .fanout_group = -1};
	struct capture *c;

	idles = count = 0;
	assert_int_equal(pipe(ends), 0);
	snprintf(name, sizeof(name), "/dev/fd/%d", ends[0]);
	begin(0xa1b2c3d4, false, 1);
	add(7, 0, 30, 0, false);
	assert_int_equal(write(ends[1], file, file_len), file_len);
	c = capture_open(&config, idle, &ends, why, sizeof(why));
	close(ends[0]);
	assert_non_null(c);
	assert_int_equal(idles, 0);
	return c;
}

static void test_pipe(void **state)
{
	struct capture *c = open_pipe();

	(void)state;
	assert_int_equal(capture_fd(c), -1);
	for (int n = 0; n < 4; n++) {
		assert_int_equal(capture_dispatch(c, 1, on_packet, &count), 1);
		assert_int_equal(count, n + 1);
		assert_int_equal(firsts[n], n);
		assert_int_equal(idles, n);
	}
	assert_int_equal(capture_dispatch(c, 1, on_packet, &count), -ENODATA);
	assert_int_equal(idles, 4);
	capture_close(c);
}

/* A pipe that ends inside a packet. */
static void test_pipe_cut(void **state)
{
	struct capture *c = open_pipe();

	(void)state;
	assert_int_equal(capture_dispatch(c, 1, on_packet, &count), 1);
	assert_int_equal(write(ends[1], file, 10), 10);
	idles = 3;
	assert_int_equal(capture_dispatch(c, 1, on_packet, &count), -EIO);
	assert_int_equal(count, 1);
	capture_close(c);
}

static void test_no_interface(void **state)
{
	const char *name = "nd-none0";
	const struct nd_list interfaces = {&name, 1};
	const struct capture_config config = {.interfaces = &interfaces,
					      .snaplen = 65535,
					      .buffer_size = 65536,
					      .fanout_group = -1};

	(void)state;
	assert_null(capture_open(&config, no_idle, NULL, why, sizeof(why)));
	/* or, without the right to capture, the sentence on that */
	assert_true(strstr(why, "there is no interface 'nd-none0'") ||
		    (strstr(why, "sudo") && strstr(why, "setcap") &&
		     strstr(why, "--read")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_max),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_garbage),
		cmocka_unit_test(test_filter),
		cmocka_unit_test(test_filter_of_link_types),
		cmocka_unit_test(test_merge),
		cmocka_unit_test(test_pipe),
		cmocka_unit_test(test_pipe_cut),
		cmocka_unit_test(test_no_interface),
	};
	int fd = mkstemp(path), rc;

	if (fd < 0)
		return 1;
	close(fd);
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return rc;
}
