/* SPDX-License-Identifier: MIT */
#include "dns.h"

#include <string.h>

/* EDNS(0): RFC 6891 section 6.1, and the options' own. */

enum {
	NSID = 3,           /* RFC 5001 */
	CLIENT_SUBNET = 8,  /* RFC 7871 */
	COOKIE = 10,        /* RFC 7873 */
	PADDING = 12,       /* RFC 7830 */
	EXTENDED_ERROR = 15 /* RFC 8914 */
};

static const char *option_name(uint16_t code)
{
	switch (code) {
	case NSID:
		return "NSID";
	case CLIENT_SUBNET:
		return "ECS";
	case COOKIE:
		return "COOKIE";
	case PADDING:
		return "PADDING";
	case EXTENDED_ERROR:
		return "EDE";
	}
	return NULL;
}

/* RFC 7871 section 6: the address is cut behind the octets that matter. */
static bool put_subnet(struct nd_dumpling *out, const uint8_t *p, size_t len)
{
	uint8_t address[16] = {0};
	size_t full;

	if (len < 4 || p[0] != 0 || (p[1] != 1 && p[1] != 2))
		return false;
	full = p[1] == 1 ? 4 : 16;
	if (len - 4 > full || p[2] > 8 * full || p[3] > 8 * full)
		return false;
	memcpy(address, p + 4, len - 4);
	nd_put_ip(out, "address", address, full);
	nd_put_uint(out, "source", p[2]);
	nd_put_uint(out, "scope", p[3]);
	return true;
}

/* RFC 7873 section 4: eight octets of the client, 8 to 32 of the server. */
static bool put_cookie(struct nd_dumpling *out, const uint8_t *p, size_t len)
{
	if (len != 8 && (len < 16 || len > 40))
		return false;
	nd_put_bin(out, "client", p, 8);
	if (len > 8)
		nd_put_bin(out, "server", p + 8, len - 8);
	return true;
}

static bool put_error(struct nd_dumpling *out, const uint8_t *p, size_t len)
{
	uint16_t code;

	if (len < 2)
		return false;
	code = nd_be16(p);
	nd_put_uint(out, "code", code);
	if (dns_extended_error(code))
		nd_put_str(out, "error", dns_extended_error(code));
	nd_put_strn(out, "text", (const char *)p + 2, len - 2);
	return true;
}

static bool put_known(struct nd_dumpling *out, uint16_t code, const uint8_t *p,
		      size_t len)
{
	switch (code) {
	case CLIENT_SUBNET:
		return put_subnet(out, p, len);
	case COOKIE:
		return put_cookie(out, p, len);
	case EXTENDED_ERROR:
		return put_error(out, p, len);
	case PADDING:
		nd_put_uint(out, "size", len);
		return true;
	}
	return false;
}

static void put_option(struct nd_dumpling *out, struct dns_data *d)
{
	uint16_t code = dns_take16(d);
	size_t len = dns_take16(d);
	const uint8_t *p = dns_take(d, len);

	nd_put_map(out, NULL);
	if (option_name(code))
		nd_put_str(out, "option", option_name(code));
	else
		nd_put_uint(out, "option", code);
	if (!put_known(out, code, p, len))
		nd_put_bin(out, "data", p, len);
	nd_end(out);
}

static bool are_options(struct dns_data d)
{
	while (dns_left(&d) > 0 && !d.bad) {
		dns_take16(&d);
		dns_take(&d, dns_take16(&d));
	}
	return !d.bad;
}

void dns_edns_put(struct nd_dumpling *out, const char *key,
		  const struct nd_dns_record *record)
{
	struct dns_data d = {.msg = record->rdata, .end = record->rdata_len};

	nd_put_map(out, key);
	nd_put_uint(out, "udp_size", record->klass);
	nd_put_uint(out, "version", record->ttl >> 16 & 0xff);
	nd_put_bool(out, "do", (record->ttl & 0x8000) != 0);
	nd_put_uint(out, "extended_rcode", record->ttl >> 24);
	if (are_options(d)) {
		nd_put_array(out, "options");
		while (dns_left(&d) > 0)
			put_option(out, &d);
		nd_end(out);
	} else {
		nd_put_bin(out, "options", record->rdata, record->rdata_len);
	}
	nd_end(out);
}
