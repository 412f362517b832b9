/* SPDX-License-Identifier: MIT */
#include <netdumplings/chef.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HEADER "\0\7\1\0\0\1\0\0\0\0\0\0"
#define TYPE_A "\0\1\0\1"

static struct nd_dns dns;

/* nd_dns() of a message that ends where its allocation does. */
static bool read_message(const void *message, size_t len, enum nd_layer layer)
{
	uint8_t *copy = malloc(len ? len : 1);
	struct nd_layer_at at[2] = {{ND_UDP, 0, 0}, {layer, 0, (uint32_t)len}};
	struct nd_packet pkt = {.layer = at,
				.layer_count = 2,
				.layers = UINT64_C(1) << ND_DNS |
					  UINT64_C(1) << ND_UDP,
				.caplen = (uint32_t)len};
	bool is_dns;

	assert_non_null(copy);
	memcpy(copy, message, len);
	pkt.data = copy;
	memset(&dns, 0xaa, sizeof(dns));
	is_dns = nd_dns(&pkt, &dns);
	free(copy);
	return is_dns;
}

static void check_name(const char *message, size_t len, const char *name)
{
	size_t i;

	assert_true(read_message(message, len, ND_DNS));
	assert_string_equal(dns.name, name);
	assert_int_equal(dns.name_len, strlen(name));
	assert_int_equal(dns.qtype, 1);
	assert_int_equal(dns.qclass, 1);
	for (i = 0; i < len; i++)
		assert_false(read_message(message, i, ND_DNS));
}

/* With the header, type and class around it, and no byte too many. */
#define CHECK(wire, name)                   \
	check_name(HEADER wire "\0" TYPE_A, \
		   sizeof(HEADER wire "\0" TYPE_A) - 1, name)
#define BROKEN(wire)                                  \
	assert_false(read_message(HEADER wire TYPE_A, \
				  sizeof(HEADER wire TYPE_A) - 1, ND_DNS))

static void test_header(void **state)
{
	static const char message[] = "\x12\x34\x81\x83\0\1\0\2\0\3\0\4"
				      "\1x\0\0\x1c\x80\1";

	(void)state;
	assert_true(read_message(message, sizeof(message) - 1, ND_LLMNR));
	assert_int_equal(dns.id, 0x1234);
	assert_true(dns.response);
	assert_int_equal(dns.opcode, 0);
	assert_int_equal(dns.rcode, 3);
	assert_false(dns.authoritative);
	assert_false(dns.truncated);
	assert_true(dns.recursion_desired);
	assert_true(dns.recursion_available);
	assert_int_equal(dns.questions, 1);
	assert_int_equal(dns.answers, 2);
	assert_int_equal(dns.authorities, 3);
	assert_int_equal(dns.additionals, 4);
	assert_int_equal(dns.qtype, 28);
	assert_int_equal(dns.qclass, 0x8001);
	assert_string_equal(dns.name, "x");
}

static void test_flags(void **state)
{
	(void)state;
	assert_true(read_message("\0\0\x2e\0\0\0\0\0\0\0\0\0", 12,
				 ND_LLMNR_RESPONSE));
	assert_false(dns.response);
	assert_int_equal(dns.opcode, 5);
	assert_true(dns.authoritative);
	assert_true(dns.truncated);
	assert_false(dns.recursion_desired);
	assert_false(dns.recursion_available);
	assert_int_equal(dns.rcode, 0);
}

static void test_no_question(void **state)
{
	(void)state;
	assert_true(read_message("\0\0\0\0\0\0\0\1\0\0\0\0\1", 13, ND_DNS));
	assert_string_equal(dns.name, "");
	assert_int_equal(dns.name_len, 0);
	assert_int_equal(dns.qtype, 0);
	assert_int_equal(dns.qclass, 0);
	assert_false(read_message("\0\0\0\0\0\0\0\1\0\0\0", 11, ND_DNS));
}

static void test_names(void **state)
{
	(void)state;
	CHECK("", "");
	CHECK("\3www\7example\3com", "www.example.com");
	CHECK("\3WwW\1-\1_", "WwW.-._");
	CHECK("\3a b\1\"", "a b.\"");
	CHECK("\1\x7f", "\x7f");
}

static void test_escapes(void **state)
{
	(void)state;
	CHECK("\3a.b\3c\\d", "a\\.b.c\\\\d");
	CHECK("\3\0\1\x1f", "\\000\\001\\031");
	CHECK("\3\x80\xfe\xff", "\\128\\254\\255");
}

