/* SPDX-License-Identifier: MIT */
/* What OpenSSL's client and server said, read record by record. */
#include "tls_bytes.h"
#include "unit.h"

#include <cmocka.h>
#include <netdumplings/tls.h>

/* Where a hello of client_13 may end without extensions. */
#define NO_EXTENSIONS (2 + 32 + 33 + 2 + 36 + 2)

static uint8_t scratch[4096];

static struct nd_tls_reader reader_of(const uint8_t *data, size_t len)
{
	return (struct nd_tls_reader){.data = data,
				      .len = len,
				      .scratch = scratch,
				      .scratch_size = sizeof(scratch)};
}

static void test_messages(void **state)
{
	static const uint8_t types[] = {2, 11, 12, 14};
	struct nd_tls_message m;
	struct nd_tls_reader r;
	size_t len, count = 0;
	uint8_t *bytes = tls_bytes(server_12, &len);

	(void)state;
	r = reader_of(bytes, len);
	while (nd_tls_next(&r, &m) == 1) {
		assert_int_equal(m.record, ND_TLS_HANDSHAKE);
		assert_int_equal(m.type, types[count++]);
	}
	assert_int_equal(count, 4);
	assert_int_equal(r.at, len);
	assert_int_equal(m.len, 0);
	free(bytes);
}

/* Bytes come a few at a time: the messages are the same. */
static void test_bytes_by_bytes(void **state)
{
	size_t len;
	uint8_t *bytes = tls_bytes(server_12, &len);

	(void)state;
	for (size_t step = 1; step < len; step += step / 2 + 1) {
		struct nd_tls_reader r = reader_of(bytes, 0);
		size_t start = 0, count = 0;
		struct nd_tls_message m;

		for (size_t end = step; end < len + step; end += step) {
			r.data = bytes + start;
			r.len = (end < len ? end : len) - start;
			r.at = 0;
			while (nd_tls_next(&r, &m) == 1)
				count++;
			start += r.at;
		}
		assert_int_equal(count, 4);
		assert_int_equal(start, len);
	}
	free(bytes);
}

/* Nothing is whole before what is missing is here, so few calls find it. */
static void check_missing(const uint8_t *bytes, size_t len)
{
	struct nd_tls_message m;
	struct nd_tls_reader r;
	size_t end = 0, calls = 0;

	for (r = reader_of(bytes, end); nd_tls_next(&r, &m) == 0; calls++) {
		assert_true(r.missing > 0 && r.missing <= len - end);
		for (size_t more = 1; more < r.missing; more++) {
			struct nd_tls_reader early =
				reader_of(bytes, end + more);

			assert_int_equal(nd_tls_next(&early, &m), 0);
		}
		end += r.missing;
		r = reader_of(bytes, end);
	}
	assert_int_equal(end, len);
	assert_true(calls < 30);
}

/* The same handshake bytes in records of a few bytes each. */
static void test_split_records(void **state)
{
	size_t len, at = 0;
	uint8_t *bytes = tls_bytes(client_13, &len), cut[8192];
	struct nd_tls_message whole, m;
	struct nd_tls_reader r;

	(void)state;
	assert_int_equal(nd_tls_handshake(bytes + 5, len - 5, &whole), 1);
	assert_int_equal(nd_tls_handshake(bytes + 5, len - 6, &whole), 0);
	for (size_t i = 5; i < len; i += 3) {
		size_t n = len - i < 3 ? len - i : 3;

		memcpy(cut + at, "\x16\3\1\0", 4);
		cut[at + 4] = (uint8_t)n;
		memcpy(cut + at + 5, bytes + i, n);
		at += 5 + n;
	}
	check_missing(cut, at);
	check_missing(bytes, len);
	check_missing((const uint8_t *)"\x15\3\1\0\2\2\x28", 7);
	r = reader_of(cut, at);
	assert_int_equal(nd_tls_next(&r, &m), 1);
	assert_int_equal(m.type, ND_TLS_CLIENT_HELLO);
	assert_int_equal(m.len, whole.len);
	assert_memory_equal(m.body, bytes + 9, m.len);
	assert_int_equal(r.at, at);
	r = reader_of(cut, at - 1);
	assert_int_equal(nd_tls_next(&r, &m), 0);
	assert_int_equal(r.at, 0);
	r = reader_of(cut, at);
	r.scratch_size = whole.len + 3;
	assert_int_equal(nd_tls_next(&r, &m), -EMSGSIZE);
	/* Between the pieces nothing else may come. */
	cut[8] = 21;
	r = reader_of(cut, at);
	assert_int_equal(nd_tls_next(&r, &m), -EBADMSG);
	free(bytes);
}

static void test_what_is_not_tls(void **state)
{
	static const char *const not [] = {"GET / HTTP", "\x16\4\1\0\1",
					   "\x19\3\1\0\1", "\x16\3\1\xff\xff"};
	struct nd_tls_message m;

	(void)state;
	for (size_t i = 0; i < LENGTH(not ); i++) {
		struct nd_tls_reader r = reader_of((const uint8_t *)not [i], 5);

		assert_int_equal(nd_tls_next(&r, &m), -EBADMSG);
	}
}

