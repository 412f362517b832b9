/* SPDX-License-Identifier: MIT */
#include <dumpling.h>
#include <metrics.h>
#include <put.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct metrics metrics;
static struct text t;

static int setup(void **state)
{
	(void)state;
	memset(&t, 0, sizeof(t));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	metrics_free(&metrics);
	text_free(&t);
	return 0;
}

static void put_kitchen(struct nd_dumpling *d, const char *name,
			const char *host, const char *state, uint64_t seen)
{
	const struct stats_kitchen kitchen = {.packets_seen = seen};
	const struct stats_chef chef = {.next_seq = 7, .waiting = 1};
	const struct stats_received received = {.received = 6};

	nd_put_map(d, NULL);
	nd_put_map(d, "info_from_kitchen");
	nd_put_str(d, "kitchen_name", name);
	nd_put_str(d, "host", host);
	stats_put(d, stats_kitchen, &kitchen);
	nd_put_map(d, "chef_stats");
	nd_put_map(d, "DNS.Chef");
	stats_put(d, stats_chef, &chef);
	nd_end(d);
	nd_put_map(d, "not a name");
	stats_put(d, stats_chef, &chef);
	nd_end(d);
	nd_end(d);
	nd_end(d);
	nd_put_map(d, "info_from_hub");
	nd_put_str(d, "state", state);
	nd_put_map(d, "chefs");
	nd_put_map(d, "DNS.Chef");
	stats_put(d, stats_received, &received);
	nd_end(d);
	nd_end(d);
	nd_end(d);
	nd_end(d);
}

static struct nd_dumpling *begin(void)
{
	struct nd_dumpling *d = dumpling_new(65536);

	assert_non_null(d);
	put_begin(d);
	return d;
}

static void finish(struct nd_dumpling *d)
{
	assert_int_equal(put_finish(d), 0);
	put_expose(d);
	metrics_status(&metrics, d);
	dumpling_free(d);
}

static const char *written(bool connected)
{
	static const struct stats_gateway own = {.clients = 2, .deliveries = 9};
	const char *text;

	metrics_write(&metrics, connected, &own, &t);
	text = text_str(&t);
	assert_non_null(text);
	return text;
}

static void has(const char *line)
{
	if (!strstr(t.at, line))
		fail_msg("not there: %s\n%s", line, t.at);
}

static void has_not(const char *line)
{
	if (strstr(t.at, line))
		fail_msg("there: %s\n%s", line, t.at);
}

static void tells_of_itself(void **state)
{
	(void)state;
	written(true);
	has("# HELP netdumplings_gateway_hub_connected ");
	has("# TYPE netdumplings_gateway_clients gauge\n"
	    "netdumplings_gateway_clients 2\n");
	has("# TYPE netdumplings_gateway_clients_total counter\n");
	has("netdumplings_gateway_deliveries_total 9\n");
	has_not("netdumplings_hub_");
}

static void tells_what_hub_and_kitchens_said(void **state)
{
	const struct stats_hub hub = {.total_dumplings_in = 5,
				      .dumplings_missing = 4};
	struct nd_dumpling *d = begin();

	(void)state;
	stats_put(d, stats_hub, &hub);
	nd_put_array(d, "dumpling_kitchens");
	put_kitchen(d, "k1", "quote\"back\\line\nend\xff", "live", 3);
	put_kitchen(d, "k2", "h", "gone", 1);
	put_kitchen(d, "k3", "h", "silent", 2);
	put_kitchen(d, "k3", "h", "live", 8);
	nd_end(d);
	finish(d);
	written(true);
	has("# TYPE netdumplings_hub_dumplings_in_total counter\n"
	    "netdumplings_hub_dumplings_in_total 5\n");
	has("netdumplings_hub_dumplings_missing_total 4\n");
	has("netdumplings_kitchen_up{kitchen=\"k1\","
	    "host=\"quote\\\"back\\\\line?end?\"} 1\n");
	has("netdumplings_kitchen_packets_seen_total{kitchen=\"k3\","
	    "host=\"h\"} 8\n");
	has_not("\"h\"} 2\n");
	has("netdumplings_kitchen_up{kitchen=\"k2\",host=\"h\"} 0\n");
	has("netdumplings_chef_next_seq_total{kitchen=\"k3\",host=\"h\","
	    "chef=\"DNS.Chef\"} 7\n");
	has("netdumplings_chef_waiting{kitchen=\"k3\",host=\"h\","
	    "chef=\"DNS.Chef\"} 1\n");
	has("netdumplings_chef_received_total{kitchen=\"k3\",host=\"h\","
	    "chef=\"DNS.Chef\"} 6\n");
	has_not("not a name");
	text_free(&t);
	written(false);
	has_not("netdumplings_kitchen_");
	has("netdumplings_gateway_hub_connected 0\n");
}

static void stands_odd_payloads(void **state)
{
	struct nd_dumpling *d = begin();

	(void)state;
	nd_put_str(d, "total_dumplings_in", "five");
	nd_put_array(d, "dumpling_kitchens");
	nd_put_int(d, NULL, -1);
	nd_put_array(d, NULL);
	nd_end(d);
	nd_put_map(d, NULL);
	nd_put_int(d, "info_from_kitchen", 1);
	nd_put_nil(d, "info_from_hub");
	nd_end(d);
	nd_end(d);
	finish(d);
	written(true);
	has_not("netdumplings_hub_");
	has_not("kitchen=");
	d = begin();
	nd_put_nil(d, NULL);
	finish(d);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(tells_of_itself),
		TEST(tells_what_hub_and_kitchens_said),
		TEST(stands_odd_payloads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
