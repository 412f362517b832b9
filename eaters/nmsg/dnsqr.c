/* SPDX-License-Identifier: MIT */
#include "dnsqr.h"

#include "nmsg/nmsg_dns.h"
#include "rdata.h"
#include "value.h"

#include <errno.h>
#include <netdumplings/dns.h>

#define TCP 6
#define UDP 17

#define CLASS_IN 1
#define SECTION_ANSWER 1

/* base:dnsqr's types of transactions. */
enum {
	QUERY_RESPONSE = 1,
	UNANSWERED_QUERY = 2,
	UNSOLICITED_RESPONSE = 3,
	OVER_TCP = 4,
	QUERY_ONLY = 6,
};

struct question {
	bool asked; /* there is one */
	uint8_t name[NMSG_DNS_NAME_MAX];
	size_t name_len;
	uint16_t type, klass;
};

/* A record's head, or a question: each has name, type, and class if not IN. */
static bool read_question(const struct nd_value *map, struct question *q)
{
	struct nd_value name, type, klass;

	if (!maker_find(map, "name", ND_STR, &name) ||
	    !maker_find(map, "type", ND_STR, &type) ||
	    !nmsg_dns_type_number((const char *)type.as.bytes, type.len,
				  &q->type))
		return false;
	/* The root is "" in dumplings. */
	if (name.len == 0) {
		q->name[0] = 0;
		q->name_len = 1;
	} else if (!nmsg_dns_name_read((const char *)name.as.bytes, name.len,
				       q->name, &q->name_len)) {
		return false;
	}
	q->asked = name.len > 0 || q->type != 0;
	q->klass = CLASS_IN;
	return !maker_find(map, "class", ND_STR, &klass) ||
	       nmsg_dns_class_number((const char *)klass.as.bytes, klass.len,
				     &q->klass);
}

static void put_question(struct maker *k, const struct question *q)
{
	if (!q->asked)
		return;
	maker_bytes(k, "qname", q->name, q->name_len);
	maker_uint(k, "qtype", q->type);
	maker_uint(k, "qclass", q->klass);
}

/* --- base:dnsqr ---------------------------------------------------------- */

struct transaction {
	struct maker_ip client, server;
	uint64_t client_port, server_port, id;
	struct question question;
	bool tcp, asked, answered;
	int64_t query_ns, response_ns;
};

/* With EDNS an rcode has twelve bits. */
static bool read_rcode(const struct nd_value *map, uint16_t *rcode)
{
	char text[ND_DNS_TEXT];
	struct nd_value v;

	if (!maker_find(map, "rcode", ND_STR, &v))
		return false;
	for (*rcode = 0; *rcode < 4096; (*rcode)++)
		if (value_is(&v, nd_dns_rcode(*rcode, text)))
			return true;
	return false;
}

static bool read_transaction(const struct maker *k, struct transaction *t)
{
	const struct nd_value *map = &k->payload;
	struct nd_value v;

	if (map->type != ND_MAP ||
	    !maker_find_ip(map, "client.ip", &t->client) ||
	    !maker_find_ip(map, "server.ip", &t->server) ||
	    !maker_find_uint(map, "client.port", UINT16_MAX, &t->client_port) ||
	    !maker_find_uint(map, "server.port", UINT16_MAX, &t->server_port) ||
	    !maker_find_uint(map, "id", UINT16_MAX, &t->id) ||
	    !maker_find(map, "transport", ND_STR, &v) ||
	    !read_question(map, &t->question))
		return false;
	t->tcp = value_is(&v, "tcp");
	t->asked = maker_find_time(map, "query_time", &t->query_ns);
	t->answered = maker_find_time(map, "response_time", &t->response_ns);
	return t->asked || t->answered;
}

static uint64_t type_of(const struct maker *k, const struct transaction *t)
{
	if (t->tcp)
		return OVER_TCP;
	if (t->answered)
		return t->asked ? QUERY_RESPONSE : UNSOLICITED_RESPONSE;
	/* The capture ended too early to say that nobody answers. */
	return nd_get_bool(k->d, "waiting", false) ? QUERY_ONLY
						   : UNANSWERED_QUERY;
}

