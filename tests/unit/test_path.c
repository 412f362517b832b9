/* SPDX-License-Identifier: MIT */
/* Packets' path: when it looks for connections that are idle. */
#include "unit.h"

#include "path.h"

#define SECOND INT64_C(1000000000)

static unsigned ends;

static int note_end(void *self, struct nd_stream *s, struct nd_dumpling *out)
{
	(void)self;
	(void)out;
	ends += s->event == ND_STREAM_END;
	return 0;
}

/* One byte of TCP over IPv4, from a client's port. */
static void take(struct path *p, uint8_t port, int64_t time_ns)
{
	uint8_t bytes[41] = {0x45, 0, 0, 41, [8] = 64, [9] = 6};
	const struct capture_packet packet = {.time_ns = time_ns,
					      .data = bytes,
					      .caplen = sizeof(bytes),
					      .len = sizeof(bytes),
					      .linktype = 12};

	bytes[12] = bytes[16] = 192;
	bytes[15] = 1;
	bytes[20] = 0x80;
	bytes[21] = port;
	bytes[23] = 99;
	bytes[32] = 0x50;
	bytes[33] = 0x10; /* ACK */
	assert_true(path_take(p, &packet, time_ns));
}

/* One packet from the future must not end the looking for all that follow. */
static void test_clock_set_back(void **state)
{
	static struct path p;
	struct chef_host host = {.file.chef = {.stream = note_end}};
	const struct path_config config = {.chefs = &host,
					   .chef_count = 1,
					   .stream_memory = 1 << 20,
					   .workers = 1};

	(void)state;
	assert_int_equal(batcher_open(&host.batcher, "TestChef", "test", 1,
				      4096, &(struct batcher_way){0}),
			 0);
	assert_int_equal(path_open(&p, &config), 0);
	take(&p, 1, 1000 * SECOND);
	take(&p, 2, 1000000 * SECOND);
	assert_int_equal(ends, 1);
	take(&p, 3, 1000 * SECOND);
	assert_int_equal(ends, 2);
	take(&p, 4, 1301 * SECOND);
	assert_int_equal(ends, 3);
	path_close(&p);
	batcher_close(&host.batcher);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clock_set_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
