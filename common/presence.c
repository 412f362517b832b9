/* SPDX-License-Identifier: MIT */
#include "presence.h"

#include "value.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* --- what a client says of itself ---------------------------------------- */

/* Steps over a value; false if it is not right, or nested too deep. */
static bool check_value(struct value_reader *r, unsigned depth)
{
	struct nd_value v, key;

	if (value_read(r, &v) < 0)
		return false;
	if (v.type != ND_MAP && v.type != ND_ARRAY)
		return true;
	if (depth == PRESENCE_DEPTH_MAX)
		return false;
	for (uint32_t i = 0; i < v.len; i++) {
		if (v.type == ND_MAP &&
		    (value_read(r, &key) < 0 || key.type != ND_STR))
			return false;
		if (!check_value(r, depth + 1))
			return false;
	}
	return true;
}

static bool is_hello(const void *bytes, size_t len)
{
	struct value_reader r = {bytes, (const uint8_t *)bytes + len};
	struct nd_value v, name;

	if (!check_value(&r, 0) || r.at != r.end)
		return false;
	r.at = bytes;
	return value_read(&r, &v) == 0 && v.type == ND_MAP &&
	       nd_find(&v, "eater_name", &name) == 0;
}

/* --- the topic ----------------------------------------------------------- */

/* An address has no other bytes; a zone (RFC 4007 section 11) has a name. */
static bool is_address(const char *host, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (host[i] != ':' && host[i] != '%' &&
		    !topic_is_name(host + i, 1))
			return false;
	return len > 0;
}

/* The part up to the next slash, as a text; false if there is none that fits.
 */
static bool take(const char **at, const char *end, char *out, size_t size)
{
	const char *slash = memchr(*at, '/', (size_t)(end - *at));
	size_t len = slash ? (size_t)(slash - *at) : size;

	if (len >= size)
		return false;
	memcpy(out, *at, len);
	out[len] = '\0';
	*at = slash + 1;
	return true;
}

/* A number of so many digits at most, and nothing else. */
static bool take_number(const char **at, const char *end, int base,
			size_t digits, uint64_t *n)
{
	static const char all[] = "0123456789abcdef";
	char text[24];

	*n = 0;
	if (!take(at, end, text, digits + 1) || !*text)
		return false;
	for (const char *c = text; *c; c++) {
		const char *digit = memchr(all, *c, (size_t)base);

		if (!digit)
			return false;
		*n = *n * (uint64_t)base + (uint64_t)(digit - all);
	}
	return true;
}

int presence_read(struct presence *p, const void *topic, size_t len)
{
	const size_t prefix = strlen(TOPIC_CLIENT);
	const char *at = topic, *end = at + len;
	uint64_t time_ns, port;

	if (len > PRESENCE_MAX || len < prefix ||
	    memcmp(at, TOPIC_CLIENT, prefix) != 0)
		return -EBADMSG;
	at += prefix;
	if (!take(&at, end, p->id, sizeof(p->id)) ||
	    !topic_is_name(p->id, strlen(p->id)) ||
	    !take_number(&at, end, 16, 16, &time_ns) || time_ns > INT64_MAX ||
	    !take(&at, end, p->host, sizeof(p->host)) ||
	    !is_address(p->host, strlen(p->host)) ||
	    !take_number(&at, end, 10, 5, &port) || port > UINT16_MAX ||
	    !is_hello(at, (size_t)(end - at)))
		return -EBADMSG;
	p->connected_ns = (int64_t)time_ns;
	p->port = (uint16_t)port;
	p->hello = at;
	p->hello_len = (size_t)(end - at);
	return 0;
}

/*
 * The time has all its digits, so that a hub to which all is told again, in the
 * order of its bytes, hears of clients in the order of their arrival.
 */
int presence_write(char out[PRESENCE_MAX], const struct presence *p)
{
	struct presence check;
	int len = snprintf(out, PRESENCE_MAX,
			   TOPIC_CLIENT "%s/%016" PRIx64 "/%s/%u/", p->id,
			   (uint64_t)p->connected_ns, p->host, p->port);

	if (p->hello_len > PRESENCE_MAX - (size_t)len)
		return -EMSGSIZE;
	memcpy(out + len, p->hello, p->hello_len);
	len += (int)p->hello_len;
	return presence_read(&check, out, (size_t)len) < 0 ? -EINVAL : len;
}
