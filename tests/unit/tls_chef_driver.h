/* SPDX-License-Identifier: MIT */
#ifndef TLS_CHEF_DRIVER_H
#define TLS_CHEF_DRIVER_H

/* TLSChef alone: connections and datagrams in, JSON out. */
#include "put.h"
#include "tls_bytes.h"
#include "unit.h"

#include <cmocka.h>

#include "../../chefs/TLSChef.c"

static const uint8_t ips[2][4] = {{192, 0, 2, 10}, {198, 51, 100, 7}};
static struct tls chef;
static struct conn conn;
static struct nd_stream stream;
static struct nd_dumpling *out;
static char told[65536]; /* the dumplings, a line each */
static size_t kept[2], offset[2];
static uint8_t held[2][8192];

static inline void take(void)
{
	const char *json;

	assert_int_equal(put_finish(out), 0);
	put_expose(out);
	out->chef = "TLSChef";
	json = nd_json(out, NULL);
	assert_non_null(json);
	assert_true(strlen(told) + strlen(json) + 2 < sizeof(told));
	strcat(strcat(told, json), "\n");
	dumpling_forget_texts(out);
	out->len = 0;
	put_begin(out);
}

static inline int served(void *host)
{
	(void)host;
	take();
	return 0;
}

static inline int set_up(void **state)
{
	(void)state;
	memset(&chef, 0, sizeof(chef));
	chef.handshakes = chef.connections = chef.certificates = 2;
	chef.timeout = 1;
	out = dumpling_new(1 << 20);
	out->serve = served;
	put_begin(out);
	told[0] = '\0';
	return tls_open(&chef, NULL, 0);
}

static inline int tear_down(void **state)
{
	(void)state;
	tls_close(&chef);
	dumpling_free(out);
	return 0;
}

static inline void open_stream(uint64_t number)
{
	memset(&conn, 0, sizeof(conn));
	memset(kept, 0, sizeof(kept));
	memset(offset, 0, sizeof(offset));
	stream = (struct nd_stream){.ip_len = 4,
				    .client_ip = ips[0],
				    .server_ip = ips[1],
				    .client_port = 33000,
				    .server_port = 443,
				    .vlan = -1,
				    .time_ns = 1000000000,
				    .number = number,
				    .state = &conn};
}

/* The next bytes of a side, behind those that were kept; 10 ms later. */
static inline void say(int side, const void *bytes, size_t len)
{
	uint8_t *data;

	if (stream.done)
		return;
	memcpy(held[side] + kept[side], bytes, len);
	len += kept[side];
	data = malloc(len);
	memcpy(data, held[side], len);
	stream.event = ND_STREAM_DATA;
	stream.to_server = side == 0;
	stream.offset = offset[side];
	stream.data = data;
	stream.len = len;
	stream.keep = 0;
	stream.time_ns += 10000000;
	if (tls_stream(&chef, &stream, out) == ND_SERVE)
		take();
	free(data);
	kept[side] = stream.keep;
	offset[side] += len - stream.keep;
	memmove(held[side], held[side] + len - kept[side], kept[side]);
}

static inline void say_hex(int side, const char *hex, size_t step)
{
	size_t len;
	uint8_t *bytes = tls_bytes(hex, &len);

	for (size_t at = 0; at < len; at += step)
		say(side, bytes + at, len - at < step ? len - at : step);
	free(bytes);
}

static inline void end(void)
{
	stream.event = ND_STREAM_END;
	stream.data = NULL;
	stream.len = 0;
	if (!stream.done && tls_stream(&chef, &stream, out) == ND_SERVE)
		take();
	assert_true(stream.done);
	assert_int_equal(nd_table_count(chef.tcp), 0);
}

#define TELLS(text) assert_non_null(strstr(told, text))
#define TELLS_NOT(text) assert_null(strstr(told, text))

static inline size_t lines(void)
{
	size_t count = 0;

	for (const char *p = told; (p = strchr(p, '\n')); p++)
		count++;
	return count;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
