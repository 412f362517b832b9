/* SPDX-License-Identifier: MIT */
#include <netdumplings/tls.h>

#include <string.h>

typedef const char *(*namer)(uint16_t);

static void put_number(struct nd_dumpling *out, const char *key, uint16_t n,
		       namer name_of)
{
	static const char hex[] = "0123456789ABCDEF";
	const char *name = name_of(n);
	char unknown[] = {'0',
			  'x',
			  hex[n >> 12],
			  hex[n >> 8 & 15],
			  hex[n >> 4 & 15],
			  hex[n & 15],
			  '\0'};

	nd_put_str(out, key, name ? name : unknown);
}

static void put_numbers(struct nd_dumpling *out, const char *key,
			const struct nd_tls_numbers *numbers, namer name_of)
{
	if (numbers->kept == 0)
		return;
	nd_put_array(out, key);
	for (size_t i = 0; i < numbers->kept; i++)
		put_number(out, NULL, numbers->at[i], name_of);
	nd_end(out);
}

static void put_text(struct nd_dumpling *out, const char *key,
		     const struct nd_tls_kept *text)
{
	if (text->len)
		nd_put_strn(out, key, (const char *)text->at, text->len);
}

static void put_hex(struct nd_dumpling *out, const char *key,
		    const uint8_t *bytes, size_t len)
{
	static const char hex[] = "0123456789abcdef";
	char text[64];

	for (size_t i = 0; i < len; i++) {
		text[2 * i] = hex[bytes[i] >> 4];
		text[2 * i + 1] = hex[bytes[i] & 15];
	}
	nd_put_strn(out, key, text, 2 * len);
}

/* Seconds as a time, the nearest there is to those out of reach. */
static void put_seconds(struct nd_dumpling *out, const char *key, int64_t s)
{
	const int64_t most = INT64_MAX / 1000000000;

	s = s > most ? most : s < -most ? -most : s;
	nd_put_time(out, key, s * 1000000000);
}

static void put_client(const struct nd_tls_seen *s, bool list,
		       struct nd_dumpling *out)
{
	struct nd_tls_bytes rest = {s->alpn.at, s->alpn.len}, name;

	put_text(out, "sni", &s->sni);
	put_numbers(out, "versions", &s->versions, nd_tls_version_name);
	if (list)
		put_numbers(out, "ciphers", &s->ciphers, nd_tls_cipher_name);
	else
		nd_put_uint(out, "ciphers", s->ciphers.all);
	if (rest.len > 0) {
		nd_put_array(out, "alpn");
		while (nd_tls_text(&rest, &name) > 0)
			nd_put_strn(out, NULL, (const char *)name.at, name.len);
		nd_end(out);
	}
	put_numbers(out, "groups", &s->groups, nd_tls_group_name);
	if (s->ja4[0])
		nd_put_str(out, "ja4", s->ja4);
	if (s->ech)
		nd_put_bool(out, "ech", true);
	if (s->early_data)
		nd_put_bool(out, "early_data", true);
}

static void put_server(const struct nd_tls_seen *s, struct nd_dumpling *out)
{
	put_number(out, "version", s->version, nd_tls_version_name);
	put_number(out, "cipher", s->cipher, nd_tls_cipher_name);
	if (s->group)
		put_number(out, "group", s->group, nd_tls_group_name);
	put_text(out, "alpn_chosen", &s->alpn_chosen);
	nd_put_bool(out, "resumed", s->resumed);
	if (s->retry)
		nd_put_bool(out, "retry", true);
	if (s->has_client)
		nd_put_double(out, "latency",
			      (double)(s->server_ns - s->client_ns) / 1e9);
}

static void put_alert(const struct nd_tls_seen *s, struct nd_dumpling *out)
{
	nd_put_map(out, "alert");
	nd_put_str(out, "from", s->alert_of_server ? "server" : "client");
	nd_put_bool(out, "fatal", s->alert_level == 2);
	nd_put_uint(out, "code", s->alert);
	nd_put_str(out, "name", nd_tls_alert_name(s->alert));
	nd_end(out);
}

void nd_tls_put_seen(struct nd_dumpling *out, const struct nd_tls_seen *s,
		     bool list_ciphers)
{
	if (s->has_client)
		put_client(s, list_ciphers, out);
	if (s->has_server)
		put_server(s, out);
	if (s->has_alert)
		put_alert(s, out);
}

void nd_tls_put_certificate(struct nd_dumpling *out,
			    const uint8_t fingerprint[32],
			    const struct nd_tls_certificate *c)
{
	nd_put_map(out, "certificate");
	put_hex(out, "fingerprint", fingerprint, 32);
	/* One that could not be read has none. */
	if (c && c->serial[0]) {
		nd_put_str(out, "subject", c->subject);
		nd_put_str(out, "issuer", c->issuer);
		nd_put_str(out, "serial", c->serial);
		put_seconds(out, "not_before", c->not_before_s);
		put_seconds(out, "not_after", c->not_after_s);
		nd_put_uint(out, "names_count", c->names_count);
		nd_put_array(out, "names");
		for (uint32_t at = 0; at < c->names_len;
		     at += (uint32_t)strlen(c->names + at) + 1)
			nd_put_str(out, NULL, c->names + at);
		nd_end(out);
	}
	nd_end(out);
}
