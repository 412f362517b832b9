/* SPDX-License-Identifier: MIT */
#include "hello.h"

#define HANDSHAKE 22
#define APPLICATION_DATA 23
#define TLS_1_2 0x0303
#define X25519 29

enum {
	SERVER_NAME = 0,
	GROUPS = 10,
	SIGNATURES = 13,
	ALPN = 16,
	VERSIONS = 43,
	KEY_EXCHANGE = 45,
	KEY_SHARE = 51,
};

/* What clients offer: one kind offers much, another only what is new. */
static const uint16_t ciphers[] = {0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f,
				   0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013,
				   0xc014, 0x009c, 0x009d, 0x002f, 0x0035};
static const uint8_t cipher_counts[] = {15, 9, 3, 11};

static const uint16_t signatures[] = {0x0403, 0x0804, 0x0401, 0x0503,
				      0x0805, 0x0501, 0x0806, 0x0601};

void hello_record(struct talk *t, struct fill *say, uint32_t len)
{
	fill8(say, APPLICATION_DATA);
	fill16(say, TLS_1_2);
	fill16(say, len);
	t->turn.body_len = len;
}

/* A record that is in the head as a whole. */
static void put_secret(struct talk *t, struct fill *f, uint32_t len)
{
	hello_record(t, f, len);
	assert(len <= (size_t)(f->end - f->at));
	chance_bytes(chance_next(&t->w->chance), f->at, len);
	f->at += len;
	t->turn.body_len = 0;
}

static size_t begin(struct fill *f, unsigned type)
{
	fill16(f, type);
	fill16(f, 0);
	return fill_len(f) - 2;
}

static size_t begin_len(struct fill *f)
{
	fill16(f, 0);
	return fill_len(f) - 2;
}

static void put_chance(struct talk *t, struct fill *f, size_t len)
{
	uint8_t bytes[32];

	chance_bytes(chance_next(&t->w->chance), bytes, len);
	fill_bytes(f, bytes, len);
}

static void put_server_name(struct fill *f, const char *name)
{
	size_t whole = begin(f, SERVER_NAME), list = begin_len(f), len;

	fill8(f, 0);
	len = begin_len(f);
	fill_text(f, name);
	fill_len16(f, len);
	fill_len16(f, list);
	fill_len16(f, whole);
}

static void put_alpn(struct fill *f, const char *alpn)
{
	size_t whole = begin(f, ALPN), list = begin_len(f);

	fill_text(f, alpn);
	fill_len16(f, list);
	fill_len16(f, whole);
}

static void put_numbers(struct fill *f, unsigned type, const uint16_t *numbers,
			size_t count)
{
	size_t whole = begin(f, type), list = begin_len(f);

	for (size_t i = 0; i < count; i++)
		fill16(f, numbers[i]);
	fill_len16(f, list);
	fill_len16(f, whole);
}

static void put_extensions(struct talk *t, struct fill *f,
			   const char *server_name, const char *alpn)
{
	static const uint16_t groups[] = {X25519, 23, 24};
	size_t all = begin_len(f), share, list;

	put_server_name(f, server_name);
	put_numbers(f, GROUPS, groups, 3);
	put_numbers(f, SIGNATURES, signatures, 8);
	if (alpn)
		put_alpn(f, alpn);
	fill16(f, VERSIONS);
	fill16(f, 5);
	fill8(f, 4);
	fill16(f, 0x0304);
	fill16(f, TLS_1_2);
	fill16(f, KEY_EXCHANGE);
	fill16(f, 2);
	fill16(f, 0x0101);
	share = begin(f, KEY_SHARE);
	list = begin_len(f);
	fill16(f, X25519);
	fill16(f, 32);
	put_chance(t, f, 32);
	fill_len16(f, list);
	fill_len16(f, share);
	fill_len16(f, all);
}

/* A handshake message in a record; what they need to be ended. */
struct handshake {
	size_t record, message;
};

static struct handshake begin_handshake(struct talk *t, struct fill *f,
					unsigned type, unsigned version)
{
	struct handshake h;

	fill8(f, HANDSHAKE);
	fill16(f, version);
	h.record = begin_len(f);
	fill8(f, type);
	fill8(f, 0);
	h.message = begin_len(f);
	fill16(f, TLS_1_2);
	put_chance(t, f, 32);
	fill8(f, 32);
	/* The session's id, which the server repeats. */
	fill_zeros(f, 24);
	fill16(f, t->client_port);
	fill16(f, t->server_port);
	fill32(f, t->number);
	return h;
}

static void end_handshake(struct fill *f, const struct handshake *h)
{
	fill_len16(f, h->message);
	fill_len16(f, h->record);
}

static void say_client_hello(struct talk *t, struct fill *f,
			     const char *server_name, const char *alpn)
{
	unsigned kind =
		(unsigned)(t->client - t->w->hosts) % sizeof(cipher_counts);
	struct handshake h = begin_handshake(t, f, 1, 0x0301);
	size_t list = begin_len(f);

	for (unsigned i = 0; i < cipher_counts[kind]; i++)
		fill16(f, ciphers[i]);
	fill_len16(f, list);
	fill16(f, 0x0100); /* no compression */
	put_extensions(t, f, server_name, alpn);
	end_handshake(f, &h);
}

static void put_change_cipher(struct fill *f)
{
	static const uint8_t record[] = {20, 3, 3, 0, 1, 1};

	fill_bytes(f, record, sizeof(record));
}

static void say_server_hello(struct talk *t, struct fill *f)
{
	struct handshake h = begin_handshake(t, f, 2, TLS_1_2);
	size_t all;

	fill16(f, 0x1301);
	fill8(f, 0);
	all = begin_len(f);
	fill16(f, VERSIONS);
	fill16(f, 2);
	fill16(f, 0x0304);
	fill16(f, KEY_SHARE);
	fill16(f, 36);
	fill16(f, X25519);
	fill16(f, 32);
	put_chance(t, f, 32);
	fill_len16(f, all);
	end_handshake(f, &h);
	put_change_cipher(f);
	/* Its certificate, and that it means it. */
	hello_record(t, f, chance_between(&t->w->chance, 1300, 3900));
}

void hello_say(struct talk *t, struct fill *say, uint32_t step,
	       const char *server_name, const char *alpn)
{
	t->turn.by_server = step == 1;
	t->turn.after_ns = chance_between(&t->w->chance, 200, 1500) * WORLD_US;
	if (step == 0) {
		say_client_hello(t, say, server_name, alpn);
	} else if (step == 1) {
		say_server_hello(t, say);
	} else {
		put_change_cipher(say);
		put_secret(t, say, 53);
	}
}
