/* SPDX-License-Identifier: MIT */
#include "batcher.h"
#include "wire.h"

#define LIMIT (128 * 1024)

static struct batcher batcher;
static struct batcher_way way;
static struct bus *hub;
static int ends[2], waits;

/* Called when a patient batcher begins to wait: now the hub comes. */
static void hub_comes(void *host)
{
	assert_ptr_equal(host, &way);
	if (waits++ == 0)
		hub = wire_bind(BUS_PULL, 1000);
}

/* Or never comes, and a signal does. */
static void signal_comes(void *host)
{
	(void)host;
	waits++;
	assert_int_equal(write(ends[1], "", 1), 1);
}

static int set_up(void **state)
{
	(void)state;
	waits = 0;
	memset(&batcher, 0, sizeof(batcher));
	memset(&way, 0, sizeof(way));
	if (pipe(ends) < 0)
		return -1;
	way.push = push_new(wire_endpoint(), LIMIT);
	way.limit = LIMIT;
	way.stop_fd = ends[0];
	way.waiting = hub_comes;
	way.host = &way;
	return batcher_open(&batcher, "A", "k", 1, 1 << 20, &way);
}

static int tear_down(void **state)
{
	(void)state;
	push_free(way.push, 0);
	batcher_close(&batcher);
	bus_free(hub, 0);
	hub = NULL;
	close(ends[0]);
	close(ends[1]);
	return 0;
}

static void add(size_t len)
{
	static char text[BATCH_BYTES];

	nd_put_bin(batch_begin(&batcher.batch), NULL, text, len);
	assert_int_equal(batch_commit(&batcher.batch, 1, ND_DRIVER_PACKET), 0);
}

static void check_counts(uint64_t next_seq, uint64_t waiting, uint64_t dropped)
{
	batcher_count(&batcher);
	assert_int_equal(batcher.stats.next_seq, next_seq);
	assert_int_equal(batcher.stats.waiting, waiting);
	assert_int_equal(batcher.stats.dropped, dropped);
}

/* A batch waits from the first look at it until its delay is over. */
static void test_delay(void **state)
{
	(void)state;
	batcher_flush(&batcher, 1000, 0);
	check_counts(0, 0, 0);
	add(1);
	batcher_flush(&batcher, 1000, 100);
	add(1);
	batcher_flush(&batcher, 1099, 100);
	check_counts(0, 0, 0); /* their numbers are not out yet */
	batcher_flush(&batcher, 1100, 100);
	check_counts(2, 2, 0);
	/* the next one's time begins anew */
	add(1);
	batcher_flush(&batcher, 1150, 100);
	batcher_flush(&batcher, 1249, 100);
	check_counts(2, 2, 0);
	batcher_flush(&batcher, 1249, 0);
	check_counts(3, 3, 0);
	batcher_flush(&batcher, 9999, 0);
	check_counts(3, 3, 0);
}

/* A live kitchen's full queue: what finds no room is counted, exactly. */
static void test_drops(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		add(10000);
		add(20000);
		batcher_flush(&batcher, 1, 0);
	}
	check_counts(8, 8, 0);
	for (int i = 0; i < 3; i++)
		add(5000);
	batcher_flush(&batcher, 1, 0);
	check_counts(11, 8, 3);
	add(3000); /* smaller ones still have room */
	batcher_flush(&batcher, 1, 0);
	check_counts(12, 9, 3);
	assert_int_equal(waits, 0);
}

/* One that reads a file waits for the hub, and then nothing is missing. */
static void test_patient(void **state)
{
	struct bus_message m = {0};
	uint64_t next = 0;

	(void)state;
	way.waits = true;
	way.wait_ms = -1;
	for (int i = 0; i < 40; i++)
		add(10000);
	batcher_flush(&batcher, 1, 0);
	assert_true(waits >= 1);
	assert_int_equal(push_drain(way.push, 0, -1, PATIENCE_MS), 0);
	check_counts(40, 0, 0);
	while (next < 40) {
		struct batch_reader r;
		const void *body;
		size_t len;

		assert_int_equal(wire_receive(hub, &m), 0);
		body = bus_body(&m, &len);
		assert_int_equal(batch_open(&r, body, len), 0);
		assert_int_equal(r.first_seq, next);
		next += r.count;
	}
	bus_message_free(&m);
}

static void test_patient_stopped(void **state)
{
	(void)state;
	way.waits = true;
	way.wait_ms = -1;
	way.waiting = signal_comes;
	for (int i = 0; i < 16; i++)
		add(10000);
	batcher_flush(&batcher, 1, 0);
	assert_true(waits >= 1);
	/* batches of three; the last, of one, still had room */
	check_counts(16, 13, 3);
}

static void test_names(void **state)
{
	struct batcher other = {0};

	(void)state;
	assert_int_equal(batcher_open(&other, "A", "no way", 1, 100, &way),
			 -EINVAL);
	batcher_close(&other);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_delay),   TEST(test_drops),
		TEST(test_patient), TEST(test_patient_stopped),
		TEST(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
