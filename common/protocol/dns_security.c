/* SPDX-License-Identifier: MIT */
#include "dns.h"

/* DNSSEC: RFC 4034, RFC 5155 for NSEC3. */

/* Types that a bitmap tells, at most; one with more is put as bytes. */
#define TYPES_MAX 256

/* A hash or digest in a text, at most; longer ones are put as bytes. */
#define HEX_MAX 255

static void put_hex(struct nd_dumpling *out, const char *key, const uint8_t *p,
		    size_t len)
{
	static const char digits[] = "0123456789abcdef";
	char text[2 * HEX_MAX];

	for (size_t i = 0; i < len; i++) {
		text[2 * i] = digits[p[i] >> 4];
		text[2 * i + 1] = digits[p[i] & 15];
	}
	nd_put_strn(out, key, text, 2 * len);
}

/* RFC 4648 section 7, without padding, small as in owner names. */
static void put_base32(struct nd_dumpling *out, const char *key,
		       const uint8_t *p, size_t len)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuv";
	char text[2 * HEX_MAX], *to = text;
	unsigned bits = 0, have = 0;

	for (size_t i = 0; i < len; i++) {
		bits = bits << 8 | p[i];
		for (have += 8; have >= 5; have -= 5)
			*to++ = digits[bits >> (have - 5) & 31];
		bits &= 31;
	}
	if (have > 0)
		*to++ = digits[bits << (5 - have) & 31];
	nd_put_strn(out, key, text, (size_t)(to - text));
}

/* RFC 4034 section 5.1 */
static bool put_ds(struct nd_dumpling *out, const char *key, struct dns_data *d)
{
	uint16_t key_tag = dns_take16(d);
	uint8_t algorithm = dns_take8(d);
	uint8_t digest_type = dns_take8(d);

	if (d->bad || dns_left(d) > HEX_MAX)
		return false;
	nd_put_map(out, key);
	nd_put_uint(out, "key_tag", key_tag);
	nd_put_uint(out, "algorithm", algorithm);
	nd_put_uint(out, "digest_type", digest_type);
	put_hex(out, "digest", d->msg + d->at, dns_left(d));
	nd_end(out);
	return true;
}

/* RFC 4034 appendix B */
static uint16_t key_tag_of(const uint8_t *p, size_t len, uint8_t algorithm)
{
	uint32_t sum = 0;

	if (algorithm == 1) /* RSA/MD5: bits of the modulus */
		return len < 7 ? 0 : nd_be16(p + len - 3);
	for (size_t i = 0; i < len; i++)
		sum += i & 1 ? p[i] : (uint32_t)p[i] << 8;
	return (uint16_t)(sum + (sum >> 16 & 0xffff));
}

/* RFC 4034 section 2.1 */
static bool put_dnskey(struct nd_dumpling *out, const char *key,
		       struct dns_data *d)
{
	const uint8_t *start = d->msg + d->at;
	size_t len = dns_left(d);
	uint16_t flags = dns_take16(d);
	uint8_t protocol = dns_take8(d);
	uint8_t algorithm = dns_take8(d);

	if (d->bad)
		return false;
	nd_put_map(out, key);
	nd_put_uint(out, "flags", flags);
	nd_put_uint(out, "protocol", protocol);
	nd_put_uint(out, "algorithm", algorithm);
	nd_put_uint(out, "key_tag", key_tag_of(start, len, algorithm));
	nd_put_bin(out, "key", d->msg + d->at, dns_left(d));
	nd_end(out);
	return true;
}

static void put_seconds(struct nd_dumpling *out, const char *key, uint32_t s)
{
	nd_put_time(out, key, (int64_t)s * 1000000000);
}

