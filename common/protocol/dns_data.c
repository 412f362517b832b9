/* SPDX-License-Identifier: MIT */
#include "dns.h"

#include <errno.h>

/* Types whose data is read here beside DNSSEC's, RFC 1035 section 3.2.2 and
 * their own. */
enum {
	A = 1,
	NS = 2,
	CNAME = 5,
	SOA = 6,
	PTR = 12,
	MX = 15,
	TXT = 16,
	AAAA = 28,
	SRV = 33,
	DNAME = 39,
	OPT = 41,
	SVCB = 64,
	HTTPS = 65,
	SPF = 99,
	CAA = 257,
};

#define CLASS_IN 1

static bool whole(const struct dns_data *d)
{
	return !d->bad && d->at == d->end;
}

static bool put_address(struct nd_dumpling *out, const char *key,
			struct dns_data *d, size_t len)
{
	if (dns_left(d) != len)
		return false;
	nd_put_ip(out, key, d->msg + d->at, len);
	return true;
}

static bool put_name(struct nd_dumpling *out, const char *key,
		     struct dns_data *d)
{
	char name[DNS_NAME_SIZE];
	size_t len = dns_take_name(d, name);

	if (!whole(d))
		return false;
	nd_put_strn(out, key, name, len);
	return true;
}

static bool put_mx(struct nd_dumpling *out, const char *key, struct dns_data *d)
{
	uint16_t preference = dns_take16(d);
	char name[DNS_NAME_SIZE];

	dns_take_name(d, name);
	if (!whole(d))
		return false;
	nd_put_map(out, key);
	nd_put_uint(out, "preference", preference);
	nd_put_str(out, "exchange", name);
	nd_end(out);
	return true;
}

/* RFC 1035 section 3.3.14: one or more texts, each behind its length. */
static bool put_texts(struct nd_dumpling *out, const char *key,
		      struct dns_data *d)
{
	struct dns_data check = *d;

	if (dns_left(d) == 0)
		return false;
	while (dns_left(&check) > 0 && !check.bad)
		dns_take(&check, dns_take8(&check));
	if (check.bad)
		return false;
	nd_put_array(out, key);
	while (dns_left(d) > 0) {
		size_t len = dns_take8(d);

		nd_put_strn(out, NULL, (const char *)dns_take(d, len), len);
	}
	nd_end(out);
	return true;
}

/* RFC 1035 section 3.3.13 */
static bool put_soa(struct nd_dumpling *out, const char *key,
		    struct dns_data *d)
{
	static const char *const names[] = {"serial", "refresh", "retry",
					    "expire", "minimum"};
	char mname[DNS_NAME_SIZE], rname[DNS_NAME_SIZE];

	dns_take_name(d, mname);
	dns_take_name(d, rname);
	if (d->bad || dns_left(d) != 20)
		return false;
	nd_put_map(out, key);
	nd_put_str(out, "mname", mname);
	nd_put_str(out, "rname", rname);
	for (size_t i = 0; i < 5; i++)
		nd_put_uint(out, names[i], dns_take32(d));
	nd_end(out);
	return true;
}

/* RFC 2782 */
static bool put_srv(struct nd_dumpling *out, const char *key,
		    struct dns_data *d)
{
	uint16_t priority = dns_take16(d);
	uint16_t weight = dns_take16(d);
	uint16_t port = dns_take16(d);
	char name[DNS_NAME_SIZE];

	dns_take_name(d, name);
	if (!whole(d))
		return false;
	nd_put_map(out, key);
	nd_put_uint(out, "priority", priority);
	nd_put_uint(out, "weight", weight);
	nd_put_uint(out, "port", port);
	nd_put_str(out, "target", name);
	nd_end(out);
	return true;
}

/* RFC 8659 section 4.1 */
static bool put_caa(struct nd_dumpling *out, const char *key,
		    struct dns_data *d)
{
	uint8_t flags = dns_take8(d);
	size_t tag_len = dns_take8(d);
	const uint8_t *tag = dns_take(d, tag_len);

	if (d->bad || tag_len == 0)
		return false;
	nd_put_map(out, key);
	nd_put_uint(out, "flags", flags);
	nd_put_strn(out, "tag", (const char *)tag, tag_len);
	nd_put_strn(out, "value", (const char *)d->msg + d->at, dns_left(d));
	nd_end(out);
	return true;
}

static bool put(struct nd_dumpling *out, const char *key, uint16_t type,
		struct dns_data *d)
{
	switch (type) {
	case A:
		return put_address(out, key, d, 4);
	case AAAA:
		return put_address(out, key, d, 16);
	case NS:
	case CNAME:
	case PTR:
	case DNAME:
		return put_name(out, key, d);
	case MX:
		return put_mx(out, key, d);
	case TXT:
	case SPF:
		return put_texts(out, key, d);
	case SOA:
		return put_soa(out, key, d);
	case SRV:
		return put_srv(out, key, d);
	case CAA:
		return put_caa(out, key, d);
	case SVCB:
	case HTTPS:
		return dns_svcb_put(out, key, d);
	case DS:
	case CDS:
	case DNSKEY:
	case CDNSKEY:
	case RRSIG:
	case NSEC:
	case NSEC3:
		return dns_security_put(out, key, type, d);
	}
	return false;
}

void nd_put_dns_data(struct nd_dumpling *out, const char *key,
		     const struct nd_dns_reader *reader,
		     const struct nd_dns_record *record)
{
	struct dns_data d = {.msg = reader->message};

	if (!record->rdata) {
		nd_put_nil(out, key);
		return;
	}
	if (record->type == OPT) {
		dns_edns_put(out, key, record);
		return;
	}
	d.at = (size_t)(record->rdata - reader->message);
	d.end = d.at + record->rdata_len;
	if (!put(out, key, record->type, &d))
		nd_put_bin(out, key, record->rdata, record->rdata_len);
}

static void put_record(struct nd_dumpling *out, const struct nd_dns_reader *r,
		       const struct nd_dns_record *record)
{
	char text[ND_DNS_TEXT];

	nd_put_map(out, NULL);
	nd_put_strn(out, "name", record->name, record->name_len);
	nd_put_str(out, "type", nd_dns_type(record->type, text));
	if (record->klass != CLASS_IN)
		nd_put_str(out, "class", nd_dns_class(record->klass, text));
	nd_put_uint(out, "ttl", record->ttl);
	nd_put_dns_data(out, "data", r, record);
	nd_end(out);
}

int nd_put_dns_records(struct nd_dumpling *out, const char *key,
		       struct nd_dns_reader *reader,
		       enum nd_dns_section section, size_t limit)
{
	struct nd_dns_record record;
	size_t told = 0;
	int rc = 1;

	/* The record that it read last may have been another here. */
	reader->last = NULL;
	nd_put_array(out, key);
	for (unsigned i = 0; rc > 0 && i < (unsigned)section; i++)
		while (rc > 0 && reader->left[i] > 0)
			rc = dns_pass(reader, &record);
	while (rc > 0 && reader->left[section] > 0) {
		rc = nd_dns_next(reader, &record);
		if (rc > 0 && record.type != OPT && told++ < limit)
			put_record(out, reader, &record);
	}
	nd_end(out);
	return rc < 0 ? rc : 0;
}
