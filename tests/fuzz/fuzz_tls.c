/* SPDX-License-Identifier: MIT */
#include "put.h"

#include "../../chefs/TLSChef.c"

/*
 * The first byte chooses: a connection given to the chef in chunks, a message
 * alone, or a certificate.  A chunk has two bytes before it: its side and what
 * it is, and its length.
 */

static void check(bool holds)
{
	if (!holds)
		abort();
}

static uint8_t *copy(const uint8_t *data, size_t len)
{
	uint8_t *to = malloc(len ? len : 1);

	check(to);
	if (len)
		memcpy(to, data, len);
	return to;
}

static void restart(struct nd_dumpling *out)
{
	out->len = 0;
	put_begin(out);
}

/* One side as the kitchen would have it: what was kept, then what is new. */
struct side {
	uint8_t bytes[8192];
	size_t len;
	uint64_t offset;
};

static void give(struct tls *t, struct nd_stream *s, struct side *side,
		 struct nd_dumpling *out)
{
	uint8_t *bytes = copy(side->bytes, side->len);

	s->event = ND_STREAM_DATA;
	s->data = bytes;
	s->len = side->len;
	s->offset = side->offset;
	s->keep = 0;
	if (tls_stream(t, s, out) == ND_SERVE) {
		check(s->done && put_finish(out) == 0);
		restart(out);
	}
	free(bytes);
	check(s->keep <= side->len);
	side->offset += side->len - s->keep;
	memmove(side->bytes, side->bytes + side->len - s->keep, s->keep);
	side->len = s->keep;
}

static void connection(struct tls *t, struct nd_dumpling *out,
		       const uint8_t *data, size_t len)
{
	static const uint8_t ips[2][4] = {{192, 0, 2, 1}, {192, 0, 2, 2}};
	static struct side sides[2];
	struct conn conn = {0};
	struct nd_stream s = {.state = &conn,
			      .ip_len = 4,
			      .client_ip = ips[0],
			      .server_ip = ips[1],
			      .client_port = 1,
			      .server_port = 2};

	memset(sides, 0, sizeof(sides));
	while (len > 2 && !s.done) {
		struct side *side = &sides[data[0] & 1];
		size_t n = data[1] * (data[0] & 2 ? 8u : 1u);

		s.to_server = !(data[0] & 1);
		if (data[0] >= 0xf0) {
			s.event = ND_STREAM_GAP;
			s.len = n;
			tls_stream(t, &s, out);
			side->len = 0;
		}
		data += 2;
		len -= 2;
		n = n < len ? n : len;
		n = n < sizeof(side->bytes) - side->len
			    ? n
			    : sizeof(side->bytes) - side->len;
		memcpy(side->bytes + side->len, data, n);
		side->len += n;
		data += n;
		len -= n;
		if (!s.done && n > 0)
			give(t, &s, side, out);
	}
	if (!s.done) {
		s.event = ND_STREAM_END;
		s.data = NULL;
		s.len = 0;
		if (tls_stream(t, &s, out) == ND_SERVE)
			check(put_finish(out) == 0);
		restart(out);
	}
	check(nd_table_count(t->tcp) == 0);
}

static void message(const uint8_t *data, size_t len)
{
	uint8_t *body = copy(data, len);
	struct nd_tls_client_hello client;
	struct nd_tls_server_hello server;
	struct nd_tls_bytes key;
	char ja4[ND_JA4_SIZE];
	uint16_t group;

	if (nd_tls_client_hello(body, len, &client) == 0) {
		if (nd_ja4(&client, 't', ja4) == 0)
			check(strlen(ja4) == 36 && ja4[10] == '_');
		while (nd_tls_key_share(&client.key_shares, &group, &key) == 1)
			check(key.at + key.len <= body + len);
	}
	if (nd_tls_server_hello(body, len, &server) == 0)
		check(server.session_id.len <= 32);
	free(body);
}

static void certificate(const uint8_t *data, size_t len)
{
	struct nd_tls_bytes der = {copy(data, len), len};
	static struct nd_tls_certificate c;

	if (nd_tls_certificate(&der, &c) == 0) {
		check(memchr(c.subject, 0, sizeof(c.subject)));
		check(memchr(c.issuer, 0, sizeof(c.issuer)));
		check(c.names_len <= sizeof(c.names));
		check(!c.names_len || c.names[c.names_len - 1] == '\0');
	}
	free((void *)(uintptr_t)der.at);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct tls t = {.handshakes = 4,
			       .connections = 4,
			       .certificates = 8};
	static struct nd_dumpling *out;

	if (!out) {
		out = dumpling_new(1 << 20);
		check(out && tls_open(&t, NULL, 0) == 0);
		put_begin(out);
	}
	if (len == 0)
		return 0;
	if (data[0] % 4 == 1)
		message(data + 1, len - 1);
	else if (data[0] % 4 == 2)
		certificate(data + 1, len - 1);
	else
		connection(&t, out, data + 1, len - 1);
	return 0;
}
