/* SPDX-License-Identifier: MIT */
/*
 * A dumpling for each TLS handshake, over TCP on any port and over QUIC:
 *
 *	{"client": {"ip": "192.0.2.10", "port": 33000}, "server": {...},
 *	 "transport": "tcp", "sni": "www.example.com", "version": "TLS 1.3",
 *	 "ja4": "t13d1516h2_8daaf6152771_e5627efa2ab1", "latency": 0.021}
 *
 * and more, as docs/chefs/TLSChef.md tells.
 */
#include <errno.h>
#include <netdumplings/chef.h>
#include <netdumplings/flow.h>
#include <netdumplings/quic.h>
#include <netdumplings/tls.h>
#include <stdlib.h>
#include <string.h>

/* A hello that comes later in its stream than this is not looked for. */
#define PLAIN_MAX 8192
#define MESSAGE_MAX 61440
#define FINGERPRINT_LEN 32
/* Initial packets opened of one datagram; two are usual, with other levels'. */
#define INITIALS_MAX 4

/* Who speaks with whom. */
struct pair {
	uint8_t client[16], server[16];
	uint16_t client_port, server_port;
	uint8_t ip_len;
};

/* What is known of a handshake. */
struct shake {
	struct pair pair;
	uint32_t quic_version; /* 0 over TCP */
	bool told;
	struct nd_tls_seen *seen;
	uint8_t fingerprint[FINGERPRINT_LEN]; /* of the certificate */
};

struct tcp {
	struct shake shake;
	struct nd_tls_seen seen;
};

struct quic {
	struct shake shake;
	struct nd_quic_begin begin;
	int64_t last_ns; /* of its packets */
};

/* What tells QUIC connections apart; every byte of it is set. */
struct quic_key {
	struct pair pair;
	uint8_t id_len, id[ND_QUIC_ID_MAX]; /* the client's own id */
};

enum side_state {
	SIDE_UNSEEN,
	SIDE_READING,
	SIDE_OVER
};

/* A TCP connection; the sides are as the kitchen takes them. */
struct conn {
	uint8_t side[2];    /* enum side_state */
	uint8_t client;     /* which side sends the client hello */
	bool known;         /* TLS has begun */
	bool plain;         /* other bytes came before it */
	uint16_t inside[2]; /* nd_tls_reader.inside */
	uint16_t until[2];  /* with so many bytes there may be a message */
};

struct tls {
	uint64_t handshakes, connections, certificates; /* options */
	double timeout;
	bool list_ciphers;
	struct nd_table *tcp;   /* struct tcp by the stream's number */
	struct nd_table *quic;  /* struct quic by struct quic_key */
	struct nd_table *known; /* struct nd_tls_certificate by fingerprint */
	uint8_t *scratch;       /* MESSAGE_MAX */
	struct nd_quic_begin fresh; /* for what may be a new connection */
};

static const struct nd_option tls_options[] = {
	{"handshakes", ND_OPTION_UINT, offsetof(struct tls, handshakes), "4096",
	 "Handshakes over TCP followed at a time; then the oldest is told.",
	 .min = 1, .max = 1048576},
	{"connections", ND_OPTION_UINT, offsetof(struct tls, connections),
	 "1024", "QUIC connections followed at a time, in the same way.",
	 .min = 1, .max = 65536},
	{"timeout", ND_OPTION_DOUBLE, offsetof(struct tls, timeout), "10",
	 "Seconds of silence after which a handshake over QUIC is told.",
	 .min = 0.001, .max = 3600},
	{"certificates", ND_OPTION_UINT, offsetof(struct tls, certificates),
	 "1024", "Certificates remembered, so that each is read once.",
	 .min = 1, .max = 1048576},
	{"list-ciphers", ND_OPTION_BOOL, offsetof(struct tls, list_ciphers),
	 "no", "Tell the ciphers offered, not just how many."},
	{0},
};

static int tls_open(void *self, char *why, size_t why_size)
{
	struct tls *t = self;

	(void)why;
	(void)why_size;
	t->tcp = nd_table_new(t->handshakes, sizeof(struct tcp));
	t->quic = nd_table_new(t->connections, sizeof(struct quic));
	t->known = nd_table_new(t->certificates,
				sizeof(struct nd_tls_certificate));
	t->scratch = malloc(MESSAGE_MAX);
	return t->tcp && t->quic && t->known && t->scratch ? 0 : -ENOMEM;
}

static void tls_close(void *self)
{
	struct tls *t = self;

	nd_table_free(t->tcp);
	nd_table_free(t->quic);
	nd_table_free(t->known);
	free(t->scratch);
}

