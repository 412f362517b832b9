/* SPDX-License-Identifier: MIT */
#include "savefile.h"
#include "unit.h"

/*
 * Savefiles as they are made here, byte by byte, from
 * draft-ietf-opsawg-pcapng and draft-ietf-opsawg-pcap.
 */
static uint8_t file[2 * 1024 * 1024];
static size_t file_len, file_at;
static bool big; /* the byte order of what is put */
static char why[256];

static void put(uint64_t n, size_t size)
{
	for (size_t i = 0; i < size; i++)
		file[file_len++] = (uint8_t)(n >> 8 * (big ? size - 1 - i : i));
}

static void put_bytes(const void *bytes, size_t len)
{
	memcpy(file + file_len, bytes, len);
	file_len += len;
}

static void restart(void)
{
	file_len = 0;
	big = false;
}

/* --- blocks -------------------------------------------------------------- */

static size_t begin_block(uint32_t type)
{
	put(type, 4);
	put(0, 4);
	return file_len - 8;
}

static void end_block(size_t at)
{
	size_t len;

	while ((file_len - at) % 4)
		put(0, 1);
	len = file_len - at + 4;
	put(len, 4);
	memcpy(file + at + 4, file + file_len - 4, 4);
}

static void section(bool big_endian)
{
	size_t at;

	big = big_endian;
	at = begin_block(0x0a0d0d0a);
	put(0x1a2b3c4d, 4);
	put(1, 2);
	put(0, 2);
	put(UINT64_MAX, 8);
	end_block(at);
}

static void option(uint32_t code, const void *value, size_t len)
{
	put(code, 2);
	put(len, 2);
	put_bytes(value, len);
	while (file_len % 4)
		put(0, 1);
}

/* `resolution` 0 is none told. */
static void interface(uint32_t linktype, uint32_t snaplen, const char *name,
		      uint8_t resolution, int64_t offset)
{
	size_t at = begin_block(1);

	put(linktype, 2);
	put(0, 2);
	put(snaplen, 4);
	option(1, "a comment", 9);
	if (name)
		option(2, name, strlen(name));
	if (resolution)
		option(9, &resolution, 1);
	if (offset) {
		put(14, 2);
		put(8, 2);
		put((uint64_t)offset, 8);
	}
	put(0, 4);
	end_block(at);
}

static void enhanced(uint32_t number, uint64_t ticks, uint32_t caplen,
		     uint32_t len)
{
	size_t at = begin_block(6);

	put(number, 4);
	put(ticks >> 32, 4);
	put(ticks & UINT32_MAX, 4);
	put(caplen, 4);
	put(len, 4);
	memset(file + file_len, 'e', caplen);
	file_len += caplen;
	while (file_len % 4)
		put(0, 1);
	option(1, "what it is", 10);
	put(0, 4);
	end_block(at);
}

static void unknown(size_t len)
{
	size_t at = begin_block(0x0bad);

	memset(file + file_len, 0xff, len);
	file_len += len;
	end_block(at);
}

/* --- reading ------------------------------------------------------------- */

static size_t piece; /* given at a time; 0: all */

static ssize_t give(void *host, void *buf, size_t size)
{
	size_t n = file_len - file_at;

	assert_ptr_equal(host, file);
	n = n < size ? n : size;
	n = piece && n > piece ? piece : n;
	memcpy(buf, file + file_at, n);
	file_at += n;
	return (ssize_t)n;
}

static struct savefile *open_it(void)
{
	file_at = 0;
	*why = '\0';
	return savefile_open(give, file, why, sizeof(why));
}

static void expect(struct savefile *s, int64_t time_ns, uint32_t caplen,
		   uint32_t len, int linktype, const char *name)
{
	struct capture_packet pkt;

	assert_int_equal(savefile_next(s, &pkt), 1);
	assert_true(pkt.time_ns == time_ns);
	assert_int_equal(pkt.caplen, caplen);
	assert_int_equal(pkt.len, len);
	assert_int_equal(pkt.linktype, linktype);
	if (name)
		assert_string_equal(pkt.interface, name);
	else
		assert_null(pkt.interface);
	for (uint32_t i = 0; i < caplen; i++)
		assert_int_equal(pkt.data[i], 'e');
}

static void expect_end(struct savefile *s)
{
	struct capture_packet pkt;

	assert_int_equal(savefile_next(s, &pkt), 0);
	assert_int_equal(savefile_next(s, &pkt), 0);
	savefile_close(s);
}

static void expect_damage(struct savefile *s, const char *sentence)
{
	struct capture_packet pkt;

	assert_int_equal(savefile_next(s, &pkt), -EIO);
	assert_non_null(strstr(savefile_error(s), sentence));
	assert_int_equal(savefile_next(s, &pkt), -EIO);
	savefile_close(s);
}

/* --- pcapng -------------------------------------------------------------- */

