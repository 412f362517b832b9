/* SPDX-License-Identifier: MIT */
/* The packets of RFC 9001 and RFC 9369, appendices A, and some made here. */
#include "quic_seal.h"
#include "tls_bytes.h"
#include "unit.h"

#include <cmocka.h>

#define V2 0x6b3343cf

/* The CRYPTO frame of both; padding makes 1162 bytes of it. */
static const char sample_frame[] =
	"060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e868"
	"04fe3a47f06a2b69484c00000413011302010000c000000010000e00000b6578"
	"616d706c652e636f6dff01000100000a00080006001d00170018001000070005"
	"04616c706e000500050100000000003300260024001d00209370b2c9caa47fba"
	"baf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b000302030400"
	"0d0010000e0403050306030203080408050806002d00020101001c0002400100"
	"3900320408ffffffffffffffff05048000ffff07048000ffff08011001048000"
	"75300901100f088394c8f03e51570806048000ffff";

/* RFC 9001 A.3: the server's answer, whole. */
static const char sample_server[] =
	"cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a"
	"5816b6394100f37a1c69797554780bb38cc5a99f5ede4cf73c3ec2493a1839b3"
	"dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84"
	"022f8ef4cdd93795d77d06edbb7aaf2f58891850abbdca3d20398c276456cbc4"
	"2158407dd074ee";

static const uint8_t id[] = {0x83, 0x94, 0xc8, 0xf0, 0x3e, 0x51, 0x57, 0x08};
static uint8_t packet[2000];
static uint8_t plain[2048];
static struct nd_quic_begin learned;

static void check_hex(const uint8_t *bytes, const char *hex)
{
	size_t len;
	uint8_t *wanted = tls_bytes(hex, &len);

	assert_memory_equal(bytes, wanted, len);
	free(wanted);
}

static struct nd_quic_keys keys_of(uint32_t version, bool of_server)
{
	struct nd_quic_keys keys;

	assert_int_equal(nd_quic_initial_keys(version, id, sizeof(id),
					      of_server, &keys),
			 0);
	return keys;
}

static void test_keys(void **state)
{
	struct nd_quic_keys keys = keys_of(1, false);

	(void)state;
	check_hex(keys.key, "1f369613dd76d5467730efcbe3b1a22d");
	check_hex(keys.iv, "fa044b2f42a3fd3b46fb255c");
	check_hex(keys.hp, "9f50449e04a0e810283a1e9933adedd2");
	keys = keys_of(1, true);
	check_hex(keys.key, "cf3a5331653c364c88f0f379b6067e37");
	check_hex(keys.iv, "0ac1493ca1905853b0bba03e");
	check_hex(keys.hp, "c206b8d9b9f0f37644430b490eeaa314");
	keys = keys_of(V2, false);
	check_hex(keys.key, "8b1a0bc121284290a29e0971b5cd045d");
	check_hex(keys.iv, "91f73e2351d8fa91660e909f");
	check_hex(keys.hp, "45b95e15235d6f45a6b19cbcb0294ba9");
	assert_int_equal(nd_quic_initial_keys(2, id, 8, false, &keys), -ENOENT);
	assert_int_equal(nd_quic_initial_keys(1, id, 21, false, &keys),
			 -EINVAL);
}

/* The client's packet of the RFC, sealed here: its ends are as published. */
static size_t sample_packet(uint32_t version)
{
	struct quic_seal s = {.version = version,
			      .dcid = id,
			      .dcid_len = sizeof(id),
			      .number = 2,
			      .number_len = 4};
	struct nd_quic_keys keys = keys_of(version, false);
	uint8_t frames[1162] = {0};
	size_t len;
	uint8_t *frame = tls_bytes(sample_frame, &len);

	memcpy(frames, frame, len);
	free(frame);
	len = quic_seal(&s, &keys, frames, sizeof(frames), packet);
	assert_int_equal(len, 1200);
	return len;
}

