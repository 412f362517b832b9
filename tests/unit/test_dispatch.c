/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "dispatch.h"

/* Chefs that note which of them was called, without a batch to fill. */
static char called[80];

static int note(void *self, const struct nd_packet *pkt,
		struct nd_dumpling *out)
{
	(void)pkt;
	(void)out;
	strcat(called, self);
	return 0;
}

static const uint16_t dns_ports[] = {53, 5353, 0}, web_ports[] = {80, 53, 0};

static void open_host(struct chef_host *h, char *name, uint64_t layers,
		      const uint16_t *ports)
{
	*h = (struct chef_host){
		.file.chef = {.packet = note, .layers = layers, .ports = ports},
		.self = name,
	};
	assert_int_equal(batcher_open(&h->batcher, "TestChef", "test", 1, 4096,
				      &(struct batcher_way){0}),
			 0);
}

static const char *who(const struct dispatch *d, uint64_t layers,
		       uint16_t port_src, uint16_t port_dst)
{
	const struct nd_packet pkt = {.layers = layers,
				      .port_src = port_src,
				      .port_dst = port_dst};

	*called = '\0';
	dispatch_packet(d, &pkt, 0);
	return called;
}

static void test_wants(void **state)
{
	static struct dispatch d;
	struct chef_host hosts[5];
	const uint64_t tcp = 1 << ND_TCP, udp = 1 << ND_UDP, arp = 1 << ND_ARP;

	(void)state;
	open_host(&hosts[0], "a", 0, NULL);
	open_host(&hosts[1], "b", udp, dns_ports);
	open_host(&hosts[2], "c", 0, web_ports);
	open_host(&hosts[3], "d", arp, NULL);
	open_host(&hosts[4], "e", 0, NULL);
	hosts[4].file.chef.packet = NULL;
	assert_int_equal(dispatch_init(&d, hosts, 5), 0);
	assert_string_equal(who(&d, arp, 0, 0), "ad");
	assert_string_equal(who(&d, tcp, 1000, 2000), "a");
	assert_string_equal(who(&d, udp, 1000, 53), "abc");
	assert_string_equal(who(&d, tcp, 53, 1000), "ac");
	assert_string_equal(who(&d, udp, 5353, 5353), "ab");
	assert_string_equal(who(&d, tcp, 1000, 80), "ac");
	assert_string_equal(who(&d, udp, 80, 5353), "abc");
	for (size_t i = 0; i < 5; i++)
		batcher_close(&hosts[i].batcher);
}

static void test_too_many(void **state)
{
	static struct chef_host hosts[DISPATCH_CHEFS_MAX + 1];
	static struct dispatch d;

	(void)state;
	assert_int_equal(dispatch_init(&d, hosts, DISPATCH_CHEFS_MAX), 0);
	assert_int_equal(dispatch_init(&d, hosts, DISPATCH_CHEFS_MAX + 1),
			 -E2BIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wants),
		cmocka_unit_test(test_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
