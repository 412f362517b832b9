/* SPDX-License-Identifier: MIT */
#include "nmsg_rdata.h"

#include "nmsg_dns.h"
#include "nmsg_text.h"

#include <netdumplings/bytes.h>
#include <string.h>
#include <strings.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* nmsg_rdata_parts(); those that start with a space are of class IN alone. */
static const char *const parts[] = {
	[1] = " a",         /* A, RFC 1035 section 3.4.1 */
	[2] = "n",          /* NS, as the following RFC 1035 section 3.3 */
	[3] = "n",          /* MD */
	[4] = "n",          /* MF */
	[5] = "n",          /* CNAME */
	[6] = "nn44444",    /* SOA */
	[7] = "n",          /* MB */
	[8] = "n",          /* MG */
	[9] = "n",          /* MR */
	[10] = "b",         /* NULL */
	[11] = " 41b",      /* WKS */
	[12] = "n",         /* PTR */
	[13] = "ss",        /* HINFO */
	[14] = "nn",        /* MINFO */
	[15] = "2n",        /* MX */
	[16] = "S",         /* TXT */
	[17] = "nn",        /* RP, as the following RFC 1183 */
	[18] = "2n",        /* AFSDB */
	[19] = "s",         /* X25 */
	[20] = "ss",        /* ISDN */
	[21] = "2n",        /* RT */
	[24] = "2114442nb", /* SIG, RFC 2535 */
	[26] = " 2nn",      /* PX, RFC 2163 */
	[28] = " A",        /* AAAA, RFC 3596 */
	[30] = "nb",        /* NXT, RFC 2535 */
	[33] = " 222n",     /* SRV, RFC 2782 */
	[35] = " 22sssn",   /* NAPTR, RFC 3403 */
	[36] = " 2n",       /* KX, RFC 2230 */
	[38] = " pn",       /* A6, RFC 2874 */
	[39] = "n",         /* DNAME, RFC 6672 */
	[43] = "211b",      /* DS, as the following RFC 4034 */
	[46] = "t114442n6", /* RRSIG */
	[47] = "nm",        /* NSEC */
	[48] = "2116",      /* DNSKEY */
	[50] = "112xhm",    /* NSEC3, RFC 5155 */
	[51] = "112x",      /* NSEC3PARAM */
	[52] = "111b",      /* TLSA, RFC 6698 */
	[59] = "211b",      /* CDS, RFC 7344 */
	[60] = "2116",      /* CDNSKEY */
	[61] = "6",         /* OPENPGPKEY, RFC 7929 */
	[62] = "42m",       /* CSYNC, RFC 7477 */
	[64] = " 2nv",      /* SVCB, RFC 9460 */
	[65] = " 2nv",      /* HTTPS */
	[99] = "S",         /* SPF, RFC 7208 */
	[108] = "e",        /* EUI48, RFC 7043 */
	[109] = "E",        /* EUI64 */
	[256] = "22q",      /* URI, RFC 7553 */
};

bool nmsg_rdata_known(uint16_t type)
{
	return type < COUNT(parts) && parts[type];
}

const char *nmsg_rdata_parts(uint16_t type, uint16_t klass)
{
	const char *of = type < COUNT(parts) ? parts[type] : NULL;

	if (!of || *of != ' ')
		return of;
	return klass == 1 ? of + 1 : NULL;
}

/* RFC 9460 section 14.3.2 */
static const char *const keys[] = {
	"mandatory", "alpn", "no-default-alpn", "port",
	"ipv4hint",  "ech",  "ipv6hint",
};

const char *nmsg_rdata_key(uint16_t key)
{
	return key < COUNT(keys) ? keys[key] : NULL;
}

int nmsg_rdata_key_number(const char *name, size_t len)
{
	uint32_t n = 0;

	for (size_t i = 0; i < COUNT(keys); i++)
		if (strlen(keys[i]) == len && memcmp(keys[i], name, len) == 0)
			return (int)i;
	if (len < 4 || len > 8 || strncmp(name, "key", 3) != 0)
		return -1;
	for (size_t i = 3; i < len; i++) {
		if (name[i] < '0' || name[i] > '9')
			return -1;
		n = n * 10 + (uint32_t)(name[i] - '0');
	}
	return n < UINT16_MAX ? (int)n : -1;
}

/* --- the parts ----------------------------------------------------------- */

/* Data of which a part is short is bad. */
struct left {
	const uint8_t *at;
	size_t len;
	bool bad;
};

static const uint8_t *take(struct left *l, size_t len)
{
	static const uint8_t zeros[16];
	const uint8_t *p = l->at;

	if (l->len < len) {
		l->bad = true;
		return zeros;
	}
	l->at += len;
	l->len -= len;
	return p;
}

