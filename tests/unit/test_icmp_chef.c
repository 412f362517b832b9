/* SPDX-License-Identifier: MIT */
#include "../../chefs/ICMPChef.c"

#include "chef_driver.h"
#include "packet_bytes.h"

#define SECOND INT64_C(1000000000)
#define ICMP4(len, ttl, body) \
	ETH4 "4500 " len " 0001 0000 " ttl " 01 0000 c000020a c6336407 " body
#define BACK4(len, ttl, body) \
	ETH4 "4500 " len " 0001 0000 " ttl " 01 0000 c6336407 c000020a " body
#define ASK(seq) ICMP4("001e", "40", "0800 0000 0007 " seq " 0102")
#define ANSWER(seq) BACK4("001e", "39", "0000 0000 0007 " seq " 0102")

static const char *tell(const char *hex, int64_t time_ns)
{
	uint8_t *frame = decode_hex(ETHERNET, hex);

	d.pkt.time_ns = time_ns;
	d.pkt.payload_wire_len = d.pkt.payload_len;
	driver_packet(&d.pkt);
	free(frame);
	return driver_told();
}

#define PING(time, seq)                                                \
	"{\"ping\":{\"time\":" time ",\"src\":\"192.0.2.10\",\"dst\":" \
	"\"198.51.100.7\",\"id\":7,\"seq\":" seq ",\"size\":2,\"ttl\":64,"

static void test_answered(void **state)
{
	(void)state;
	driver_start(NULL);
	assert_string_equal(tell(ASK("0001"), SECOND), "");
	assert_string_equal(tell(ANSWER("0001"), SECOND + SECOND / 2),
			    PING("1.0",
				 "1") "\"answered\":true,\"latency\":0.5,"
				      "\"reply_ttl\":57}}\n");
	/* once only, and none that nobody asked for */
	assert_string_equal(tell(ANSWER("0001"), 2 * SECOND), "");
	assert_string_equal(tell(ANSWER("0002"), 2 * SECOND), "");
}

static void test_unanswered(void **state)
{
	(void)state;
	driver_start("timeout=2");
	tell(ASK("0001"), SECOND);
	assert_string_equal(tell(ASK("0001"), SECOND + 1), "");
	assert_string_equal(tell(ASK("0002"), 3 * SECOND - 1), "");
	assert_string_equal(tell(ASK("0003"), 3 * SECOND),
			    PING("1.0", "1") "\"repeats\":1,"
					     "\"answered\":false}}\n");
	tell(ANSWER("0003"), 3 * SECOND + SECOND / 4);
	driver_interval(6 * SECOND);
	assert_string_equal(
		driver_told(),
		PING("2.999999999",
		     "2") "\"answered\":false}}\n"
			  "{\"pings\":[{\"src\":\"192.0.2.10\",\"dst\":\"198."
			  "51.100.7\","
			  "\"sent\":3,\"answered\":1,\"loss\":0."
			  "6666666666666666,"
			  "\"min\":0.25,\"avg\":0.25,\"max\":0.25}],"
			  "\"waiting\":0,"
			  "\"messages\":{\"echo\":4,\"echo reply\":1}}\n");
	driver_interval(7 * SECOND);
	assert_string_equal(driver_told(), "");
	/* One from the future does not keep those behind it from it. */
	assert_string_equal(tell(ASK("0004"), 1000 * SECOND), "");
	assert_string_equal(tell(ASK("0005"), 10 * SECOND),
			    PING("1000.0", "4") "\"answered\":false}}\n");
	assert_string_equal(tell(ANSWER("0006"), 12 * SECOND),
			    PING("10.0", "5") "\"answered\":false}}\n");
}

/* A ping that waits when the capture ends is not lost. */
static void test_finish(void **state)
{
	const char *told;

	(void)state;
	driver_start("timeout=2");
	tell(ASK("0001"), SECOND);
	tell(ASK("0002"), 2 * SECOND);
	driver_finish(3 * SECOND);
	assert_string_equal(
		driver_told(),
		PING("1.0", "1") "\"answered\":false}}\n" PING(
			"2.0", "2") "\"answered\":false,\"waiting\":true}}\n");
	driver_interval(3 * SECOND);
	told = driver_told();
	assert_non_null(strstr(told, "\"sent\":2,\"answered\":0,"
				     "\"loss\":1.0}],\"waiting\":1,"));
}

/* One that has to make room is told. */
static void test_bound(void **state)
{
	(void)state;
	driver_start("pings=1");
	tell(ASK("0001"), SECOND);
	assert_string_equal(tell(ASK("0002"), SECOND),
			    PING("1.0", "1") "\"answered\":false}}\n");
	assert_non_null(strstr(tell(ANSWER("0002"), SECOND), "\"latency\":0"));
}