static void put_two_sections(void)
{
	size_t at;

	restart();
	section(false);
	unknown(5);
	interface(1, 0, "eth0", 9, 0);
	interface(101, 7, NULL, 0, 0);
	enhanced(0, UINT64_C(1700000000123456789), 21, 60);
	unknown(0);
	enhanced(1, UINT64_C(1700000000123456), 3, 3);
	at = begin_block(2); /* the old packet block, appendix A */
	put(1, 2);
	put(0, 2);
	put(UINT64_C(1700000001000000) >> 32, 4);
	put(UINT64_C(1700000001000000) & UINT32_MAX, 4);
	put(4, 4);
	put(9, 4);
	put_bytes("eeee", 4);
	end_block(at);
	section(true);
	interface(113, 5, "any", 0x80 | 10, -10);
	enhanced(0, UINT64_C(1700000010) << 10 | 256, 0, 1);
	at = begin_block(3);
	put(9, 4);
	put_bytes("eeeee", 5);
	end_block(at);
}

static void test_pcapng(void **state)
{
	static const size_t pieces[] = {0, 1, 7, 4096};

	(void)state;
	for (size_t i = 0; i < LENGTH(pieces); i++) {
		struct savefile *s;

		put_two_sections();
		piece = pieces[i];
		s = open_it();
		assert_non_null(s);
		assert_int_equal(savefile_linktype(s), 1);
		expect(s, 1700000000123456789, 21, 60, 1, "eth0");
		expect(s, 1700000000123456000, 3, 3, 12, NULL);
		expect(s, 1700000001000000000, 4, 9, 12, NULL);
		expect(s, 1700000000250000000, 0, 1, 113, "any");
		/* It has no time of its own, and is as long as its interface
		 * lets it be. */
		expect(s, 1700000000250000000, 5, 9, 113, "any");
		expect_end(s);
	}
	piece = 0;
}

static void test_clocks(void **state)
{
	static const struct {
		uint8_t resolution;
		int64_t offset;
		uint64_t ticks;
		int64_t ns;
	} cases[] = {
		{6, 0, 1, 1000},
		{1, 0, 17, 1700000000},
		{9, 5, 7, 5000000007},
		{12, 0, 1234567, 1234},
		{19, 0, UINT64_MAX, 1844674407},
		{0x80 | 63, 0, UINT64_C(3) << 62, 1500000000},
		{0x80 | 32, 1, 1, 1000000000},
		{0x80, 0, 9, 9000000000},
		/* What cannot be is 0. */
		{9, 0, UINT64_MAX, 0},
		{6, 0, UINT64_MAX, 0},
		{6, -5, 1, 0},
		{6, INT64_MAX, UINT64_MAX, 0},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct savefile *s;

		restart();
		section(i % 2);
		interface(1, 0, NULL, cases[i].resolution, cases[i].offset);
		enhanced(0, cases[i].ticks, 1, 1);
		s = open_it();
		assert_non_null(s);
		expect(s, cases[i].ns, 1, 1, 1, NULL);
		expect_end(s);
	}
	restart();
	section(false);
	interface(1, 0, NULL, 20, 0);
	assert_null(open_it());
	assert_non_null(strstr(why, "a clock of 0x14"));
}

/* Cut anywhere, what was whole before is there. */
static void test_pcapng_cut(void **state)
{
	size_t whole, ends[4];

	(void)state;
	restart();
	section(false);
	interface(1, 0, NULL, 0, 0);
	ends[0] = file_len;
	for (int i = 0; i < 3; i++) {
		enhanced(0, 1, 10, 10);
		ends[i + 1] = file_len;
	}
	whole = file_len;
	for (size_t len = ends[0]; len <= whole; len++) {
		struct capture_packet pkt;
		struct savefile *s;
		int n = 0, rc;

		file_len = len;
		s = open_it();
		assert_non_null(s);
		while ((rc = savefile_next(s, &pkt)) > 0)
			n++;
		assert_int_equal(n, len < ends[1]   ? 0
				    : len < ends[2] ? 1
				    : len < ends[3] ? 2
						    : 3);
		if (len == ends[n]) {
			assert_int_equal(rc, 0);
		} else {
			assert_int_equal(rc, -EIO);
			assert_non_null(strstr(savefile_error(s), "truncated"));
		}
		savefile_close(s);
	}
	for (size_t len = 0; len < 28; len++) {
		file_len = len;
		assert_null(open_it());
		assert_non_null(strstr(why, "truncated"));
	}
}

static void test_pcapng_damage(void **state)
{
	size_t at;

	(void)state;
	restart();
	section(false);
	enhanced(0, 1, 1, 1);
	expect_damage(open_it(), "interface 0, of which it says nothing");

	restart();
	section(false);
	interface(1, 0, NULL, 0, 0);
	at = file_len;
	enhanced(0, 1, 10, 10);
	file[at + 20] = 60; /* caplen, of more than the block */
	expect_damage(open_it(), "a packet of 60 bytes in a block");
	file[at + 20] = 10;
	file[file_len - 4]++;
	expect_damage(open_it(), "a block without its end");
	file[file_len - 4]--;
	file[at + 4]++;
	expect_damage(open_it(), "a block of");
	file[at + 7] = 1;
	expect_damage(open_it(), "a block of");

	restart();
	section(false);
	file[12] = 2;
	assert_null(open_it());
	assert_non_null(strstr(why, "version 2.0"));
	file[8] = 0;
	assert_null(open_it());
	assert_non_null(strstr(why, "byte order"));
}