static uint64_t tls_forgotten(const void *self)
{
	const struct tls *t = self;

	return nd_table_forgotten(t->tcp) + nd_table_forgotten(t->quic);
}

static int tell(struct tls *t, struct shake *k, bool capture_ended,
		struct nd_dumpling *out)
{
	const struct nd_tls_seen *s = k->seen;

	if (k->told || (!s->has_client && !s->has_server))
		return 0;
	k->told = true;
	nd_put_time(out, "time", s->has_client ? s->client_ns : s->server_ns);
	nd_put_str(out, "transport", k->quic_version ? "quic" : "tcp");
	nd_put_endpoint(out, "client", k->pair.client, k->pair.ip_len,
			k->pair.client_port);
	nd_put_endpoint(out, "server", k->pair.server, k->pair.ip_len,
			k->pair.server_port);
	if (k->quic_version)
		nd_put_uint(out, "quic_version", k->quic_version);
	nd_tls_put_seen(out, s, t->list_ciphers);
	if (s->has_certificate)
		nd_tls_put_certificate(out, k->fingerprint,
				       nd_table_find(t->known, k->fingerprint,
						     FINGERPRINT_LEN));
	if (capture_ended)
		nd_put_bool(out, "waiting", true);
	return ND_SERVE;
}

/* Tells the handshake that a new one will take the place of. */
static void make_room(struct tls *t, struct nd_table *table, uint64_t max,
		      struct nd_dumpling *out)
{
	if (nd_table_count(table) >= max &&
	    tell(t, nd_table_oldest(table, NULL, NULL), false, out) == ND_SERVE)
		nd_serve(out);
}

static void set_pair(struct pair *p, const uint8_t *client,
		     uint16_t client_port, const uint8_t *server,
		     uint16_t server_port, uint8_t ip_len)
{
	memcpy(p->client, client, ip_len);
	memcpy(p->server, server, ip_len);
	p->client_port = client_port;
	p->server_port = server_port;
	p->ip_len = ip_len;
}

static struct tcp *tcp_of(struct tls *t, const struct nd_stream *s,
			  const struct conn *c, struct nd_dumpling *out)
{
	bool turned = c->client == 1;
	struct tcp *tcp;

	tcp = nd_table_find(t->tcp, &s->number, sizeof(s->number));
	if (tcp)
		return tcp;
	make_room(t, t->tcp, t->handshakes, out);
	tcp = nd_table_add(t->tcp, &s->number, sizeof(s->number), NULL);
	if (!tcp)
		return NULL;
	tcp->shake.seen = &tcp->seen;
	set_pair(&tcp->shake.pair, turned ? s->server_ip : s->client_ip,
		 turned ? s->server_port : s->client_port,
		 turned ? s->client_ip : s->server_ip,
		 turned ? s->client_port : s->server_port, s->ip_len);
	return tcp;
}

static void learn_certificate(struct tls *t, struct shake *k,
			      const struct nd_tls_message *m)
{
	struct nd_tls_certificate *c;
	struct nd_tls_bytes leaf;
	bool is_new;

	if (nd_tls_leaf(m->body, m->len, &leaf) < 0 ||
	    nd_tls_fingerprint(&leaf, k->fingerprint) < 0) {
		k->seen->has_certificate = false;
		return;
	}
	c = nd_table_add(t->known, k->fingerprint, FINGERPRINT_LEN, &is_new);
	if (c && is_new)
		nd_tls_certificate(&leaf, c);
}

/* Reads what there is of one side, from `from` on; true if all is told. */
static bool read_side(struct tls *t, struct nd_stream *s, size_t from,
		      struct tcp *tcp)
{
	struct conn *c = s->state;
	unsigned side = s->to_server ? 0 : 1;
	bool of_server = side != c->client, had;
	struct nd_tls_reader r = {.data = s->data + from,
				  .len = (size_t)s->len - from,
				  .scratch = t->scratch,
				  .scratch_size = MESSAGE_MAX,
				  .inside = c->inside[side]};
	struct nd_tls_message m;
	int rc;

