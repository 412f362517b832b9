/* SPDX-License-Identifier: MIT */
#ifndef DNS_H
#define DNS_H

#include <netdumplings/bytes.h>
#include <netdumplings/dns.h>

/* What the files of DNS share. */

/* A name's text and its NUL: 255 octets make at most 1003 characters. */
#define DNS_NAME_SIZE 1024

/*
 * Reads the name at msg[at] as text to *out and moves *out on; no NUL.  Nothing
 * at or behind msg[len] is read.  Returns where the bytes behind it start, or 0
 * for a broken one, and *out is as it was.
 */
size_t dns_name(const uint8_t *msg, size_t len, size_t at, char **out);

/*
 * Steps as nd_dns_next() does, but does not read the record's name: one that
 * cannot be read, as of more than 255 octets, is passed over where it ends.
 */
int dns_pass(struct nd_dns_reader *r, struct nd_dns_record *record);

/* A record's data while it is read; a part that is short makes it bad. */
struct dns_data {
	const uint8_t *msg;
	size_t at, end; /* of what is left, in msg */
	bool bad;
};

static inline size_t dns_left(const struct dns_data *d)
{
	return d->end - d->at;
}

/* The next bytes, or as many zeros, at most four, and then it is bad. */
static inline const uint8_t *dns_take(struct dns_data *d, size_t len)
{
	static const uint8_t zeros[4];
	const uint8_t *p = d->msg + d->at;

	if (dns_left(d) < len) {
		d->bad = true;
		return zeros;
	}
	d->at += len;
	return p;
}

static inline uint8_t dns_take8(struct dns_data *d)
{
	return *dns_take(d, 1);
}

static inline uint16_t dns_take16(struct dns_data *d)
{
	return nd_be16(dns_take(d, 2));
}

static inline uint32_t dns_take32(struct dns_data *d)
{
	return nd_be32(dns_take(d, 4));
}

/* The next bytes are a name; its length.  `text` has DNS_NAME_SIZE bytes. */
static inline size_t dns_take_name(struct dns_data *d, char *text)
{
	char *end = text;
	size_t behind = d->bad ? 0 : dns_name(d->msg, d->end, d->at, &end);

	if (behind)
		d->at = behind;
	else
		d->bad = true;
	*end = '\0';
	return (size_t)(end - text);
}

/* Types that dns_security_put() is for. */
enum {
	DS = 43,
	RRSIG = 46,
	NSEC = 47,
	DNSKEY = 48,
	NSEC3 = 50,
	CDS = 59,
	CDNSKEY = 60,
};

/*
 * Each puts the data of one kind of record and returns true, or puts nothing
 * and returns false for data that is broken.  d is lent and used up.
 */
bool dns_security_put(struct nd_dumpling *out, const char *key, uint16_t type,
		      struct dns_data *d);
bool dns_svcb_put(struct nd_dumpling *out, const char *key, struct dns_data *d);

/* Puts an OPT record; options that are broken as bytes. */
void dns_edns_put(struct nd_dumpling *out, const char *key,
		  const struct nd_dns_record *record);

/* What an extended error says, RFC 8914 section 4, or NULL. */
const char *dns_extended_error(uint16_t code);

#endif
