/* SPDX-License-Identifier: MIT */
#ifndef NETDUMPLINGS_DNS_H
#define NETDUMPLINGS_DNS_H

/*
 * DNS messages (RFC 1035 section 4) record by record, for chefs that want more
 * than nd_dns() of chef.h tells.  Nothing here allocates, keeps anything or
 * trusts a length; the bytes are lent and must stay while they are read.
 */

#include <netdumplings/chef.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The bytes of the packet's DNS or LLMNR message as far as they were captured,
 * lent by the packet, and their number.  NULL where there is none.
 */
ND_PUBLIC const uint8_t *nd_dns_bytes(const struct nd_packet *pkt, size_t *len);

/*
 * Reads a message's header and first question, as nd_dns() does, from bytes:
 * a UDP payload, or what follows the two octets of length over TCP (RFC 1035
 * section 4.2.2).  False if they are cut off or broken.
 */
ND_PUBLIC bool nd_dns_message(const void *bytes, size_t len,
			      struct nd_dns *dns);

enum nd_dns_section {
	ND_DNS_QUESTION,
	ND_DNS_ANSWER,
	ND_DNS_AUTHORITY,
	ND_DNS_ADDITIONAL,
};

/*
 * A question or record, RFC 1035 sections 4.1.2 and 4.1.3.  A question has no
 * TTL and no data.  The name's text is as in struct nd_dns.
 */
struct nd_dns_record {
	enum nd_dns_section section;
	uint16_t type;
	uint16_t klass; /* its class, the highest bit as in mDNS included */
	uint32_t ttl;   /* seconds */
	uint16_t rdata_len;
	uint16_t name_len;
	const uint8_t *rdata; /* lent, in the message */
	char name[1024];
};

/* Where nd_dns_next() is in a message; a plain struct that may be copied. */
struct nd_dns_reader {
	const uint8_t *message;
	size_t len;
	size_t at;        /* of the next record */
	uint16_t left[4]; /* by section, as the header counts them */
	uint32_t section; /* enum nd_dns_section */
	/* The record read last, if its name was a pointer alone, and that. */
	const struct nd_dns_record *last;
	uint32_t pointer;
};

/* Starts at the first question.  0, or -EBADMSG for less than a header. */
ND_PUBLIC int nd_dns_start(struct nd_dns_reader *reader, const void *bytes,
			   size_t len);
/*
 * Steps through the questions and the records of all sections.  1 with one in
 * *record, 0 at the end, or -EBADMSG where the rest is cut off or broken.  A
 * record that is given again has to be as it was left: its name stays where it
 * is the same.
 */
ND_PUBLIC int nd_dns_next(struct nd_dns_reader *reader,
			  struct nd_dns_record *record);

/*
 * Reads the name that starts `offset` bytes into a record's data, of a record
 * that this reader gave, as text.  Its length, or -EBADMSG.
 */
ND_PUBLIC int nd_dns_data_name(const struct nd_dns_reader *reader,
			       const struct nd_dns_record *record,
			       size_t offset, char name[1024]);

/*
 * Finds the message's EDNS record (type OPT, RFC 6891 section 6.1) without
 * reading the names before it.  False if there is none to be found.
 */
ND_PUBLIC bool nd_dns_opt(const void *bytes, size_t len,
			  struct nd_dns_record *record);

/*
 * Puts a record's data, RFC 1035 section 3.3 and those of the types' own:
 *
 *	A AAAA			the address as text
 *	NS CNAME PTR DNAME	the name
 *	MX			{preference, exchange}
 *	TXT SPF			an array of texts
 *	SOA			{mname, rname, serial, refresh, retry, expire,
 *				minimum}
 *	SRV			{priority, weight, port, target}
 *	CAA			{flags, tag, value}
 *	SVCB HTTPS		{priority, target, params}, and in params alpn,
 *				port, ipv4hint, ...; key667 for an unknown one
 *	DS CDS			{key_tag, algorithm, digest_type, digest}, the
 *				digest in hex
 *	DNSKEY CDNSKEY		{flags, protocol, algorithm, key_tag, key}
 *	RRSIG			{type_covered, algorithm, labels, original_ttl,
 *				expiration, inception, key_tag, signer,
 *				signature}
 *	NSEC			{next, types}
 *	NSEC3			{algorithm, flags, iterations, salt, next,
 *				types}
 *	OPT			{udp_size, version, do, extended_rcode, options}
 *
 * What is of another type, or not as its type demands, is put as bytes
 * (RFC 3597 section 5).  The reader must be the one that gave the record, or
 * one that was started on the same bytes.
 */
ND_PUBLIC void nd_put_dns_data(struct nd_dumpling *out, const char *key,
			       const struct nd_dns_reader *reader,
			       const struct nd_dns_record *record);

/*
 * Puts the records of a section that the reader is not behind yet, the first
 * `limit` of them, as an array: {name, type, class, ttl, data} each, the class
 * only where it is not IN; of the message's OPT record nothing.  The reader
 * then stands behind them.  0, or -EBADMSG where the message is cut off or
 * broken and the array is what came before that.
 */
ND_PUBLIC int nd_put_dns_records(struct nd_dumpling *out, const char *key,
				 struct nd_dns_reader *reader,
				 enum nd_dns_section section, size_t limit);

/*
 * Puts a TXT record's data as the map of keys and values that service discovery
 * makes of it (RFC 6763 section 6): keys in small letters, nil for one without
 * "=", the first of several with the same key; what is no key is left out.
 */
ND_PUBLIC void nd_put_dns_txt(struct nd_dumpling *out, const char *key,
			      const uint8_t *rdata, size_t rdata_len);

/* Room for any text of the functions below. */
#define ND_DNS_TEXT 24

/*
 * The flags that are set of "aa tc rd ra ad cd" (RFC 1035 section 4.1.1, RFC
 * 4035 section 3), written into `text` and returned.  `bits` are the third and
 * fourth octet of a message.
 */
ND_PUBLIC const char *nd_dns_flags(const uint8_t bits[2],
				   char text[ND_DNS_TEXT]);

/*
 * The names of numbers in IANA's registry of DNS parameters, static, or for
 * those that have none a text such as TYPE65280 (RFC 3597 section 5) written
 * into `text` and returned.  An rcode has 12 bits with EDNS.
 */
ND_PUBLIC const char *nd_dns_type(uint16_t type, char text[ND_DNS_TEXT]);
ND_PUBLIC const char *nd_dns_class(uint16_t klass, char text[ND_DNS_TEXT]);
ND_PUBLIC const char *nd_dns_rcode(uint16_t rcode, char text[ND_DNS_TEXT]);
ND_PUBLIC const char *nd_dns_opcode(uint8_t opcode, char text[ND_DNS_TEXT]);

#ifdef __cplusplus
}
#endif
#endif
