/* SPDX-License-Identifier: MIT */
/*
 * A dumpling for each DNS transaction, over UDP or TCP: a query and the
 * response to it, when that comes,
 *
 *	{"client": {"ip": "192.0.2.10", "port": 40001},
 *	 "server": {"ip": "192.0.2.1", "port": 53}, "transport": "udp",
 *	 "id": 7, "name": "www.example.com", "type": "A",
 *	 "query_time": 1795352291.5, "queries": 1, "query_size": 33,
 *	 "rcode": "NOERROR", "flags": "rd ra",
 *	 "response_time": 1795352291.52, "latency": 0.02,
 *	 "response_size": 49, "answers": [{"name": "www.example.com",
 *	 "type": "A", "ttl": 300, "data": "198.51.100.7"}]}
 *
 * and one with "unanswered": true when no response came in time, or with
 * "waiting": true when the capture ended before that.  At intervals what was
 * counted: {"totals": {"queries": 2, ...}}.
 */
#include <errno.h>
#include <netdumplings/dns.h>
#include <netdumplings/flow.h>
#include <stdio.h>
#include <string.h>

#define PORT 53
#define QUERY_OPCODE 0
#define CLASS_IN 1
#define OPT_DO 0x8000 /* RFC 6891 section 6.1.4 */

/* Latest queries looked through for a response that repeats no question. */
#define LOOK_BACK 64

/* What makes a query and its response belong together. */
struct key {
	uint16_t client_port, server_port, id, type, klass;
	uint8_t ip_len;
	bool tcp;
	uint8_t client[16], server[16];
	char name[sizeof(((struct nd_dns *)0)->name)]; /* in small letters */
};

#define KEY_LEN(name_len) (offsetof(struct key, name) + (name_len))

/* A query that waits for its response. */
struct query {
	int64_t first_ns, last_ns;
	uint32_t count, size;
	uint16_t udp_size; /* RFC 6891 section 6.1.2 */
	uint8_t bits[2];   /* of the header, with opcode and flags */
	bool edns, dnssec_ok;
	bool fragment; /* of the response was seen, but never all of it */
};

struct totals {
	uint64_t queries, responses, answered, unanswered, without_query;
	uint64_t forgotten, broken, waiting;
};

struct dns {
	double timeout;
	uint64_t pending, limit;
	const char *sections;
	int64_t timeout_ns;
	bool all_sections;
	bool ended; /* no packet comes any more */
	struct nd_table *waiting;
	struct totals totals;
	struct nd_dns_record record; /* the one being put */
};

/* A message, and who sent it to whom. */
struct message {
	const uint8_t *bytes;
	size_t len, wire_len;
	const uint8_t *src, *dst;
	uint16_t src_port, dst_port;
	uint8_t ip_len;
	bool tcp, fragment;
	int64_t time_ns;
	struct nd_dns dns;
};

/* A connection's directions, to the server and to the client. */
struct connection {
	bool lost[2]; /* where the next message starts is not known */
};

static const uint16_t dns_ports[] = {PORT, 0};

static const struct nd_option dns_options[] = {
	{"timeout", ND_OPTION_DOUBLE, offsetof(struct dns, timeout), "5",
	 "Seconds until a query without a response is told as unanswered.",
	 .min = 0.001, .max = 3600},
	{"pending", ND_OPTION_UINT, offsetof(struct dns, pending), "65536",
	 "Queries that wait for a response at the same time; beyond that the "
	 "oldest is told as unanswered.",
	 .min = 1, .max = 16777216},
	{"sections", ND_OPTION_STR, offsetof(struct dns, sections), "answers",
	 "Records told: answers, or all for authorities and additionals too.",
	 .metavar = "answers|all"},
	{"limit", ND_OPTION_UINT, offsetof(struct dns, limit), "64",
	 "Records told of each section of a response; 0 for none.",
	 .max = 1000},
	{0},
};

static int dns_open(void *self, char *why, size_t why_size)
{
	struct dns *d = self;

	d->all_sections = strcmp(d->sections, "all") == 0;
	if (!d->all_sections && strcmp(d->sections, "answers") != 0) {
		snprintf(why, why_size, "sections: '%s' is not answers or all",
			 d->sections);
		return -EINVAL;
	}
	d->timeout_ns = (int64_t)(d->timeout * 1e9);
	d->waiting = nd_table_new(d->pending, sizeof(struct query));
	return d->waiting ? 0 : -errno;
}

