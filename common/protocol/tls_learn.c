/* SPDX-License-Identifier: MIT */
#include <netdumplings/bytes.h>
#include <netdumplings/tls.h>

#include <errno.h>
#include <string.h>

#define TLS_1_3 0x0304
#define V2_HEADER_LEN 11

/* --- how it begins ---------------------------------------------------------
 */

enum nd_tls_begin nd_tls_begin(const uint8_t *p, size_t len)
{
	if (len == 0)
		return ND_TLS_SHORT;
	/* A length of two bytes; a client hello; SSL 3.0, TLS or SSL 2.0. */
	if (p[0] & 0x80) {
		if (len > 2 && p[2] != ND_TLS_CLIENT_HELLO)
			return ND_TLS_NOT;
		if (len < V2_HEADER_LEN)
			return ND_TLS_SHORT;
		return (p[3] == 3 || nd_be16(p + 3) == 2) &&
				       nd_be16(p + 5) % 3 == 0 &&
				       nd_be16(p + 5) > 0 &&
				       nd_be16(p + 9) >= 16 &&
				       nd_be16(p + 9) <= 32
			       ? ND_TLS_CLIENT_V2
			       : ND_TLS_NOT;
	}
	if ((p[0] != ND_TLS_HANDSHAKE && p[0] != ND_TLS_ALERT) ||
	    (len > 1 && p[1] != 3) || (len > 2 && p[2] > 4))
		return ND_TLS_NOT;
	if (len < 6)
		return ND_TLS_SHORT;
	if (p[0] == ND_TLS_ALERT)
		return nd_be16(p + 3) == 2 && (p[5] == 1 || p[5] == 2)
			       ? ND_TLS_SERVER
			       : ND_TLS_NOT;
	return p[5] == ND_TLS_CLIENT_HELLO   ? ND_TLS_CLIENT
	       : p[5] == ND_TLS_SERVER_HELLO ? ND_TLS_SERVER
					     : ND_TLS_NOT;
}

static bool starts(const uint8_t *p, size_t len, const char *with,
		   size_t with_len)
{
	return len >= with_len && memcmp(p, with, with_len) == 0;
}

#define STARTS(p, len, with) starts(p, len, with, sizeof(with) - 1)
#define PROXY_1 "PROXY "
#define PROXY_2 "\r\n\r\n\0\r\nQUIT\n"

size_t nd_tls_proxy(const uint8_t *p, size_t len)
{
	const uint8_t *end;
	size_t n;

	if (STARTS(p, len, PROXY_1)) {
		end = memchr(p, '\n', len < 107 ? len : 107);
		return end ? (size_t)(end + 1 - p) : 0;
	}
	if (len < 16 || !STARTS(p, len, PROXY_2))
		return 0;
	n = 16 + (size_t)nd_be16(p + 14);
	return n <= len ? n : 0;
}

bool nd_tls_upgrades(const uint8_t *p, size_t len)
{
	if (len == 0)
		return false;
	switch (p[0]) {
	case 'C':
		return STARTS(p, len, "CONNECT ");
	case 'P':
		return STARTS(p, len, PROXY_1);
	case '\r':
		return STARTS(p, len, PROXY_2);
	case '<': /* XMPP */
		return STARTS(p, len, "<?xml") || STARTS(p, len, "<stream");
	case 0: /* PostgreSQL's SSLRequest */
		return STARTS(p, len, "\0\0\0\x08\x04\xd2\x16\x2f");
	case 3: /* RDP's TPKT */
		return len > 1 && p[1] == 0;
	case 4: /* SOCKS */
		return len > 1 && p[1] == 1;
	case 5:
		return len > 1 && len == 2 + (size_t)p[1];
	case 0x30: /* LDAP, its message number being small */
		return len > 4 &&
		       (STARTS(p + 2, len - 2, "\x02\x01") || p[1] == 0x84);
	}
	return false;
}

/* --- hellos ----------------------------------------------------------------
 */

static void keep_number(struct nd_tls_numbers *to, uint16_t n)
{
	if (nd_tls_grease(n))
		return;
	to->all++;
	if (to->kept < sizeof(to->at) / sizeof(*to->at))
		to->at[to->kept++] = n;
}

static void keep_numbers(struct nd_tls_numbers *to,
			 const struct nd_tls_bytes *from)
{
	for (size_t i = 0; i < nd_tls_count(from); i++)
		keep_number(to, nd_tls_number(from, i));
}

static void keep_bytes(struct nd_tls_kept *to, const struct nd_tls_bytes *from)
{
	size_t len = from->len < sizeof(to->at) ? from->len : sizeof(to->at);

	if (len)
		memcpy(to->at, from->at, len);
	to->len = (uint8_t)len;
}