/* Longer than what is in memory at a time. */
static void test_long_blocks(void **state)
{
	struct savefile *s;
	size_t at;

	(void)state;
	restart();
	section(false);
	unknown(1200000);
	interface(1, 0, NULL, 0, 0);
	at = begin_block(6);
	put(0, 4);
	put(0, 4);
	put(1, 4);
	put(SAVEFILE_PACKET_MAX, 4);
	put(SAVEFILE_PACKET_MAX, 4);
	memset(file + file_len, 'e', SAVEFILE_PACKET_MAX);
	file_len += SAVEFILE_PACKET_MAX;
	memset(file + file_len, 0, 300000); /* options */
	file_len += 300000;
	end_block(at);
	enhanced(0, 1, 2, 3);
	s = open_it();
	assert_non_null(s);
	expect(s, 1000, SAVEFILE_PACKET_MAX, SAVEFILE_PACKET_MAX, 1, NULL);
	expect(s, 1000, 2, 3, 1, NULL);
	expect_end(s);
	file_len -= 100;
	s = open_it();
	expect(s, 1000, SAVEFILE_PACKET_MAX, SAVEFILE_PACKET_MAX, 1, NULL);
	expect_damage(s, "truncated");
}

/* --- pcap ---------------------------------------------------------------- */

static void begin_pcap(uint32_t magic, uint32_t major, uint32_t minor,
		       uint32_t linktype)
{
	restart();
	put(magic, 4);
	put(major, 2);
	put(minor, 2);
	put(0, 8);
	put(65535, 4);
	put(linktype, 4);
}

static void packet(uint32_t s, uint32_t first_len, uint32_t second_len,
		   size_t head, size_t caplen)
{
	put(s, 4);
	put(5, 4);
	put(first_len, 4);
	put(second_len, 4);
	memset(file + file_len, 0xff, head - 16);
	file_len += head - 16;
	memset(file + file_len, 'e', caplen);
	file_len += caplen;
}

static void test_pcap_kinds(void **state)
{
	struct savefile *s;

	(void)state;
	/* With the FCS' length above the link type. */
	begin_pcap(0xa1b2cd34, 2, 4, 0x24000001);
	packet(1, 3, 9, 24, 3);
	packet(UINT32_MAX, 0, 0, 24, 0);
	s = open_it();
	assert_non_null(s);
	assert_int_equal(savefile_linktype(s), 1);
	expect(s, 1000005000, 3, 9, 1, NULL);
	expect(s, INT64_C(4294967295000005000), 0, 0, 1, NULL);
	expect_end(s);
	/* When the lengths came in the other order, always or perhaps. */
	begin_pcap(0xa1b2c3d4, 2, 2, 1);
	packet(1, 9, 3, 16, 3);
	s = open_it();
	expect(s, 1000005000, 3, 9, 1, NULL);
	expect_end(s);
	begin_pcap(0xa1b2c3d4, 2, 3, 1);
	packet(1, 9, 3, 16, 3);
	packet(2, 4, 8, 16, 4);
	s = open_it();
	expect(s, 1000005000, 3, 9, 1, NULL);
	expect(s, 2000005000, 4, 8, 1, NULL);
	expect_end(s);
	begin_pcap(0xa1b2c3d4, 1, 0, 1);
	assert_null(open_it());
	assert_non_null(strstr(why, "version 1.0"));
	begin_pcap(0xa1b2c3d4, 2, 4, 1);
	packet(1, SAVEFILE_PACKET_MAX + 1, 9, 16, 3);
	expect_damage(open_it(), "262145 bytes");
}

static ssize_t fail_to_give(void *host, void *buf, size_t size)
{
	ssize_t n = give(host, buf, size);

	return n ? n : -EBADF;
}

static void test_reading_fails(void **state)
{
	struct savefile *s;

	(void)state;
	begin_pcap(0xa1b2c3d4, 2, 4, 1);
	packet(1, 3, 3, 16, 3);
	file_at = 0;
	s = savefile_open(fail_to_give, file, why, sizeof(why));
	assert_non_null(s);
	expect(s, 1000005000, 3, 3, 1, NULL);
	expect_damage(s, strerror(EBADF));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pcapng),
		cmocka_unit_test(test_clocks),
		cmocka_unit_test(test_pcapng_cut),
		cmocka_unit_test(test_pcapng_damage),
		cmocka_unit_test(test_long_blocks),
		cmocka_unit_test(test_pcap_kinds),
		cmocka_unit_test(test_reading_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