static void dns_close(void *self)
{
	struct dns *d = self;

	nd_table_free(d->waiting);
}

static void put_key(struct nd_dumpling *out, const struct key *key,
		    size_t key_len)
{
	char text[ND_DNS_TEXT];

	nd_put_endpoint(out, "client", key->client, key->ip_len,
			key->client_port);
	nd_put_endpoint(out, "server", key->server, key->ip_len,
			key->server_port);
	nd_put_str(out, "transport", key->tcp ? "tcp" : "udp");
	nd_put_uint(out, "id", key->id);
	nd_put_strn(out, "name", key->name, key_len - KEY_LEN(0));
	nd_put_str(out, "type", nd_dns_type(key->type, text));
	if (key->klass != CLASS_IN)
		nd_put_str(out, "class", nd_dns_class(key->klass, text));
}

static void put_query(struct nd_dumpling *out, const struct query *q)
{
	char text[ND_DNS_TEXT];
	uint8_t opcode = q->bits[0] >> 3 & 15;

	if (opcode != QUERY_OPCODE)
		nd_put_str(out, "opcode", nd_dns_opcode(opcode, text));
	nd_put_time(out, "query_time", q->first_ns);
	nd_put_uint(out, "queries", q->count);
	if (q->count > 1)
		nd_put_time(out, "last_query_time", q->last_ns);
	nd_put_uint(out, "query_size", q->size);
	if (!q->edns)
		return;
	nd_put_map(out, "query_edns");
	nd_put_uint(out, "udp_size", q->udp_size);
	nd_put_bool(out, "do", q->dnssec_ok);
	nd_end(out);
}

static void put_sections(struct dns *d, struct nd_dumpling *out,
			 const struct message *m)
{
	struct nd_dns_reader r;
	size_t limit = d->limit;
	int rc = nd_dns_start(&r, m->bytes, m->len);

	if (rc == 0 && m->dns.answers > 0)
		rc = nd_put_dns_records(out, "answers", &r, ND_DNS_ANSWER,
					limit);
	if (rc == 0 && d->all_sections && m->dns.authorities > 0)
		rc = nd_put_dns_records(out, "authorities", &r,
					ND_DNS_AUTHORITY, limit);
	if (rc == 0 && d->all_sections && m->dns.additionals > 0)
		rc = nd_put_dns_records(out, "additionals", &r,
					ND_DNS_ADDITIONAL, limit);
	if (rc < 0)
		nd_put_bool(out, "incomplete", true);
}

static void put_response(struct dns *d, struct nd_dumpling *out,
			 const struct message *m, const struct query *q)
{
	char text[ND_DNS_TEXT];
	struct nd_dns_reader r = {.message = m->bytes};
	bool edns = m->dns.additionals > 0 &&
		    nd_dns_opt(m->bytes, m->len, &d->record);
	uint32_t rcode = m->dns.rcode;

	if (edns)
		rcode |= d->record.ttl >> 24 << 4;
	nd_put_str(out, "rcode", nd_dns_rcode((uint16_t)rcode, text));
	nd_put_str(out, "flags", nd_dns_flags(m->bytes + 2, text));
	nd_put_time(out, "response_time", m->time_ns);
	if (q)
		nd_put_double(out, "latency",
			      (double)(m->time_ns - q->first_ns) / 1e9);
	else
		nd_put_nil(out, "latency");
	nd_put_uint(out, "response_size", m->wire_len);
	if (edns)
		nd_put_dns_data(out, "edns", &r, &d->record);
	put_sections(d, out, m);
}

/* Tells the one that has waited longest, and forgets it. */
static void give_up(struct dns *d, struct nd_dumpling *out, bool make_room)
{
	const void *key;
	size_t key_len;
	const struct query *q = nd_table_oldest(d->waiting, &key, &key_len);
	char text[ND_DNS_TEXT];

	put_key(out, key, key_len);
	put_query(out, q);
	nd_put_str(out, "flags", nd_dns_flags(q->bits, text));
	nd_put_bool(out, d->ended ? "waiting" : "unanswered", true);
	if (q->fragment)
		nd_put_bool(out, "fragment", true);
	if (make_room)
		nd_put_bool(out, "forgotten", true);
	d->totals.forgotten += make_room;
	d->totals.waiting += d->ended;
	d->totals.unanswered += !d->ended;
	nd_serve(out);
	nd_table_remove(d->waiting, key, key_len);
}

