/* SPDX-License-Identifier: MIT */
#include "unit.h"
#include "websocket_frames.h"

#define MAX 1000

static struct websocket_frames *f;
static struct websocket_frames_event event;

static int set_up(void **state)
{
	(void)state;
	f = websocket_frames_new(MAX);
	return !f;
}

static int tear_down(void **state)
{
	(void)state;
	websocket_frames_free(f);
	return 0;
}

static void give(const void *bytes, size_t len)
{
	size_t room;
	void *to = websocket_frames_room(f, &room);

	assert_true(room >= len);
	memcpy(to, bytes, len);
	websocket_frames_filled(f, len);
}

static void expect(enum websocket_opcode opcode, const char *text)
{
	assert_int_equal(websocket_frames_read(f, &event), 1);
	assert_int_equal(event.opcode, opcode);
	assert_int_equal(event.len, strlen(text));
	assert_memory_equal(event.bytes, text, event.len);
}

static void expect_bad(const void *bytes, size_t len, unsigned code)
{
	websocket_frames_reset(f);
	give(bytes, len);
	assert_int_equal(websocket_frames_read(f, &event), -EPROTO);
	assert_int_equal(event.code, code);
}

/* Whole ones, and in pieces with a control frame between, byte by byte. */
static void test_messages(void **state)
{
	static const char stream[] = "\x81\x02hi\x82\x00\x01\x02he\x00\x00"
				     "\x89\x01p\x80\x03llo\x8a\x00";

	(void)state;
	for (size_t step = 1; step < sizeof(stream); step++) {
		size_t got = 0;

		for (size_t at = 0; at < sizeof(stream) - 1; at += step) {
			size_t left = sizeof(stream) - 1 - at;

			give(stream + at, left < step ? left : step);
			while (websocket_frames_read(f, &event) > 0) {
				static const char *const texts[] = {
					"hi", "", "p", "hello", ""};
				static const int opcodes[] = {1, 2, 9, 1, 10};

				assert_true(got < 5);
				assert_int_equal(event.opcode, opcodes[got]);
				assert_int_equal(event.len, strlen(texts[got]));
				if (event.len > 0)
					assert_memory_equal(event.bytes,
							    texts[got],
							    event.len);
				got++;
			}
		}
		assert_int_equal(got, 5);
	}
}

static void test_bytes_before_frames(void **state)
{
	size_t len;

	(void)state;
	give(BYTES("head\x81\x01x"));
	assert_memory_equal(websocket_frames_unread(f, &len), "head", 4);
	assert_int_equal(len, 7);
	websocket_frames_skip(f, 4);
	expect(WEBSOCKET_TEXT, "x");
}

static void test_too_large(void **state)
{
	static uint8_t frame[4 + MAX + 1] = {0x81, 126, MAX >> 8, MAX & 255};

	(void)state;
	give(frame, 4 + MAX);
	assert_int_equal(websocket_frames_read(f, &event), 1);
	assert_int_equal(event.len, MAX);
	frame[3]++;
	expect_bad(frame, sizeof(frame), 1009);
	/* its fragments are counted together */
	frame[0] = 0x01;
	frame[3]--;
	websocket_frames_reset(f);
	give(frame, 4 + MAX);
	assert_int_equal(websocket_frames_read(f, &event), 0);
	give(BYTES("\x80\x01x"));
	assert_int_equal(websocket_frames_read(f, &event), -EPROTO);
	assert_int_equal(event.code, 1009);
	/* a reset forgets it, and what came of it */
	websocket_frames_reset(f);
	give(BYTES("\x81\x01y"));
	expect(WEBSOCKET_TEXT, "y");
}

static void test_bad(void **state)
{
	(void)state;
	expect_bad(BYTES("\x81\x81\0\0\0\0x"), 1002); /* masked */
	expect_bad(BYTES("\xc1\x01x"), 1002);         /* RSV1 */
	expect_bad(BYTES("\x83\x01x"), 1002);         /* no such opcode */
	expect_bad(BYTES("\x8b\x00"), 1002);
	expect_bad(BYTES("\x80\x01x"), 1002);          /* continues nothing */
	expect_bad(BYTES("\x01\x01x\x81\x01y"), 1002); /* does not continue */
	expect_bad(BYTES("\x09\x00"), 1002);           /* a ping in pieces */
	expect_bad(BYTES("\x89\x7e\x00\x7e"), 1002);   /* a long one */
	expect_bad(BYTES("\x81\x7e\x00\x05"), 1002);   /* too wide a length */
}

static void test_write(void **state)
{
	static const char text[] = "a text that is masked";
	static char large[70000];
	struct text out = {0}, again = {0};
	const uint8_t *at;

	(void)state;
	assert_int_equal(websocket_frames_write(f, &out, WEBSOCKET_TEXT,
						BYTES(text)),
			 0);
	at = (const uint8_t *)out.at;
	assert_int_equal(out.len, 6 + sizeof(text) - 1);
	assert_int_equal(at[0], 0x81);
	assert_int_equal(at[1], 0x80 | (sizeof(text) - 1));
	for (size_t i = 0; i < sizeof(text) - 1; i++)
		assert_int_equal(at[6 + i] ^ at[2 + i % 4], text[i]);
	/* each has a mask of its own */
	for (int i = 0; i < 100; i++) {
		again.len = 0;
		assert_int_equal(websocket_frames_write(f, &again,
							WEBSOCKET_TEXT,
							BYTES(text)),
				 0);
		assert_memory_not_equal(out.at + 2, again.at + 2, 4);
	}
	out.len = 0;
	assert_int_equal(websocket_frames_write(f, &out, WEBSOCKET_PING, "", 0),
			 0);
	assert_int_equal(out.len, 6);
	assert_int_equal(websocket_frames_write(f, &out, WEBSOCKET_BINARY,
						large, sizeof(large)),
			 0);
	assert_int_equal(out.len, 6 + 14 + sizeof(large));
	text_free(&out);
	text_free(&again);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_messages),  TEST(test_bytes_before_frames),
		TEST(test_too_large), TEST(test_bad),
		TEST(test_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
