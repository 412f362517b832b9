/* SPDX-License-Identifier: MIT */
#include <dumpling.h>
#include <json_read.h>
#include <loop.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <thin.h>

#include <cmocka.h>

#define RATE "\"max_rate\":10"
#define MERGE "\"latest_per\":{\"ARP\":\"src.hw\",\"All\":\"\"}"

static struct ring r;
static struct kinds kinds;
static struct thin *thin;
static struct nd_dumpling *d;
static struct text text;
static struct hello h;
static uint64_t left_out;
static int64_t made_ns;

static int setup(void **state)
{
	(void)state;
	left_out = 0;
	memset(&text, 0, sizeof(text));
	d = dumpling_new(1 << 20);
	return !d || ring_init(&r, 2 * RING_TEXT_MAX) < 0 ||
	       kinds_init(&kinds) < 0;
}

static int teardown(void **state)
{
	(void)state;
	dumpling_free(d);
	thin_free(thin);
	thin = NULL;
	text_free(&text);
	ring_free(&r);
	kinds_free(&kinds);
	return 0;
}

static void begin(const char *wish)
{
	const char *why;
	char hello[512];
	int len = snprintf(hello, sizeof(hello), "{\"eater_name\":1,%s}", wish);

	assert_int_equal(hello_parse(&h, hello, (size_t)len, &why), 0);
	thin = thin_new(&h.thin, 5, &r);
	assert_non_null(thin);
	assert_int_equal(thin->number, 5);
}

/* One comes; its number in the ring. */
static uint64_t come(const char *chef, uint64_t seq, enum nd_driver driver,
		     const char *payload)
{
	struct thin_entry e = {.d = d, .now_ns = loop_now_ns()};
	const char *why;
	struct nd_value v;
	uint64_t forget;
	bool is_new;

	assert_int_equal(json_read_value(d, &v, payload, strlen(payload), &why),
			 0);
	d->chef = chef;
	d->seq = seq;
	d->driver = driver;
	d->time_ns = made_ns++;
	e.stream = (uint32_t)kinds_number(&kinds, chef, "k", KIND_ANY, &is_new,
					  &forget);
	ring_reserve(&r, 8);
	ring_add(&r, "whatever", 8, e.stream);
	left_out += thin_take(thin, &r, &e);
	return r.next - 1;
}

static uint64_t arp(uint64_t seq, const char *payload)
{
	return come("ARP", seq, ND_DRIVER_PACKET, payload);
}

/* Ends the slot: the notice's list, or "" for no notice. */
static const char *tell(void)
{
	bool told = thin_tell(thin, &kinds, loop_now_ns(), &text);
	char *list;

	if (told) {
		ring_reserve(&r, text.len);
		ring_add(&r, text.at, text.len, THIN_KIND(5));
	}
	thin_turn(thin, &r, told);
	if (!told)
		return "";
	assert_false(thin_left_out(thin, r.next - 1));
	text_str(&text);
	list = strstr(text.at, "\"payload\":{\"left_out\":[");
	assert_non_null(list);
	list += strlen("\"payload\":{\"left_out\":[");
	assert_int_equal(strcmp(strchr(list, ']'), "]}}"), 0);
	*strchr(list, ']') = '\0';
	return list;
}

#define TOLD(chef, total, of)                                        \
	"{\"kitchen\":\"k\",\"chef\":\"" chef "\",\"total\":" #total \
	",\"of\":" #of "}"

static void only_the_latest_of_a_slot_comes(void **state)
{
	uint64_t a, b, other, none;

	(void)state;
	begin(MERGE);
	a = arp(0, "{\"src\":{\"hw\":\"x\"}}");
	b = arp(1, "{\"src\":{\"hw\":\"y\"}}");
	other = come("DNS", 0, ND_DRIVER_PACKET, "{\"src\":{\"hw\":\"x\"}}");
	none = arp(2, "{\"src\":{}}");
	assert_int_equal(left_out, 0);
	assert_false(thin_left_out(thin, a));
	arp(3, "{\"src\":{\"hw\":\"x\"}}");
	assert_true(thin_left_out(thin, a));
	assert_false(thin_left_out(thin, b));
	assert_false(thin_left_out(thin, r.next - 1));
	arp(4, "{\"src\":{\"hw\":\"x\"}}");
	assert_true(thin_left_out(thin, r.next - 2));
	arp(5, "{\"src\":1}");
	assert_false(thin_left_out(thin, none) || thin_left_out(thin, other));
	assert_int_equal(left_out, 2);
	/* Not before its end, and no later slot changes it. */
	assert_int_equal(thin_end(thin), 0);
	assert_string_equal(tell(), TOLD("ARP", 2, 6));
	assert_int_equal(thin_end(thin), r.next);
	assert_int_equal(thin->news, r.next);
	arp(6, "{\"src\":{\"hw\":\"x\"}}");
	assert_false(thin_left_out(thin, 5));
	assert_int_equal(left_out, 2);
	assert_string_equal(tell(), "");
}

