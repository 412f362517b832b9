/* SPDX-License-Identifier: MIT */
#include "../../chefs/DHCPChef.c"

#include "chef_driver.h"

#define MAC "\x02\0\x5e\x10\0\x10"
#define IP6 "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0"

/* What is told of a message that ends where its allocation does. */
static const char *tell(uint16_t port, const void *message, size_t len)
{
	static const uint8_t src[4] = {192, 0, 2, 1}, dst[4] = {192, 0, 2, 10};
	struct nd_packet pkt = {.time_ns = 1000000000,
				.layers = UINT64_C(1) << ND_UDP,
				.ip_src = src,
				.ip_dst = dst,
				.ip_len = 4,
				.vlan = -1,
				.port_src = 67,
				.port_dst = port,
				.payload_len = (uint32_t)len};
	uint8_t *copy = malloc(len ? len : 1);

	assert_non_null(copy);
	memcpy(copy, message, len);
	pkt.payload = copy;
	put_begin(driver.out);
	driver_settle(nd_chef.packet(driver.self, &pkt, driver.out));
	free(copy);
	return driver_told();
}

static uint8_t buffer[1500];

/* A message of BOOTP with the cookie; options start at buffer + 240. */
static void header(uint8_t op)
{
	memset(buffer, 0, sizeof(buffer));
	memcpy(buffer, "\0\1\6\0\x12\x34\x56\x78", 8);
	buffer[0] = op;
	memcpy(buffer + 28, MAC, 6);
	memcpy(buffer + 236, "\x63\x82\x53\x63", 4);
}

static const char *tell4(uint8_t op, const char *options, size_t len)
{
	assert_true(240 + len <= sizeof(buffer));
	memcpy(buffer + 240, options, len);
	return tell(op == 1 ? 67 : 68, buffer, 240 + len);
}

#define START4(type)                                          \
	"{\"time\":1.0,\"version\":4,\"type\":\"" type        \
	"\",\"xid\":305419896,\"src\":\"192.0.2.1\",\"dst\":" \
	"\"192.0.2.10\",\"mac\":\"02:00:5e:10:00:10\""

#define ACK(is_new)                                                            \
	START4("ACK")                                                          \
	",\"given\":[\"192.0.2.10\"],\"relay\":\"192.0.2.5\",\"server\":"      \
	"\"192.0.2.1\",\"lease\":3600,\"mask\":\"255.255.255.0\","             \
	"\"routers\":[\"192.0.2.1\"],\"dns\":[\"192.0.2.1\",\"192.0.2.2\"],"   \
	"\"domain\":\"home\",\"joined\":{\"mac\":\"02:00:5e:10:00:10\",\"ip\"" \
	":\"192.0.2.10\",\"hostname\":\"laptop\",\"is_new\":" is_new "}}\n"

static void test_join(void **state)
{
	(void)state;
	driver_start(NULL);
	header(1);
	assert_string_equal(
		tell4(1, BYTES("\x35\1\1\x3d\7\1" MAC "\x0c\6laptop\x3c\4MSFT"
			       "\x37\3\1\3\6\x32\4\xc0\0\2\x0a\xff"
			       "\x0f\3no!")),
		START4("DISCOVER") ",\"client_id\":\"0102005e100010\","
				   "\"hostname\":\"laptop\",\"vendor_class\":"
				   "\"MSFT\",\"parameters\":\"1,3,6\","
				   "\"requested\":\"192.0.2.10\"}\n");
	for (int again = 0; again < 2; again++) {
		header(2);
		memcpy(buffer + 16, "\xc0\0\2\x0a", 4);
		memcpy(buffer + 24, "\xc0\0\2\5", 4);
		assert_string_equal(
			tell4(2, BYTES("\x35\1\5\x36\4\xc0\0\2\1\x33\4\0\0\x0e"
				       "\x10\1\4\xff\xff\xff\0\3\4\xc0\0\2\1"
				       "\6\10\xc0\0\2\1\xc0\0\2\2"
				       "\x0f\x04home\xff")),
			again ? ACK("false") : ACK("true"));
	}
	driver_interval(1);
	assert_string_equal(driver_told(), "{\"messages\":3,\"devices\":1}\n");
}

/* RFC 2132 section 9.3 and RFC 3396: one option in three places. */
static void test_overload(void **state)
{
	(void)state;
	driver_start(NULL);
	header(1);
	memcpy(buffer + 108, "\x0c\1b\xff", 4);
	memcpy(buffer + 44, "\0\x0c\1c\xff", 5);
	assert_string_equal(tell4(1, BYTES("\x35\1\3\x34\1\3\x0c\1a\xff")),
			    START4("REQUEST") ",\"hostname\":\"abc\"}\n");
	assert_string_equal(tell4(1, BYTES("\x35\1\3\x34\1\2\x0c\1a\xff")),
			    START4("REQUEST") ",\"hostname\":\"ac\"}\n");
	assert_string_equal(tell4(1, BYTES("\x35\1\x08\x0c\1a\x0c\1d")),
			    START4("INFORM") ",\"hostname\":\"ad\"}\n");
}

static void test_names(void **state)
{
	(void)state;
	driver_start(NULL);
	header(1);
	assert_string_equal(tell4(1, BYTES("\x35\1\1\x51\x09\0\0\0pc.lan")),
			    START4("DISCOVER") ",\"fqdn\":\"pc.lan\"}\n");
	assert_string_equal(tell4(1,
				  BYTES("\x35\1\1\x51\x0b\4\0\0\2pc\3lan\0")),
			    START4("DISCOVER") ",\"fqdn\":\"pc.lan\"}\n");
	assert_string_equal(tell4(1, BYTES("\x35\1\1\x51\6\4\0\0\x3fpc")),
			    START4("DISCOVER") "}\n");
	assert_string_equal(tell4(1, BYTES("\x35\1\x63\x0c\2\xff\0")),
			    START4("other") ",\"hostname\":\"\xef\xbf\xbd\"}"
					    "\n");
}

