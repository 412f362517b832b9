/* SPDX-License-Identifier: MIT */
#include <frame.h>
#include <ring.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct ring r;
static struct frame array, singles;
static char big[RING_TEXT_MAX + 1];

static struct filter filter = {.id = 1, .bits = {1 << 1 | 1 << 3}};

static int setup(void **state)
{
	(void)state;
	memset(big, 'x', sizeof(big));
	return ring_init(&r, 4 * RING_TEXT_MAX) |
	       frame_init(&array, FRAME_ARRAY) |
	       frame_init(&singles, FRAME_SINGLES);
}

static int teardown(void **state)
{
	(void)state;
	ring_free(&r);
	frame_free(&array);
	frame_free(&singles);
	return 0;
}

static void add(const char *text, size_t len, uint32_t kind)
{
	ring_reserve(&r, len);
	ring_add(&r, text, len, kind);
}

static void add_str(const char *text, uint32_t kind)
{
	add(text, strlen(text), kind);
}

/* Steps over the frame at *at, which must be a final text that is not masked.
 */
static const char *next_text(const struct frame *f, size_t *at, size_t *len)
{
	const uint8_t *p = (const uint8_t *)f->bytes + *at;
	size_t size = 0, head = 2;

	assert_in_range(*at, 0, f->len - 2);
	assert_int_equal(p[0], 0x81);
	assert_true(p[1] < 0x80);
	size = p[1];
	if (p[1] >= 126) {
		head = p[1] == 126 ? 4 : 10;
		size = 0;
		for (size_t i = 2; i < head; i++)
			size = size << 8 | p[i];
		/* The shortest form there is, RFC 6455 section 5.2. */
		assert_true(size > (head == 4 ? 125 : 65535));
	}
	assert_true(*at + head + size <= f->len);
	*at += head + size;
	*len = size;
	return (const char *)p + head;
}

static void check(const struct frame *f, const char *const *texts)
{
	size_t at = 0;

	for (; *texts; texts++) {
		size_t len;
		const char *text = next_text(f, &at, &len);

		assert_int_equal(len, strlen(*texts));
		assert_memory_equal(text, *texts, len);
	}
	assert_int_equal(at, f->len);
}

#define CHECK(frame, ...) check(frame, (const char *const[]){__VA_ARGS__, NULL})

static void is_what_passes(void **state)
{
	(void)state;
	add_str("10", 1);
	add_str("20", 2);
	add_str("30", 3);
	add_str("11", 1);
	frame_make(&array, &r, &filter, 0);
	CHECK(&array, "[10,30,11]");
	frame_make(&singles, &r, &filter, 0);
	CHECK(&singles, "10", "30", "11");
	assert_int_equal(array.count, 3);
	assert_int_equal(singles.count, 3);
	assert_int_equal(array.to, 4);
	assert_int_equal(singles.to, 4);
	assert_false(array.full || singles.full);
	frame_make(&array, &r, &filter, 3);
	CHECK(&array, "[11]");
	frame_make(&singles, &r, &filter, 3);
	CHECK(&singles, "11");
}

static void is_not_what_is_left_out_or_has_to_wait(void **state)
{
	uint64_t out[1024] = {0};
	struct thin *thin = calloc(1, sizeof(*thin));
	struct filter f = filter;

	(void)state;
	assert_true(thin && r.capacity <= 64 * 1024);
	f.id = 2;
	f.thin = thin;
	thin->out = out;
	thin->capacity = r.capacity;
	thin->since = 5;
	for (int i = 0; i < 5; i++)
		add((char[]){(char)('0' + i)}, 1, 1);
	out[0] = 1 << 0 | 1 << 3;
	frame_make(&array, &r, &f, 0);
	CHECK(&array, "[1,2,4]");
	frame_make(&singles, &r, &f, 0);
	CHECK(&singles, "1", "2", "4");
	thin->since = 2;
	frame_make(&array, &r, &f, 1);
	CHECK(&array, "[1]");
	frame_make(&singles, &r, &f, 1);
	CHECK(&singles, "1");
	assert_int_equal(array.to, 2);
	free(thin);
}

