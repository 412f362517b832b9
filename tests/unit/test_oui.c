/* SPDX-License-Identifier: MIT */
#include "folder.h"

#include <errno.h>
#include <oui.h>
#include <sys/stat.h>

static struct oui oui;
static char why[256];

static int teardown(void **state)
{
	(void)state;
	oui_free(&oui);
	return 0;
}

static int load(const char *text)
{
	return oui_load(&oui, folder_write("oui.txt", text), why, sizeof(why));
}

static void reads_what_ieee_gives_out(void **state)
{
	(void)state;
	assert_int_equal(
		load("OUI/MA-L            Organization        \r\n"
		     "company_id          Organization        \r\n"
		     "                    Address             \r\n"
		     "\r\n"
		     "00-D0-EF   (hex)\t\tIGT\r\n"
		     "00D0EF     (base 16)\t\tIGT\r\n"
		     "\t\t\t\t9295 PROTOTYPE DRIVE\r\n"
		     "\t\t\t\tUS\r\n"
		     "\r\n"
		     "00-22-72   (hex)\t\tAmerican  Micro-Fuel, Inc. \r\n"
		     "00-22-72   (hex)\t\tA later one\r\n"
		     "fc-FF-aA   (hex)\t\tCaf\xc3\xa9\r\n"),
		0);
	assert_int_equal(oui.count, 4);
	assert_string_equal(oui_name(&oui, 0x00d0ef), "IGT");
	assert_string_equal(oui_name(&oui, 0x002272),
			    "American Micro-Fuel, Inc.");
	assert_string_equal(oui_name(&oui, 0xfcffaa), "Caf\xc3\xa9");
	assert_null(oui_name(&oui, 0x002273));
	assert_null(oui_name(&oui, 0));
	assert_null(oui_name(&oui, 0xffffff));
	assert_non_null(strstr(oui.path, "oui.txt"));
}

static void reads_what_wireshark_has(void **state)
{
	(void)state;
	assert_int_equal(load("# a comment\n\n"
			      "00:00:01\tXerox\tXerox Corporation\n"
			      "00:00:02\tShort\n"
			      "00:00:03/24\tSlash\tNot ours\n"
			      "00:1B:C5:00:00:00/36\tLonger\tLonger Inc.\n"
			      "00:00:04            \tPadded    \tPadded Ltd\n"
			      "00:00:05-06\tNo\n"),
			 0);
	assert_int_equal(oui.count, 3);
	assert_string_equal(oui_name(&oui, 1), "Xerox Corporation");
	assert_string_equal(oui_name(&oui, 2), "Short");
	assert_string_equal(oui_name(&oui, 4), "Padded Ltd");
	assert_null(oui_name(&oui, 0x001bc5));
}

static void local_addresses_are_nobodys(void **state)
{
	(void)state;
	assert_int_equal(load("02-00-00 (hex) Nobody\n00-00-0F (hex) Some\n"
			      "AA-00-04 (hex) Digital\n"),
			 0);
	assert_null(oui_name(&oui, 0x020000));
	assert_null(oui_name(&oui, 0xaa0004));
	assert_string_equal(oui_name(&oui, 0x00000f), "Some");
}

static void a_name_is_printable_and_has_a_bound(void **state)
{
	char text[1200], *at;
	const char *name;
	int len = snprintf(text, sizeof(text),
			   "00-00-01 (hex) a\x01\x7f"
			   "b\n00-00-02 (hex) x");

	(void)state;
	for (int i = 0; i < 100; i++)
		len += snprintf(text + len, sizeof(text) - (size_t)len, "%s",
				"\xc3\xa9");
	/* A line of which the end looks like another's beginning. */
	len += snprintf(text + len, sizeof(text) - (size_t)len,
			"\n00-00-03 (hex) y%*s", 511 - 16, "");
	snprintf(text + len, sizeof(text) - (size_t)len,
		 "00-00-04 (hex) no\n00-00-05 (hex) z");
	assert_int_equal(load(text), 0);
	assert_string_equal(oui_name(&oui, 1), "a b");
	name = oui_name(&oui, 2);
	assert_int_equal(strlen(name), 127);
	assert_memory_equal(name + 125, "\xc3\xa9", 2);
	assert_string_equal(oui_name(&oui, 3), "y");
	assert_null(oui_name(&oui, 4));
	assert_string_equal(oui_name(&oui, 5), "z");
	/* The same, with the bound in the middle of a character. */
	oui_free(&oui);
	at = strstr(text, "02 (hex) x") + 9;
	memmove(at, at + 1, strlen(at));
	assert_int_equal(load(text), 0);
	assert_int_equal(strlen(oui_name(&oui, 2)), 126);
}

