/* SPDX-License-Identifier: MIT */
/* An eater at a real publisher, which the test is. */
#include "put.h"
#include "wire.h"

#include <netdumplings/eater.h>
#include <poll.h>
#include <signal.h>
#include <sys/time.h>

static struct bus *hub;
static struct nd_eater *eater;
static struct nd_eater_stats stats;
static const struct nd_dumpling *d;

static int set_up(void **state)
{
	const struct nd_eater_config config = {.hub = wire_endpoint(),
					       .name = "tester",
					       .max_message = 100000};

	(void)state;
	hub = wire_bind(BUS_XPUB, 1000);
	eater = nd_eater_new(&config);
	return !eater;
}

static int tear_down(void **state)
{
	(void)state;
	nd_eater_free(eater);
	bus_free(hub, 0);
	return 0;
}

/* The eater subscribes, to its presence last. */
static void start(void)
{
	assert_int_equal(nd_eater_next(eater, &d, 0), 0);
	wire_await(hub, 1, "!eater/tester/");
}

/*
 * Waits for a hub to hear a wish again.  libzmq subscribes anew when the
 * eater looks after its socket, and in no order of ours.
 */
static void await_again(const char *prefix)
{
	int64_t deadline = loop_now_ns() + PATIENCE_MS * INT64_C(1000000);
	struct bus_message m = {0};
	const char *topic = "";
	size_t len = 0;

	do {
		assert_true(loop_now_ns() < deadline);
		assert_int_equal(nd_eater_next(eater, &d, 5), 0);
		if (bus_receive(hub, &m) == 0)
			topic = bus_topic(&m, &len);
	} while (len != strlen(prefix) + 1 || topic[0] != 1 ||
		 memcmp(topic + 1, prefix, strlen(prefix)) != 0);
	bus_message_free(&m);
}

static void publish_batch(void *host, const void *body, size_t len,
			  uint32_t count)
{
	(void)count;
	wire_send(hub, ((struct batch *)host)->topic, body, len);
}

/* `count` dumplings from number `first` on, each with its number. */
static void publish(const char *chef, const char *kitchen, uint64_t run,
		    uint64_t first, uint32_t count)
{
	struct batch b;

	assert_int_equal(batch_init(&b, chef, kitchen, run, 100000,
				    publish_batch, &b),
			 0);
	b.first_seq = first;
	for (uint32_t i = 0; i < count; i++) {
		nd_put_uint(batch_begin(&b), "n", first + i);
		assert_int_equal(batch_commit(&b, 1000, ND_DRIVER_PACKET), 0);
	}
	batch_flush(&b);
	batch_close(&b);
}

/* What a kitchen says of itself: the number that each chef gives next. */
static void announce(const char *kitchen, uint64_t run, const char *chef,
		     uint64_t next)
{
	struct nd_dumpling *out;
	struct batch b;

	assert_int_equal(batch_init(&b, TOPIC_KITCHEN, kitchen, run, 100000,
				    publish_batch, &b),
			 0);
	out = batch_begin(&b);
	nd_put_map(out, "chef_stats");
	nd_put_map(out, chef);
	nd_put_uint(out, "next_seq", next);
	nd_end(out);
	nd_end(out);
	assert_int_equal(batch_commit(&b, 1000, ND_DRIVER_INTERVAL), 0);
	batch_flush(&b);
	batch_close(&b);
}

static void expect(const char *chef, const char *kitchen, uint64_t seq)
{
	assert_int_equal(nd_eater_next(eater, &d, PATIENCE_MS), 1);
	assert_string_equal(nd_chef_name(d), chef);
	if (kitchen)
		assert_string_equal(nd_kitchen_name(d), kitchen);
	else
		assert_null(nd_kitchen_name(d));
	assert_int_equal(nd_seq(d), seq);
	assert_int_equal(nd_get_int(d, "n", -1), seq);
	assert_int_equal(nd_creation_time_ns(d), 1000);
	nd_eater_stats(eater, &stats);
}