static void check_text(const struct nd_tls_bytes *bytes, const char *text)
{
	assert_int_equal(bytes->len, strlen(text));
	assert_memory_equal(bytes->at, text, bytes->len);
}

static void test_client_hello(void **state)
{
	struct nd_tls_client_hello h;
	struct nd_tls_bytes text;
	uint16_t group;
	size_t len;
	uint8_t *bytes = tls_bytes(client_13, &len), *body = bytes + 9;

	(void)state;
	assert_int_equal(nd_tls_client_hello(body, len - 9, &h), 0);
	assert_int_equal(h.version, 0x0303);
	assert_int_equal(h.session_id.len, 32);
	assert_int_equal(nd_tls_count(&h.ciphers), 18);
	assert_int_equal(nd_tls_number(&h.ciphers, 0), 0x1302);
	assert_int_equal(nd_tls_number(&h.ciphers, 17), 0x00ff);
	assert_int_equal(h.compression.len, 1);
	assert_true(h.has_sni);
	check_text(&h.sni, "www.example.com");
	assert_int_equal(nd_tls_text(&h.alpn, &text), 1);
	check_text(&text, "h2");
	assert_int_equal(nd_tls_text(&h.alpn, &text), 1);
	check_text(&text, "http/1.1");
	assert_int_equal(nd_tls_text(&h.alpn, &text), 0);
	assert_int_equal(nd_tls_count(&h.versions), 2);
	assert_int_equal(nd_tls_number(&h.versions, 0), 0x0304);
	assert_int_equal(nd_tls_count(&h.groups), 10);
	assert_int_equal(nd_tls_number(&h.groups, 0), 0x001d);
	assert_int_equal(nd_tls_count(&h.signatures), 20);
	assert_int_equal(h.point_formats.len, 3);
	assert_int_equal(nd_tls_key_share(&h.key_shares, &group, &text), 1);
	assert_int_equal(group, 0x001d);
	assert_int_equal(text.len, 32);
	assert_int_equal(nd_tls_key_share(&h.key_shares, &group, &text), 0);
	assert_false(h.ech || h.psk || h.early_data || h.ticket);
	/* Whatever end is missing, it is no hello. */
	for (size_t i = 0; i < len - 9; i++)
		assert_int_equal(nd_tls_client_hello(body, i, &h),
				 i == NO_EXTENSIONS ? 0 : -EBADMSG);
	free(bytes);
}

static void test_server_hello(void **state)
{
	struct nd_tls_server_hello h;
	size_t len;
	uint8_t *bytes = tls_bytes(server_13, &len);

	(void)state;
	assert_int_equal(nd_tls_server_hello(bytes + 9, 0x76, &h), 0);
	assert_int_equal(h.version, 0x0304);
	assert_int_equal(h.cipher, 0x1302);
	assert_int_equal(h.group, 0x001d);
	assert_false(h.retry || h.psk);
	free(bytes);
	bytes = tls_bytes(server_12, &len);
	assert_int_equal(nd_tls_server_hello(bytes + 9, 0x46, &h), 0);
	assert_int_equal(h.version, 0x0303);
	assert_int_equal(h.cipher, 0xc02c);
	check_text(&h.alpn, "h2");
	assert_int_equal(nd_tls_server_hello(bytes + 9, 0x45, &h), -EBADMSG);
	free(bytes);
}

static void test_grease(void **state)
{
	(void)state;
	assert_true(nd_tls_grease(0x0a0a) && nd_tls_grease(0xfafa));
	assert_false(nd_tls_grease(0x0a1a) || nd_tls_grease(0x0b0b) ||
		     nd_tls_grease(0x1301));
}

static void test_certificate(void **state)
{
	struct nd_tls_certificate c;
	struct nd_tls_bytes leaf;
	uint8_t digest[32];
	size_t len;
	uint8_t *bytes = tls_bytes(server_12, &len);
	/* The second record, behind the header of its message. */
	const uint8_t *body = bytes + 5 + 0x4a + 5 + 4;

	(void)state;
	assert_int_equal(nd_tls_leaf(body, 0x216, &leaf), 0);
	assert_int_equal(leaf.len, 528);
	assert_int_equal(nd_tls_certificate(&leaf, &c), 0);
	assert_string_equal(c.subject,
			    "CN=www.example.com,O=D\xc3\xbcmpling Haus,C=DE");
	assert_string_equal(c.issuer, c.subject);
	assert_string_equal(c.serial, "1f2e3d4c5b");
	assert_int_equal(c.not_after_s - c.not_before_s, 3650 * 86400);
	assert_int_equal(c.names_count, 4);
	assert_memory_equal(c.names,
			    "www.example.com\0*.example.net\0"
			    "192.0.2.1\0002001:db8::1",
			    c.names_len);
	assert_int_equal(nd_tls_fingerprint(&leaf, digest), 0);
	assert_memory_equal(digest, c.fingerprint, 32);
	leaf.len--;
	assert_int_equal(nd_tls_certificate(&leaf, &c), -EBADMSG);
	assert_int_equal(nd_tls_leaf(body, 0x215, &leaf), -EBADMSG);
	assert_int_equal(nd_tls_leaf((const uint8_t *)"\0\0", 3, &leaf),
			 -ENOENT);
	free(bytes);
}