static void test_cut_off(void **state)
{
	(void)state;
	driver_start(NULL);
	header(2);
	assert_string_equal(tell(68, buffer, 235), "");
	assert_string_equal(tell(68, buffer, 236), START4("BOOTREPLY") "}\n");
	assert_string_equal(tell4(2, BYTES("\x0c\x02x")),
			    START4("BOOTREPLY") "}\n");
	assert_string_equal(tell(69, buffer, 300), "");
	buffer[2] = 17;
	assert_string_equal(tell(68, buffer, 300), "");
	header(3);
	assert_string_equal(tell(68, buffer, 300), "");
}

#define DUID "\0\1\0\x0a\0\3\0\1" MAC
#define REPLY                                              \
	"\7\1\2\3" DUID "\0\2\0\4\0\2\0\1"                 \
	"\0\3\0\x28\0\0\0\1\0\0\0\0\0\0\0\0\0\5\0\x18" IP6 \
	"\7\0\0\0\1\0\0\0\2"                               \
	"\0\x17\0\x10" IP6 "\1\0\x18\0\6\4home\0"

#define START6(type, src)                                                  \
	"{\"time\":1.0,\"version\":6,\"type\":\"" type "\",\"xid\":66051," \
	"\"src\":\"192.0.2.1\",\"dst\":\"192.0.2.10\"," src                \
	"\"mac\":\"02:00:5e:10:00:10\",\"duid\":\"0003000102005e100010\","

static void test_version6(void **state)
{
	static const char reply[] =
		START6("REPLY", "") "\"given\":[\"2001:db8::7\"],"
				    "\"server_id\":\"00020001\",\"dns\":"
				    "[\"2001:db8::1\"],\"domain\":\"home\","
				    "\"joined\":{\"mac\":\"02:00:5e:10:00:10\""
				    ",\"ip\":\"2001:db8::7\",\"hostname\":"
				    "\"pc.lan\",\"is_new\":true}}\n";

	(void)state;
	driver_start(NULL);
	assert_string_equal(
		tell(547, BYTES("\1\1\2\3" DUID "\0\6\0\4\0\x17\0\x18"
				"\0\x27\0\x09\0\2pc\3lan\0"
				"\0\x10\0\x0a\0\0\1\x37\0\4MSFT")),
		START6("SOLICIT", "") "\"fqdn\":\"pc.lan\",\"vendor_class\":"
				      "\"MSFT\",\"parameters\":\"23,24\"}\n");
	assert_string_equal(tell(546, BYTES(REPLY)), reply);
	assert_string_equal(
		tell(546, BYTES("\7\1\2\3" DUID "\0\x0d\0\4\0\6no"
				"\0\x19\0\x29\0\0\0\1\0\0\0\0\0\0\0\0\0\x1a\0"
				"\x19\0\0\0\1\0\0\0\2\x38" IP6 "\0")),
		START6("REPLY", "") "\"prefixes\":[\"2001:db8::\"],\"status\":"
				    "6,\"message\":\"no\"}\n");
}

/* A DUID of the longest there is, then longer: told, but not remembered. */
static void test_long_duid(void **state)
{
	uint8_t message[8 + 131 + sizeof(REPLY)];

	(void)state;
	driver_start(NULL);
	for (uint8_t len = 130; len <= 131; len++) {
		const size_t rest = sizeof(REPLY) - sizeof(DUID) - 4;
		bool known = len == 130;

		memcpy(message, "\7\1\2\3\0\1\0", 7);
		message[7] = len;
		memset(message + 8, 1, len);
		memcpy(message + 8 + len, &REPLY[4 + sizeof(DUID) - 1], rest);
		assert_int_equal(known,
				 strstr(tell(546, message, 8 + len + rest),
					"\"joined\":") != NULL);
		assert_int_equal(nd_table_count(
					 ((struct dhcp *)driver.self)->devices),
				 1);
	}
}

/* Messages in messages: what the innermost relay adds, and too many. */
static void test_relays(void **state)
{
	uint8_t wrapped[9 * 38 + 200];
	size_t inner = sizeof(REPLY) - 1, len = inner, i;

	(void)state;
	driver_start(NULL);
	memcpy(wrapped + 9 * 38, REPLY, inner);
	for (i = 9; i-- > 0; len += 38) {
		uint8_t *at = wrapped + i * 38;

		memset(at, 0, 34);
		at[0] = 13;
		at[17] = (uint8_t)i;
		at[34] = 0;
		at[35] = 9;
		at[36] = (uint8_t)(len >> 8);
		at[37] = (uint8_t)len;
	}
	assert_string_equal(tell(547, wrapped, len), "");
	assert_non_null(strstr(tell(547, wrapped + 7 * 38, len - 7 * 38),
			       "\"relays\":[\"::7\",\"::8\"],\"mac\":"));
	assert_string_equal(tell(547, wrapped + 7 * 38, 37), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_join),
		cmocka_unit_test(test_overload),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_cut_off),
		cmocka_unit_test(test_version6),
		cmocka_unit_test(test_long_duid),
		cmocka_unit_test(test_relays),
	};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);

	driver_stop();
	return rc;
}
