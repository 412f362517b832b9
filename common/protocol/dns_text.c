/* SPDX-License-Identifier: MIT */
#include "dns.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* RFC 1035 section 3.2.2, and the types' own; IANA's registry has them all. */
static const char *const types[] = {
	[1] = "A",           [2] = "NS",          [3] = "MD",
	[4] = "MF",          [5] = "CNAME",       [6] = "SOA",
	[7] = "MB",          [8] = "MG",          [9] = "MR",
	[10] = "NULL",       [11] = "WKS",        [12] = "PTR",
	[13] = "HINFO",      [14] = "MINFO",      [15] = "MX",
	[16] = "TXT",        [17] = "RP", /* RFC 1183 */
	[18] = "AFSDB",      [19] = "X25",        [20] = "ISDN",
	[21] = "RT",         [22] = "NSAP", /* RFC 1706 */
	[23] = "NSAP-PTR",   [24] = "SIG",  /* RFC 2536 */
	[25] = "KEY",        [26] = "PX",         [27] = "GPOS",
	[28] = "AAAA", /* RFC 3596 */
	[29] = "LOC",  /* RFC 1876 */
	[30] = "NXT",        [31] = "EID",        [32] = "NIMLOC",
	[33] = "SRV",                        /* RFC 2782 */
	[34] = "ATMA",       [35] = "NAPTR", /* RFC 3403 */
	[36] = "KX",         [37] = "CERT",       [38] = "A6",
	[39] = "DNAME",                      /* RFC 6672 */
	[40] = "SINK",       [41] = "OPT",   /* RFC 6891 */
	[42] = "APL",        [43] = "DS",    /* RFC 4034 */
	[44] = "SSHFP",                      /* RFC 4255 */
	[45] = "IPSECKEY",   [46] = "RRSIG", /* RFC 4034 */
	[47] = "NSEC",       [48] = "DNSKEY",     [49] = "DHCID",
	[50] = "NSEC3",                     /* RFC 5155 */
	[51] = "NSEC3PARAM", [52] = "TLSA", /* RFC 6698 */
	[53] = "SMIMEA",     [55] = "HIP",        [56] = "NINFO",
	[57] = "RKEY",       [58] = "TALINK",     [59] = "CDS", /* RFC 7344 */
	[60] = "CDNSKEY",    [61] = "OPENPGPKEY", [62] = "CSYNC",
	[63] = "ZONEMD",     [64] = "SVCB", /* RFC 9460 */
	[65] = "HTTPS",      [66] = "DSYNC",      [67] = "HHIT",
	[68] = "BRID",       [99] = "SPF",        [100] = "UINFO",
	[101] = "UID",       [102] = "GID",       [103] = "UNSPEC",
	[104] = "NID", /* RFC 6742 */
	[105] = "L32",       [106] = "L64",       [107] = "LP",
	[108] = "EUI48", /* RFC 7043 */
	[109] = "EUI64",     [128] = "NXNAME",    [249] = "TKEY",
	[250] = "TSIG", /* RFC 8945 */
	[251] = "IXFR",      [252] = "AXFR",      [253] = "MAILB",
	[254] = "MAILA",     [255] = "ANY",       [256] = "URI",
	[257] = "CAA", /* RFC 8659 */
	[258] = "AVC",       [259] = "DOA",       [260] = "AMTRELAY",
	[261] = "RESINFO",   [262] = "WALLET",
};

/* RFC 1035 section 3.2.4, RFC 2136 section 2.4 */
static const char *const classes[] = {
	[1] = "IN", [2] = "CS",     [3] = "CH",
	[4] = "HS", [254] = "NONE", [255] = "ANY",
};

/* RFC 6895 section 2.3 */
static const char *const rcodes[] = {
	[0] = "NOERROR",   [1] = "FORMERR",    [2] = "SERVFAIL",
	[3] = "NXDOMAIN",  [4] = "NOTIMP",     [5] = "REFUSED",
	[6] = "YXDOMAIN",  [7] = "YXRRSET",    [8] = "NXRRSET",
	[9] = "NOTAUTH",   [10] = "NOTZONE",   [11] = "DSOTYPENI",
	[16] = "BADVERS",  [17] = "BADKEY",    [18] = "BADTIME",
	[19] = "BADMODE",  [20] = "BADNAME",   [21] = "BADALG",
	[22] = "BADTRUNC", [23] = "BADCOOKIE",
};

/* RFC 6895 section 2.2 */
static const char *const opcodes[] = {
	[0] = "QUERY",  [1] = "IQUERY", [2] = "STATUS",
	[4] = "NOTIFY", [5] = "UPDATE", [6] = "DSO",
};

/* The word with the number behind it. */
static const char *numbered(char *text, const char *word, unsigned n)
{
	char digits[8];
	size_t len = strlen(word), i = sizeof(digits);

	do
		digits[--i] = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	memcpy(text, word, len);
	memcpy(text + len, digits + i, sizeof(digits) - i);
	text[len + sizeof(digits) - i] = '\0';
	return text;
}

static const char *named(const char *const *names, size_t count, unsigned n,
			 const char *word, char *text)
{
	if (n < count && names[n])
		return names[n];
	return numbered(text, word, n);
}

const char *nd_dns_type(uint16_t type, char text[ND_DNS_TEXT])
{
	if (type == 32768)
		return "TA";
	if (type == 32769)
		return "DLV"; /* RFC 4431 */
	return named(types, COUNT(types), type, "TYPE", text);
}

const char *nd_dns_class(uint16_t klass, char text[ND_DNS_TEXT])
{
	return named(classes, COUNT(classes), klass, "CLASS", text);
}

const char *nd_dns_rcode(uint16_t rcode, char text[ND_DNS_TEXT])
{
	return named(rcodes, COUNT(rcodes), rcode, "RCODE", text);
}

const char *nd_dns_opcode(uint8_t opcode, char text[ND_DNS_TEXT])
{
	return named(opcodes, COUNT(opcodes), opcode, "OPCODE", text);
}

const char *nd_dns_flags(const uint8_t bits[2], char text[ND_DNS_TEXT])
{
	static const struct {
		uint8_t byte, bit;
		char name[2];
	} flags[] = {
		{0, 0x04, {'a', 'a'}}, {0, 0x02, {'t', 'c'}},
		{0, 0x01, {'r', 'd'}}, {1, 0x80, {'r', 'a'}},
		{1, 0x20, {'a', 'd'}}, {1, 0x10, {'c', 'd'}},
	};
	char *to = text;

	for (size_t i = 0; i < COUNT(flags); i++) {
		if (!(bits[flags[i].byte] & flags[i].bit))
			continue;
		if (to > text)
			*to++ = ' ';
		memcpy(to, flags[i].name, 2);
		to += 2;
	}
	*to = '\0';
	return text;
}