static void test_new(void **state)
{
	struct nd_eater_config config = {.hub = "tcp://no-port"};

	(void)state;
	errno = 0;
	assert_null(nd_eater_new(&config));
	assert_int_equal(errno, EINVAL);
	config.hub = "";
	assert_null(nd_eater_new(&config));
	config.hub = NULL;
	config.name = "not a name";
	errno = 0;
	assert_null(nd_eater_new(&config));
	assert_int_equal(errno, EINVAL);
	nd_eater_free(NULL);
}

static void test_all(void **state)
{
	(void)state;
	start();
	publish("A", "k", 1, 0, 3);
	publish("B", "-", 1, 7, 1);
	expect("A", "k", 0);
	expect("A", "k", 1);
	expect("A", "k", 2);
	expect("B", NULL, 7);
	assert_int_equal(stats.dumplings, 4);
	assert_int_equal(stats.missing, 0);
	assert_int_equal(stats.invalid, 0);
	assert_int_equal(nd_eater_next(eater, &d, 0), 0);
	assert_int_equal(nd_eater_next(eater, &d, 1), 0);
	nd_eater_stats(eater, &stats);
	assert_true(stats.connected);
	assert_int_equal(stats.connects, 1);
}

static void test_loss(void **state)
{
	(void)state;
	start();
	publish("A", "k", 1, 100, 2);
	publish("A", "k", 1, 105, 1); /* 102, 103 and 104 never come */
	publish("A", "other", 1, 5, 1);
	publish("B", "k", 1, 0, 1);
	publish("A", "k", 1, 106, 1);
	publish("B", "k", 1, 2, 1); /* and neither does this one's 1 */
	expect("A", "k", 100);
	expect("A", "k", 101);
	assert_int_equal(stats.missing, 0);
	expect("A", "k", 105);
	assert_int_equal(stats.missing, 3);
	expect("A", "other", 5);
	expect("B", "k", 0);
	expect("A", "k", 106);
	expect("B", "k", 2);
	assert_int_equal(stats.missing, 4);
	assert_int_equal(stats.dumplings, 7);
}

/* A kitchen that starts again counts from 0 again. */
static void test_restart(void **state)
{
	(void)state;
	start();
	publish("A", "k", 1, 50, 1);
	publish("A", "k", 2, 0, 1);
	publish("A", "k", 2, 2, 1);
	expect("A", "k", 50);
	expect("A", "k", 0);
	assert_int_equal(stats.missing, 0);
	expect("A", "k", 2);
	assert_int_equal(stats.missing, 1);
}

/* What was lost at the end of a run, or before its first, is told. */
static void test_presence(void **state)
{
	(void)state;
	assert_int_equal(nd_eater_want(eater, "A"), 0);
	assert_int_equal(nd_eater_want(eater, "C"), 0);
	start();
	announce("k", 1, "A", 9); /* nothing was heard: no place to begin */
	announce("k", 1, "B", 0);
	announce("k", 1, "B", 9); /* not wanted */
	publish("A", "k", 1, 10, 1);
	announce("k", 1, "A", 11);
	publish("C", "k", 1, 0, 1);
	expect("A", "k", 10);
	expect("C", "k", 0);
	assert_int_equal(stats.missing, 0);
	announce("k", 1, "A", 15);
	announce("k", 1, "A", 15);
	publish("C", "k", 1, 1, 1);
	expect("C", "k", 1);
	assert_int_equal(stats.missing, 4);
	/* a beginning that was announced and whose first are lost */
	announce("k", 2, "A", 0);
	publish("A", "k", 2, 2, 1);
	expect("A", "k", 2);
	assert_int_equal(stats.missing, 6);
	assert_int_equal(stats.invalid, 0);
}