static void put_name(struct text *t, struct left *l)
{
	size_t len = 0;

	while (len < l->len && l->at[len] != 0)
		len += 1 + (l->at[len] < 0x40 ? l->at[len] : l->len);
	if (len++ >= l->len || len > NMSG_DNS_NAME_MAX) {
		l->bad = true;
		return;
	}
	nmsg_dns_name(t, take(l, len), len);
	text_putc(t, ' ');
}

/* A string as in a zone file, RFC 1035 section 5.1; quoted. */
static void put_string(struct text *t, const uint8_t *p, size_t len)
{
	char *to = text_room(t, 4 * len + 3);
	char *first = to;

	if (!to)
		return;
	*to++ = '"';
	for (size_t i = 0; i < len; i++) {
		if (p[i] == '"' || p[i] == '\\')
			*to++ = '\\';
		if (p[i] >= ' ' && p[i] <= '~') {
			*to++ = (char)p[i];
			continue;
		}
		*to++ = '\\';
		*to++ = (char)('0' + p[i] / 100);
		*to++ = (char)('0' + p[i] / 10 % 10);
		*to++ = (char)('0' + p[i] % 10);
	}
	*to++ = '"';
	*to++ = ' ';
	t->len += (size_t)(to - first);
}

static void put_counted(struct text *t, struct left *l)
{
	size_t len = *take(l, 1);
	const uint8_t *p = take(l, len);

	if (!l->bad)
		put_string(t, p, len);
}

static void put_hex(struct text *t, const uint8_t *p, size_t len, bool capital)
{
	const char *digits = capital ? "0123456789ABCDEF" : "0123456789abcdef";
	char *to = text_room(t, 2 * len);

	if (!to)
		return;
	for (size_t i = 0; i < len; i++) {
		*to++ = digits[p[i] >> 4];
		*to++ = digits[p[i] & 15];
	}
	t->len += 2 * len;
}

static void put_salt(struct text *t, struct left *l)
{
	size_t len = *take(l, 1);
	const uint8_t *p = take(l, len);

	if (l->bad)
		return;
	if (len == 0)
		text_putc(t, '-');
	put_hex(t, p, len, false);
	text_putc(t, ' ');
}

/* Base 32 with the digits before the letters, RFC 4648 section 7. */
static void put_hash(struct text *t, struct left *l)
{
	static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
	size_t len = *take(l, 1);
	const uint8_t *p = take(l, len);
	uint32_t bits = 0;
	unsigned count = 0;

	if (l->bad)
		return;
	if (len == 0)
		text_putc(t, '0');
	for (size_t i = 0; i < len; i++) {
		bits = bits << 8 | p[i];
		for (count += 8; count >= 5; count -= 5)
			text_putc(t, digits[bits >> (count - 5) & 31]);
	}
	if (count > 0)
		text_putc(t, digits[bits << (5 - count) & 31]);
	text_putc(t, ' ');
}

static void put_type(struct text *t, uint16_t type)
{
	const char *name = nmsg_dns_type(type);

	if (name)
		text_puts(t, name);
	else
		text_printf(t, "TYPE%u", type);
	text_putc(t, ' ');
}

static void put_types(struct text *t, struct left *l)
{
	do {
		const uint8_t *head = take(l, 2);
		const uint8_t *bits = take(l, head[1]);

		if (l->bad)
			return;
		for (unsigned i = 0; i < 8u * head[1]; i++)
			if (bits[i / 8] >> (7 - i % 8) & 1)
				put_type(t, (uint16_t)(head[0] * 256u + i));
	} while (l->len >= 2);
}

static void put_eui(struct text *t, struct left *l, size_t len)
{
	const uint8_t *p = take(l, len);

	if (l->bad)
		return;
	for (size_t i = 0; i < len; i++) {
		if (i > 0)
			text_putc(t, '-');
		put_hex(t, p + i, 1, false);
	}
}

static void put_prefix(struct text *t, struct left *l)
{
	uint8_t bits = *take(l, 1);
	size_t len = bits > 128 ? SIZE_MAX : (128u - bits + 7) / 8;
	const uint8_t *p = take(l, len);
	uint8_t address[16] = {0};

	if (l->bad)
		return;
	text_printf(t, "%u ", bits);
	if (len == 0)
		return;
	memcpy(address + 16 - len, p, len);
	nmsg_text_ip(t, address, 16);
	text_putc(t, ' ');
}

static void put_address(struct text *t, struct left *l, size_t len)
{
	const uint8_t *p = take(l, len);

	if (l->bad)
		return;
	nmsg_text_ip(t, p, len);
	text_putc(t, ' ');
}

static void put_number(struct text *t, struct left *l, size_t len)
{
	const uint8_t *p = take(l, len);

	if (l->bad)
		return;
	text_uint(t, len == 1 ? *p : len == 2 ? nd_be16(p) : nd_be32(p));
	text_putc(t, ' ');
}

/* --- parameters of SVCB -------------------------------------------------- */