/*
 * Of all that waited too long; the oldest is the one asked least lately.  A
 * time far in the future is that of a clock that was set back since.
 */
static void give_up_late(struct dns *d, struct nd_dumpling *out, int64_t now_ns)
{
	const struct query *q;

	while ((q = nd_table_oldest(d->waiting, NULL, NULL)) &&
	       (now_ns - q->last_ns >= d->timeout_ns ||
		q->last_ns - now_ns > d->timeout_ns))
		give_up(d, out, false);
}

static size_t make_key(struct key *key, const struct message *m)
{
	bool response = m->dns.response;

	memset(key, 0, KEY_LEN(0));
	key->client_port = response ? m->dst_port : m->src_port;
	key->server_port = response ? m->src_port : m->dst_port;
	key->id = m->dns.id;
	key->type = m->dns.qtype;
	key->klass = m->dns.qclass;
	key->ip_len = m->ip_len;
	key->tcp = m->tcp;
	memcpy(key->client, response ? m->dst : m->src, m->ip_len);
	memcpy(key->server, response ? m->src : m->dst, m->ip_len);
	for (size_t i = 0; i < m->dns.name_len; i++) {
		char c = m->dns.name[i];

		key->name[i] = (char)(c + (c >= 'A' && c <= 'Z') * 32);
	}
	return KEY_LEN(m->dns.name_len);
}

/*
 * The query of a response that has no question: the latest with the same id
 * between the same two.  *key becomes its key.
 */
static struct query *find_without_question(struct dns *d, struct key *key,
					   size_t *key_len)
{
	const void *found;
	void *position = NULL;
	struct query *q;

	for (size_t i = 0; i < LOOK_BACK; i++) {
		struct key same;

		q = nd_table_each(d->waiting, &position, &found, key_len);
		if (!q)
			break;
		memcpy(&same, found, KEY_LEN(0));
		same.type = key->type;
		same.klass = key->klass;
		if (memcmp(&same, key, KEY_LEN(0)) == 0) {
			memcpy(key, found, *key_len);
			return q;
		}
	}
	*key_len = KEY_LEN(0);
	return NULL;
}

static int on_query(struct dns *d, struct nd_dumpling *out,
		    const struct message *m)
{
	struct key key;
	size_t key_len = make_key(&key, m);
	struct query *q = NULL;

	d->totals.queries++;
	if (nd_table_count(d->waiting) >= d->pending) {
		q = nd_table_find(d->waiting, &key, key_len);
		if (!q)
			give_up(d, out, true);
	}
	if (!q)
		q = nd_table_add(d->waiting, &key, key_len, NULL);
	if (!q)
		return -ENOMEM;
	q->last_ns = m->time_ns;
	if (q->count++ > 0)
		return 0;
	q->first_ns = m->time_ns;
	q->size = (uint32_t)m->wire_len;
	memcpy(q->bits, m->bytes + 2, 2);
	if (m->dns.additionals > 0 &&
	    nd_dns_opt(m->bytes, m->len, &d->record)) {
		q->edns = true;
		q->udp_size = d->record.klass;
		q->dnssec_ok = (d->record.ttl & OPT_DO) != 0;
	}
	return 0;
}

static int on_response(struct dns *d, struct nd_dumpling *out,
		       const struct message *m)
{
	struct key key;
	size_t key_len = make_key(&key, m);
	struct query *q = nd_table_find(d->waiting, &key, key_len);

	if (m->fragment) { /* the whole of it comes with its last one */
		if (q)
			q->fragment = true;
		return 0;
	}
	if (!q && m->dns.questions == 0)
		q = find_without_question(d, &key, &key_len);
	d->totals.responses++;
	d->totals.answered += q != NULL;
	d->totals.without_query += q == NULL;
	put_key(out, &key, key_len);
	if (q)
		put_query(out, q);
	put_response(d, out, m, q);
	if (q)
		nd_table_remove(d->waiting, &key, key_len);
	return nd_serve(out);
}

static int on_message(struct dns *d, struct nd_dumpling *out,
		      const struct message *m)
{
	if (m->dns.response)
		return on_response(d, out, m);
	return m->fragment ? 0 : on_query(d, out, m);
}

static int dns_packet(void *self, const struct nd_packet *pkt,
		      struct nd_dumpling *out)
{
	struct dns *d = self;
	struct message m;

