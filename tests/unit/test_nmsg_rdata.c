/* SPDX-License-Identifier: MIT */
#include "nmsg_rdata.h"

#include "nmsg_case.h"
#include "nmsg_dns.h"

/* Data and the one text that it has, and that leads back to it. */
static const struct {
	uint16_t type, klass;
	const char *hex, *text;
} records[] = {
	{1, 1, "c0000201", "192.0.2.1"},
	{1, 3, "", ""}, /* of another class */
	{2, 1,
	 "0161"
	 "07657861"
	 "6d706c6500",
	 "a.example."},
	{6, 1,
	 "016100"
	 "00"
	 "00000001000000020000000300000004ffffffff",
	 "a. . 1 2 3 4 4294967295"},
	{10, 1, "00ff", "00FF"},
	{13, 1,
	 "0141"
	 "0342225c",
	 "\"A\" \"B\\\"\\\\\""},
	{15, 1, "000a016100", "10 a."},
	{16, 1,
	 "0568656c6c6f00"
	 "02017f",
	 "\"hello\" \"\" \"\\001\\127\""},
	{28, 1, "20010db8000000000000000000000001", "2001:db8::1"},
	{33, 1, "000100020003016100", "1 2 3 a."},
	{35, 1,
	 "0001000201750345325501210"
	 "0",
	 "1 2 \"u\" \"E2U\" \"!\" ."},
	{38, 1,
	 "78ff0161"
	 "00",
	 "120 ::ff a."},
	{43, 1, "ec260502abcd", "60454 5 2 ABCD"},
	{46, 1,
	 "0032080200015180648f0001648e00020003"
	 "0161"
	 "00"
	 "736967",
	 "NSEC3 8 2 86400 1687093249 1687027714 3 a. c2ln"},
	{47, 1,
	 "016100"
	 "0006400000000003"
	 "ff0180",
	 "a. A RRSIG NSEC TYPE65280"},
	{47, 1,
	 "016100"
	 "ff0180"
	 "0006400000000003"
	 "000140",
	 "a. TYPE65280 A RRSIG NSEC A"},
	{48, 1, "010103086b6579", "257 3 8 a2V5"},
	{50, 1,
	 "0100000a02aabb"
	 "0568656c6c6f"
	 "000140",
	 "1 0 10 aabb D1IMOR3F A"},
	{50, 1,
	 "0100000100"
	 "00",
	 "1 0 1 - 0"},
	{51, 1, "0100000a00", "1 0 10 -"},
	{52, 1, "030101ab", "3 1 1 AB"},
	{61, 1, "6b6579", "a2V5"},
	{62, 1,
	 "00000001"
	 "0003"
	 "000140",
	 "1 3 A"},
	{65, 1,
	 "000100"
	 "0001000602683202"
	 "6833"
	 "0003000201bb"
	 "00040008c0000201c0000202"
	 "00050003616263"
	 "0006001020010db8000000000000000000000001"
	 "0000000400010003"
	 "00020000"
	 "0209000178",
	 "1 . alpn=\"h2,h3\" port=443 ipv4hint=192.0.2.1,192.0.2.2 ech=YWJj "
	 "ipv6hint=2001:db8::1 mandatory=alpn,port no-default-alpn "
	 "key521=\"x\""},
	{64, 1, "000000", "0 ."},
	{108, 1, "00005e005300", "00-00-5e-00-53-00"},
	{109, 1, "00005e0053000102", "00-00-5e-00-53-00-01-02"},
	{256, 1, "0001000268747470", "1 2 \"http\""},
	{257, 1, "00056973", "\\# 4 00 05 69 73 "},
	{65280, 1, "", "\\# 0 "},
};

static void test_records(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(records); i++) {
		size_t len = strlen(records[i].hex) / 2;
		uint8_t *data = malloc(len ? len : 1);
		struct text t = {0}, back = {0};

		assert_non_null(data);
		from_hex(records[i].hex, data, len);
		nmsg_rdata_write(&t, data, len, records[i].type,
				 records[i].klass);
		assert_text(&t, records[i].text);
		assert_int_equal(nmsg_rdata_read(&back, t.at, t.len,
						 records[i].type,
						 records[i].klass),
				 0);
		assert_int_equal(back.len, len);
		if (len > 0)
			assert_memory_equal(back.at, data, len);
		/* Cut off, it never is read behind its end. */
		for (size_t cut = 0; cut < len; cut++) {
			uint8_t *part = malloc(cut ? cut : 1);

			assert_non_null(part);
			memcpy(part, data, cut);
			nmsg_rdata_write(&t, part, cut, records[i].type,
					 records[i].klass);
			free(part);
		}
		text_free(&t);
		text_free(&back);
		free(data);
	}
}

