/* SPDX-License-Identifier: MIT */
/* Whole DNS messages, record by record, and what is put of their data. */
#include "payload.h"

#include <netdumplings/dns.h>

#define QUESTION "\1a\4test\0\0\1\0\1" /* a.test A IN, at 12 */
/* A header with so many records in the last three sections. */
#define HEADER(an, ns, ar) "\x12\x34\x81\x80\0\1\0" an "\0" ns "\0" ar
#define OWNER "\xc0\x0c"
/* A record of a.test: its type, and its data behind the length. */
#define RECORD(type, data) OWNER type "\0\1\0\0\1\x2c" data
#define MESSAGE(type, data) HEADER("\1", "\0", "\0") QUESTION RECORD(type, data)

static struct nd_dns_reader reader;
static struct nd_dns_record record;
static uint8_t *copy;

/* Reads a copy that ends where its allocation does. */
static int start(const void *message, size_t len)
{
	free(copy);
	copy = malloc(len ? len : 1);
	assert_non_null(copy);
	memcpy(copy, message, len);
	return nd_dns_start(&reader, copy, len);
}

static void next(enum nd_dns_section section, const char *name, uint16_t type)
{
	assert_int_equal(nd_dns_next(&reader, &record), 1);
	assert_int_equal(record.section, section);
	assert_string_equal(record.name, name);
	assert_int_equal(record.name_len, strlen(name));
	assert_int_equal(record.type, type);
}

/* The payload as JSON is this. */
static void check_json(const char *json)
{
	static const char before[] = "\"payload\":";
	const char *text, *at;

	assert_int_equal(put_finish(out), 0);
	put_expose(out);
	out->chef = "C";
	text = nd_json(out, NULL);
	assert_non_null(text);
	at = strstr(text, before);
	assert_non_null(at);
	at += sizeof(before) - 1;
	assert_int_equal(strlen(at), strlen(json) + 1);
	assert_memory_equal(at, json, strlen(json));
	dumpling_forget_texts(out);
	put_begin(out);
}

/* The data of a message's first answer is put so. */
static void check_data(const char *message, size_t len, const char *json)
{
	assert_int_equal(start(message, len), 0);
	next(ND_DNS_QUESTION, "a.test", 1);
	assert_int_equal(nd_dns_next(&reader, &record), 1);
	nd_put_dns_data(out, NULL, &reader, &record);
	check_json(json);
	assert_int_equal(nd_dns_next(&reader, &record), 0);
}

#define CHECK(type, data, json) \
	check_data(MESSAGE(type, data), sizeof(MESSAGE(type, data)) - 1, json)

static void test_sections(void **state)
{
	static const char message[] = HEADER("\1", "\1", "\1") QUESTION RECORD(
		"\0\1",
		"\0\4\xc0\0\2\1") "\xc0\x0e\0\2\0\1\0\0\0\5\0\5\2ns\xc0\x0c"
				  "\0\0\x29\4\xd0\0\0\x80\0\0\0";
	size_t i, len = sizeof(message) - 1;

	(void)state;
	assert_int_equal(start(message, len), 0);
	next(ND_DNS_QUESTION, "a.test", 1);
	assert_null(record.rdata);
	next(ND_DNS_ANSWER, "a.test", 1);
	assert_int_equal(record.klass, 1);
	assert_int_equal(record.ttl, 300);
	assert_int_equal(record.rdata_len, 4);
	assert_memory_equal(record.rdata, "\xc0\0\2\1", 4);
	next(ND_DNS_AUTHORITY, "test", 2);
	assert_int_equal(record.ttl, 5);
	next(ND_DNS_ADDITIONAL, "", 41);
	assert_int_equal(nd_dns_next(&reader, &record), 0);
	assert_int_equal(nd_dns_next(&reader, &record), 0);
	for (i = 0; i < 12; i++)
		assert_int_equal(start(message, i), -EBADMSG);
	for (; i < len; i++) {
		int rc;

		assert_int_equal(start(message, i), 0);
		while ((rc = nd_dns_next(&reader, &record)) > 0)
			;
		assert_int_equal(rc, -EBADMSG);
		assert_false(nd_dns_opt(copy, i, &record));
	}
	assert_int_equal(start(message, len), 0);
	assert_true(nd_dns_opt(copy, len, &record));
	assert_int_equal(record.klass, 1232);
	assert_int_equal(record.ttl, 0x8000);
}