static void has_bounds(void **state)
{
	size_t size = (OUI_COUNT_MAX + 100) * 32;
	char *text = malloc(size);
	size_t len = 0;

	(void)state;
	assert_non_null(text);
	for (uint32_t i = 0; i < OUI_COUNT_MAX + 100; i++)
		len += (size_t)snprintf(text + len, size - len,
					"00-%02X-%02X (hex) n%u\n",
					i >> 8 & 0xff, i & 0xff, i);
	assert_int_equal(load(text), 0);
	assert_int_equal(oui.count, OUI_COUNT_MAX);
	assert_string_equal(oui_name(&oui, 0x00ffff), "n65535");
	oui_free(&oui);
	for (len = 0; len + 256 < size;)
		len += (size_t)snprintf(text + len, size - len,
					"00-%02X-%02X (hex) %0100d\n",
					(unsigned)(len >> 15 & 0xff),
					(unsigned)(len >> 7 & 0xff), 0);
	assert_int_equal(load(text), 0);
	assert_in_range(oui.count, OUI_NAMES_MAX / 101 - 1,
			OUI_NAMES_MAX / 101);
	free(text);
}

static void what_cannot_be_read_is_told(void **state)
{
	char path[64];

	(void)state;
	assert_int_equal(load("nothing of the kind\n"), -ENODATA);
	assert_non_null(strstr(why, folder));
	assert_int_equal(load(""), -ENODATA);
	assert_int_equal(oui_load(&oui, "/nowhere", why, sizeof(why)), -ENOENT);
	assert_non_null(strstr(why, "/nowhere"));
	assert_int_equal(oui_load(&oui, folder, why, sizeof(why)), -EINVAL);
	assert_int_equal(oui_load(&oui, "/dev/zero", why, sizeof(why)),
			 -EINVAL);
	snprintf(path, sizeof(path), "%s/pipe", folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(oui_load(&oui, path, why, sizeof(why)), -EINVAL);
	assert_null(oui.path);
	assert_null(oui_name(&oui, 0));
	assert_int_equal(oui_load(&oui, "", why, sizeof(why)), 0);
	assert_null(oui.path);
}

static void addresses(void **state)
{
	static const char *const wrong[] = {"",
					    "00",
					    "00112",
					    "0011223",
					    "00:11:2",
					    "0:11:22:33",
					    "00:11:22:",
					    "00::11:22",
					    ":00:11:22",
					    "00:11:2g",
					    "00/11/22",
					    "00 11 22",
					    "00:11:22:3",
					    "x",
					    "-",
					    "00112233445566778899",
					    "00:11:22\x80"};

	(void)state;
	assert_int_equal(oui_prefix("00:11:22"), 0x001122);
	assert_int_equal(oui_prefix("00-11-22"), 0x001122);
	assert_int_equal(oui_prefix("001122"), 0x001122);
	assert_int_equal(oui_prefix("aB:Cd:eF:12:34:56"), 0xabcdef);
	assert_int_equal(oui_prefix("abcd.ef12.3456"), 0xabcdef);
	assert_int_equal(oui_prefix("ff:ff:ff:ff:ff:ff:ff:ff"), 0xffffff);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (oui_prefix(wrong[i]) != -EINVAL)
			fail_msg("taken: %s", wrong[i]);
}

#define TEST(name) cmocka_unit_test_teardown(name, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reads_what_ieee_gives_out),
		TEST(reads_what_wireshark_has),
		TEST(local_addresses_are_nobodys),
		TEST(a_name_is_printable_and_has_a_bound),
		TEST(has_bounds),
		TEST(what_cannot_be_read_is_told),
		TEST(addresses),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