static void check_sample(void)
{
	struct nd_quic_packet p;
	const struct nd_tls_seen *seen = &learned.seen;

	assert_int_equal(nd_quic_packet(packet, 1200, &p), 0);
	assert_int_equal(p.type, ND_QUIC_INITIAL);
	assert_int_equal(p.len, 1200);
	assert_int_equal(p.dcid_len, 8);
	assert_int_equal(p.scid_len, 0);
	assert_int_equal(p.token_len, 0);
	memset(&learned, 0, sizeof(learned));
	assert_int_equal(nd_quic_learn(&learned, &p, false, 5), 0);
	assert_true(seen->has_client);
	assert_int_equal(seen->client_ns, 5);
	assert_int_equal(seen->sni.len, 11);
	assert_memory_equal(seen->sni.at, "example.com", 11);
	assert_int_equal(seen->ciphers.all, 2);
	assert_memory_equal(seen->ja4, "q13d0211an_", 11);
	/* A bit that is wrong anywhere, and it is not opened. */
	for (size_t i = 5; i < 1200; i += 7) {
		packet[i] ^= 0x10;
		memset(&learned, 0, sizeof(learned));
		if (nd_quic_packet(packet, 1200, &p) == 0)
			assert_int_not_equal(
				nd_quic_learn(&learned, &p, false, 5), 0);
		assert_false(learned.seen.has_client);
		packet[i] ^= 0x10;
	}
}

static void test_sample_of_version_1(void **state)
{
	(void)state;
	sample_packet(1);
	check_hex(packet,
		  "c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8"
		  "ec11d242b123dc9bd8bab936b47d92ec356c0bab7df5976d27cd449f6330"
		  "0099f399");
	check_hex(packet + 1200 - 16, "e221af44860018ab0856972e194cd934");
	check_sample();
}

static void test_sample_of_version_2(void **state)
{
	(void)state;
	sample_packet(V2);
	check_hex(packet,
		  "d76b3343cf088394c8f03e5157080000449ea0c95e82ffe67b6abcdb4298"
		  "b485dd04de806071bf03dceebfa162e75d6c96058bdbfb127cdfcbf90338"
		  "8e99ad04");
	check_hex(packet + 1200 - 16, "a18b2faa745b6fe189cf772a9f84cbfc");
	check_sample();
}

static void test_sample_of_server(void **state)
{
	struct nd_quic_keys keys = keys_of(1, true);
	struct nd_quic_packet p;
	size_t len;
	uint8_t *answer = tls_bytes(sample_server, &len);

	(void)state;
	assert_int_equal(nd_quic_packet(answer, len, &p), 0);
	assert_int_equal(nd_quic_open(&p, &keys, plain, sizeof(plain)), 99);
	check_hex(plain, "02000000000600405a020000560303eefce7f7b37ba1d1");
	assert_int_equal(nd_quic_open(&p, &keys, plain, 98), -EMSGSIZE);
	/* Before the client's hello it says nothing. */
	memset(&learned, 0, sizeof(learned));
	assert_int_equal(nd_quic_learn(&learned, &p, true, 9), 0);
	assert_false(learned.seen.has_server);
	sample_packet(1);
	check_sample();
	memset(&learned, 0, sizeof(learned));
	assert_int_equal(nd_quic_packet(packet, 1200, &p), 0);
	assert_int_equal(nd_quic_learn(&learned, &p, false, 5), 0);
	assert_int_equal(nd_quic_packet(answer, len, &p), 0);
	assert_int_equal(nd_quic_learn(&learned, &p, true, 9), 1);
	assert_int_equal(learned.seen.version, 0x0304);
	assert_int_equal(learned.seen.cipher, 0x1301);
	assert_int_equal(learned.seen.server_ns, 9);
	for (size_t i = 0; i < len; i++)
		assert_int_not_equal(nd_quic_packet(answer, i, &p), 0);
	free(answer);
}