	while ((rc = nd_tls_next(&r, &m)) > 0) {
		had = tcp->seen.has_certificate;
		if (nd_tls_learn(&tcp->seen, &m, of_server, s->time_ns) == 1)
			return true;
		if (tcp->seen.has_certificate && !had)
			learn_certificate(t, &tcp->shake, &m);
		/* What comes behind this is encrypted. */
		if (m.record == ND_TLS_DATA)
			rc = -EBADMSG;
		if (rc < 0)
			break;
	}
	c->inside[side] = (uint16_t)r.inside;
	s->keep = r.len - r.at;
	if (rc < 0 || s->keep > MESSAGE_MAX) {
		s->keep = 0;
		c->side[side] = SIDE_OVER;
	}
	c->until[side] = MESSAGE_MAX;
	if (r.missing < MESSAGE_MAX - s->keep)
		c->until[side] = (uint16_t)(s->keep + r.missing);
	return c->side[0] == SIDE_OVER && c->side[1] == SIDE_OVER;
}

/* Other bytes than TLS's: true if there is nothing to wait for. */
static bool is_plain(const struct nd_stream *s, struct conn *c)
{
	bool first = !c->plain && !c->known;

	if (c->known && !c->plain) {
		c->side[s->to_server ? 0 : 1] = SIDE_OVER;
		return true;
	}
	c->plain = true;
	if (first &&
	    (s->midstream ||
	     (s->to_server && !nd_tls_upgrades(s->data, (size_t)s->len))))
		return true;
	return s->offset + s->len > PLAIN_MAX;
}

/* A side's first bytes; true if the connection is of no more use. */
static bool begin_side(struct tls *t, struct nd_stream *s,
		       struct nd_dumpling *out)
{
	size_t from = s->offset ? 0 : nd_tls_proxy(s->data, (size_t)s->len);
	unsigned side = s->to_server ? 0 : 1;
	struct conn *c = s->state;
	enum nd_tls_begin begin;
	struct tcp *tcp;
	int rc = 0;

	begin = nd_tls_begin(s->data + from, (size_t)s->len - from);
	if (begin == ND_TLS_SHORT) {
		s->keep = s->len - from;
		c->plain |= from > 0;
		return false;
	}
	if (begin == ND_TLS_NOT ||
	    (c->known && (begin == ND_TLS_SERVER) != (side != c->client)))
		return is_plain(s, c);
	if (!c->known)
		c->client = (uint8_t)(begin == ND_TLS_SERVER ? !side : side);
	c->known = true;
	tcp = tcp_of(t, s, c, out);
	if (!tcp)
		return true;
	if (begin == ND_TLS_CLIENT_V2) {
		rc = nd_tls_learn_v2(&tcp->seen, s->data + from,
				     (size_t)s->len - from, s->time_ns);
		if (rc < 0)
			return true;
		s->keep = s->len - from;
		if (rc == 0)
			return false;
	}
	c->side[side] = SIDE_READING;
	return read_side(t, s, from + (size_t)rc, tcp);
}

static bool take_data(struct tls *t, struct nd_stream *s,
		      struct nd_dumpling *out)
{
	unsigned side = s->to_server ? 0 : 1;
	struct conn *c = s->state;
	struct tcp *tcp;

	switch ((enum side_state)c->side[side]) {
	case SIDE_UNSEEN:
		return begin_side(t, s, out);
	case SIDE_READING:
		tcp = nd_table_find(t->tcp, &s->number, sizeof(s->number));
		if (tcp && s->len < c->until[side]) {
			s->keep = s->len;
			return false;
		}
		return !tcp || read_side(t, s, 0, tcp);
	case SIDE_OVER:
		break;
	}
	return false;
}

static int tls_stream(void *self, struct nd_stream *s, struct nd_dumpling *out)
{
	struct conn *c = s->state;
	unsigned side = s->to_server ? 0 : 1;
	struct tls *t = self;
	struct tcp *tcp;
	int rc = 0;

	if (s->event == ND_STREAM_DATA && !take_data(t, s, out))
		return 0;
	if (s->event == ND_STREAM_GAP) {
		c->plain = true;
		if (c->side[side] == SIDE_READING)
			c->side[side] = SIDE_OVER;
		if (c->side[!side] != SIDE_OVER)
			return 0;
	}
	s->done = true;
	tcp = c->known ? nd_table_find(t->tcp, &s->number, sizeof(s->number))
		       : NULL;
	if (tcp) {
		rc = tell(t, &tcp->shake,
			  s->event == ND_STREAM_END && s->end == ND_STREAM_STOP,
			  out);
		nd_table_remove(t->tcp, &s->number, sizeof(s->number));
	}
	return rc;
}