static void put_alpn(struct text *t, struct left *v)
{
	text_putc(t, '"');
	while (v->len > 0 && !v->bad) {
		size_t len = *take(v, 1);
		const uint8_t *p = take(v, len);

		for (size_t i = 0; !v->bad && i < len; i++) {
			if (p[i] == '"')
				text_puts(t, "\\\"");
			else if (p[i] == '\\')
				text_puts(t, "\\\\\\\\");
			else if (p[i] == ',')
				text_puts(t, "\\\\,");
			else if (p[i] >= ' ' && p[i] <= '~')
				text_putc(t, (char)p[i]);
			else
				text_printf(t, "\\%.3d", p[i]);
		}
		text_putc(t, v->len > 0 ? ',' : '"');
	}
	text_putc(t, ' ');
}

/* Values of the same length each, with commas between them. */
static void put_list(struct text *t, struct left *v, size_t len)
{
	while (v->len > 0 && !v->bad) {
		const uint8_t *p = take(v, len);

		if (v->bad)
			return;
		if (len != 2)
			nmsg_text_ip(t, p, len);
		else if (nmsg_rdata_key(nd_be16(p)))
			text_puts(t, nmsg_rdata_key(nd_be16(p)));
		else
			text_printf(t, "key%u", nd_be16(p));
		text_putc(t, v->len > 0 ? ',' : ' ');
	}
}

static void put_param(struct text *t, uint16_t key, struct left *v)
{
	switch (key) {
	case 0:
		put_list(t, v, 2);
		break;
	case 1:
		put_alpn(t, v);
		break;
	case 2:
		v->bad = v->len > 0;
		text_putc(t, ' ');
		break;
	case 3:
		put_number(t, v, 2);
		break;
	case 4:
		put_list(t, v, 4);
		break;
	case 5:
		nmsg_text_base64(t, v->at, v->len);
		take(v, v->len);
		text_putc(t, ' ');
		break;
	case 6:
		put_list(t, v, 16);
		break;
	default:
		put_string(t, v->at, v->len);
		take(v, v->len);
		break;
	}
}

static void put_params(struct text *t, struct left *l)
{
	while (l->len > 0 && !l->bad) {
		uint16_t key = nd_be16(take(l, 2));
		struct left v = {.len = nd_be16(take(l, 2))};

		v.at = take(l, v.len);
		if (l->bad || key == UINT16_MAX) {
			l->bad = true;
			return;
		}
		if (nmsg_rdata_key(key))
			text_puts(t, nmsg_rdata_key(key));
		else
			text_printf(t, "key%u", key);
		if (key != 2)
			text_putc(t, '=');
		put_param(t, key, &v);
		l->bad = v.bad || v.len > 0;
	}
}

/* --- all of it ----------------------------------------------------------- */

static void put_part(struct text *t, char part, struct left *l)
{
	switch (part) {
	case 'n':
		put_name(t, l);
		break;
	case '1':
	case '2':
	case '4':
		put_number(t, l, (size_t)(part - '0'));
		break;
	case 'a':
		put_address(t, l, 4);
		break;
	case 'A':
		put_address(t, l, 16);
		break;
	case 'p':
		put_prefix(t, l);
		break;
	case 's':
		put_counted(t, l);
		break;
	case 'S':
		while (l->len > 0 && !l->bad)
			put_counted(t, l);
		break;
	case 'q':
		put_string(t, l->at, l->len);
		take(l, l->len);
		break;
	case 'b':
		put_hex(t, l->at, l->len, true);
		take(l, l->len);
		break;
	case '6':
		nmsg_text_base64(t, l->at, l->len);
		take(l, l->len);
		break;
	case 'x':
		put_salt(t, l);
		break;
	case 'h':
		put_hash(t, l);
		break;
	case 't':
		put_type(t, nd_be16(take(l, 2)));
		break;
	case 'm':
		put_types(t, l);
		break;
	case 'e':
		put_eui(t, l, 6);
		break;
	case 'E':
		put_eui(t, l, 8);
		break;
	case 'v':
		put_params(t, l);
		break;
	}
}

void nmsg_rdata_write(struct text *t, const uint8_t *rdata, size_t len,
		      uint16_t type, uint16_t klass)
{
	const char *of = nmsg_rdata_parts(type, klass);
	struct left l = {rdata, len, false};
	size_t first = t->len;

	if (!of && nmsg_rdata_known(type))
		return;
	if (!of) {
		text_printf(t, "\\# %zu ", len);
		for (size_t i = 0; i < len; i++) {
			put_hex(t, rdata + i, 1, false);
			text_putc(t, ' ');
		}
		return;
	}
	for (; *of && l.len > 0 && !l.bad; of++)
		put_part(t, *of, &l);
	if (l.bad)
		text_puts(t, " ### PARSE ERROR ###");
	else if (t->len > first && t->at[t->len - 1] == ' ')
		t->len--;
}