static void ends_where_a_text_was_left_out(void **state)
{
	(void)state;
	add_str("30", 3);
	add_str("11", 1);
	/* One that it does not want, and one that is a loss to tell first. */
	add("", RING_TEXT_MAX + 1, 2);
	add("", RING_TEXT_MAX + 1, 3);
	add_str("31", 3);
	frame_make(&array, &r, &filter, 0);
	CHECK(&array, "[30,11]");
	frame_make(&singles, &r, &filter, 0);
	CHECK(&singles, "30", "11");
	assert_int_equal(array.to, 3);
	assert_int_equal(singles.to, 3);
	frame_make(&array, &r, &filter, 4);
	CHECK(&array, "[31]");
	frame_make(&singles, &r, &filter, 4);
	CHECK(&singles, "31");
}

static void is_made_once(void **state)
{
	(void)state;
	add_str("1", 1);
	frame_make(&array, &r, &filter, 0);
	frame_make(&singles, &r, &filter, 0);
	add_str("2", 1);
	frame_make(&array, &r, &filter, 0);
	CHECK(&array, "[1]");
	frame_make(&singles, &r, &filter, 0);
	CHECK(&singles, "1");
	frame_take(&array, "other", 5);
	CHECK(&array, "other");
	frame_take(&singles, "other", 5);
	CHECK(&singles, "other");
	frame_make(&array, &r, &filter, 0);
	CHECK(&array, "[1,2]");
	frame_make(&singles, &r, &filter, 0);
	CHECK(&singles, "1", "2");
}

static void an_array_has_a_bound_and_one_at_least(void **state)
{
	size_t at = 0, len;

	(void)state;
	for (int i = 0; i < 1000; i++)
		add(big, 300, 1);
	add(big, RING_TEXT_MAX, 1);
	frame_make(&array, &r, &filter, 0);
	assert_true(array.full);
	next_text(&array, &at, &len);
	assert_in_range(len, FRAME_BYTES - 400, FRAME_BYTES);
	assert_int_equal(at, array.len);
	assert_int_equal(array.to, array.count);
	frame_make(&array, &r, &filter, 1000);
	assert_int_equal(array.count, 1);
	at = 0;
	next_text(&array, &at, &len);
	assert_int_equal(len, RING_TEXT_MAX + 2);
}

static void singles_have_a_bound_and_one_at_least(void **state)
{
	size_t at = 0, len;
	uint32_t count = 0;

	(void)state;
	for (int i = 0; i < 1000; i++)
		add(big, 300, 1);
	add(big, RING_TEXT_MAX, 1);
	frame_make(&singles, &r, &filter, 0);
	assert_true(singles.full);
	assert_in_range(singles.len, FRAME_BYTES - 400, FRAME_BYTES);
	assert_int_equal(singles.to, singles.count);
	for (; at < singles.len; count++) {
		next_text(&singles, &at, &len);
		assert_int_equal(len, 300);
	}
	assert_int_equal(count, singles.count);
	frame_make(&singles, &r, &filter, 1000);
	assert_int_equal(singles.count, 1);
	at = 0;
	next_text(&singles, &at, &len);
	assert_int_equal(len, RING_TEXT_MAX);
	assert_int_equal(at, singles.len);
}

static void texts_of_every_length_have_their_heads(void **state)
{
	static const size_t lens[] = {1,     124,   125,   126,  127,
				      65533, 65534, 65535, 65536};

	(void)state;
	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		size_t at = 0, len;
		uint64_t n = r.next;
		const char *text;

		add(big, lens[i], 1);
		frame_make(&singles, &r, &filter, n);
		text = next_text(&singles, &at, &len);
		assert_int_equal(len, lens[i]);
		assert_memory_equal(text, big, len);
		assert_int_equal(at, singles.len);
		at = 0;
		frame_make(&array, &r, &filter, n);
		next_text(&array, &at, &len);
		assert_int_equal(len, lens[i] + 2);
		at = 0;
		frame_take(&array, big, lens[i]);
		next_text(&array, &at, &len);
		assert_int_equal(len, lens[i]);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(is_what_passes),
		TEST(is_not_what_is_left_out_or_has_to_wait),
		TEST(ends_where_a_text_was_left_out),
		TEST(is_made_once),
		TEST(an_array_has_a_bound_and_one_at_least),
		TEST(singles_have_a_bound_and_one_at_least),
		TEST(texts_of_every_length_have_their_heads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
