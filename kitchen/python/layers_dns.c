/* SPDX-License-Identifier: MIT */
#include "layers.h"

#include <netdumplings/dns.h>
#include <stddef.h>

#define U LAYERS_U
#define B LAYERS_B
#define F LAYERS_F
#define END LAYERS_END

/* Behind so many names that start at a byte of a record. */
#define BEHIND(name, type, byte, bytes, names_at, names)               \
	{                                                              \
		name, type, (byte)*8, (bytes)*8, NULL, names_at, names \
	}

#define COUNTS_AND_SECTIONS                                         \
	U("qdcount", 4, 2), U("ancount", 6, 2), U("nscount", 8, 2), \
		U("arcount", 10, 2),                                \
		F("qd", LAYERS_DNS_SECTION, ND_DNS_QUESTION, 0),    \
		F("an", LAYERS_DNS_SECTION, ND_DNS_ANSWER, 0),      \
		F("ns", LAYERS_DNS_SECTION, ND_DNS_AUTHORITY, 0),   \
		F("ar", LAYERS_DNS_SECTION, ND_DNS_ADDITIONAL, 0)

/* RFC 1035 section 4.1.1, RFC 4035 section 3 */
static const struct layers_field dns[] = {
	F("length", LAYERS_DNS_LENGTH, 0, 0),
	U("id", 0, 2),
	B("qr", 2, 0, 1),
	B("opcode", 2, 1, 4),
	B("aa", 2, 5, 1),
	B("tc", 2, 6, 1),
	B("rd", 2, 7, 1),
	B("ra", 3, 0, 1),
	B("z", 3, 1, 1),
	B("ad", 3, 2, 1),
	B("cd", 3, 3, 1),
	B("rcode", 3, 4, 4),
	COUNTS_AND_SECTIONS,
	END,
};

/* RFC 4795 section 2.1.1; TC and T are one field to scapy. */
static const struct layers_field llmnr[] = {
	U("id", 0, 2),       B("qr", 2, 0, 1),    B("opcode", 2, 1, 4),
	B("c", 2, 5, 1),     B("tc", 2, 6, 2),    B("z", 3, 0, 4),
	B("rcode", 3, 4, 4), COUNTS_AND_SECTIONS, END,
};

static const struct layers_field question[] = {
	F("qname", LAYERS_DNS_OWNER, 0, 0),
	U("qtype", 0, 2),
	U("qclass", 2, 2),
	END,
};

/* What every record starts with, RFC 1035 section 4.1.3. */
#define HEAD                                                  \
	F("rrname", LAYERS_DNS_OWNER, 0, 0), U("type", 0, 2), \
		U("rclass", 2, 2), U("ttl", 4, 4), U("rdlen", 8, 2)

static const struct layers_field record[] = {
	HEAD,
	F("rdata", LAYERS_DNS_DATA, 10, 0),
	END,
};

/* RFC 6891 section 6.1 */
static const struct layers_field opt[] = {
	F("rrname", LAYERS_DNS_OWNER, 0, 0),
	U("type", 0, 2),
	U("rclass", 2, 2),
	U("extrcode", 4, 1),
	U("version", 5, 1),
	U("z", 6, 2),
	U("rdlen", 8, 2),
	F("rdata", LAYERS_DNS_OPTIONS, 10, 0),
	END,
};

static const struct layers_field mx[] = {
	HEAD,
	U("preference", 10, 2),
	F("exchange", LAYERS_DNS_NAME, 12, 0),
	END,
};

static const struct layers_field soa[] = {
	HEAD,
	F("mname", LAYERS_DNS_NAME, 10, 0),
	BEHIND("rname", LAYERS_DNS_NAME, 0, 0, 10, 1),
	BEHIND("serial", LAYERS_UINT, 0, 4, 10, 2),
	BEHIND("refresh", LAYERS_UINT, 4, 4, 10, 2),
	BEHIND("retry", LAYERS_UINT, 8, 4, 10, 2),
	BEHIND("expire", LAYERS_UINT, 12, 4, 10, 2),
	BEHIND("minimum", LAYERS_UINT, 16, 4, 10, 2),
	END,
};

static const struct layers_field srv[] = {
	HEAD,
	U("priority", 10, 2),
	U("weight", 12, 2),
	U("port", 14, 2),
	F("target", LAYERS_DNS_NAME, 16, 0),
	END,
};