static void test_put_records(void **state)
{
	static const char message[] = HEADER("\2", "\1", "\1")
		QUESTION RECORD("\0\1", "\0\4\xc0\0\2\1") OWNER
		"\0\x10\0\3\0\0\0\0\0\3\2hi" RECORD(
			"\0\2", "\0\2\xc0\x0e") "\0\0\x29\4\xd0\0\0\0\0\0\0";

	(void)state;
	assert_int_equal(start(message, sizeof(message) - 1), 0);
	assert_int_equal(
		nd_put_dns_records(out, "an", &reader, ND_DNS_ANSWER, 9), 0);
	assert_int_equal(
		nd_put_dns_records(out, "ns", &reader, ND_DNS_AUTHORITY, 0), 0);
	assert_int_equal(nd_put_dns_records(out, "ar", &reader,
					    ND_DNS_ADDITIONAL, 9),
			 0);
	check_json("{\"an\":[{\"name\":\"a.test\",\"type\":\"A\",\"ttl\":300,"
		   "\"data\":\"192.0.2.1\"},{\"name\":\"a.test\","
		   "\"type\":\"TXT\",\"class\":\"CH\",\"ttl\":0,"
		   "\"data\":[\"hi\"]}],\"ns\":[],\"ar\":[]}");
	/* the second answer is cut off */
	assert_int_equal(start(message, 12 + 12 + 16 + 14), 0);
	assert_int_equal(nd_put_dns_records(out, "an", &reader, ND_DNS_ANSWER,
					    9),
			 -EBADMSG);
	check_json("{\"an\":[{\"name\":\"a.test\",\"type\":\"A\",\"ttl\":300,"
		   "\"data\":\"192.0.2.1\"}]}");
}

/* What is before the records that are told need not be read, but passed. */
static void test_behind_broken_names(void **state)
{
	static const char header[] = "\0\1\x81\0\0\2\0\1\0\0\0\0" QUESTION;
	static const char rest[] =
		"\0\0\1\0\1" RECORD("\0\1", "\0\4\xc0\0\2\1");
	char message[512];
	size_t len = sizeof(header) - 1;

	(void)state;
	memcpy(message, header, len);
	/* A name of 300 octets, RFC 1035 section 2.3.4. */
	for (size_t i = 0; i < 5; i++, len += 60)
		memset(memset(message + len, 'x', 60), 59, 1);
	memcpy(message + len, rest, sizeof(rest) - 1);
	len += sizeof(rest) - 1;
	assert_int_equal(start(message, len), 0);
	assert_int_equal(
		nd_put_dns_records(out, NULL, &reader, ND_DNS_ANSWER, 9), 0);
	check_json("[{\"name\":\"a.test\",\"type\":\"A\",\"ttl\":300,"
		   "\"data\":\"192.0.2.1\"}]");
	/* One that never ends is not passed. */
	assert_int_equal(start(message, sizeof(header) - 1 + 150), 0);
	assert_int_equal(nd_put_dns_records(out, NULL, &reader, ND_DNS_ANSWER,
					    9),
			 -EBADMSG);
	check_json("[]");
}