static void test_broken_data(void **state)
{
	struct text t = {0};

	(void)state;
	nmsg_rdata_write(&t, (const uint8_t *)"abc", 3, 1, 1);
	assert_text(&t, " ### PARSE ERROR ###");
	t.len = 0;
	nmsg_rdata_write(&t, (const uint8_t *)"\0\1\3a", 4, 15, 1);
	assert_text(&t, "1  ### PARSE ERROR ###");
	text_free(&t);
}

static void test_broken_texts(void **state)
{
	static const struct {
		uint16_t type;
		const char *text;
	} texts[] = {
		{1, "192.0.2"},      {1, "192.0.2.1 x"}, {1, "2001:db8::1"},
		{15, "65536 a."},    {15, "-1 a."},      {2, "a..b."},
		{16, "\"open"},      {16, "\"\\25"},     {16, "\"\\999\""},
		{43, "1 2 3 abc"},   {43, "1 2 3 xy"},   {46, "NOTHING 1"},
		{48, "1 2 3 ****"},  {50, "1 0 1 - !"},  {65, "1 . nothing=1"},
		{65, "1 . port=x"},  {108, "00-00"},     {65280, "abc"},
		{65280, "\\# 2 00"}, {38, "129 ::"},
	};
	struct text t = {0};

	(void)state;
	for (size_t i = 0; i < LENGTH(texts); i++) {
		const char *text = texts[i].text;

		if (nmsg_rdata_read(&t, text, strlen(text), texts[i].type, 1) !=
		    -EBADMSG)
			fail_msg("taken: %s", text);
		assert_int_equal(t.len, 0);
	}
	text_free(&t);
}

static void test_names(void **state)
{
	static const struct {
		const char *text, *hex;
	} names[] = {
		{".", "00"},
		{"a.", "016100"},
		{"A.b.", "0141016200"},
		{"a\\.b.\\000\\\\ .", ""},
		{"a\\.b.\\000\\\\\\032.", "03612e6203005c2000"},
	};
	uint8_t wire[NMSG_DNS_NAME_MAX], expected[NMSG_DNS_NAME_MAX];
	char longest[300];
	size_t len;

	(void)state;
	for (size_t i = 0; i < LENGTH(names); i++) {
		size_t want =
			from_hex(names[i].hex, expected, sizeof(expected));
		struct text t = {0};

		assert_true(nmsg_dns_name_read(
			names[i].text, strlen(names[i].text), wire, &len));
		if (want == 0)
			continue; /* a space is taken, though never made */
		assert_int_equal(len, want);
		assert_memory_equal(wire, expected, want);
		nmsg_dns_name(&t, wire, len);
		assert_text(&t, names[i].text);
		text_free(&t);
	}
	assert_true(nmsg_dns_name_read("a.b", 3, wire, &len));
	assert_int_equal(len, 5);
	/* 63 octets in a label, 255 in all. */
	memset(longest, 'a', sizeof(longest));
	longest[63] = longest[127] = longest[191] = '.';
	assert_true(nmsg_dns_name_read(longest, 253, wire, &len));
	assert_int_equal(len, 255);
	assert_false(nmsg_dns_name_read(longest, 254, wire, &len));
	longest[63] = 'a';
	assert_false(nmsg_dns_name_read(longest, 100, wire, &len));
	assert_false(nmsg_dns_name_read("", 0, wire, &len));
	assert_false(nmsg_dns_name_read("..", 2, wire, &len));
	assert_false(nmsg_dns_name_read("a\\", 2, wire, &len));
	assert_false(nmsg_dns_name_read("\\256", 4, wire, &len));
}

static void test_numbers(void **state)
{
	uint16_t n;

	(void)state;
	assert_true(nmsg_dns_type_number("aaaa", 4, &n));
	assert_int_equal(n, 28);
	assert_true(nmsg_dns_type_number("TYPE65535", 9, &n));
	assert_int_equal(n, 65535);
	assert_true(nmsg_dns_type_number("DLV", 3, &n));
	assert_int_equal(n, 32769);
	assert_false(nmsg_dns_type_number("TYPE65536", 9, &n));
	assert_false(nmsg_dns_type_number("TYPE", 4, &n));
	assert_false(nmsg_dns_type_number("A\0", 2, &n));
	assert_true(nmsg_dns_class_number("ch", 2, &n));
	assert_int_equal(n, 3);
	assert_true(nmsg_dns_rcode_number("NXDOMAIN", 8, &n));
	assert_int_equal(n, 3);
	assert_null(nmsg_dns_rcode(11));
	assert_null(nmsg_dns_type(65280));
	assert_null(nmsg_dns_class(65280));
	assert_null(nmsg_dns_opcode(3));
	assert_string_equal(nmsg_dns_opcode(5), "UPDATE");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_broken_data),
		cmocka_unit_test(test_broken_texts),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
