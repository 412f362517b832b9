/* SPDX-License-Identifier: MIT */
#include "nmsg_virtual.h"

#include "nmsg_datagram.h"

#include <netdumplings/bytes.h>
#include <netinet/in.h>

/* Types of ncap, and of the ancient packets in it. */
enum {
	NCAP_LEGACY = 2,
	LEGACY_UDP = 0,
	LEGACY_TCP = 1,
};

#define QR_QUERY_RESPONSE 1
enum {
	CHECKSUM_ERROR,
	CHECKSUM_ABSENT,
	CHECKSUM_INCORRECT,
	CHECKSUM_CORRECT,
};

#define DNS_HEADER 12
#define DATAGRAM_MAX 65536
/* Fragments that are put together; more are made by nobody's network. */
#define FRAGMENTS_MAX 256

static bool say(struct nmsg_value *v, uint64_t u)
{
	v->u = u;
	return true;
}

static bool say_bytes(struct nmsg_value *v, const uint8_t *bytes, size_t len)
{
	v->bytes = bytes;
	v->len = len;
	return true;
}

static uint64_t number(const struct nmsg_record *r, const char *name)
{
	struct nmsg_value v;

	return nmsg_record_named(r, name, &v) ? v.u : 0;
}

/* --- ncap ---------------------------------------------------------------- */

/* True for a message of today that has an IP packet which can be read. */
static bool ncap_packet(const struct nmsg_record *r, struct nmsg_datagram *d)
{
	struct nmsg_value payload;
	uint64_t type = number(r, "type");

	return type < NCAP_LEGACY &&
	       nmsg_record_named(r, "payload", &payload) &&
	       nmsg_datagram_read(d, payload.bytes, payload.len) &&
	       d->version == (type == 0 ? 4 : 6);
}

bool nmsg_virtual_ncap_srcip(struct nmsg_record *r, struct nmsg_value *v)
{
	struct nmsg_datagram d;

	return ncap_packet(r, &d) && say_bytes(v, d.src, d.address_len);
}

bool nmsg_virtual_ncap_dstip(struct nmsg_record *r, struct nmsg_value *v)
{
	struct nmsg_datagram d;

	return ncap_packet(r, &d) && say_bytes(v, d.dst, d.address_len);
}

static bool ncap_port(struct nmsg_record *r, bool src, struct nmsg_value *v)
{
	struct nmsg_datagram d;

	if (ncap_packet(r, &d))
		return d.udp && say(v, nd_be16(d.udp + (src ? 0 : 2)));
	return number(r, "type") == NCAP_LEGACY &&
	       number(r, "ltype") <= LEGACY_TCP &&
	       nmsg_record_named(r, src ? "lint0" : "lint1", v);
}

bool nmsg_virtual_ncap_srcport(struct nmsg_record *r, struct nmsg_value *v)
{
	return ncap_port(r, true, v);
}

bool nmsg_virtual_ncap_dstport(struct nmsg_record *r, struct nmsg_value *v)
{
	return ncap_port(r, false, v);
}

bool nmsg_virtual_ncap_proto(struct nmsg_record *r, struct nmsg_value *v)
{
	static const uint8_t legacy[] = {IPPROTO_UDP, IPPROTO_TCP,
					 IPPROTO_ICMP};
	struct nmsg_datagram d;
	uint64_t type = number(r, "ltype");

	if (ncap_packet(r, &d))
		return say(v, d.next);
	return number(r, "type") == NCAP_LEGACY && type < sizeof(legacy) &&
	       say(v, legacy[type]);
}

static bool is_dns(uint64_t port)
{
	return port == 53 || port == 5353;
}

bool nmsg_virtual_ncap_dns(struct nmsg_record *r, struct nmsg_value *v)
{
	struct nmsg_value src, dst;
	struct nmsg_datagram d;

	if (!ncap_port(r, true, &src) || !ncap_port(r, false, &dst) ||
	    (!is_dns(src.u) && !is_dns(dst.u)))
		return false;
	if (ncap_packet(r, &d))
		return say_bytes(v, d.payload, d.payload_len);
	return nmsg_record_named(r, "payload", v);
}

/* --- dnsqr --------------------------------------------------------------- */