#define FROM4                                                        \
	"{\"error\":{\"time\":1.0,\"src\":\"198.51.100.7\",\"dst\":" \
	"\"192.0.2.10\","
#define QUOTED4 "\"quoted\":{\"src\":\"192.0.2.10\",\"dst\":\"198.51.100.7\","

static void test_errors(void **state)
{
	(void)state;
	driver_start(NULL);
	assert_string_equal(
		tell(BACK4("0038", "40",
			   "0304 0000 0000 0578 " IP4(
				   "0028", "0000", "06") "80e80050 00000064"),
		     SECOND),
		FROM4 "\"type\":\"unreachable\",\"code\":\"fragmentation "
		      "needed\",\"mtu\":1400," QUOTED4
		      "\"protocol\":6,\"src_port\":33000,\"dst_port\":80}}}"
		      "\n");
	assert_string_equal(
		tell(BACK4("0038", "40",
			   "0b00 0000 0000 0000 " IP4(
				   "0028", "0000", "01") "08000000 00070001"),
		     SECOND),
		FROM4
		"\"type\":\"time exceeded\",\"code\":\"hop limit\"," QUOTED4
		"\"protocol\":1}}}\n");
	assert_string_equal(
		tell(BACK4("001c", "40", "0501 0000 c0000201 "), SECOND),
		FROM4 "\"type\":\"redirect\",\"code\":\"host\",\"gateway\":"
		      "\"192.0.2.1\"}}\n");
	assert_string_equal(tell(BACK4("001c", "40", "0310 0000 00000000 "),
				 SECOND),
			    FROM4 "\"type\":\"unreachable\",\"code\":16}}\n");
}

#define FROM6(what)                                             \
	"{\"" what "\":{\"time\":1.0,\"src\":\"2001:db8::10\"," \
	"\"dst\":\"2001:db8::10\","

static void test_version6(void **state)
{
	(void)state;
	driver_start("neighbours=yes");
	assert_string_equal(
		tell(ETH6 IP6("0038", "3a") "0200 0000 00000500 " IP6(
			     "0010", "11") "9c40 0009 0010 0000",
		     SECOND),
		FROM6("error") "\"type\":\"too big\",\"code\":0,\"mtu\":1280,"
			       "\"quoted\":{\"src\":\"2001:db8::10\",\"dst\":"
			       "\"2001:db8::10\",\"protocol\":17,\"src_port\":"
			       "40000,"
			       "\"dst_port\":9}}}\n");
	assert_string_equal(
		tell(ETH6 IP6("0008", "3a") "8000 0000 0001 0002", SECOND), "");
	assert_non_null(strstr(
		tell(ETH6 IP6("0008", "3a") "8100 0000 0001 0002", 2 * SECOND),
		"\"id\":1,\"seq\":2,\"size\":0,\"ttl\":255,"
		"\"answered\":true,\"latency\":1"));
	assert_string_equal(
		tell(ETH6 IP6("0018", "3a") "8700 0000 00000000 " ICMP6_DST,
		     SECOND),
		FROM6("neighbour") "\"type\":\"neighbour solicitation\","
				   "\"target\":\"2001:db8::1\"}}\n");
	assert_string_equal(
		tell(ETH6 IP6("0008", "3a") "c800 0000 00000000", SECOND), "");
	assert_string_equal(tell(ETH6 IP6("0004", "3a") "8000 0000", SECOND),
			    "");
	driver_interval(SECOND);
	assert_non_null(strstr(driver_told(),
			       "\"messages\":{\"other\":2,"
			       "\"echo\":1,\"echo reply\":1,\"too big\":1,"
			       "\"neighbour solicitation\":1}}"));
}

/* Whatever is cut off, nothing behind the bytes is read. */
static void test_cut_off(void **state)
{
	uint32_t len, i;
	uint8_t *frame =
		unhex(BACK4("0038", "40",
			    "0304 0000 0000 0578 " IP4(
				    "0028", "0000", "06") "80e80050 00000064"),
		      &len);

	(void)state;
	driver_start(NULL);
	for (i = 0; i < len; i++) {
		uint8_t *copy = decode(ETHERNET, frame, i, len);

		put_begin(driver.out);
		driver_settle(nd_chef.packet(driver.self, &d.pkt, driver.out));
		free(copy);
		assert_int_equal(i >= 42, *driver_told() != '\0');
	}
	free(frame);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answered),
		cmocka_unit_test(test_unanswered),
		cmocka_unit_test(test_finish),
		cmocka_unit_test(test_bound),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_version6),
		cmocka_unit_test(test_cut_off),
	};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);

	driver_stop();
	return rc;
}