static void test_what_is_no_packet(void **state)
{
	static const uint8_t long_id[] = "\xc0\0\0\0\1\x15"
					 "aaaaaaaaaaaaaaaaaaaaa";
	struct nd_quic_packet p;

	(void)state;
	assert_int_equal(nd_quic_packet((const uint8_t *)"", 0, &p), -ENOENT);
	assert_int_equal(nd_quic_packet((const uint8_t *)"\x40\0\0\0\1\0\0\0\0",
					9, &p),
			 -ENOENT);
	assert_int_equal(nd_quic_packet((const uint8_t *)"\xc0\0\0\0\0\0\0\0\0",
					9, &p),
			 -ENOENT);
	assert_int_equal(nd_quic_packet(long_id, sizeof(long_id), &p),
			 -EBADMSG);
	/* A token longer than the datagram. */
	assert_int_equal(
		nd_quic_packet((const uint8_t *)"\xc0\0\0\0\1\0\0\x3f\0", 9,
			       &p),
		-EBADMSG);
	assert_int_equal(
		nd_quic_packet((const uint8_t *)"\xf0\0\0\0\1\0\0t", 8, &p), 0);
	assert_int_equal(p.type, ND_QUIC_RETRY);
	assert_int_equal(p.len, 8);
}

static void test_frames(void **state)
{
	/* Padding, ping, an acknowledgement of either kind, two pieces. */
	static const uint8_t frames[] = "\0\1\2\5\0\1\0\0\0"
					"\3\5\0\0\0\1\2\3"
					"\6\3\2ab\6\0\3cde\x1c\1\6\1!";
	struct nd_quic_crypto piece;
	size_t at = 0;

	(void)state;
	assert_int_equal(
		nd_quic_crypto(frames, sizeof(frames) - 1, &at, &piece), 1);
	assert_int_equal(piece.offset, 3);
	assert_int_equal(piece.len, 2);
	assert_memory_equal(piece.data, "ab", 2);
	assert_int_equal(
		nd_quic_crypto(frames, sizeof(frames) - 1, &at, &piece), 1);
	assert_int_equal(piece.offset, 0);
	assert_memory_equal(piece.data, "cde", 3);
	assert_int_equal(
		nd_quic_crypto(frames, sizeof(frames) - 1, &at, &piece), 0);
	for (size_t cut = 18; cut < 22; cut++) {
		at = 0;
		assert_int_equal(nd_quic_crypto(frames, cut, &at, &piece),
				 -EBADMSG);
	}
	at = 0;
	assert_int_equal(nd_quic_crypto((const uint8_t *)"\x08", 1, &at,
					&piece),
			 -EBADMSG);
}

static void test_gather(void **state)
{
	static struct nd_quic_gather g;
	struct nd_quic_crypto c = {3, (const uint8_t *)"def", 3};

	(void)state;
	assert_int_equal(nd_quic_gather(&g, &c), 0);
	assert_int_equal(g.len, 0);
	c = (struct nd_quic_crypto){0, (const uint8_t *)"abcXY", 5};
	assert_int_equal(nd_quic_gather(&g, &c), 0);
	assert_int_equal(g.len, 6);
	assert_memory_equal(g.bytes, "abcdef", 6);
	c.offset = ND_QUIC_GATHER_MAX - 5;
	assert_int_equal(nd_quic_gather(&g, &c), 0);
	c.offset++;
	assert_int_equal(nd_quic_gather(&g, &c), -EMSGSIZE);
	c.offset = UINT64_MAX - 1;
	assert_int_equal(nd_quic_gather(&g, &c), -EMSGSIZE);
	assert_int_equal(g.len, 6);
}

