/* SPDX-License-Identifier: MIT */
/* A look at what comes next shows it, and changes nothing. */
#include "unit.h"

#include "dispatch.h"
#include "savefile.h"

/* --- savefiles ----------------------------------------------------------- */

#define PACKETS 3
#define LEN 20

static uint32_t file[6 + PACKETS * (4 + LEN / 4)];
static size_t given;

static void make_file(void)
{
	uint32_t *p = file + 6;

	memcpy(file, (uint32_t[]){0xa1b2c3d4, 2 | 4 << 16, 0, 0, 65535, 1}, 24);
	for (uint32_t i = 0; i < PACKETS; i++, p += 4 + LEN / 4) {
		memcpy(p, (uint32_t[]){1000 + i, i, LEN, LEN + i}, 16);
		memset(p + 4, (int)i, LEN);
	}
	given = 0;
}

/* The file up to the middle of its last packet, then the rest. */
static ssize_t give(void *host, void *buf, size_t size)
{
	size_t first = sizeof(file) - LEN / 2;
	size_t len = (given < first ? first : sizeof(file)) - given;

	(void)host;
	assert_true(len <= size);
	memcpy(buf, (const uint8_t *)file + given, len);
	given += len;
	return (ssize_t)len;
}

static void test_savefile(void **state)
{
	struct capture_packet pkt, next;
	struct savefile *s;
	char why[256];

	(void)state;
	make_file();
	s = savefile_open(give, NULL, why, sizeof(why));
	assert_non_null(s);
	for (uint32_t i = 0; i < PACKETS; i++) {
		bool is_whole = i < PACKETS - 1;

		assert_int_equal(savefile_peek(s, &next), is_whole);
		assert_int_equal(savefile_next(s, &pkt), 1);
		assert_int_equal(pkt.time_ns, (1000 + i) * INT64_C(1000000000) +
						      i * INT64_C(1000));
		assert_int_equal(pkt.data[LEN - 1], i);
		if (!is_whole)
			break;
		assert_ptr_equal(next.data, pkt.data);
		assert_int_equal(next.time_ns, pkt.time_ns);
		assert_int_equal(next.caplen, LEN);
		assert_int_equal(next.len, LEN + i);
		assert_int_equal(next.linktype, 1);
	}
	assert_false(savefile_peek(s, &next));
	assert_int_equal(savefile_next(s, &pkt), 0);
	savefile_close(s);
}

/* --- tables -------------------------------------------------------------- */

static void check_same(const struct nd_table *a, const struct nd_table *b)
{
	void *at_a = NULL, *at_b = NULL;
	const void *key_a, *key_b;
	size_t len_a, len_b;
	const uint32_t *value;

	assert_int_equal(nd_table_count(a), nd_table_count(b));
	while ((value = nd_table_each(a, &at_a, &key_a, &len_a))) {
		assert_memory_equal(nd_table_each(b, &at_b, &key_b, &len_b),
				    value, sizeof(*value));
		assert_int_equal(len_a, len_b);
		assert_memory_equal(key_a, key_b, len_a);
	}
	assert_null(nd_table_each(b, &at_b, &key_b, &len_b));
}

/* Two tables with the same calls, but that one is told what comes. */
static void test_table(void **state)
{
	struct nd_table *told = nd_table_new(20, sizeof(uint32_t));
	struct nd_table *other = nd_table_new(20, sizeof(uint32_t));
	uint32_t n = 1;

	(void)state;
	assert_non_null(told);
	assert_non_null(other);
	for (size_t i = 0; i < 20000; i++) {
		char key[100] = {0};
		size_t len;

		n = n * 1664525 + 1013904223;
		key[0] = (char)(n >> 8 & 31);
		len = key[0] % 2 ? sizeof(key) : 8;
		nd_table_expect(told, key, len);
		key[0] = (char)(n >> 16 & 31);
		len = key[0] % 2 ? sizeof(key) : 8;
		if (n >> 30 == 0) {
			assert_int_equal(nd_table_remove(told, key, len),
					 nd_table_remove(other, key, len));
		} else if (n >> 30 == 1) {
			assert_int_equal(!nd_table_find(told, key, len),
					 !nd_table_find(other, key, len));
		} else {
			++*(uint32_t *)nd_table_add(told, key, len, NULL);
			++*(uint32_t *)nd_table_add(other, key, len, NULL);
		}
		check_same(told, other);
	}
	nd_table_free(told);
	nd_table_free(other);
}

/* --- chefs --------------------------------------------------------------- */

static int never(void *self, const struct nd_packet *pkt,
		 struct nd_dumpling *out)
{
	(void)self;
	(void)pkt;
	(void)out;
	fail();
	return 0;
}

static void expect(void *self, const struct nd_packet *pkt)
{
	assert_int_equal(pkt->port_dst, 53);
	++*(int *)self;
}

static void test_chefs(void **state)
{
	static const uint16_t ports[] = {53, 0};
	static struct dispatch d;
	int told[3] = {0};
	struct chef_host hosts[3] = {
		{.file.chef = {.packet = never,
			       .expect = expect,
			       .ports = ports},
		 .self = &told[0]},
		{.file.chef = {.packet = never, .ports = ports}},
		{.file.chef = {.packet = never,
			       .expect = expect,
			       .ports = ports,
			       .layers = 1 << ND_TCP},
		 .self = &told[2]},
	};
	const struct nd_packet dns = {.layers = 1 << ND_UDP, .port_dst = 53};
	const struct nd_packet web = {.layers = 1 << ND_TCP, .port_dst = 80};

	(void)state;
	assert_int_equal(dispatch_init(&d, hosts, 3), 0);
	dispatch_expect(&d, &dns);
	dispatch_expect(&d, &web);
	assert_int_equal(told[0], 1);
	assert_int_equal(told[2], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_savefile),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_chefs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