static const struct nmsg_field *field(const struct nmsg_record *r,
				      const char *name)
{
	return nmsg_type_field(r->type, name, strlen(name));
}

static size_t count(const struct nmsg_record *r, const char *name)
{
	return r->count[field(r, name) - r->type->fields];
}

bool nmsg_virtual_qr_delay(struct nmsg_record *r, struct nmsg_value *v)
{
	const struct nmsg_field *sec = field(r, "response_time_sec");
	const struct nmsg_field *nsec = field(r, "response_time_nsec");
	size_t responses = count(r, "response_time_sec");
	struct nmsg_value s, ns, query_s, query_ns;
	struct nmsg_each each_s, each_ns;
	double most = 0;

	if (number(r, "type") != QR_QUERY_RESPONSE || responses == 0 ||
	    count(r, "response_time_nsec") != responses ||
	    count(r, "query_time_sec") != 1 ||
	    count(r, "query_time_nsec") != 1 ||
	    !nmsg_record_named(r, "query_time_sec", &query_s) ||
	    !nmsg_record_named(r, "query_time_nsec", &query_ns))
		return false;
	nmsg_record_start(r, sec, &each_s);
	nmsg_record_start(r, nsec, &each_ns);
	while (nmsg_record_each(sec, &each_s, &s) &&
	       nmsg_record_each(nsec, &each_ns, &ns)) {
		int64_t whole = (int64_t)(s.u - query_s.u);
		int64_t part = (int64_t)(ns.u - query_ns.u);
		double delay;

		if (part < 0 && whole > INT64_MIN) {
			whole--;
			part += 1000000000;
		}
		delay = (double)whole + (double)part / 1e9;
		if (delay > most || responses == 1)
			most = delay;
	}
	v->d = most;
	return true;
}

static uint64_t sum(const uint8_t *p, size_t len)
{
	uint64_t s = 0;

	for (; len > 1; p += 2, len -= 2)
		s += nd_be16(p);
	if (len > 0)
		s += (uint64_t)*p << 8;
	return s;
}

/* The UDP checksum (RFC 768) of the response, fragment by fragment. */
static int checksum(const struct nmsg_record *r)
{
	const struct nmsg_field *packet = field(r, "response_packet");
	struct nmsg_datagram d;
	struct nmsg_each each;
	struct nmsg_value v;
	uint64_t s = 0;
	bool first = false;

	if (number(r, "resolver_address_zeroed"))
		return CHECKSUM_ERROR;
	nmsg_record_start(r, packet, &each);
	while (nmsg_record_each(packet, &each, &v)) {
		if (!nmsg_datagram_read(&d, v.bytes, v.len) ||
		    d.protocol != IPPROTO_UDP)
			return CHECKSUM_ERROR;
		s += sum(d.payload, d.payload_len);
		if (!d.udp)
			continue;
		if (nd_be16(d.udp + 6) == 0)
			return CHECKSUM_ABSENT;
		first = true;
		s += sum(d.src, d.address_len) + sum(d.dst, d.address_len) +
		     IPPROTO_UDP + nd_be16(d.udp + 4) + sum(d.udp, 8);
	}
	if (!first)
		return CHECKSUM_ERROR;
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return s == 0xffff ? CHECKSUM_CORRECT : CHECKSUM_INCORRECT;
}

bool nmsg_virtual_qr_checksum(struct nmsg_record *r, struct nmsg_value *v)
{
	return count(r, "response_packet") > 0 && say(v, (uint64_t)checksum(r));
}

bool nmsg_virtual_qr_query(struct nmsg_record *r, struct nmsg_value *v)
{
	struct nmsg_datagram d;

	return count(r, "query_packet") == 1 &&
	       nmsg_record_named(r, "query_packet", v) &&
	       nmsg_datagram_read(&d, v->bytes, v->len) &&
	       say_bytes(v, d.payload, d.payload_len);
}

/*
 * Puts the fragments' bytes where they belong in `whole`; true if there are
 * no holes.
 */