static void test_addresses_and_names(void **state)
{
	(void)state;
	CHECK("\0\1", "\0\4\xc0\0\2\1", "\"192.0.2.1\"");
	CHECK("\0\x1c", "\0\x10\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1",
	      "\"2001:db8::1\"");
	CHECK("\0\2", "\0\5\2ns\xc0\x0e", "\"ns.test\"");
	CHECK("\0\5", "\0\3\1b\0", "\"b\"");
	CHECK("\0\x0c", "\0\2\xc0\x0c", "\"a.test\"");
	CHECK("\0\x27", "\0\1\0", "\"\"");
	CHECK("\0\x0f", "\0\4\0\x0a\xc0\x0c",
	      "{\"preference\":10,\"exchange\":\"a.test\"}");
	CHECK("\0\x21", "\0\x08\0\1\0\2\x1f\x90\xc0\x0c",
	      "{\"priority\":1,\"weight\":2,\"port\":8080,"
	      "\"target\":\"a.test\"}");
	CHECK("\0\x10", "\0\x05\1x\0\1\"", "[\"x\",\"\",\"\\\"\"]");
	CHECK("\0\x06",
	      "\0\x18\xc0\x0c\xc0\x0e\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\5",
	      "{\"mname\":\"a.test\",\"rname\":\"test\",\"serial\":1,"
	      "\"refresh\":2,\"retry\":3,\"expire\":4,\"minimum\":5}");
	CHECK("\1\1", "\0\x0b\x80\5issueca.x",
	      "{\"flags\":128,\"tag\":\"issue\",\"value\":\"ca.x\"}");
}

/* What is not as it should be comes as bytes, which JSON has as base64. */
static void test_broken(void **state)
{
	(void)state;
	CHECK("\0\1", "\0\3\1\2\3", "\"AQID\"");
	CHECK("\0\x1c", "\0\4\1\2\3\4", "\"AQIDBA==\"");
	CHECK("\0\2", "\0\0", "\"\"");
	CHECK("\0\2", "\0\2\1b", "\"AWI=\"");         /* no end */
	CHECK("\0\2", "\0\4\1b\0\0", "\"AWIAAA==\""); /* more than a name */
	CHECK("\0\2", "\0\2\xc0\x24", "\"wCQ=\"");    /* to itself */
	CHECK("\0\x0f", "\0\2\0\x0a", "\"AAo=\"");
	CHECK("\0\x10", "\0\2\2x", "\"Ang=\"");
	CHECK("\0\x21", "\0\3\0\1\0", "\"AAEA\"");
	CHECK("\1\1", "\0\3\0\5i", "\"AAVp\"");
	CHECK("\1\1", "\0\2\0\0", "\"AAA=\"");
	CHECK("\0\x2b", "\0\3\1\2\3", "\"AQID\"");
	CHECK("\0\x40", "\0\3\0\1\5", "\"AAEF\"");
	CHECK("\xff\0", "\0\2\0\1", "\"AAE=\""); /* of a type without a name */
}

/* Answers whose name leads through so many pointers, the first its own. */
static int name_behind(unsigned pointers)
{
	uint8_t message[512] = {[7] = 2}, *p = message + 12;
	size_t end = 12;

	/* of the root, with the pointers in its data, and a zero first */
	memcpy(p, "\0\0\12\0\1\0\0\0\0", 9);
	p[10] = (uint8_t)(pointers * 2 - 1);
	p += 12;
	end = (size_t)(p - message) - 1;
	for (unsigned i = 1; i < pointers; i++, p += 2) {
		p[0] = (uint8_t)(0xc0 | end >> 8);
		p[1] = (uint8_t)end;
		end = (size_t)(p - message);
	}
	p[0] = (uint8_t)(0xc0 | end >> 8);
	p[1] = (uint8_t)end;
	memcpy(p + 2, "\0\1\0\1\0\0\0\0\0\0", 10);
	assert_int_equal(start(message, (size_t)(p - message) + 12), 0);
	next(ND_DNS_ANSWER, "", 10);
	return nd_dns_next(&reader, &record);
}

static void test_pointers_to_pointers(void **state)
{
	(void)state;
	assert_int_equal(name_behind(1), 1);
	assert_int_equal(name_behind(127), 1);
	assert_string_equal(record.name, "");
	assert_int_equal(name_behind(128), -EBADMSG);
}

