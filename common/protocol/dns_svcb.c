/* SPDX-License-Identifier: MIT */
#include "dns.h"

#include <stdio.h>

/* SVCB and HTTPS: RFC 9460 sections 2.2 and 7, dohpath of RFC 9461. */

enum {
	MANDATORY,
	ALPN,
	NO_DEFAULT_ALPN,
	PORT,
	IPV4HINT,
	ECH,
	IPV6HINT,
	DOHPATH,
	OHTTP,
};

static const char *const keys[] = {
	[MANDATORY] = "mandatory",
	[ALPN] = "alpn",
	[NO_DEFAULT_ALPN] = "no-default-alpn",
	[PORT] = "port",
	[IPV4HINT] = "ipv4hint",
	[ECH] = "ech",
	[IPV6HINT] = "ipv6hint",
	[DOHPATH] = "dohpath",
	[OHTTP] = "ohttp",
};

#define KEY_TEXT 12

static const char *key_name(uint16_t n, char text[KEY_TEXT])
{
	if (n < sizeof(keys) / sizeof(*keys))
		return keys[n];
	snprintf(text, KEY_TEXT, "key%u", n);
	return text;
}

/* The next parameter: its number, and its value in *value. */
static uint16_t take_param(struct dns_data *d, struct dns_data *value)
{
	uint16_t n = dns_take16(d);
	size_t len = dns_take16(d);

	*value = *d;
	dns_take(d, len);
	value->end = d->bad ? value->at : d->at;
	return n;
}

/* Texts behind their lengths, none of them empty, RFC 9460 section 7.1.1. */
static bool are_texts(struct dns_data d)
{
	bool any = false;

	while (dns_left(&d) > 0 && !d.bad) {
		size_t len = dns_take8(&d);

		dns_take(&d, len);
		any = true;
		if (len == 0)
			return false;
	}
	return any && !d.bad;
}

/* A value has the form that its key demands. */
static bool is_well_formed(uint16_t n, const struct dns_data *value)
{
	size_t len = dns_left(value);

	switch (n) {
	case MANDATORY:
		return len > 0 && len % 2 == 0;
	case ALPN:
		return are_texts(*value);
	case NO_DEFAULT_ALPN:
	case OHTTP:
		return len == 0;
	case PORT:
		return len == 2;
	case IPV4HINT:
		return len > 0 && len % 4 == 0;
	case IPV6HINT:
		return len > 0 && len % 16 == 0;
	}
	return true;
}

/* Parameters are in the order of their numbers, each once. */
static bool are_params(struct dns_data d)
{
	int last = -1;

	while (dns_left(&d) > 0) {
		struct dns_data value;
		uint16_t n = take_param(&d, &value);

		if (d.bad || n <= last || !is_well_formed(n, &value))
			return false;
		last = n;
	}
	return true;
}

static void put_addresses(struct nd_dumpling *out, const char *key,
			  struct dns_data *d, size_t len)
{
	nd_put_array(out, key);
	while (dns_left(d) > 0)
		nd_put_ip(out, NULL, dns_take(d, len), len);
	nd_end(out);
}

static void put_list(struct nd_dumpling *out, const char *key, uint16_t n,
		     struct dns_data *d)
{
	char text[KEY_TEXT];

	nd_put_array(out, key);
	while (dns_left(d) > 0) {
		if (n == ALPN) {
			size_t len = dns_take8(d);

			nd_put_strn(out, NULL, (const char *)dns_take(d, len),
				    len);
		} else {
			nd_put_str(out, NULL, key_name(dns_take16(d), text));
		}
	}
	nd_end(out);
}

static void put_param(struct nd_dumpling *out, uint16_t n, struct dns_data *d)
{
	char text[KEY_TEXT];
	const char *key = key_name(n, text);

	switch (n) {
	case MANDATORY:
	case ALPN:
		put_list(out, key, n, d);
		break;
	case NO_DEFAULT_ALPN:
	case OHTTP:
		nd_put_bool(out, key, true);
		break;
	case PORT:
		nd_put_uint(out, key, dns_take16(d));
		break;
	case IPV4HINT:
		put_addresses(out, key, d, 4);
		break;
	case IPV6HINT:
		put_addresses(out, key, d, 16);
		break;
	case DOHPATH:
		nd_put_strn(out, key, (const char *)d->msg + d->at,
			    dns_left(d));
		break;
	default:
		nd_put_bin(out, key, d->msg + d->at, dns_left(d));
	}
}

bool dns_svcb_put(struct nd_dumpling *out, const char *key, struct dns_data *d)
{
	uint16_t priority = dns_take16(d);
	char target[DNS_NAME_SIZE];

	dns_take_name(d, target);
	if (d->bad || !are_params(*d))
		return false;
	nd_put_map(out, key);
	nd_put_uint(out, "priority", priority);
	nd_put_str(out, "target", target);
	nd_put_map(out, "params");
	while (dns_left(d) > 0) {
		struct dns_data value;
		uint16_t n = take_param(d, &value);

		put_param(out, n, &value);
	}
	nd_end(out);
	nd_end(out);
	return true;
}