static void of_the_empty_path_all_are_the_same(void **state)
{
	(void)state;
	begin(MERGE);
	come("All", 0, ND_DRIVER_PACKET, "1");
	come("All", 1, ND_DRIVER_PACKET, "{\"a\":2}");
	come("All", 2, ND_DRIVER_INTERVAL, "3");
	come("All", 3, ND_DRIVER_INTERVAL, "[]");
	come("All", 4, ND_DRIVER_PACKET, "null");
	assert_true(thin_left_out(thin, 0) && thin_left_out(thin, 1));
	assert_true(thin_left_out(thin, 2));
	assert_false(thin_left_out(thin, 3) || thin_left_out(thin, 4));
	assert_string_equal(tell(), TOLD("All", 3, 5));
}

static void values_are_the_same_only_with_their_type(void **state)
{
	static const char *const values[] = {
		"1",
		"\"1\"",
		"1.5",
		"true",
		"null",
		"-1",
		"\"\"",
		"\"a longer one, that is not kept in the entry of a table\""};
	char payload[128], big[400];

	(void)state;
	begin("\"latest_per\":{\"ARP\":\"a\"}");
	for (uint64_t i = 0; i < 16; i++) {
		snprintf(payload, sizeof(payload), "{\"a\":%s}", values[i % 8]);
		arp(i, payload);
		assert_int_equal(left_out, i < 8 ? 0 : i - 7);
	}
	/* Lists, maps and what is long are no names of things. */
	snprintf(big, sizeof(big), "{\"a\":\"%0300d\"}", 0);
	for (uint64_t i = 16; i < 22; i += 3) {
		arp(i, "{\"a\":[]}");
		arp(i + 1, "{\"a\":{}}");
		arp(i + 2, big);
	}
	assert_int_equal(left_out, 8);
}

static void a_rate_leaves_out_what_is_beyond(void **state)
{
	unsigned out = 0;

	(void)state;
	begin(RATE);
	for (uint64_t i = 0; i < 1000; i++) {
		out += thin_left_out(thin, arp(i, "1"));
		/* Each of another interval. */
		assert_false(thin_left_out(
			thin, come("I", i, ND_DRIVER_INTERVAL, "1")));
	}
	assert_int_equal(out, left_out);
	assert_true(out > 900 && out < 1000);
}

static void of_an_interval_the_first_and_last_come(void **state)
{
	uint64_t first, last, seq = 0;

	(void)state;
	begin("\"max_rate\":0.001");
	/* Until nothing more of it may pass. */
	while (!thin_left_out(thin, come("I", seq++, ND_DRIVER_PACKET, "1")))
		;
	left_out = 0;
	first = last = come("I", seq++, ND_DRIVER_INTERVAL, "1");
	for (int i = 1; i < 40; i++) {
		made_ns--; /* when the one before was made */
		last = come("I", seq++, ND_DRIVER_INTERVAL, "1");
		assert_false(thin_left_out(thin, last));
		assert_int_equal(thin_left_out(thin, last - 1), i > 1);
	}
	assert_false(thin_left_out(thin, first));
	assert_int_equal(left_out, 38);
	/* Another interval, of which a part has been read before the rest. */
	come("I", seq++, ND_DRIVER_INTERVAL, "1");
	made_ns--;
	come("I", seq++, ND_DRIVER_INTERVAL, "1");
	assert_false(thin_left_out(thin, last));
	assert_true(*tell());
	made_ns--;
	come("I", seq++, ND_DRIVER_INTERVAL, "1");
	assert_int_equal(left_out, 38);
	assert_string_equal(tell(), "");
}

