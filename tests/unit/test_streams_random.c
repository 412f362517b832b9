/* SPDX-License-Identifier: MIT */
#include "tcp_segments.h"

/* Connections at random, against what was sent. */

enum {
	BYTES_MAX = 30000,
	SEGMENTS_MAX = 400,
};

struct piece {
	bool from_client, fin;
	uint32_t from, len;
};

static uint8_t sent[2][BYTES_MAX];
static bool seen[2][BYTES_MAX]; /* by the capture */
static uint32_t length[2], start[2];
static struct piece piece[SEGMENTS_MAX];
static uint32_t pieces;
static uint64_t seed = 7;

static uint32_t chance(uint32_t below)
{
	seed = seed * 6364136223846793005 + 1442695040888963407;
	return (uint32_t)(seed >> 33) % below;
}

static uint64_t keep_some(const struct nd_stream *st)
{
	return chance(3) ? chance((uint32_t)st->len + 1) : 0;
}

/* Both ways cut into segments, taking turns. */
static void make_pieces(uint32_t repeat)
{
	uint32_t at[2] = {0, 0};

	pieces = 0;
	while (pieces < SEGMENTS_MAX - 2 &&
	       (at[0] < length[0] || at[1] < length[1])) {
		bool who = chance(2);
		uint32_t n = 1 + chance(chance(2) ? 1460 : 20);
		uint32_t back = chance(100) < repeat ? chance(3000) : 0;

		if (at[who] == length[who])
			continue;
		back = back > at[who] ? at[who] : back;
		n = n > length[who] - at[who] ? length[who] - at[who] : n;
		piece[pieces++] =
			(struct piece){who, false, at[who] - back, n + back};
		at[who] += n;
	}
	length[0] = at[0];
	length[1] = at[1];
	piece[pieces++] = (struct piece){true, true, at[1], 0};
	piece[pieces++] = (struct piece){false, true, at[0], 0};
}

/* Each comes up to `far` places later than it was sent. */
static void disorder(uint32_t far)
{
	for (uint32_t i = 0; far && i + 1 < pieces; i++) {
		uint32_t j = i + chance(far);
		struct piece swap = piece[i];

		j = j < pieces ? j : pieces - 1;
		piece[i] = piece[j];
		piece[j] = swap;
	}
}

static void give_piece(const struct piece *p)
{
	bool who = p->from_client;

	give(who, start[who] + p->from, start[!who],
	     (uint8_t)(ACK | (p->fin ? FIN : 0)), sent[who] + p->from, p->len);
	memset(seen[who] + p->from, true, p->len);
}

/* One connection; returns how much of it was not captured. */
static uint32_t connection(uint32_t far, uint32_t repeat, uint32_t loss)
{
	uint32_t lost = 0;

	memset(seen, 0, sizeof(seen));
	for (int who = 0; who < 2; who++) {
		start[who] = chance(4) ? chance(UINT32_MAX)
				       : UINT32_MAX - chance(BYTES_MAX);
		length[who] = chance(chance(4) ? 3000 : BYTES_MAX);
		for (uint32_t i = 0; i < length[who]; i++)
			sent[who][i] = (uint8_t)chance(256);
	}
	give(true, start[1] - 1, 0, SYN, NULL, 0);
	give(false, start[0] - 1, start[1], SYN | ACK, NULL, 0);
	make_pieces(repeat);
	disorder(far);
	for (uint32_t i = 0; i < pieces; i++) {
		if (!piece[i].fin && chance(100) < loss)
			continue;
		give_piece(&piece[i]);
		if (chance(100) < repeat)
			give_piece(&piece[chance(i + 1)]);
	}
	/* whatever arrived was acknowledged, in the end */
	for (int i = 0; i < 6; i++) {
		give(true, start[1] + length[1] + 1, start[0] + length[0] + 1,
		     ACK, NULL, 0);
		give(false, start[0] + length[0] + 1, start[1] + length[1] + 1,
		     ACK, NULL, 0);
	}
	for (int who = 0; who < 2; who++)
		for (uint32_t i = 0; i < length[who]; i++)
			lost += !seen[who][i];
	return lost;
}

static void check_chef(const struct told *t, uint32_t lost)
{
	uint32_t gaps = 0;

	assert_int_equal(t->ends, 1);
	assert_int_equal(t->last.end, ND_STREAM_FIN);
	for (int who = 0; who < 2; who++) {
		assert_int_equal(t->next[who], length[who]);
		for (uint32_t i = 0; i < length[who]; i++) {
			gaps += t->gap_at[who][i];
			assert_true(t->gap_at[who][i] || seen[who][i]);
			if (!t->gap_at[who][i] &&
			    t->bytes[who][i] != sent[who][i])
				fail();
		}
	}
	assert_int_equal(gaps, lost);
	assert_int_equal(t->gap_bytes, lost);
}

static void run(uint32_t rounds, uint32_t far, uint32_t repeat, uint32_t loss)
{
	assert_int_equal(open_streams(4 << 20, 2, 8), 0);
	for (uint32_t i = 0; i < rounds; i++) {
		uint32_t lost;

		for (int who = 0; who < 2; who++)
			for (size_t chef = 0; chef < 2; chef++)
				memset(told[chef].gap_at[who], 0, BYTES_MAX);
		for (size_t chef = 0; chef < 2; chef++) {
			told[chef].gap_bytes = told[chef].ends = 0;
			told[chef].calls = 0;
			told[chef].next[0] = told[chef].next[1] = 0;
			told[chef].kept[0] = told[chef].kept[1] = 0;
		}
		told[1].keep = keep_some;
		lost = connection(far, repeat, loss);
		if (!length[0] && !length[1])
			continue;
		check_chef(&told[0], lost);
		check_chef(&told[1], lost);
	}
	if (!loss)
		assert_int_equal(streams_stats(streams)->gaps, 0);
	assert_int_equal(streams_stats(streams)->conflicts, 0);
	streams_stop(streams);
	assert_int_equal(streams_stats(streams)->memory, 0);
	streams_free(streams);
}

static void test_in_order(void **state)
{
	(void)state;
	run(1000, 0, 0, 0);
}

static void test_repeated(void **state)
{
	(void)state;
	run(1000, 0, 30, 0);
}

static void test_disorder(void **state)
{
	(void)state;
	run(1000, 5, 0, 0);
	run(500, SEGMENTS_MAX, 0, 0);
}

static void test_disorder_repeated(void **state)
{
	(void)state;
	run(1000, 20, 30, 0);
}

static void test_loss(void **state)
{
	(void)state;
	run(1000, 0, 0, 10);
	run(1000, 8, 20, 30);
	run(200, 3, 0, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_order),
		cmocka_unit_test(test_repeated),
		cmocka_unit_test(test_disorder),
		cmocka_unit_test(test_disorder_repeated),
		cmocka_unit_test(test_loss),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