#define BEGIN(text) nd_tls_begin((const uint8_t *)(text), sizeof(text) - 1)
#define PROXY(text) nd_tls_proxy((const uint8_t *)(text), sizeof(text) - 1)
#define UPGRADES(text) \
	nd_tls_upgrades((const uint8_t *)(text), sizeof(text) - 1)

static void test_begin(void **state)
{
	(void)state;
	assert_int_equal(BEGIN("\x16\3\1\1\0\1"), ND_TLS_CLIENT);
	assert_int_equal(BEGIN("\x16\3\3\0\x50\2"), ND_TLS_SERVER);
	assert_int_equal(BEGIN("\x15\3\3\0\2\2"), ND_TLS_SERVER);
	assert_int_equal(BEGIN("\x16\3\3\0\x50\x0b"), ND_TLS_NOT);
	assert_int_equal(BEGIN("\x15\3\3\0\3\2"), ND_TLS_NOT);
	assert_int_equal(BEGIN("\x16\3\1"), ND_TLS_SHORT);
	assert_int_equal(BEGIN("\x16\3\5"), ND_TLS_NOT);
	assert_int_equal(BEGIN("GET / HTTP/1.1"), ND_TLS_NOT);
	assert_int_equal(BEGIN("G"), ND_TLS_NOT);
	assert_int_equal(BEGIN("\x80\x2e\1\3\1\0\x15\0\0\0\x10"),
			 ND_TLS_CLIENT_V2);
	assert_int_equal(BEGIN("\x80\x2e\4\3\1\0\x15\0\0\0\x10"), ND_TLS_NOT);
}

static void test_before_tls(void **state)
{
	(void)state;
	assert_int_equal(PROXY("PROXY TCP4 1 2 3 4\r\n\x16"), 20);
	assert_int_equal(PROXY("PROXY TCP4 1 2 3 4"), 0);
	assert_int_equal(PROXY("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\4abcd\x16"), 20);
	assert_int_equal(PROXY("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\4abc"), 0);
	assert_true(UPGRADES("CONNECT a:443 HTTP/1.1\r\n"));
	assert_true(UPGRADES("\0\0\0\x08\x04\xd2\x16\x2f"));
	assert_true(UPGRADES("\5\2\0\2") && UPGRADES("<stream:stream"));
	assert_false(UPGRADES("GET /") || UPGRADES("POST /") || UPGRADES(""));
}

static void test_v2(void **state)
{
	static const uint8_t hello[] =
		"\x80\x1f\1\3\1\0\6\0\0\0\x10\0\0\x2f\1\0\x80"
		"0123456789abcdef";
	struct nd_tls_seen seen = {0};
	size_t len = sizeof(hello) - 1;

	(void)state;
	assert_int_equal(nd_tls_learn_v2(&seen, hello, len - 1, 7), 0);
	assert_false(seen.has_client);
	assert_int_equal(nd_tls_learn_v2(&seen, hello, len, 7), len);
	assert_true(seen.has_client && seen.v2);
	assert_int_equal(seen.versions.at[0], 0x0301);
	assert_int_equal(seen.ciphers.all, 1);
	assert_int_equal(seen.ciphers.at[0], 0x002f);
}

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(nd_tls_cipher_name(0x1301),
			    "TLS_AES_128_GCM_SHA256");
	assert_string_equal(nd_tls_cipher_name(0x0001),
			    "TLS_RSA_WITH_NULL_MD5");
	assert_string_equal(nd_tls_cipher_name(0xccac),
			    "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256");
	assert_null(nd_tls_cipher_name(0x0a0a));
	assert_string_equal(nd_tls_version_name(0x0304), "TLS 1.3");
	assert_string_equal(nd_tls_group_name(0x11ec), "X25519MLKEM768");
	assert_string_equal(nd_tls_alert_name(48), "unknown_ca");
	assert_null(nd_tls_alert_name(200));
	/* Found by halving: each must be where its number belongs. */
	for (unsigned n = 0, found = 0; n <= 0xffff; n++) {
		found += nd_tls_cipher_name((uint16_t)n) != NULL;
		if (n == 0xffff)
			assert_int_equal(found, 82);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_bytes_by_bytes),
		cmocka_unit_test(test_split_records),
		cmocka_unit_test(test_what_is_not_tls),
		cmocka_unit_test(test_client_hello),
		cmocka_unit_test(test_server_hello),
		cmocka_unit_test(test_grease),
		cmocka_unit_test(test_certificate),
		cmocka_unit_test(test_begin),
		cmocka_unit_test(test_before_tls),
		cmocka_unit_test(test_v2),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