static bool assemble(const struct nmsg_record *r, struct text *whole)
{
	const struct nmsg_field *packet = field(r, "response_packet");
	size_t total = 0, have = 0;
	struct nmsg_datagram d;
	struct nmsg_each each;
	struct nmsg_value v;
	bool grew;

	/* They seldom are out of order: each round takes what fits behind. */
	whole->len = 0;
	do {
		grew = false;
		nmsg_record_start(r, packet, &each);
		while (nmsg_record_each(packet, &each, &v)) {
			if (!nmsg_datagram_read(&d, v.bytes, v.len))
				return false;
			if (d.fragment_last)
				total = d.fragment_at + d.body_len;
			if (d.fragment_at > have ||
			    d.fragment_at + d.body_len <= have)
				continue;
			text_put(whole, d.body + (have - d.fragment_at),
				 d.fragment_at + d.body_len - have);
			have = d.fragment_at + d.body_len;
			grew = true;
			if (have > DATAGRAM_MAX || whole->error)
				return false;
		}
	} while (grew && have < total);
	return total > 0 && have == total && have >= 8;
}

bool nmsg_virtual_qr_response(struct nmsg_record *r, struct nmsg_value *v)
{
	struct nmsg_datagram d;
	size_t packets = count(r, "response_packet");

	if (packets == 1)
		return nmsg_record_named(r, "response_packet", v) &&
		       nmsg_datagram_read(&d, v->bytes, v->len) &&
		       say_bytes(v, d.payload, d.payload_len);
	if (packets == 0 || packets > FRAGMENTS_MAX || !r->scratch)
		return false;
	if (!r->whole.bytes) {
		if (!assemble(r, r->scratch))
			return false;
		r->whole.bytes = (const uint8_t *)r->scratch->at + 8;
		r->whole.len = r->scratch->len - 8;
	}
	*v = r->whole;
	return true;
}

/* --- dnsobs and dnstap --------------------------------------------------- */

bool nmsg_virtual_obs_response(struct nmsg_record *r, struct nmsg_value *v)
{
	return nmsg_record_named(r, "response", v);
}

bool nmsg_virtual_tap_family(struct nmsg_record *r, struct nmsg_value *v)
{
	return r->inside && say(v, 1);
}

bool nmsg_virtual_tap_protocol(struct nmsg_record *r, struct nmsg_value *v)
{
	return r->inside && say(v, 1);
}

bool nmsg_virtual_tap_query(struct nmsg_record *r, struct nmsg_value *v)
{
	return nmsg_record_named(r, "query_message", v);
}

bool nmsg_virtual_tap_response(struct nmsg_record *r, struct nmsg_value *v)
{
	return nmsg_record_named(r, "response_message", v);
}

/* The message that the other fields are of, with a header at least. */
static bool tap_message(struct nmsg_record *r, struct nmsg_value *v)
{
	return (nmsg_virtual_tap_query(r, v) ||
		nmsg_virtual_tap_response(r, v)) &&
	       v->len >= DNS_HEADER;
}

/* The name of its only question, which has no pointers, and what follows. */
static bool tap_question(struct nmsg_record *r, struct nmsg_value *name,
			 size_t behind)
{
	struct nmsg_value m;
	size_t at = DNS_HEADER;

	if (!tap_message(r, &m) || nd_be16(m.bytes + 4) != 1)
		return false;
	while (at < m.len && m.bytes[at] != 0) {
		if (m.bytes[at] >= 0x40)
			return false;
		at += 1u + m.bytes[at];
	}
	at++;
	return at <= m.len && m.len - at >= behind &&
	       say_bytes(name, m.bytes + DNS_HEADER, at - DNS_HEADER);
}

bool nmsg_virtual_tap_id(struct nmsg_record *r, struct nmsg_value *v)
{
	return tap_message(r, v) && say(v, nd_be16(v->bytes));
}

bool nmsg_virtual_tap_qname(struct nmsg_record *r, struct nmsg_value *v)
{
	return tap_question(r, v, 0);
}

bool nmsg_virtual_tap_qclass(struct nmsg_record *r, struct nmsg_value *v)
{
	return tap_question(r, v, 4) && say(v, nd_be16(v->bytes + v->len + 2));
}

bool nmsg_virtual_tap_qtype(struct nmsg_record *r, struct nmsg_value *v)
{
	return tap_question(r, v, 2) && say(v, nd_be16(v->bytes + v->len));
}

bool nmsg_virtual_tap_rcode(struct nmsg_record *r, struct nmsg_value *v)
{
	return tap_message(r, v) && say(v, v->bytes[3] & 15);
}