static void set_key(struct quic_key *key, const struct nd_packet *pkt,
		    const struct nd_quic_packet *p, bool of_server)
{
	memset(key, 0, sizeof(*key));
	if (of_server)
		set_pair(&key->pair, pkt->ip_dst, pkt->port_dst, pkt->ip_src,
			 pkt->port_src, pkt->ip_len);
	else
		set_pair(&key->pair, pkt->ip_src, pkt->port_src, pkt->ip_dst,
			 pkt->port_dst, pkt->ip_len);
	key->id_len = of_server ? p->dcid_len : p->scid_len;
	memcpy(key->id, of_server ? p->dcid : p->scid, key->id_len);
}

/* A client's packet that no connection is known for, or only one told. */
static struct quic *new_quic(struct tls *t, const struct nd_packet *pkt,
			     const struct quic_key *key,
			     const struct nd_quic_packet *p, int *rc,
			     struct nd_dumpling *out)
{
	struct quic *q;

	memset(&t->fresh, 0, sizeof(t->fresh));
	*rc = nd_quic_learn(&t->fresh, p, false, pkt->time_ns);
	if (*rc < 0)
		return NULL;
	make_room(t, t->quic, t->connections, out);
	q = nd_table_add(t->quic, key, sizeof(*key), NULL);
	if (!q)
		return NULL;
	q->begin = t->fresh;
	q->shake = (struct shake){.pair = key->pair,
				  .quic_version = p->version,
				  .seen = &q->begin.seen};
	return q;
}

static int take_initial(struct tls *t, const struct nd_packet *pkt,
			const struct nd_quic_packet *p, struct nd_dumpling *out)
{
	struct quic_key key;
	struct quic *q;
	int rc;

	set_key(&key, pkt, p, true);
	q = nd_table_find(t->quic, &key, sizeof(key));
	if (q) {
		rc = q->shake.told
			     ? 0
			     : nd_quic_learn(&q->begin, p, true, pkt->time_ns);
	} else {
		set_key(&key, pkt, p, false);
		q = nd_table_find(t->quic, &key, sizeof(key));
		if (!q || (q->shake.told &&
			   (p->dcid_len != q->begin.dcid_len ||
			    memcmp(p->dcid, q->begin.dcid, p->dcid_len))))
			q = new_quic(t, pkt, &key, p, &rc, out);
		else
			rc = nd_quic_learn(&q->begin, p, false, pkt->time_ns);
	}
	if (q)
		q->last_ns = pkt->time_ns;
	return q && rc == 1 ? tell(t, &q->shake, false, out) : 0;
}

/* Tells and forgets those that are silent for long, or all at the end. */
static int expire(struct tls *t, int64_t now_ns, bool ends,
		  struct nd_dumpling *out)
{
	struct quic *q;
	const void *key;
	size_t len;

	while ((q = nd_table_oldest(t->quic, &key, &len))) {
		bool late = llabs(now_ns - q->last_ns) >=
			    (int64_t)(t->timeout * 1e9);

		if (!late && !ends)
			break;
		if (tell(t, &q->shake, !late, out) == ND_SERVE)
			nd_serve(out);
		nd_table_remove(t->quic, key, len);
	}
	return 0;
}

static int tls_packet(void *self, const struct nd_packet *pkt,
		      struct nd_dumpling *out)
{
	const uint8_t *at = pkt->payload;
	size_t left = pkt->payload_len, initials = 0;
	struct nd_quic_packet p;
	int rc = 0;

	expire(self, pkt->time_ns, false, out);
	/* A datagram may have several packets, RFC 9000 section 12.2. */
	while (rc == 0 && left > 0 && initials < INITIALS_MAX &&
	       nd_quic_packet(at, left, &p) == 0) {
		if (p.type == ND_QUIC_INITIAL) {
			rc = take_initial(self, pkt, &p, out);
			initials++;
		}
		at += p.len;
		left -= p.len;
	}
	return rc;
}

static int tls_interval(void *self, int64_t time_ns, struct nd_dumpling *out)
{
	return expire(self, time_ns, false, out);
}

static int tls_finish(void *self, int64_t time_ns, struct nd_dumpling *out)
{
	return expire(self, time_ns, true, out);
}

ND_CHEF = {
	ND_CHEF_HEAD,
	.name = "TLSChef",
	.summary = "TLS handshakes over TCP and QUIC: names, versions, "
		   "fingerprints, certificates",
	.options = tls_options,
	.state_size = sizeof(struct tls),
	.layers = 1 << ND_UDP,
	.open = tls_open,
	.packet = tls_packet,
	.interval = tls_interval,
	.close = tls_close,
	.forgotten = tls_forgotten,
	.stream_size = sizeof(struct conn),
	.stream = tls_stream,
	.finish = tls_finish,
};