/* RFC 4034 section 3.1 */
static bool put_rrsig(struct nd_dumpling *out, const char *key,
		      struct dns_data *d)
{
	uint16_t covered = dns_take16(d);
	uint8_t algorithm = dns_take8(d);
	uint8_t labels = dns_take8(d);
	uint32_t ttl = dns_take32(d);
	uint32_t expiration = dns_take32(d);
	uint32_t inception = dns_take32(d);
	uint16_t key_tag = dns_take16(d);
	char signer[DNS_NAME_SIZE], text[ND_DNS_TEXT];

	dns_take_name(d, signer);
	if (d->bad)
		return false;
	nd_put_map(out, key);
	nd_put_str(out, "type_covered", nd_dns_type(covered, text));
	nd_put_uint(out, "algorithm", algorithm);
	nd_put_uint(out, "labels", labels);
	nd_put_uint(out, "original_ttl", ttl);
	put_seconds(out, "expiration", expiration);
	put_seconds(out, "inception", inception);
	nd_put_uint(out, "key_tag", key_tag);
	nd_put_str(out, "signer", signer);
	nd_put_bin(out, "signature", d->msg + d->at, dns_left(d));
	nd_end(out);
	return true;
}

/*
 * The rest is a bitmap of types, RFC 4034 section 4.1.2: calls put, unless it
 * is NULL, for each.  False for a broken one, or one with too many.
 */
static bool each_type(struct dns_data d, struct nd_dumpling *out)
{
	int last = -1;
	size_t count = 0;

	while (dns_left(&d) > 0) {
		int window = dns_take8(&d);
		size_t len = dns_take8(&d);
		const uint8_t *bits = dns_take(&d, len);

		if (d.bad || window <= last || len == 0 || len > 32)
			return false;
		last = window;
		for (size_t i = 0; i < 8 * len; i++) {
			char text[ND_DNS_TEXT];

			if (!(bits[i / 8] & 0x80 >> i % 8))
				continue;
			if (++count > TYPES_MAX)
				return false;
			if (out)
				nd_put_str(out, NULL,
					   nd_dns_type((uint16_t)(window << 8 |
								  (int)i),
						       text));
		}
	}
	return true;
}

static void put_types(struct nd_dumpling *out, const struct dns_data *d)
{
	nd_put_array(out, "types");
	each_type(*d, out);
	nd_end(out);
}

/* RFC 4034 section 4.1 */
static bool put_nsec(struct nd_dumpling *out, const char *key,
		     struct dns_data *d)
{
	char next[DNS_NAME_SIZE];

	dns_take_name(d, next);
	if (d->bad || !each_type(*d, NULL))
		return false;
	nd_put_map(out, key);
	nd_put_str(out, "next", next);
	put_types(out, d);
	nd_end(out);
	return true;
}

/* RFC 5155 section 3.2 */
static bool put_nsec3(struct nd_dumpling *out, const char *key,
		      struct dns_data *d)
{
	uint8_t algorithm = dns_take8(d);
	uint8_t flags = dns_take8(d);
	uint16_t iterations = dns_take16(d);
	size_t salt_len = dns_take8(d);
	const uint8_t *salt = dns_take(d, salt_len);
	size_t hash_len = dns_take8(d);
	const uint8_t *hash = dns_take(d, hash_len);

	if (d->bad || !each_type(*d, NULL))
		return false;
	nd_put_map(out, key);
	nd_put_uint(out, "algorithm", algorithm);
	nd_put_uint(out, "flags", flags);
	nd_put_uint(out, "iterations", iterations);
	put_hex(out, "salt", salt, salt_len);
	put_base32(out, "next", hash, hash_len);
	put_types(out, d);
	nd_end(out);
	return true;
}

bool dns_security_put(struct nd_dumpling *out, const char *key, uint16_t type,
		      struct dns_data *d)
{
	switch (type) {
	case DS:
	case CDS:
		return put_ds(out, key, d);
	case DNSKEY:
	case CDNSKEY:
		return put_dnskey(out, key, d);
	case RRSIG:
		return put_rrsig(out, key, d);
	case NSEC:
		return put_nsec(out, key, d);
	case NSEC3:
		return put_nsec3(out, key, d);
	}
	return false;
}