static void test_security(void **state)
{
	(void)state;
	CHECK("\0\x2b", "\0\6\x12\x34\x0d\2\xab\x01",
	      "{\"key_tag\":4660,\"algorithm\":13,\"digest_type\":2,"
	      "\"digest\":\"ab01\"}");
	/* 0x0101 + 0x030d + 0x0102 + 0x0300 by RFC 4034 appendix B */
	CHECK("\0\x30", "\0\7\1\1\3\x0d\1\2\3",
	      "{\"flags\":257,\"protocol\":3,\"algorithm\":13,"
	      "\"key_tag\":2064,\"key\":\"AQID\"}");
	CHECK("\0\x2e",
	      "\0\x16\0\1\x0d\2\0\0\1\x2c\0\0\0\2\0\0\0\1\0\x63\xc0\x0e\xff"
	      "\xfe",
	      "{\"type_covered\":\"A\",\"algorithm\":13,\"labels\":2,"
	      "\"original_ttl\":300,\"expiration\":2.0,\"inception\":1.0,"
	      "\"key_tag\":99,\"signer\":\"test\",\"signature\":\"//4=\"}");
	CHECK("\0\x2f", "\0\x0b\xc0\x0c\0\4\x60\0\0\x08\1\1\x40",
	      "{\"next\":\"a.test\",\"types\":[\"A\",\"NS\",\"AAAA\","
	      "\"CAA\"]}");
	CHECK("\0\x2f", "\0\x08\xc0\x0c\1\1\x40\0\1\x40",
	      "\"wAwBAUAAAUA=\""); /* the windows go backwards */
	CHECK("\0\x32", "\0\x0d\1\1\0\x0a\2\xaa\xbb\6\0\x11\x22\x33\x44",
	      "\"AQEACgKquwYAESIzRA==\"");
	CHECK("\0\x32",
	      "\0\x10\1\1\0\x0a\2\xaa\xbb\5\0\x44\x32\x14\xc7\0\1\x40",
	      "{\"algorithm\":1,\"flags\":1,\"iterations\":10,"
	      "\"salt\":\"aabb\",\"next\":\"01234567\",\"types\":[\"A\"]}");
}

static void test_svcb(void **state)
{
	(void)state;
	CHECK("\0\x41", "\0\3\0\0\0",
	      "{\"priority\":0,\"target\":\"\",\"params\":{}}");
	CHECK("\0\x41",
	      "\0\x46\0\1\0"
	      "\0\0\0\4\0\1\0\3"
	      "\0\1\0\6\2h2\2h3"
	      "\0\2\0\0"
	      "\0\3\0\2\1\xbb"
	      "\0\4\0\4\xc0\0\2\1"
	      "\0\5\0\2\xfe\x0d"
	      "\0\6\0\x10\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1"
	      "\2\x9b\0\1x",
	      "{\"priority\":1,\"target\":\"\",\"params\":{"
	      "\"mandatory\":[\"alpn\",\"port\"],\"alpn\":[\"h2\",\"h3\"],"
	      "\"no-default-alpn\":true,\"port\":443,"
	      "\"ipv4hint\":[\"192.0.2.1\"],\"ech\":\"/g0=\","
	      "\"ipv6hint\":[\"2001:db8::1\"],\"key667\":\"eA==\"}}");
	/* not in their order; a port of three octets */
	CHECK("\0\x41", "\0\x0d\0\1\0\0\3\0\2\1\xbb\0\2\0\0",
	      "\"AAEAAAMAAgG7AAIAAA==\"");
	CHECK("\0\x41", "\0\x0a\0\1\0\0\3\0\3\1\1\1", "\"AAEAAAMAAwEBAQ==\"");
}

#define OPT(data) \
	HEADER("\0", "\0", "\1") QUESTION "\0\0\x29\4\xd0\1\0\x80\0" data
#define CHECK_OPT(data, json) check_data(BYTES(OPT(data)), json)
#define OPT_JSON                                        \
	"{\"udp_size\":1232,\"version\":0,\"do\":true," \
	"\"extended_rcode\":1,\"options\":"