static void learn_client(struct nd_tls_seen *s, const struct nd_tls_message *m,
			 int64_t time_ns)
{
	struct nd_tls_client_hello h;

	if (s->has_client || nd_tls_client_hello(m->body, m->len, &h) < 0)
		return;
	s->has_client = true;
	s->client_ns = time_ns;
	s->ech = h.ech;
	s->early_data = h.early_data;
	keep_bytes(&s->sni, &h.sni);
	keep_bytes(&s->alpn, &h.alpn);
	keep_bytes(&s->session_id, &h.session_id);
	keep_numbers(&s->versions, &h.versions);
	if (s->versions.all == 0)
		keep_number(&s->versions, h.version);
	keep_numbers(&s->ciphers, &h.ciphers);
	keep_numbers(&s->groups, &h.groups);
	if (nd_ja4(&h, s->quic ? 'q' : 't', s->ja4) < 0)
		s->ja4[0] = '\0';
}

static bool is_1_3(uint16_t version)
{
	return version == TLS_1_3 || version >= 0x7f00;
}

static bool same_session(const struct nd_tls_seen *s,
			 const struct nd_tls_server_hello *h)
{
	return s->session_id.len > 0 &&
	       s->session_id.len == h->session_id.len &&
	       memcmp(s->session_id.at, h->session_id.at, h->session_id.len) ==
		       0;
}

static bool learn_server(struct nd_tls_seen *s, const struct nd_tls_message *m,
			 int64_t time_ns)
{
	struct nd_tls_server_hello h;

	if (s->has_server || nd_tls_server_hello(m->body, m->len, &h) < 0)
		return false;
	if (h.retry) {
		s->retry = true;
		return false;
	}
	s->has_server = true;
	s->server_ns = time_ns;
	s->version = h.version;
	s->cipher = h.cipher;
	s->group = h.group;
	keep_bytes(&s->alpn_chosen, &h.alpn);
	/* TLS 1.3 sends the client's id back without a meaning. */
	s->resumed = is_1_3(h.version) ? h.psk : same_session(s, &h);
	return is_1_3(h.version);
}

/* --- messages --------------------------------------------------------------
 */

static bool learn_handshake(struct nd_tls_seen *s,
			    const struct nd_tls_message *m, bool of_server,
			    int64_t time_ns)
{
	if (!of_server) {
		if (m->type == ND_TLS_CLIENT_HELLO)
			learn_client(s, m, time_ns);
		return false;
	}
	if (m->type == ND_TLS_SERVER_HELLO)
		return learn_server(s, m, time_ns);
	if (m->type == ND_TLS_CERTIFICATE)
		s->has_certificate = true;
	return false;
}

int nd_tls_learn(struct nd_tls_seen *s, const struct nd_tls_message *m,
		 bool of_server, int64_t time_ns)
{
	switch (m->record) {
	case ND_TLS_HANDSHAKE:
		return learn_handshake(s, m, of_server, time_ns);
	case ND_TLS_ALERT:
		/* An encrypted one is longer. */
		if (m->len == 2 && (!s->has_alert || m->body[0] == 2)) {
			s->has_alert = true;
			s->alert_of_server = of_server;
			s->alert_level = m->body[0];
			s->alert = m->body[1];
		}
		return m->len != 2 || m->body[0] == 2;
	case ND_TLS_CHANGE_CIPHER_SPEC:
		/* With no answer yet it is TLS 1.3's, which says nothing. */
		if (s->has_server && of_server && !s->has_certificate)
			s->resumed = true;
		return s->has_server;
	default:
		return s->has_server;
	}
}

int nd_tls_learn_v2(struct nd_tls_seen *s, const uint8_t *p, size_t len,
		    int64_t time_ns)
{
	size_t all, ciphers;

	if (nd_tls_begin(p, len) != ND_TLS_CLIENT_V2)
		return -EBADMSG;
	all = 2 + (size_t)(nd_be16(p) & 0x7fff);
	ciphers = nd_be16(p + 5);
	if (V2_HEADER_LEN + ciphers + nd_be16(p + 7) + nd_be16(p + 9) != all)
		return -EBADMSG;
	if (all > len)
		return 0;
	s->has_client = true;
	s->v2 = true;
	s->client_ns = time_ns;
	keep_number(&s->versions, nd_be16(p + 3));
	/* Those that begin with a zero are TLS's; the others, SSL 2.0's. */
	for (size_t i = 0; i < ciphers; i += 3)
		if (p[V2_HEADER_LEN + i] == 0)
			keep_number(&s->ciphers,
				    nd_be16(p + V2_HEADER_LEN + i + 1));
	return (int)all;
}