static void what_takes_a_place_needs_no_room_of_its_own(void **state)
{
	(void)state;
	begin("\"max_rate\":0.001,\"latest_per\":{\"ARP\":\"hw\"}");
	arp(0, "{\"hw\":1}");
	arp(1, "{\"hw\":2}");
	arp(2, "{\"hw\":1}");
	arp(3, "{\"hw\":2}");
	arp(4, "{\"hw\":1}");
	for (uint64_t i = 0; i < 4; i++)
		assert_true(thin_left_out(thin, i));
	assert_false(thin_left_out(thin, 4));
	assert_string_equal(tell(), TOLD("ARP", 4, 5));
	arp(5, "{\"hw\":1}");
	assert_true(thin_left_out(thin, r.next - 1));
}

static void tells_what_has_changed_or_all(void **state)
{
	(void)state;
	begin(MERGE);
	assert_string_equal(tell(), "");
	thin->tell_all = true;
	assert_string_equal(tell(), "");
	assert_int_equal(thin->notices, 1);
	come("All", 0, ND_DRIVER_PACKET, "1");
	come("All", 1, ND_DRIVER_PACKET, "1");
	arp(9, "1");
	assert_string_equal(tell(), TOLD("All", 1, 2));
	assert_string_equal(tell(), "");
	thin->tell_all = true;
	assert_string_equal(tell(), TOLD("All", 1, 2) "," TOLD("ARP", 0, 1));
	assert_string_equal(tell(), "");
	assert_int_equal(thin->notices, 3);
	/* A kind that is another's now begins anew. */
	thin_forget(thin, 0);
	thin->tell_all = true;
	assert_string_equal(tell(), TOLD("ARP", 0, 1));
}

static void numbers_that_did_not_come_count(void **state)
{
	(void)state;
	begin(MERGE);
	come("All", 1000, ND_DRIVER_PACKET, "1");
	come("All", 1003, ND_DRIVER_PACKET, "1");
	assert_string_equal(tell(), TOLD("All", 1, 4));
	/* Started again, and far away. */
	come("All", 0, ND_DRIVER_PACKET, "1");
	come("All", 2, ND_DRIVER_PACKET, "1");
	come("All", UINT64_MAX, ND_DRIVER_PACKET, "1");
	come("All", 0, ND_DRIVER_PACKET, "1");
	assert_string_equal(tell(), TOLD("All", 4, 9));
}

static void what_has_left_the_ring_is_no_matter(void **state)
{
	(void)state;
	begin(MERGE);
	arp(0, "{\"src\":{\"hw\":\"x\"}}");
	ring_forget(&r, r.next);
	arp(1, "{\"src\":{\"hw\":\"x\"}}");
	assert_int_equal(left_out, 0);
	/* Once round: a place has no memory of what was there. */
	for (uint64_t i = 2; i < 3 * r.capacity; i++) {
		assert_false(thin_left_out(
			thin, arp(i, i % 2 ? "1" : "{\"src\":{\"hw\":1}}")));
		if (i % 997 == 0)
			tell();
	}
	assert_true(left_out > r.capacity);
}

static void notices_of_all_kinds_fit_into_the_ring(void **state)
{
	char name[TOPIC_NAME_MAX + 1], kitchen[TOPIC_NAME_MAX + 1];
	uint64_t forget;
	bool is_new;

	(void)state;
	begin(MERGE);
	memset(kitchen, 'k', TOPIC_NAME_MAX);
	kitchen[TOPIC_NAME_MAX] = '\0';
	for (int i = 0; i < KINDS_MAX; i++) {
		snprintf(name, sizeof(name), "%064d", i);
		assert_int_equal(kinds_number(&kinds, name, kitchen, KIND_ANY,
					      &is_new, &forget),
				 i);
		thin->streams[i].total = UINT64_MAX;
		thin->streams[i].of = UINT64_MAX;
	}
	assert_true(thin_tell(thin, &kinds, 0, &text));
	assert_true(text.len <= RING_TEXT_MAX);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_the_latest_of_a_slot_comes),
		TEST(of_the_empty_path_all_are_the_same),
		TEST(values_are_the_same_only_with_their_type),
		TEST(a_rate_leaves_out_what_is_beyond),
		TEST(of_an_interval_the_first_and_last_come),
		TEST(what_takes_a_place_needs_no_room_of_its_own),
		TEST(tells_what_has_changed_or_all),
		TEST(numbers_that_did_not_come_count),
		TEST(what_has_left_the_ring_is_no_matter),
		TEST(notices_of_all_kinds_fit_into_the_ring),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