static void test_edns(void **state)
{
	(void)state;
	CHECK_OPT("\0\0", OPT_JSON "[]}");
	CHECK_OPT("\0\x0b\0\x08\0\7\0\1\x18\0\xc0\0\2",
		  OPT_JSON "[{\"option\":\"ECS\",\"address\":\"192.0.2.0\","
			   "\"source\":24,\"scope\":0}]}");
	CHECK_OPT("\0\x0c\0\x0a\0\x08\1\2\3\4\5\6\7\x08",
		  OPT_JSON "[{\"option\":\"COOKIE\","
			   "\"client\":\"AQIDBAUGBwg=\"}]}");
	CHECK_OPT("\0\x08\0\x0f\0\4\0\x12no",
		  OPT_JSON "[{\"option\":\"EDE\",\"code\":18,"
			   "\"error\":\"Prohibited\",\"text\":\"no\"}]}");
	CHECK_OPT("\0\x12\0\3\0\2ab\0\x0c\0\3\0\0\0\xfd\xe9\0\1!",
		  OPT_JSON "[{\"option\":\"NSID\",\"data\":\"YWI=\"},"
			   "{\"option\":\"PADDING\",\"size\":3},"
			   "{\"option\":65001,\"data\":\"IQ==\"}]}");
	/* broken inside an option, and broken as a whole */
	CHECK_OPT("\0\5\0\x0a\0\1\1", OPT_JSON "[{\"option\":\"COOKIE\","
					       "\"data\":\"AQ==\"}]}");
	CHECK_OPT("\0\5\0\x0a\0\2\1", OPT_JSON "\"AAoAAgE=\"}");
}

static void test_sd(void **state)
{
	static const char txt[] = "\4A=1x\2b=\1c\2=d\3a=2\4e\1=x\3f=";

	(void)state;
	nd_put_dns_txt(out, NULL, (const uint8_t *)txt, sizeof(txt) - 1);
	check_json("{\"a\":\"1x\",\"b\":\"\",\"c\":null}");
}

static void test_data_name(void **state)
{
	static const char message[] =
		MESSAGE("\0\x21", "\0\x08\0\1\0\2\x1f\x90\xc0\x0c");
	char name[1024];

	(void)state;
	assert_int_equal(start(message, sizeof(message) - 1), 0);
	next(ND_DNS_QUESTION, "a.test", 1);
	assert_int_equal(nd_dns_data_name(&reader, &record, 0, name), -EBADMSG);
	next(ND_DNS_ANSWER, "a.test", 33);
	assert_int_equal(nd_dns_data_name(&reader, &record, 6, name), 6);
	assert_string_equal(name, "a.test");
	assert_int_equal(nd_dns_data_name(&reader, &record, 7, name), -EBADMSG);
	assert_int_equal(nd_dns_data_name(&reader, &record, 9, name), -EBADMSG);
}

static void test_texts(void **state)
{
	char text[ND_DNS_TEXT];
	const uint8_t all[] = {0xff, 0xff}, none[] = {0, 0}, some[] = {1, 0x80};

	(void)state;
	assert_string_equal(nd_dns_type(1, text), "A");
	assert_string_equal(nd_dns_type(65, text), "HTTPS");
	assert_string_equal(nd_dns_type(0, text), "TYPE0");
	assert_string_equal(nd_dns_type(65535, text), "TYPE65535");
	assert_string_equal(nd_dns_type(32769, text), "DLV");
	assert_string_equal(nd_dns_class(3, text), "CH");
	assert_string_equal(nd_dns_class(0x8001, text), "CLASS32769");
	assert_string_equal(nd_dns_rcode(0, text), "NOERROR");
	assert_string_equal(nd_dns_rcode(23, text), "BADCOOKIE");
	assert_string_equal(nd_dns_rcode(4095, text), "RCODE4095");
	assert_string_equal(nd_dns_opcode(5, text), "UPDATE");
	assert_string_equal(nd_dns_opcode(3, text), "OPCODE3");
	assert_string_equal(nd_dns_flags(all, text), "aa tc rd ra ad cd");
	assert_string_equal(nd_dns_flags(none, text), "");
	assert_string_equal(nd_dns_flags(some, text), "rd ra");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_sections),
		TEST(test_put_records),
		TEST(test_behind_broken_names),
		TEST(test_addresses_and_names),
		TEST(test_broken),
		TEST(test_pointers_to_pointers),
		TEST(test_security),
		TEST(test_svcb),
		TEST(test_edns),
		TEST(test_sd),
		TEST(test_data_name),
		TEST(test_texts),
	};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);

	free(copy);
	return rc;
}