/* A piece of a hello in a packet of its own. */
static int send_piece(const struct quic_seal *s, bool of_server,
		      const uint8_t *from, size_t at, size_t len)
{
	struct nd_quic_keys keys;
	struct nd_quic_packet p;
	uint8_t frame[1000];

	frame[0] = 6;
	frame[1] = (uint8_t)(0x40 | at >> 8);
	frame[2] = (uint8_t)at;
	frame[3] = (uint8_t)(0x40 | len >> 8);
	frame[4] = (uint8_t)len;
	memcpy(frame + 5, from + at, len);
	nd_quic_initial_keys(s->version, id, sizeof(id), of_server, &keys);
	assert_true(quic_seal(s, &keys, frame, 5 + len, packet) > 0);
	assert_int_equal(nd_quic_packet(packet, sizeof(packet), &p), 0);
	return nd_quic_learn(&learned, &p, of_server, 1);
}

static void test_pieces_in_any_order(void **state)
{
	struct quic_seal s = {.version = 1,
			      .dcid = id,
			      .dcid_len = sizeof(id),
			      .number_len = 1};
	size_t len, answer_len;
	uint8_t *hello = tls_bytes(client_13 + 10, &len);
	uint8_t *answer = tls_bytes(server_13 + 10, &answer_len);

	(void)state;
	memset(&learned, 0, sizeof(learned));
	assert_int_equal(send_piece(&s, false, hello, 300, len - 300), 0);
	s.number++;
	/* What the client sends later goes to an id that the server chose. */
	s.dcid = id + 1;
	s.dcid_len = 4;
	assert_int_equal(send_piece(&s, false, hello, 0, 100), 0);
	s.number++;
	assert_false(learned.seen.has_client);
	assert_int_equal(send_piece(&s, false, hello, 50, 260), 0);
	assert_true(learned.seen.has_client);
	assert_int_equal(learned.seen.sni.len, 15);
	assert_int_equal(send_piece(&s, true, answer, 40, answer_len - 46), 0);
	assert_int_equal(send_piece(&s, true, answer, 0, 40), 1);
	assert_int_equal(learned.seen.cipher, 0x1302);
	assert_false(learned.seen.resumed);
	free(hello);
	free(answer);
}

static void test_retry(void **state)
{
	static const uint8_t other[] = {1, 2, 3, 4, 5};
	struct quic_seal s = {.version = 1,
			      .dcid = other,
			      .dcid_len = sizeof(other),
			      .token_len = 40,
			      .number_len = 2};
	struct nd_quic_keys keys;
	struct nd_quic_packet p;
	size_t len;
	uint8_t *answer = tls_bytes(server_13 + 10, &len);
	uint8_t frame[200] = {6, 0, 0x40, (uint8_t)(len - 6)};

	(void)state;
	sample_packet(1);
	memset(&learned, 0, sizeof(learned));
	assert_int_equal(nd_quic_packet(packet, 1200, &p), 0);
	assert_int_equal(nd_quic_learn(&learned, &p, false, 1), 0);
	nd_quic_initial_keys(1, other, sizeof(other), false, &keys);
	quic_seal(&s, &keys, "\1\0\0\0", 4, packet);
	assert_int_equal(nd_quic_packet(packet, sizeof(packet), &p), 0);
	assert_int_equal(p.token_len, 40);
	assert_int_equal(nd_quic_learn(&learned, &p, false, 2), 0);
	memcpy(frame + 4, answer, len - 6);
	nd_quic_initial_keys(1, other, sizeof(other), true, &keys);
	quic_seal(&s, &keys, frame, sizeof(frame), packet);
	assert_int_equal(nd_quic_packet(packet, sizeof(packet), &p), 0);
	assert_int_equal(nd_quic_learn(&learned, &p, true, 3), 1);
	free(answer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_sample_of_version_1),
		cmocka_unit_test(test_sample_of_version_2),
		cmocka_unit_test(test_sample_of_server),
		cmocka_unit_test(test_what_is_no_packet),
		cmocka_unit_test(test_frames),
		cmocka_unit_test(test_gather),
		cmocka_unit_test(test_pieces_in_any_order),
		cmocka_unit_test(test_retry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