	give_up_late(d, out, pkt->time_ns);
	if ((pkt->port_src != PORT && pkt->port_dst != PORT) ||
	    pkt->ip_protocol != 17)
		return 0; /* TCP comes to dns_stream() */
	m.bytes = nd_dns_bytes(pkt, &m.len);
	if (!m.bytes || !nd_dns_message(m.bytes, m.len, &m.dns)) {
		d->totals.broken++;
		return 0;
	}
	m.src = pkt->ip_src;
	m.dst = pkt->ip_dst;
	m.src_port = pkt->port_src;
	m.dst_port = pkt->port_dst;
	m.ip_len = pkt->ip_len;
	m.tcp = false;
	m.time_ns = pkt->time_ns;
	m.wire_len =
		pkt->payload_wire_len > m.len ? pkt->payload_wire_len : m.len;
	m.fragment = pkt->ip_fragment;
	return on_message(d, out, &m);
}

/* The messages that are whole; the bytes they took. */
static size_t read_stream(struct dns *d, const struct nd_stream *s,
			  struct connection *c, struct nd_dumpling *out)
{
	struct message m = {
		.src = s->to_server ? s->client_ip : s->server_ip,
		.dst = s->to_server ? s->server_ip : s->client_ip,
		.src_port = s->to_server ? s->client_port : s->server_port,
		.dst_port = s->to_server ? s->server_port : s->client_port,
		.ip_len = s->ip_len,
		.tcp = true,
		.time_ns = s->time_ns,
	};
	bool *lost = &c->lost[!s->to_server], good;
	size_t at = 0, left;

	while ((left = (size_t)s->len - at) >= 2) {
		m.wire_len = (size_t)s->data[at] << 8 | s->data[at + 1];
		m.bytes = s->data + at + 2;
		m.len = m.wire_len;
		good = left - 2 >= m.len &&
		       nd_dns_message(m.bytes, m.len, &m.dns);
		if (*lost && !good)
			return (size_t)s->len;
		if (left - 2 < m.len)
			break;
		*lost = false;
		at += 2 + m.len;
		if (good)
			on_message(d, out, &m);
		else
			d->totals.broken++;
	}
	return at;
}

static int dns_stream(void *self, struct nd_stream *s, struct nd_dumpling *out)
{
	struct dns *d = self;
	struct connection *c = s->state;

	give_up_late(d, out, s->time_ns);
	if (s->event == ND_STREAM_GAP)
		c->lost[!s->to_server] = true;
	if (s->event != ND_STREAM_DATA)
		return 0;
	if (s->midstream && s->offset == 0)
		c->lost[!s->to_server] = true;
	s->keep = s->len - read_stream(d, s, c, out);
	return 0;
}

static int dns_interval(void *self, int64_t time_ns, struct nd_dumpling *out)
{
	struct dns *d = self;
	const struct totals *t = &d->totals;

	give_up_late(d, out, time_ns);
	nd_put_map(out, "totals");
	nd_put_uint(out, "queries", t->queries);
	nd_put_uint(out, "responses", t->responses);
	nd_put_uint(out, "answered", t->answered);
	nd_put_uint(out, "unanswered", t->unanswered);
	nd_put_uint(out, "without_query", t->without_query);
	nd_put_uint(out, "waiting", t->waiting + nd_table_count(d->waiting));
	nd_put_uint(out, "forgotten", t->forgotten);
	nd_put_uint(out, "broken", t->broken);
	nd_end(out);
	return ND_SERVE;
}

static int dns_finish(void *self, int64_t time_ns, struct nd_dumpling *out)
{
	struct dns *d = self;

	give_up_late(d, out, time_ns);
	d->ended = true;
	while (nd_table_count(d->waiting) > 0)
		give_up(d, out, false);
	return 0;
}

static uint64_t dns_forgotten(const void *self)
{
	const struct dns *d = self;

	return d->totals.forgotten;
}

ND_CHEF = {
	ND_CHEF_HEAD,
	.name = "DNSChef",
	.summary = "every DNS query with its response, and how long that took",
	.options = dns_options,
	.state_size = sizeof(struct dns),
	.layers = UINT64_C(1) << ND_DNS,
	.open = dns_open,
	.packet = dns_packet,
	.interval = dns_interval,
	.close = dns_close,
	.forgotten = dns_forgotten,
	.ports = dns_ports,
	.stream_size = sizeof(struct connection),
	.stream = dns_stream,
	.finish = dns_finish,
};