static void test_invalid(void **state)
{
	(void)state;
	start();
	publish("A", "k", 1, 0, 1);
	wire_send(hub, "A/k/", "", 0);
	wire_send(hub, "A/k/", BYTES("\xc1"));
	wire_send(hub, "A/k/", BYTES("\x91\2")); /* version 2 */
	wire_send(hub, "A", BYTES("\x94\1\1\1\x91\x93\1\0\1"));
	wire_send(hub, "A/k/x/", BYTES("\x94\1\1\1\x91\x93\1\0\1"));
	wire_send(hub, "!kitchen/k/", BYTES("\x90"));
	publish("A", "k", 1, 1, 1);
	expect("A", "k", 0);
	expect("A", "k", 1);
	assert_int_equal(stats.invalid, 6);
	assert_int_equal(stats.missing, 0);
	/* three are told, two are broken: bytes that were sent, and lost */
	wire_send(hub, "A/k/",
		  BYTES("\x94\1\1\2\x93\x93\xcd\3\xe8\0\x81\xa1n\2\xc1\xc1"));
	publish("A", "k", 1, 5, 1);
	expect("A", "k", 2);
	expect("A", "k", 5);
	assert_int_equal(stats.invalid, 7);
	assert_int_equal(stats.missing, 2);
	assert_int_equal(stats.dumplings, 4);
}

static void test_wants(void **state)
{
	(void)state;
	assert_int_equal(nd_eater_want(eater, "A"), 0);
	assert_int_equal(nd_eater_want(eater, "A"), 0);
	assert_int_equal(nd_eater_want_from(eater, "B", "home"), 0);
	assert_int_equal(nd_eater_want(eater, "a/b"), -EINVAL);
	assert_int_equal(nd_eater_want(eater, ""), -EINVAL);
	assert_int_equal(nd_eater_want_from(eater, "B", "no way"), -EINVAL);
	assert_int_equal(nd_eater_unwant(eater, "C"), -ENOENT);
	start();
	publish("AA", "home", 1, 0, 1);
	publish("B", "away", 1, 0, 1);
	publish("C", "home", 1, 0, 1);
	publish("B", "home", 1, 0, 1);
	publish("A", "away", 1, 0, 1);
	expect("B", "home", 0);
	expect("A", "away", 0);
	assert_int_equal(nd_eater_want(eater, "C"), 0);
	wire_await(hub, 1, "C/");
	publish("C", "home", 1, 1, 1);
	expect("C", "home", 1);
	assert_int_equal(stats.missing, 0);
	assert_int_equal(stats.dumplings, 3);
}

/* Every chef of one kitchen, where that is what was asked for. */
static void test_want_kitchen(void **state)
{
	(void)state;
	if (nd_eater_want_from(eater, NULL, "home") < 0)
		return; /* refused is fine, too */
	start();
	publish("A", "away", 1, 0, 1);
	publish("B", "home", 1, 0, 1);
	expect("B", "home", 0);
}

/* What was asked for and taken back before the start is not everything. */
static void test_want_nothing(void **state)
{
	(void)state;
	assert_int_equal(nd_eater_want(eater, "A"), 0);
	assert_int_equal(nd_eater_unwant(eater, "A"), 0);
	start();
	publish("A", "k", 1, 0, 1);
	assert_int_equal(nd_eater_want(eater, "B"), 0);
	wire_await(hub, 1, "B/");
	publish("B", "k", 1, 0, 1);
	expect("B", "k", 0);
}

static void test_unwant(void **state)
{
	(void)state;
	assert_int_equal(nd_eater_want(eater, "A"), 0);
	assert_int_equal(nd_eater_want(eater, "B"), 0);
	start();
	publish("A", "k", 1, 0, 1);
	expect("A", "k", 0);
	publish("A", "k", 1, 1, 1); /* comes after it was taken back */
	publish("B", "k", 1, 0, 1);
	assert_int_equal(nd_eater_unwant(eater, "A"), 0);
	assert_int_equal(nd_eater_unwant(eater, "A"), -ENOENT);
	wire_await(hub, 0, "A/");
	expect("B", "k", 0);
	publish("A", "k", 1, 2, 1);
	/* wanted again: what came in between is no loss */
	assert_int_equal(nd_eater_want(eater, "A"), 0);
	wire_await(hub, 1, "A/");
	publish("A", "k", 1, 8, 1);
	expect("A", "k", 8);
	assert_int_equal(stats.missing, 0);
	publish("A", "k", 1, 10, 1);
	expect("A", "k", 10);
	assert_int_equal(stats.missing, 1);
}

