/* SPDX-License-Identifier: MIT */
#include "nmsg_container.h"
#include "nmsg_crc.h"
#include "nmsg_fragments.h"
#include "unit.h"

#define SECOND INT64_C(1000000000)
#define MEMORY ((size_t)1 << 20)

static struct nmsg_fragments *f;
static struct nmsg_fragments_whole whole;
static uint8_t body[10000];
static int64_t now = SECOND;

static int begin(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(body); i++)
		body[i] = (uint8_t)(i + i / 256);
	f = nmsg_fragments_new(MEMORY);
	return f ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	nmsg_fragments_free(f);
	return 0;
}

static int take_bytes(const void *data, size_t len, unsigned int flags,
		      const char *peer)
{
	uint8_t *copy = malloc(len + 1);
	int rc;

	assert_non_null(copy);
	memcpy(copy, data, len);
	rc = nmsg_fragments_take(f, copy, len, flags, peer,
				 peer ? strlen(peer) : 0, now, &whole);
	free(copy);
	return rc;
}

/* One of the parts of `body`, each of `size` bytes. */
struct split {
	uint32_t id;
	size_t len, size;
	uint32_t last, crc;
	unsigned int flags;
	const char *peer;
};

static struct split split(uint32_t id, size_t len, size_t size)
{
	struct split s = {.id = id,
			  .len = len,
			  .size = size,
			  .last = (uint32_t)((len - 1) / size),
			  .crc = nmsg_crc(body, len)};

	return s;
}

static int take(const struct split *s, uint32_t current)
{
	uint8_t out[sizeof(body) + NMSG_FRAGMENTS_ROOM];
	struct nmsg_fragments_part part = {s->id, current, s->last, s->crc};
	size_t from = current * s->size;
	size_t len = s->len - from < s->size ? s->len - from : s->size;
	struct nmsg_container_header h;

	len = nmsg_fragments_put(out, &part, s->flags, body + from, len);
	assert_int_equal(nmsg_container_header(out, len, &h), 1);
	assert_int_equal(h.flags, s->flags | NMSG_CONTAINER_FRAGMENT);
	assert_int_equal(h.len + h.body_len, len);
	return take_bytes(out + h.len, h.body_len, h.flags, s->peer);
}

static void assert_whole(const struct split *s)
{
	assert_int_equal(whole.len, s->len);
	assert_memory_equal(whole.body, body, s->len);
	assert_int_equal(whole.flags, s->flags);
}

static void test_order(void **state)
{
	struct split s = split(1, 3000, 480);

	(void)state;
	for (uint32_t i = 0; i < 6; i++)
		assert_int_equal(take(&s, i), 0);
	assert_int_equal(take(&s, 6), 1);
	assert_whole(&s);
	s.flags = NMSG_CONTAINER_ZLIB;
	for (uint32_t i = 6; i > 0; i--) {
		assert_int_equal(take(&s, i), 0);
		assert_int_equal(take(&s, i), 0); /* twice */
	}
	assert_int_equal(take(&s, 0), 1);
	assert_whole(&s);
	s = split(2, 100, 480);
	assert_int_equal(take(&s, 0), 1); /* alone */
	assert_whole(&s);
	s = split(3, 10000, 1); /* as many as that */
	for (uint32_t i = 0; i < 9999; i++)
		assert_int_equal(take(&s, i * 7 % 9999), 0);
	assert_int_equal(take(&s, 9999), 1);
	assert_whole(&s);
	assert_int_equal(nmsg_fragments_stats(f)->bad, 0);
}

/* What makes parts belong together. */
static void test_key(void **state)
{
	struct split a = split(1, 900, 480), b = a, c = a, d = a;

	(void)state;
	b.id++;
	c.crc++;
	d.peer = "127.0.0.1";
	assert_int_equal(take(&a, 0), 0);
	assert_int_equal(take(&b, 0), 0);
	assert_int_equal(take(&c, 0), 0);
	assert_int_equal(take(&d, 0), 0);
	assert_int_equal(take(&a, 1), 1);
	assert_int_equal(take(&b, 1), 1);
	assert_int_equal(take(&c, 1), 1); /* nobody looks at the checksum */
	assert_int_equal(take(&d, 1), 1);
	assert_whole(&d);
}

/* One more is announced than comes; the checksum tells. */
static void test_rescue(void **state)
{
	struct split s = split(1, 960, 480);

	(void)state;
	s.last = 2;
	assert_int_equal(take(&s, 1), 0);
	assert_int_equal(take(&s, 0), 1);
	assert_whole(&s);
	s.crc++; /* does not tell, so it must come */
	assert_int_equal(take(&s, 1), 0);
	assert_int_equal(take(&s, 0), 0);
	assert_int_equal(take(&s, 2), 1);
	assert_whole(&s);
	/* Only the last may be missing. */
	s = split(2, 1440, 480);
	assert_int_equal(take(&s, 2), 0);
	assert_int_equal(take(&s, 0), 0);
	assert_int_equal(take(&s, 1), 1);
}

