/* SPDX-License-Identifier: MIT */
#include "tuple.h"

#include "flow.h"
#include "value.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>

#define TCP 6
#define UDP 17

/* How dumplings name the two ends, and where their protocol is. */
static const struct {
	const char *src_ip, *src_port, *dst_ip, *dst_port;
} ends[] = {
	{"client.ip", "client.port", "server.ip", "server.port"},
	{"src.ip", "src.port", "dst.ip", "dst.port"},
	{"srcip", "srcport", "dstip", "dstport"},
	{"src_ip", "src_port", "dst_ip", "dst_port"},
	{"ip_src", "port_src", "ip_dst", "port_dst"},
	{"src", "src_port", "dst", "dst_port"},
};

static const char *const protocols[] = {"protocol", "proto", "transport"};

/* Chefs whose dumplings are of one protocol and do not say so. */
static const struct {
	const char *chef;
	uint8_t protocol;
} implied[] = {
	{"ConnectionChef", TCP},
};

static bool same(const struct nd_value *text, const char *name)
{
	return name && strlen(name) == text->len &&
	       strncasecmp((const char *)text->as.bytes, name, text->len) == 0;
}

/* A protocol's name, in any case. */
static bool read_name(const struct nd_value *text, uint64_t *protocol)
{
	for (unsigned i = 0; i <= UINT8_MAX; i++) {
		*protocol = i;
		if (same(text, flow_protocol((uint8_t)i)))
			return true;
	}
	*protocol = UDP;
	return same(text, "QUIC");
}

static bool find_protocol(const struct maker *k, uint64_t *protocol)
{
	const char *chef = nd_chef_name(k->d);
	struct nd_value v;

	for (size_t i = 0; i < sizeof(protocols) / sizeof(*protocols); i++)
		if (maker_find_uint(&k->payload, protocols[i], UINT8_MAX,
				    protocol) ||
		    (maker_find(&k->payload, protocols[i], ND_STR, &v) &&
		     read_name(&v, protocol)))
			return true;
	for (size_t i = 0; i < sizeof(implied) / sizeof(*implied); i++)
		if (strcmp(chef, implied[i].chef) == 0) {
			*protocol = implied[i].protocol;
			return true;
		}
	return false;
}

static void put_port(struct maker *k, const char *path, const char *field)
{
	uint64_t port;

	if (maker_find_uint(&k->payload, path, UINT16_MAX, &port))
		maker_uint(k, field, port);
}

int tuple_make(struct maker *k)
{
	size_t i, count = sizeof(ends) / sizeof(*ends);
	struct maker_ip src, dst;
	struct nd_value time;
	uint64_t protocol;

	if (k->payload.type != ND_MAP)
		return -ENOENT;
	for (i = 0; i < count; i++)
		if (maker_find_ip(&k->payload, ends[i].src_ip, &src) &&
		    maker_find_ip(&k->payload, ends[i].dst_ip, &dst))
			break;
	if (i == count || !find_protocol(k, &protocol))
		return -ENOENT;
	if (maker_find(&k->payload, "time", ND_TIME, &time))
		k->time_ns = time.as.i;
	maker_begin(k, MESSAGE_IPCONN);
	maker_uint(k, "proto", protocol);
	maker_bytes(k, "srcip", src.bytes, src.len);
	put_port(k, ends[i].src_port, "srcport");
	maker_bytes(k, "dstip", dst.bytes, dst.len);
	put_port(k, ends[i].dst_port, "dstport");
	return maker_end(k);
}