static void put_time(struct maker *k, const char *sec, const char *nsec,
		     int64_t time_ns)
{
	uint32_t part;

	maker_uint(k, sec, (uint64_t)maker_second(time_ns, &part));
	maker_uint(k, nsec, part);
}

int dnsqr_make(struct maker *k)
{
	struct transaction t;
	uint16_t rcode;

	if (!read_transaction(k, &t))
		return -ENOENT;
	k->time_ns = t.asked ? t.query_ns : t.response_ns;
	maker_begin(k, MESSAGE_DNSQR);
	maker_uint(k, "type", type_of(k, &t));
	maker_bytes(k, "query_ip", t.client.bytes, t.client.len);
	maker_bytes(k, "response_ip", t.server.bytes, t.server.len);
	maker_uint(k, "proto", t.tcp ? TCP : UDP);
	maker_uint(k, "query_port", t.client_port);
	maker_uint(k, "response_port", t.server_port);
	maker_uint(k, "id", t.id);
	put_question(k, &t.question);
	if (read_rcode(&k->payload, &rcode))
		maker_uint(k, "rcode", rcode);
	if (t.asked)
		put_time(k, "query_time_sec", "query_time_nsec", t.query_ns);
	if (t.answered)
		put_time(k, "response_time_sec", "response_time_nsec",
			 t.response_ns);
	return maker_end(k);
}

/* --- base:dns ------------------------------------------------------------ */

struct record {
	struct question head;
	uint64_t ttl;
};

/* Reads a record, its data to k->text.  0, -ENOENT, -ENOMEM. */
static int read_record(struct maker *k, const struct nd_value *map,
		       struct record *r)
{
	struct nd_value data;

	if (map->type != ND_MAP || !read_question(map, &r->head) ||
	    !maker_find_uint(map, "ttl", UINT32_MAX, &r->ttl) ||
	    nd_find(map, "data", &data) < 0)
		return -ENOENT;
	k->text.len = 0;
	return rdata_put(&k->text, &data, r->head.type, r->head.klass);
}

static bool is_of_set(const struct record *a, const struct record *b)
{
	return a->head.type == b->head.type && a->head.klass == b->head.klass &&
	       a->ttl == b->ttl && a->head.name_len == b->head.name_len &&
	       memcmp(a->head.name, b->head.name, a->head.name_len) == 0;
}

static void begin_set(struct maker *k, const struct question *question,
		      const struct record *r)
{
	maker_begin(k, MESSAGE_DNS);
	maker_uint(k, "section", SECTION_ANSWER);
	put_question(k, question);
	maker_bytes(k, "rrname", r->head.name, r->head.name_len);
	maker_uint(k, "rrtype", r->head.type);
	maker_uint(k, "rrclass", r->head.klass);
	maker_uint(k, "rrttl", r->ttl);
}

/* Makes the messages, or with `only_look` sees whether that can be. */
static int make_sets(struct maker *k, const struct question *question,
		     struct nd_value answers, bool only_look)
{
	struct record r, set;
	struct nd_value map;
	bool open = false;
	int rc;

	while ((rc = nd_each(&answers, NULL, &map)) > 0) {
		rc = read_record(k, &map, &r);
		if (rc < 0)
			return rc;
		if (only_look)
			continue;
		if (open && !is_of_set(&r, &set)) {
			rc = maker_end(k);
			if (rc < 0)
				return rc;
			open = false;
		}
		if (!open)
			begin_set(k, question, &r);
		open = true;
		set = r;
		maker_bytes(k, "rdata", k->text.at, k->text.len);
	}
	return open ? maker_end(k) : rc;
}

int dnsqr_make_records(struct maker *k)
{
	struct question question;
	struct nd_value answers;
	int rc;

	if (k->payload.type != ND_MAP ||
	    !maker_find(&k->payload, "answers", ND_ARRAY, &answers) ||
	    answers.len == 0 || !read_question(&k->payload, &question) ||
	    !maker_find_time(&k->payload, "response_time", &k->time_ns))
		return -ENOENT;
	rc = make_sets(k, &question, answers, true);
	return rc < 0 ? rc : make_sets(k, &question, answers, false);
}