static void test_expiry(void **state)
{
	struct split s = split(1, 900, 480), t = split(2, 900, 480);
	uint64_t expired = nmsg_fragments_stats(f)->expired;

	(void)state;
	assert_int_equal(take(&s, 0), 0);
	now += 20 * SECOND;
	assert_int_equal(take(&t, 0), 0);
	now += 10 * SECOND;
	nmsg_fragments_expire(f, now);
	assert_int_equal(nmsg_fragments_stats(f)->expired, expired);
	nmsg_fragments_expire(f, now + 1);
	assert_int_equal(nmsg_fragments_stats(f)->expired, expired + 1);
	assert_int_equal(take(&s, 1), 0);
	assert_int_equal(take(&t, 1), 1);
	now += 31 * SECOND;
	nmsg_fragments_expire(f, now);
	assert_int_equal(nmsg_fragments_stats(f)->expired, expired + 2);
}

static void test_disagree(void **state)
{
	struct split s = split(1, 1400, 480), t = s, u = s;
	uint64_t bad = nmsg_fragments_stats(f)->bad;

	(void)state;
	t.last++;
	u.flags = NMSG_CONTAINER_ZLIB;
	assert_int_equal(take(&s, 0), 0);
	assert_int_equal(take(&t, 1), -EBADMSG);
	assert_int_equal(take(&u, 1), -EBADMSG);
	assert_int_equal(nmsg_fragments_stats(f)->bad, bad + 2);
	assert_int_equal(take(&s, 2), 0);
	assert_int_equal(take(&s, 1), 1);
	assert_whole(&s);
}

#define TAKE(text) take_bytes(BYTES(text), NMSG_CONTAINER_FRAGMENT, NULL)

static void test_bad(void **state)
{
	uint64_t bad = nmsg_fragments_stats(f)->bad;

	(void)state;
	assert_int_equal(TAKE("\x08\1\x10\0\x18\0\x22\1x"), 1);
	assert_int_equal(TAKE("\x32\1u\x08\1\x10\0\x18\0\x22\1x\x28\0"), 1);
	assert_int_equal(TAKE("\x10\0\x18\0\x22\1x"), -EBADMSG);
	assert_int_equal(TAKE("\x08\1\x18\0\x22\1x"), -EBADMSG);
	assert_int_equal(TAKE("\x08\1\x10\0\x22\1x"), -EBADMSG);
	assert_int_equal(TAKE("\x08\1\x10\0\x18\0"), -EBADMSG);
	assert_int_equal(TAKE("\x08\1\x10\0\x18\0\x22\2x"), -EBADMSG);
	assert_int_equal(TAKE("\x08\1\x10\0\x18\0\x20\1"), -EBADMSG);
	assert_int_equal(TAKE("\x08\1\x10\1\x18\0\x22\1x"), -EBADMSG);
	assert_int_equal(TAKE("\x08\1\x10\0\x18\xff\xff\3\x22\1x"), 0);
	assert_int_equal(TAKE("\x08\1\x10\0\x18\x80\x80\4\x22\1x"), -EBADMSG);
	assert_int_equal(TAKE("\x08\1\x12\0\x18\0\x22\1x"), -EBADMSG);
	assert_int_equal(TAKE(""), -EBADMSG);
	assert_int_equal(nmsg_fragments_stats(f)->bad, bad + 10);
}

/* Those that are never whole have a bound, and others go on. */
static void test_memory(void **state)
{
	struct split whole_one = split(0, 900, 480);
	uint64_t expired = nmsg_fragments_stats(f)->expired;

	(void)state;
	for (uint32_t i = 1; i <= 10000; i++) {
		struct split s = split(i, 10000, 9000);

		assert_int_equal(take(&s, 0), 0);
	}
	/* Of 9000 bytes each, there is room for 116 at most. */
	assert_in_range(nmsg_fragments_stats(f)->expired, expired + 9884,
			expired + 9999);
	assert_int_equal(take(&whole_one, 0), 0);
	assert_int_equal(take(&whole_one, 1), 1);
	expired = nmsg_fragments_stats(f)->expired;
	for (uint32_t i = 0; i < 10000; i++) {
		struct split s = split(i, 2, 1);

		assert_int_equal(take(&s, 0), 0);
	}
	/* Nor do many small ones have more than their number. */
	assert_in_range(nmsg_fragments_stats(f)->expired,
			expired + 10000 - 4096, UINT32_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),    cmocka_unit_test(test_key),
		cmocka_unit_test(test_rescue),   cmocka_unit_test(test_expiry),
		cmocka_unit_test(test_disagree), cmocka_unit_test(test_bad),
		cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