/* RFC 3629 sections 3 and 4 */
static void test_utf8(void **state)
{
	(void)state;
	CHECK("\7b\xc3\xbc"
	      "cher",
	      "b\xc3\xbc"
	      "cher");
	CHECK("\3\xe2\x82\xac\4\xf0\x9f\xa5\x9f",
	      "\xe2\x82\xac.\xf0\x9f\xa5\x9f");
	CHECK("\3\xe0\xa0\x80\3\xed\x9f\xbf\4\xf4\x8f\xbf\xbf",
	      "\xe0\xa0\x80.\xed\x9f\xbf.\xf4\x8f\xbf\xbf");
	/* too long for what they say */
	CHECK("\2\xc1\xbf\3\xe0\x9f\xbf", "\\193\\191.\\224\\159\\191");
	CHECK("\4\xf0\x8f\xbf\xbf", "\\240\\143\\191\\191");
	/* a surrogate, and above U+10FFFF */
	CHECK("\3\xed\xa0\x80", "\\237\\160\\128");
	CHECK("\4\xf4\x90\x80\x80", "\\244\\144\\128\\128");
	CHECK("\4\xf5\x80\x80\x80", "\\245\\128\\128\\128");
	/* cut off: by the label, by another byte */
	CHECK("\1\xc3\1\xbc", "\\195.\\188");
	CHECK("\3\xe2\x82x", "\\226\\130x");
	CHECK("\2\xf0\x9f", "\\240\\159");
}

/* 255 octets with all lengths and the root, and each byte four characters. */
static void test_longest(void **state)
{
	char message[12 + 256 + 4] = HEADER;
	const size_t labels[] = {63, 63, 63, 61};
	size_t i, at = 12;

	(void)state;
	for (i = 0; i < 4; i++) {
		message[at++] = (char)labels[i];
		memset(message + at, 0xff, labels[i]);
		at += labels[i];
	}
	assert_true(read_message(message, at + 5, ND_DNS));
	assert_int_equal(dns.name_len, 4 * 250 + 3);
	assert_int_equal(strlen(dns.name), 4 * 250 + 3);

	message[12 + 3 * 64] = 62;
	message[at++] = 'x';
	assert_false(read_message(message, at + 5, ND_DNS));
}

static void test_many_labels(void **state)
{
	char message[12 + 2 * 128 + 5] = HEADER;
	size_t i;

	(void)state;
	for (i = 0; i < 127; i++)
		memcpy(message + 12 + 2 * i, "\1a", 2);
	assert_true(read_message(message, 12 + 2 * 127 + 5, ND_DNS));
	assert_int_equal(dns.name_len, 2 * 127 - 1);
	memcpy(message + 12 + 2 * 127, "\1a", 2);
	assert_false(read_message(message, sizeof(message), ND_DNS));
}

/* RFC 1035 section 4.1.4; pointers may lead only to what was before. */
static void test_pointers(void **state)
{
	static const char backward[] =
		"\1a\0\0\0\1\0\0\0\0\0\0\3www\xc0\0" TYPE_A;
	static const char root[] = "\0\0\0\0\0\1\0\0\0\0\0\0\xc0\0" TYPE_A;

	(void)state;
	check_name(backward, sizeof(backward) - 1, "www.a");
	check_name(root, sizeof(root) - 1, "");
	BROKEN("\xc0\x0c");                /* to itself */
	BROKEN("\1a\xc0\x0c");             /* round and round */
	BROKEN("\1a\xc0\x0e");             /* to the pointer */
	BROKEN("\xc0\x12\0\0\0\0\3abc\0"); /* forward */
	BROKEN("\xff\xff");                /* out of the message */
	assert_false(read_message(HEADER "\xc0", 13, ND_DNS));
}

/* Two pointers that lead to each other, through the header's bytes. */
static void test_pointer_chain(void **state)
{
	static const char loop[] = "\0\0\xc0\x04\0\1\xc0\x02\0\0\0\0\xc0\x06";

	(void)state;
	assert_true(read_message("\xc0\0\0\0\0\1\0\0\0\0\0\0\xc0\2" TYPE_A, 18,
				 ND_DNS));
	assert_false(read_message("\xc0\0\0\0\0\1\0\0\0\0\0\0\xc0\0" TYPE_A, 18,
				  ND_DNS));
	assert_false(read_message(loop, sizeof(loop) - 1, ND_DNS));
}

static void test_label_types(void **state)
{
	(void)state;
	BROKEN("\x40"
	       "a\0");
	BROKEN("\x80"
	       "a\0");
}

static void test_no_message(void **state)
{
	struct nd_layer_at layer = {ND_UDP, 0, 8};
	struct nd_packet pkt = {.layer = &layer, .layer_count = 1};

	(void)state;
	assert_false(nd_dns(&pkt, &dns));
	pkt.layers = UINT64_C(1) << ND_DNS;
	assert_false(nd_dns(&pkt, &dns));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_no_question),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_many_labels),
		cmocka_unit_test(test_pointers),
		cmocka_unit_test(test_pointer_chain),
		cmocka_unit_test(test_label_types),
		cmocka_unit_test(test_no_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
