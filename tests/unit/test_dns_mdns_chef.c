/* SPDX-License-Identifier: MIT */
/* MDNSChef by itself: messages made here, what it serves as JSON. */
#include "../../chefs/MDNSChef.c"

#include "chef_driver.h"

#define SECOND INT64_C(1000000000)
#define RESPONSE(count) "\0\0\x84\0\0\0\0" count "\0\0\0\0"
/* "Z._http._tcp.local": the first record's owner is at 12, its data at 40. */
#define TYPE "\5_http\4_tcp\5local\0"
#define PTR(ttl) TYPE "\0\x0c\0\1\0\0\0" ttl "\0\4\1Z\xc0\x0c"
#define INSTANCE "\xc0\x28"
#define SRV(port) \
	INSTANCE "\0\x21\x80\1\0\0\0\x78\0\x0a\0\0\0\0" port "\1h\xc0\x17"
/* SRV's target is at 62 */
#define ADDRESS(last) "\xc0\x3e\0\1\x80\1\0\0\0\x78\0\4\xc0\0\2" last
#define TXT INSTANCE "\0\x10\x80\1\0\0\0\x78\0\4\3k=v"
#define SERVICE \
	"\"instance\":\"Z\",\"type\":\"_http._tcp\",\"domain\":\"local\""

static void send(int64_t time_ns, const char *message, size_t len)
{
	uint8_t *copy = malloc(len);
	const struct nd_layer_at layer = {ND_DNS, 0, (uint32_t)len};
	struct nd_packet pkt = {
		.time_ns = time_ns,
		.data = copy,
		.caplen = (uint32_t)len,
		.layer = &layer,
		.layer_count = 1,
		.layers = UINT64_C(1) << ND_DNS,
		.ip_src = (const uint8_t *)"\xc0\0\2\x1e",
		.ip_dst = (const uint8_t *)"\xe0\0\0\xfb",
		.ip_len = 4,
		.ip_protocol = 17,
		.port_src = 5353,
		.port_dst = 5353,
	};

	assert_non_null(copy);
	memcpy(copy, message, len);
	driver_packet(&pkt);
	free(copy);
}

static void test_service(void **state)
{
	(void)state;
	driver_start("");
	send(SECOND, BYTES(RESPONSE("\1") PTR("\x78")));
	driver_check(1, "{\"event\":\"new\"," SERVICE
			",\"from\":\"192.0.2.30\",\"ttl\":120,\"time\":1.0}");
	send(SECOND, BYTES(RESPONSE("\1") PTR("\x78"))); /* nothing new */
	driver_check(1, NULL);
	send(2 * SECOND,
	     BYTES(RESPONSE("\4") PTR("\x78") SRV("\0\x50") ADDRESS("\1") TXT));
	driver_check(2, "{\"event\":\"changed\"," SERVICE
			",\"host\":\"h.local\",\"port\":80,"
			"\"addresses\":[\"192.0.2.1\"],\"txt\":{\"k\":\"v\"},"
			"\"from\":\"192.0.2.30\",\"ttl\":120,\"time\":2.0}");
	send(3 * SECOND,
	     BYTES(RESPONSE("\4") PTR("\x78") SRV("\0\x50") ADDRESS("\1") TXT));
	driver_check(2, NULL);
	send(3 * SECOND, BYTES(RESPONSE("\2") PTR("\x78") SRV("\0\x51")));
	driver_check(3, "\"port\":81,");
	/* one flushes the others, as it is the first of a new set */
	send(3 * SECOND, BYTES(RESPONSE("\4") PTR("\x78") SRV("\0\x51")
				       ADDRESS("\2") ADDRESS("\3")));
	driver_check(4, "\"addresses\":[\"192.0.2.2\",\"192.0.2.3\"]");
	driver_interval(4 * SECOND);
	driver_check(5, "{\"services\":[{" SERVICE);
	driver_check(5, "],\"known\":1,\"odd\":0}");
	send(5 * SECOND, BYTES(RESPONSE("\1") PTR("\0")));
	driver_check(6, "{\"event\":\"gone\",\"reason\":\"goodbye\"," SERVICE);
	driver_interval(6 * SECOND);
	driver_check(7, "{\"services\":[],\"known\":0,\"odd\":0}");
	driver_stop();
}

static void test_expires(void **state)
{
	(void)state;
	driver_start("");
	send(SECOND, BYTES(RESPONSE("\1") PTR("\x0a")));
	driver_interval(11 * SECOND - 1);
	driver_check(2, "\"known\":1");
	driver_interval(11 * SECOND);
	driver_check(4, "\"known\":0");
	assert_non_null(strstr(driver_line(2), "\"reason\":\"expired\""));
	driver_stop();
}

static void test_bound(void **state)
{
	static const char other[] =
		RESPONSE("\1") TYPE "\0\x0c\0\1\0\0\0\x78\0\4\1Y\xc0\x0c";

	(void)state;
	driver_start("services=1");
	send(SECOND, BYTES(RESPONSE("\1") PTR("\x78")));
	send(SECOND, BYTES(other));
	driver_check(3, "\"event\":\"new\",\"instance\":\"Y\"");
	assert_non_null(strstr(driver_line(1),
			       "{\"event\":\"gone\","
			       "\"reason\":\"forgotten\"," SERVICE));
	assert_int_equal(nd_chef.forgotten(driver.self), 1);
	driver_stop();
}

/* What is no service, or broken, or not for us. */
static void test_others(void **state)
{
	static const char kinds[] =
		RESPONSE("\1") "\x09_services\7_dns-sd\4_udp\5local\0"
			       "\0\x0c\0\1\0\0\0\x78\0\x0c\5_http\4_tcp\0";
	static const char query[] =
		"\0\0\0\0\0\1\0\0\0\0\0\0" TYPE "\0\x0c\x80\1";

	(void)state;
	driver_start("");
	send(SECOND, BYTES(kinds));
	send(SECOND, BYTES(query));
	send(SECOND, BYTES(RESPONSE("\2") PTR("\x78")));
	driver_check(1, "\"event\":\"new\""); /* as far as it could be read */
	driver_interval(SECOND);
	driver_check(2, "\"odd\":1}");
	driver_stop();
	driver_start("asks=yes");
	send(SECOND, BYTES(query));
	driver_check(1, "{\"asks\":[{\"name\":\"_http._tcp.local\","
			"\"type\":\"PTR\",\"unicast\":true}],"
			"\"from\":\"192.0.2.30\",\"time\":1.0}");
	driver_stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_service),
		cmocka_unit_test(test_expires),
		cmocka_unit_test(test_bound),
		cmocka_unit_test(test_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