static const struct layers_field ds[] = {
	HEAD,
	U("keytag", 10, 2),
	U("algorithm", 12, 1),
	U("digesttype", 13, 1),
	F("digest", LAYERS_REST, 14, 0),
	END,
};

static const struct layers_field rrsig[] = {
	HEAD,
	U("typecovered", 10, 2),
	U("algorithm", 12, 1),
	U("labels", 13, 1),
	U("originalttl", 14, 4),
	U("expiration", 18, 4),
	U("inception", 22, 4),
	U("keytag", 26, 2),
	F("signersname", LAYERS_DNS_NAME, 28, 0),
	BEHIND("signature", LAYERS_REST, 0, 0, 28, 1),
	END,
};

static const struct layers_field nsec[] = {
	HEAD,
	F("nextname", LAYERS_DNS_NAME, 10, 0),
	BEHIND("typebitmaps", LAYERS_REST, 0, 0, 10, 1),
	END,
};

static const struct layers_field dnskey[] = {
	HEAD,
	U("flags", 10, 2),
	U("protocol", 12, 1),
	U("algorithm", 13, 1),
	F("publickey", LAYERS_REST, 14, 0),
	END,
};

/* RFC 5155 section 3.2; behind the salt there is another counted part. */
static const struct layers_field nsec3[] = {
	HEAD,
	U("hashalg", 10, 1),
	U("flags", 11, 1),
	U("iterations", 12, 2),
	U("saltlength", 14, 1),
	F("salt", LAYERS_COUNTED, 15, 0),
	END,
};

/* RFC 8945 section 4.2 */
static const struct layers_field tsig[] = {
	HEAD,
	F("algo_name", LAYERS_DNS_NAME, 10, 0),
	BEHIND("time_signed", LAYERS_UINT, 0, 6, 10, 1),
	BEHIND("fudge", LAYERS_UINT, 6, 2, 10, 1),
	BEHIND("mac_len", LAYERS_UINT, 8, 2, 10, 1),
	BEHIND("mac_data", LAYERS_LONG, 10, 0, 10, 1),
	END,
};

static const struct layers_kind messages[] = {
	{"DNS", NULL, dns},
	{"LLMNRQuery", NULL, llmnr},
	{"LLMNRResponse", NULL, llmnr},
};

#define RECORD(kind) [LAYERS_##kind - LAYERS_DNSQR]

static const struct layers_kind records[LAYERS_NOTHING - LAYERS_DNSQR] = {
	RECORD(DNSQR) = {"DNSQR", "DNS Question Record", question},
	RECORD(DNSRR) = {"DNSRR", "DNS Resource Record", record},
	RECORD(DNSRR_OPT) = {"DNSRROPT", "DNS OPT Resource Record", opt},
	RECORD(DNSRR_MX) = {"DNSRRMX", "DNS MX Resource Record", mx},
	RECORD(DNSRR_SOA) = {"DNSRRSOA", "DNS SOA Resource Record", soa},
	RECORD(DNSRR_SRV) = {"DNSRRSRV", "DNS SRV Resource Record", srv},
	RECORD(DNSRR_DS) = {"DNSRRDS", "DNS DS Resource Record", ds},
	RECORD(DNSRR_DLV) = {"DNSRRDLV", "DNS DLV Resource Record", ds},
	RECORD(DNSRR_RRSIG) = {"DNSRRRSIG", "DNS RRSIG Resource Record", rrsig},
	RECORD(DNSRR_NSEC) = {"DNSRRNSEC", "DNS NSEC Resource Record", nsec},
	RECORD(DNSRR_DNSKEY) = {"DNSRRDNSKEY", "DNS DNSKEY Resource Record",
				dnskey},
	RECORD(DNSRR_NSEC3) = {"DNSRRNSEC3", "DNS NSEC3 Resource Record",
			       nsec3},
	RECORD(DNSRR_NSEC3PARAM) = {"DNSRRNSEC3PARAM",
				    "DNS NSEC3PARAM Resource Record", nsec3},
	RECORD(DNSRR_TSIG) = {"DNSRRTSIG", "DNS TSIG Resource Record", tsig},
};

const struct layers_kind *layers_dns_of(unsigned kind)
{
	switch (kind) {
	case ND_DNS:
		return &messages[0];
	case ND_LLMNR:
		return &messages[1];
	case ND_LLMNR_RESPONSE:
		return &messages[2];
	}
	if (kind >= LAYERS_DNSQR && kind < LAYERS_NOTHING)
		return &records[kind - LAYERS_DNSQR];
	return NULL;
}
