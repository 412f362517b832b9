/* SPDX-License-Identifier: MIT */
/* What FlowChef and ConnectionChef tell when the packets end. */
#include "chef_host.h"
#include "unit.h"
#include "wire.h"

static struct chef_host host;
static struct batcher_way way;
static struct bus *hub;
static struct bus_message message;
static struct nd_dumpling *d;

static const struct chef_host_kitchen kitchen = {
	.name = "k", .incarnation = 5, .max_message = 1 << 20, .way = &way};

static int set_up(void **state)
{
	(void)state;
	hub = wire_bind(BUS_PULL, 1000);
	way.push = push_new(wire_endpoint(), 1 << 20);
	way.stop_fd = -1;
	d = dumpling_new(0);
	return !way.push || !d;
}

static int tear_down(void **state)
{
	(void)state;
	push_free(way.push, 0);
	bus_free(hub, 0);
	dumpling_free(d);
	return 0;
}

/* SYNs from these ports, a second apart, and the end. */
static void cook(const char *chef, struct batch_reader *reader)
{
	static const uint8_t src[4] = {192, 0, 2, 1}, dst[4] = {192, 0, 2, 2};
	char why[512] = "";
	const void *body;
	size_t len;

	assert_int_equal(
		chef_host_open(&host, chef, &kitchen, why, sizeof(why)), 0);
	for (uint16_t i = 0; i < 3; i++) {
		const struct nd_packet pkt = {
			.time_ns = i * INT64_C(1000000000),
			.len = 60,
			.layers = UINT64_C(1) << ND_IP | UINT64_C(1) << ND_TCP,
			.vlan = -1,
			.ip_src = src,
			.ip_dst = dst,
			.ip_len = 4,
			.ip_protocol = 6,
			.tcp_flags = 2,
			.port_src = (uint16_t)(1000 + i),
			.port_dst = 80,
		};

		chef_host_packet(&host, &pkt, pkt.time_ns);
	}
	chef_host_finish(&host, INT64_C(2000000000));
	batcher_flush(&host.batcher, 1, 0);
	assert_int_equal(wire_receive(hub, &message), 0);
	body = bus_body(&message, &len);
	assert_int_equal(batch_open(reader, body, len), 0);
	assert_int_equal(reader->count, 3);
}

static void test_flows(void **state)
{
	struct batch_reader reader;

	(void)state;
	cook("FlowChef:idle=2", &reader);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(batch_read(&reader, d), 1);
		assert_int_equal(nd_get_int(d, "client.port", 0), 1000 + i);
		assert_string_equal(nd_get_str(d, "reason", ""),
				    i == 0 ? "idle" : "stop");
	}
	chef_host_close(&host);
}

static void test_connections(void **state)
{
	struct batch_reader reader;

	(void)state;
	cook("ConnectionChef:timeout=2", &reader);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(batch_read(&reader, d), 1);
		assert_int_equal(nd_get_int(d, "client.port", 0), 1000 + i);
		assert_string_equal(nd_get_str(d, "outcome", ""),
				    i == 0 ? "unanswered" : "waiting");
	}
	chef_host_close(&host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flows),
		cmocka_unit_test(test_connections),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
