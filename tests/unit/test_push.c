/* SPDX-License-Identifier: MIT */
#include "push.h"
#include "wire.h"

#include <netdumplings/chef.h>

static push_waiting waiting;

static int send_len(struct push *p, size_t len, uint32_t dumplings)
{
	static char body[1 << 20];

	return push_send(p, "A/k/", 4, body, len, dumplings, &waiting);
}

static void test_bound(void **state)
{
	struct push *p = push_new(wire_endpoint(), 1000);

	(void)state;
	assert_non_null(p);
	assert_int_equal(send_len(p, 1001, 1), -ENOBUFS);
	assert_int_equal(atomic_load(&waiting), 0);
	assert_int_equal(send_len(p, 400, 3), 0);
	assert_int_equal(send_len(p, 400, 4), 0);
	assert_int_equal(send_len(p, 201, 1), -ENOBUFS);
	assert_int_equal(send_len(p, 200, 5), 0);
	assert_int_equal(send_len(p, 1, 1), -ENOBUFS);
	assert_int_equal(atomic_load(&waiting), 12);
	/* what never left is given back */
	push_free(p, 0);
	assert_int_equal(atomic_load(&waiting), 0);
}

static void test_drain_without_hub(void **state)
{
	struct push *p = push_new(wire_endpoint(), 1000);
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(push_drain(p, 0, -1, 0), 0); /* nothing waits */
	assert_int_equal(send_len(p, 100, 1), 0);
	assert_int_equal(push_drain(p, 0, -1, 0), -ETIMEDOUT);
	assert_int_equal(push_drain(p, 99, ends[0], 1), -ETIMEDOUT);
	assert_int_equal(push_drain(p, 100, -1, 0), 0);
	assert_int_equal(write(ends[1], "", 1), 1);
	assert_int_equal(push_drain(p, 0, ends[0], -1), -EINTR);
	assert_int_equal(atomic_load(&waiting), 1);
	push_free(p, 0);
	close(ends[0]);
	close(ends[1]);
}

/* Waits for a state that is news, and is news just once. */
static void await_state(struct push *p, enum push_state wanted)
{
	int64_t deadline = loop_now_ns() + PATIENCE_MS * INT64_C(1000000);
	struct bus_poll nothing;
	bool changed = false;

	while (push_state(p, &changed) != wanted) {
		assert_false(changed && wanted == PUSH_CONNECTED);
		assert_true(loop_now_ns() < deadline);
		bus_wait(&nothing, 0, 5);
	}
	assert_true(changed);
	push_state(p, &changed);
	assert_false(changed);
}

static void await_retry(struct push *p)
{
	int64_t deadline = loop_now_ns() + PATIENCE_MS * INT64_C(1000000);
	struct bus_poll nothing;
	bool changed;

	while (!push_retried(p)) {
		assert_int_equal(push_state(p, &changed), PUSH_NEVER);
		assert_false(changed);
		assert_true(loop_now_ns() < deadline);
		bus_wait(&nothing, 0, 5);
	}
}

static void check_next(struct bus *pull, size_t len)
{
	struct bus_message m = {0};
	size_t n;

	assert_int_equal(wire_receive(pull, &m), 0);
	assert_memory_equal(bus_topic(&m, &n), "A/k/", 4);
	bus_body(&m, &n);
	assert_int_equal(n, len);
	bus_message_free(&m);
}

static void test_hub_comes(void **state)
{
	struct push *p = push_new(wire_endpoint(), 1000);
	struct bus *pull;

	(void)state;
	for (size_t i = 1; i <= 10; i++)
		assert_int_equal(send_len(p, i, 2), 0);
	assert_int_equal(atomic_load(&waiting), 20);
	await_retry(p);
	pull = wire_bind(BUS_PULL, 1000);
	assert_int_equal(push_drain(p, 0, -1, PATIENCE_MS), 0);
	assert_int_equal(atomic_load(&waiting), 0);
	await_state(p, PUSH_CONNECTED);
	for (size_t i = 1; i <= 10; i++)
		check_next(pull, i);
	/* and goes, and comes again */
	bus_free(pull, 0);
	await_state(p, PUSH_LOST);
	assert_int_equal(send_len(p, 77, 1), 0);
	pull = wire_bind(BUS_PULL, 1000);
	await_state(p, PUSH_CONNECTED);
	check_next(pull, 77);
	assert_int_equal(push_drain(p, 0, -1, PATIENCE_MS), 0);
	push_free(p, 0);
	bus_free(pull, 0);
}

/* Room comes back as a slow hub takes what waits. */
static void test_slow_hub(void **state)
{
	const size_t body = 1 << 20, limit = 40 * body;
	struct push *p = push_new(wire_endpoint(), limit);
	struct bus *pull = wire_bind(BUS_PULL, 1);
	size_t sent = 0;

	(void)state;
	await_state(p, PUSH_CONNECTED);
	while (sent < 200 && send_len(p, body, 1) == 0)
		sent++;
	assert_true(sent >= 40 && sent < 200);
	assert_true(atomic_load(&waiting) <= 40);
	for (size_t i = 0; i < sent; i++)
		check_next(pull, body);
	assert_int_equal(push_drain(p, 0, -1, PATIENCE_MS), 0);
	assert_int_equal(atomic_load(&waiting), 0);
	assert_int_equal(send_len(p, body, 1), 0);
	check_next(pull, body);
	push_free(p, 0);
	bus_free(pull, 0);
}

static void test_room(void **state)
{
	struct push *p = push_new(wire_endpoint(), 1000);
	struct bus_poll room = {.fd = push_room_fd(p)};
	struct bus *pull;

	(void)state;
	assert_int_equal(send_len(p, 900, 1), 0);
	assert_true(push_has_room(p, 100));
	assert_false(push_has_room(p, 101));
	assert_int_equal(bus_wait(&room, 1, 0), 0);
	pull = wire_bind(BUS_PULL, 1000);
	assert_int_equal(bus_wait(&room, 1, PATIENCE_MS), 1);
	push_room_told(p);
	assert_int_equal(bus_wait(&room, 1, 0), 0);
	assert_true(push_has_room(p, 1000));
	/* nobody asked to be told */
	assert_int_equal(send_len(p, 900, 1), 0);
	assert_int_equal(push_drain(p, 0, -1, PATIENCE_MS), 0);
	push_room_told(p);
	assert_int_equal(bus_wait(&room, 1, 0), 0);
	push_free(p, 0);
	bus_free(pull, 0);
}

static void test_linger(void **state)
{
	struct push *p = push_new(wire_endpoint(), 1000);
	struct bus *pull = wire_bind(BUS_PULL, 1000);

	(void)state;
	assert_int_equal(send_len(p, 100, 1), 0);
	push_free(p, PATIENCE_MS);
	assert_int_equal(atomic_load(&waiting), 0);
	check_next(pull, 100);
	bus_free(pull, 0);
}

static void test_bad(void **state)
{
	(void)state;
	errno = 0;
	assert_null(push_new("tcp://no-port", 1000));
	assert_int_equal(errno, EINVAL);
	push_free(NULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bound),
		cmocka_unit_test(test_drain_without_hub),
		cmocka_unit_test(test_hub_comes),
		cmocka_unit_test(test_slow_hub),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_linger),
		cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
