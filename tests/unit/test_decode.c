/* SPDX-License-Identifier: MIT */
#include "layer_cases.h"

#define LINK_OPT(type) type " 01 02005e100010 "
#define NS "ICMPv6 Neighbor Discovery - Neighbor Solicitation"
#define OPT "ICMPv6 Neighbor Discovery Option - "

static const struct layer_case cases[] = {
	/* link layers */
	{ETHERNET, MACS "88b5 0102", "Ethernet|Raw"},
	{ETHERNET, MACS "88b5", "Ethernet"},
	{ETHERNET, MACS "0003 424203 0000", "802.3|LLC|Padding"},
	{ETHERNET, MACS "0005 424203 0000", "802.3|LLC|Raw"},
	{ETHERNET, MACS "0024 aaaa03 000000 0806 " ARP4, "802.3|LLC|SNAP|ARP"},
	{ETHERNET, MACS "8870 aaaa03 000000 0806 " ARP4 "00",
	 "Ethernet|LLC|SNAP|ARP|Padding"},
	{ETHERNET, MACS "8100 6014 0806 " ARP4, "Ethernet|802.1Q|ARP"},
	{ETHERNET, MACS "88a8 0064 8100 0014 0806 " ARP4,
	 "Ethernet|802_1AD|802.1Q|ARP"},
	{ETHERNET, MACS "8100 0001 8100 0002 8100 0003 8100 0004 0806 " ARP4,
	 "Ethernet|802.1Q|802.1Q|802.1Q|802.1Q|ARP"},
	{ETHERNET, MACS "8100 0001 0004 424203 00 11",
	 "Ethernet|802.1Q|LLC|Raw|Padding"},
	{SLL, "0000 0001 0006 02005e100010 0000 0806 " ARP4,
	 "cooked linux|ARP"},
	{SLL, "0004 0304 0000 0000000000000000 0000 0000", "cooked linux|Raw"},
	{SLL, "0000 0338 0000 0000000000000000 0800 " IP4("0014", "0000", "06"),
	 "cooked linux|Raw"},
	{SLL, "0000 0001 0006 02005e100010 0000 0004 424203 00",
	 "cooked linux|LLC|Raw"},
	{SLL2, "0806 0000 00000002 0001 00 06 02005e100010 0000 " ARP4,
	 "cooked linux v2|ARP"},
	{BSD_NULL, "02000000 " IP4("0014", "0000", "3b"), "Loopback|IP"},
	{BSD_NULL, "00000002 " IP4("0014", "0000", "3b"), "Loopback|IP"},
	{BSD_NULL, "1e000000 " IP6("0000", "3b"), "Loopback|IPv6"},
	{BSD_NULL, "0000001c " IP6("0000", "3b"), "Loopback|IPv6"},
	{BSD_NULL, "07000000 01", "Loopback|Raw"},
	{BSD_LOOP, "00000018 " IP6("0000", "3b"), "Loopback|IPv6"},
	{BSD_LOOP, "02000000 " IP4("0014", "0000", "3b"), "Loopback|Raw"},
	{RAW, IP4("0014", "0000", "3b"), "IP"},
	{RAW_FILE, IP6("0000", "3b"), "IPv6"},
	{RAW, "50", "Raw"},
	{ONLY4, IP4("0014", "0000", "3b"), "IP"},
	{ONLY6, IP6("0000", "3b"), "IPv6"},
	{ONLY6, IP4("0014", "0000", "3b"), "Raw"},
	{147, MACS "0800", "Raw"},
	/* ARP of other lengths, RFC 826 */
	{ETHERNET, MACS "0806 " ARP4 "0000", "Ethernet|ARP|Padding"},
	{ETHERNET, MACS "0806 0007 0800 01 04 0001 0a c000020a 00 c0000201",
	 "Ethernet|ARP"},
	{ETHERNET, MACS "0806 0001 0800 ff ff 0001 0a c000020a",
	 "Ethernet|Raw"},
	/* IPv4 */
	{ETHERNET, ETH4 IP4("0015", "0000", "fd") "00 0000",
	 "Ethernet|IP|Raw|Padding"},
	{ETHERNET, ETH4 IP4("0000", "0000", "06") TCP20 "aa",
	 "Ethernet|IP|TCP|Raw"},
	{ETHERNET, ETH4 IP4("0013", "0000", "06") TCP20, "Ethernet|IP|TCP"},
	{ETHERNET, ETH4 "4400" IP4("0014", "0000", "06"), "Ethernet|Raw"},
	{ETHERNET, ETH4 IP6("0000", "3b"), "Ethernet|Raw"},
	{ETHERNET,
	 ETH4 "4600 0020 0001 0000 01 11 0000 c000020a e0000016 94040000 "
	      "0001 0002 0008 0000",
	 "Ethernet|IP|UDP"},
	{ETHERNET,
	 ETH4 "4f00 0018 0001 0000 01 11 0000 c000020a e0000016 94040000",
	 "Ethernet|IP"},
	{ETHERNET, ETH4 IP4("0028", "2000", "06") TCP20, "Ethernet|IP|TCP"},
	{ETHERNET, ETH4 IP4("0028", "2001", "06") TCP20, "Ethernet|IP|Raw"},
	{ETHERNET, ETH4 IP4("0028", "0001", "06") TCP20, "Ethernet|IP|Raw"},
	/* transports */
	{ETHERNET,
	 ETH4 IP4("002c", "0000", "06") TCP("0001 0002", "60") "020405b4",
	 "Ethernet|IP|TCP"},
	{ETHERNET, ETH4 IP4("0029", "0000", "06") TCP("0001 0002", "40") "aa",
	 "Ethernet|IP|TCP|Raw"},
	{ETHERNET, ETH4 IP4("0029", "0000", "06") TCP("0001 0002", "f0") "aa",
	 "Ethernet|IP|TCP"},
	{ETHERNET,
	 ETH4 IP4("0020", "0000", "11") "0001 0002 0009 0000 aabbcc0d",
	 "Ethernet|IP|UDP|Raw|Padding"},
	{ETHERNET, ETH4 IP4("001e", "0000", "11") "0001 0002 0000 0000 aabb 00",
	 "Ethernet|IP|UDP|Raw|Padding"},
	{ETHERNET,
	 ETH4 IP4("001f", "0000", "11") "0001 0002 0009 0000 aabbcc 00",
	 "Ethernet|IP|UDP|Raw|Padding|Padding"},
	/* ICMP */
	{RAW, IP4("001e", "0000", "01") "0800 0000 0007 0001 aabb",
	 "IP|ICMP|Raw"},
	{RAW,
	 IP4("0028", "0000", "01") "0d00 0000 0007 0001 00000001 00000000 "
				   "00000000",
	 "IP|ICMP"},
	{RAW, IP4("0024", "0000", "01") "0d00 0000 0007 0001 00000001 00000000",
	 "IP|Raw"},
	{RAW, IP4("0020", "0000", "01") "1100 0000 0007 0001 00000000",
	 "IP|ICMP"},
	{RAW,
	 IP4("0038", "0000", "01") "0303 0000 00000000 " IP4(
		 "0026", "0000", "11") "0001 0002 0012 0000",
	 "IP|ICMP|IP in ICMP|UDP in ICMP"},
	{RAW,
	 IP4("0038", "0000", "01") "0b00 0000 00000000 " IP4(
		 "0028", "0000", "06") "0001 0050 00000064",
	 "IP|ICMP|IP in ICMP|TCP in ICMP"},
	{RAW,
	 IP4("0038", "0000", "01") "0501 0000 c0000201 " IP4(
		 "0054", "0000", "01") "0800 0000 0007 0001",
	 "IP|ICMP|IP in ICMP|ICMP in ICMP"},
	{RAW,
	 IP4("0038", "0000", "01") "0c00 0000 00000000 " IP4(
		 "0028", "0003", "06") "0001 0050 00000064",
	 "IP|ICMP|IP in ICMP|Raw"},
	{RAW,
	 IP4("0055", "0000", "01") "0303 0000 00000000 " IP4(
		 "0039", "0000", "11") QUERY_UDP("9c41 0035"),
	 "IP|ICMP|IP in ICMP|UDP in ICMP|DNS"},
	/* IPv6 and its extension headers */
	{ETHERNET, ETH6 IP6("0008", "11") "0001 0002 0008 0000 00",
	 "Ethernet|IPv6|UDP|Padding"},
	{RAW, IP6("0000", "3b") "aa", "IPv6|Padding"},
	{RAW, IP6("0000", "00") "1100 c204 00000010 0001 0002 0000 0000 aa",
	 "IPv6|" EXT "Hop-by-Hop Options Header|UDP|Raw"},
	{RAW, IP6("0010", "3c") "1100 0104 00000000 0001 0002 0008 0000",
	 "IPv6|" EXT "Destination Options Header|UDP"},
	{RAW,
	 IP6("0020", "2b") "1102 0000 00000000 " ICMP6_DST
			   "0001 0002 0008 0000",
	 "IPv6|IPv6 Option Header Routing|UDP"},
	{RAW,
	 IP6("0020", "2b") "1102 0400 00000000 " ICMP6_DST
			   "0001 0002 0008 0000",
	 "IPv6|IPv6 Option Header Segment Routing|UDP"},
	{RAW,
	 IP6("0020", "33") "1104 0000 00000063 00000001 a5a5a5a5 a5a5a5a5 "
			   "a5a5a5a5 0001 0002 0008 0000",
	 "IPv6|AH|UDP"},
	{RAW, IP6("0008", "32") "00000063 00000001", "IPv6|ESP"},
	{RAW, IP6("0010", "2c") "1100 0001 00000001 0001 0002 0012 0000",
	 "IPv6|" EXT "Fragmentation header|UDP"},
	{RAW, IP6("0010", "2c") "1100 0008 00000001 0001 0002 0012 0000",
	 "IPv6|" EXT "Fragmentation header|Raw"},
	{RAW, IP6("0008", "00") "11ff 0104 00000000", "IPv6|Raw"},
	/* ICMPv6 */
	{RAW, IP6("000a", "3a") "8000 0000 0007 0001 aabb",
	 "IPv6|ICMPv6 Echo Request"},
	{RAW, IP6("0020", "3a") "8700 0000 00000000 " ICMP6_DST LINK_OPT("01"),
	 "IPv6|" NS "|" OPT "Source Link-Layer Address"},
	{RAW,
	 IP6("0028", "3a") "8700 0000 00000000 " ICMP6_DST LINK_OPT("0e")
		 LINK_OPT("01"),
	 "IPv6|" NS "|" OPT "Scapy Unimplemented|" OPT
	 "Source Link-Layer Address"},
	{RAW,
	 IP6("0020", "3a") "8700 0000 00000000 " ICMP6_DST "0100000000000000",
	 "IPv6|" NS "|Raw"},
	{RAW, IP6("0019", "3a") "8700 0000 00000000 " ICMP6_DST "01",
	 "IPv6|" NS "|Raw"},
	{RAW, IP6("0018", "3a") "8200 0000 00000000 " ICMP6_DST,
	 "IPv6|MLD - Multicast Listener Query"},
	{RAW, IP6("000c", "3a") "8f00 0000 0000 0001 04000000",
	 "IPv6|MLDv2 - Multicast Listener Report"},
	{RAW, IP6("0008", "3a") "c800 0000 00000000", "IPv6|Raw"},
	{RAW,
	 IP6("0038", "3a") "0104 0000 00000000 " IP6(
		 "0012", "11") "0001 0002 0012 0000",
	 "IPv6|ICMPv6 Destination Unreachable|IPv6 in ICMPv6|UDP in ICMP"},
	/* names */
	{RAW, IP4("0039", "0000", "11") QUERY_UDP("9c41 0035"), "IP|UDP|DNS"},
	{RAW, IP4("0039", "0000", "11") QUERY_UDP("14e9 14e9"), "IP|UDP|DNS"},
	{RAW, IP4("0039", "0000", "11") QUERY_UDP("0035 9c41"), "IP|UDP|DNS"},
	{RAW, IP4("0039", "0000", "11") QUERY_UDP("9c41 14eb"),
	 "IP|UDP|Link Local Multicast Node Resolution - Query"},
	{RAW,
	 IP4("0028", "0000", "11") "14eb 9c41 0014 0000 0001 8000 0000 0000 "
				   "0000 0000",
	 "IP|UDP|Link Local Multicast Node Resolution - Response"},
	{RAW,
	 IP4("0027", "0000", "11") "9c41 0035 0013 0000 0001 0100 0000 0000 "
				   "0000 00",
	 "IP|UDP|Raw"},
	{RAW, IP4("0047", "0000", "06") TCP("9c41 0035", "50") "001d " QUERY,
	 "IP|TCP|DNS"},
	{RAW,
	 IP4("0048", "0000", "06") TCP("0035 9c41", "50") "001d " QUERY "00",
	 "IP|TCP|DNS|Raw"},
	{RAW, IP4("0047", "0000", "06") TCP("9c41 0035", "50") "001e " QUERY,
	 "IP|TCP|Raw"},
	{RAW, IP4("0028", "0000", "06") TCP("9c41 0035", "50"), "IP|TCP"},
};

static void test_layers(void **state)
{
	(void)state;
	check_layers(cases, sizeof(cases) / sizeof(*cases));
}

static void test_cut_short(void **state)
{
	(void)state;
	check_cut_short(cases, sizeof(cases) / sizeof(*cases));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layers),
		cmocka_unit_test(test_cut_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