static void test_reconnect(void **state)
{
	(void)state;
	assert_int_equal(nd_eater_want(eater, "A"), 0);
	start();
	publish("A", "k", 1, 0, 1);
	expect("A", "k", 0);
	bus_free(hub, 0);
	hub = wire_bind(BUS_XPUB, 1000);
	await_again("A/");
	publish("A", "k", 1, 3, 1);
	expect("A", "k", 3);
	assert_int_equal(stats.missing, 2);
	assert_int_equal(nd_eater_next(eater, &d, 0), 0);
	nd_eater_stats(eater, &stats);
	assert_int_equal(stats.connects, 2);
	assert_true(stats.connected);
}

/* With a hub that has gone an eater knows it, and waits. */
static void test_disconnected(void **state)
{
	int64_t deadline = loop_now_ns() + PATIENCE_MS * INT64_C(1000000);

	(void)state;
	start();
	bus_free(hub, 0);
	hub = NULL;
	do {
		assert_int_equal(nd_eater_next(eater, &d, 5), 0);
		nd_eater_stats(eater, &stats);
	} while ((stats.connected || stats.connects == 0) &&
		 loop_now_ns() < deadline);
	assert_false(stats.connected);
	assert_int_equal(stats.connects, 1);
}

/* A message that is larger than allowed is lost, and no more than a while. */
static void test_too_large(void **state)
{
	int64_t deadline = loop_now_ns() + PATIENCE_MS * INT64_C(1000000);
	char *body = calloc(1, 100001);
	uint64_t seq = 1;

	(void)state;
	assert_non_null(body);
	start();
	publish("A", "k", 1, 0, 1);
	expect("A", "k", 0);
	wire_send(hub, "A/k/", body, 100001);
	free(body);
	do {
		assert_true(loop_now_ns() < deadline);
		publish("A", "k", 1, seq++, 1);
	} while (nd_eater_next(eater, &d, 5) == 0);
	nd_eater_stats(eater, &stats);
	assert_int_equal(stats.dumplings, 2);
	assert_int_equal(stats.missing, nd_seq(d) - 1);
}

static void test_fd(void **state)
{
	struct pollfd fd = {.fd = nd_eater_fd(eater), .events = POLLIN};
	int rc = 0;

	(void)state;
	start();
	for (uint64_t i = 0; i < 20; i++) {
		while (nd_eater_next(eater, &d, 0) > 0)
			continue;
		publish("A", "k", 1, i, 1);
		do
			assert_int_equal(poll(&fd, 1, PATIENCE_MS), 1);
		while ((rc = nd_eater_next(eater, &d, 0)) == 0);
		assert_int_equal(rc, 1);
		assert_int_equal(nd_seq(d), i);
	}
}

static void on_alarm(int signal_number)
{
	(void)signal_number;
}

static void test_signal(void **state)
{
	const struct sigaction action = {.sa_handler = on_alarm};
	/* Again and again, for one may come before it waits. */
	const struct itimerval often = {{0, 5000}, {0, 5000}}, never = {{0}};

	(void)state;
	start();
	assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
	assert_int_equal(nd_eater_next(eater, &d, -1), -EINTR);
	assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
	publish("A", "k", 1, 0, 1);
	expect("A", "k", 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_new),
		TEST(test_all),
		TEST(test_loss),
		TEST(test_restart),
		TEST(test_presence),
		TEST(test_invalid),
		TEST(test_wants),
		TEST(test_want_kitchen),
		TEST(test_want_nothing),
		TEST(test_unwant),
		TEST(test_reconnect),
		TEST(test_disconnected),
		TEST(test_too_large),
		TEST(test_fd),
		TEST(test_signal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
