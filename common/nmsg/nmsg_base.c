/* SPDX-License-Identifier: MIT */
#include "nmsg_base.h"

#include "nmsg_virtual.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define NAMES(...) ((const struct nmsg_name[]){__VA_ARGS__, {0}})

/* A field on the wire: its name, number and kind, and what it has beyond. */
#define F(name_, number_, kind_) \
	.name = name_, .number = number_, .kind = NMSG_##kind_
/* A field that get() makes. */
#define V(name_, kind_, get_) \
	.name = name_, .kind = NMSG_##kind_, .get = nmsg_virtual_##get_
#define STYLE(style_) .style = NMSG_##style_
#define REQUIRED .flags = NMSG_REQUIRED
#define REPEATED .flags = NMSG_REPEATED

static const struct nmsg_field ncap[] = {
	{F("type", 1, ENUM), REQUIRED,
	 .names = NAMES({"IPV4", 0}, {"IPV6", 1}, {"Legacy", 2})},
	{F("ltype", 3, ENUM), .flags = NMSG_HIDDEN,
	 .names = NAMES({"UDP", 0}, {"TCP", 1}, {"ICMP", 2})},
	{F("srcip", 4, IP), .get = nmsg_virtual_ncap_srcip,
	 .flags = NMSG_JSON_WIRE},
	{F("dstip", 5, IP), .get = nmsg_virtual_ncap_dstip,
	 .flags = NMSG_JSON_WIRE},
	{F("lint0", 6, UINT32), .flags = NMSG_HIDDEN},
	{F("lint1", 7, UINT32), .flags = NMSG_HIDDEN},
	{V("srcport", UINT16, ncap_srcport)},
	{V("dstport", UINT16, ncap_dstport)},
	{V("proto", UINT16, ncap_proto)},
	{F("payload", 2, BYTES), REQUIRED, STYLE(DATAGRAM)},
	{V("dns", BYTES, ncap_dns), .flags = NMSG_NOPRINT},
};

static const struct nmsg_field email[] = {
	{F("type", 8, ENUM),
	 .names = NAMES({"unknown", 0}, {"spamtrap", 1}, {"rej_network", 2},
			{"rej_content", 3}, {"rej_user", 4})},
	{F("headers", 2, MLSTRING)},
	{F("srcip", 3, IP)},
	{F("srchost", 4, STRING)},
	{F("helo", 5, STRING)},
	{F("from", 6, STRING)},
	{F("rcpt", 7, STRING), REPEATED},
	{F("bodyurl", 9, STRING), REPEATED},
	{F("body", 10, MLSTRING)},
};

static const struct nmsg_field linkpair[] = {
	{F("type", 1, ENUM), REQUIRED,
	 .names = NAMES({"anchor", 0}, {"redirect", 1})},
	{F("src", 2, STRING), REQUIRED},
	{F("dst", 3, STRING), REQUIRED},
	{F("headers", 5, MLSTRING)},
};

static const struct nmsg_field http[] = {
	{F("type", 1, ENUM), REQUIRED,
	 .names = NAMES({"unknown", 0}, {"sinkhole", 1})},
	{F("srcip", 2, IP)},
	{F("srchost", 3, STRING)},
	{F("srcport", 4, UINT16)},
	{F("dstip", 5, IP)},
	{F("dstport", 6, UINT16)},
	{F("request", 7, MLSTRING)},
	{F("p0f_genre", 65, STRING)},
	{F("p0f_detail", 66, STRING)},
	{F("p0f_dist", 67, INT32)},
	{F("p0f_link", 68, STRING)},
	{F("p0f_tos", 69, STRING)},
	{F("p0f_fw", 70, UINT32)},
	{F("p0f_nat", 71, UINT32)},
	{F("p0f_real", 72, UINT32)},
	{F("p0f_score", 73, INT32)},
	{F("p0f_mflags", 74, UINT32)},
	{F("p0f_uptime", 75, INT32)},
};

static const struct nmsg_field ipconn[] = {
	{F("proto", 1, UINT32)},   {F("srcip", 2, IP)},
	{F("srcport", 3, UINT16)}, {F("dstip", 4, IP)},
	{F("dstport", 5, UINT16)},
};

static const struct nmsg_field logline[] = {
	{F("category", 1, STRING)},
	{F("message", 2, STRING)},
};

static const struct nmsg_field dns[] = {
	{F("qname", 7, BYTES), STYLE(NAME)},
	{F("qclass", 9, UINT16), STYLE(RRCLASS)},
	{F("qtype", 8, UINT16), STYLE(RRTYPE)},
	{F("section", 6, UINT16)},
	{F("rrname", 1, BYTES), STYLE(NAME)},
	{F("rrclass", 3, UINT16), STYLE(RRCLASS)},
	{F("rrtype", 2, UINT16), STYLE(RRTYPE)},
	{F("rrttl", 4, UINT32)},
	{F("rdata", 5, BYTES), REPEATED, STYLE(RDATA)},
};

static const struct nmsg_field pkt[] = {
	{F("len_frame", 2, UINT32)},
	{F("payload", 1, BYTES), REQUIRED},
};

#define PACKETS .flags = NMSG_REPEATED | NMSG_NOPRINT

static const struct nmsg_field dnsqr[] = {
	{F("type", 1, ENUM), REQUIRED,
	 .names =
		 NAMES({"UDP_INVALID", 0}, {"UDP_QUERY_RESPONSE", 1},
		       {"UDP_UNANSWERED_QUERY", 2},
		       {"UDP_UNSOLICITED_RESPONSE", 3}, {"TCP", 4}, {"ICMP", 5},
		       {"UDP_QUERY_ONLY", 6}, {"UDP_RESPONSE_ONLY", 7})},
	{F("query_ip", 2, IP), REQUIRED},
	{F("response_ip", 3, IP), REQUIRED},
	{F("proto", 4, UINT16), REQUIRED, STYLE(PROTO)},
	{F("query_port", 5, UINT16), REQUIRED},
	{F("response_port", 6, UINT16), REQUIRED},
	{F("id", 7, UINT16), REQUIRED},
	{F("qname", 8, BYTES), STYLE(NAME)},
	{F("qclass", 10, UINT16), STYLE(RRCLASS)},
	{F("qtype", 9, UINT16), STYLE(RRTYPE)},
	{F("rcode", 11, UINT16), STYLE(RCODE)},
	{F("query_packet", 12, BYTES), PACKETS},
	{F("query_time_sec", 13, INT64), PACKETS},
	{F("query_time_nsec", 14, INT32), PACKETS | NMSG_FIXED},
	{F("response_packet", 15, BYTES), PACKETS},
	{F("response_time_sec", 16, INT64), PACKETS},
	{F("response_time_nsec", 17, INT32), PACKETS | NMSG_FIXED},
	{F("timeout", 20, DOUBLE)},
	{V("delay", DOUBLE, qr_delay)},
	{F("udp_checksum", 21, ENUM), .get = nmsg_virtual_qr_checksum,
	 .flags = NMSG_JSON_WIRE,
	 .names = NAMES({"ERROR", 0}, {"ABSENT", 1}, {"INCORRECT", 2},
			{"CORRECT", 3})},
	{F("resolver_address_zeroed", 22, BOOL)},
	{V("query", BYTES, qr_query), STYLE(DIG)},
	{V("query_json", BYTES, qr_query), STYLE(DNS_JSON),
	 .flags = NMSG_NOPRINT},
	{V("response", BYTES, qr_response), STYLE(DIG)},
	{V("response_json", BYTES, qr_response), STYLE(DNS_JSON),
	 .flags = NMSG_NOPRINT},
	{V("dns", BYTES, qr_response), .flags = NMSG_NOPRINT},
	{F("tcp", 18, BYTES), .flags = NMSG_NOPRINT},
	{F("icmp", 19, BYTES), .flags = NMSG_NOPRINT},
};

static const struct nmsg_field xml[] = {
	{F("xmltype", 1, STRING), REQUIRED},
	{F("xmlpayload", 2, BYTES), REQUIRED},
};

static const struct nmsg_field encode[] = {
	{F("type", 1, ENUM), REQUIRED,
	 .names = NAMES({"TEXT", 0}, {"JSON", 1}, {"YAML", 2}, {"MSGPACK", 3},
			{"XML", 4})},
	{F("payload", 2, BYTES), REQUIRED, STYLE(TAGGED)},
};

static const struct nmsg_field packet[] = {
	{F("payload_type", 1, ENUM), REQUIRED, .names = NAMES({"IP", 1})},
	{F("payload", 2, BYTES), REQUIRED},
};

/* What is in dnstap's Message, field 14 of its frame. */
#define M(name_, number_, kind_) F(name_, number_, kind_), .inside = 14

static const struct nmsg_field dnstap[] = {
	{F("identity", 1, BYTES)},
	{F("version", 2, BYTES)},
	{F("extra", 3, BYTES)},
	{F("type", 15, ENUM), REQUIRED, .names = NAMES({"MESSAGE", 1})},
	{M("message_type", 1, ENUM), REQUIRED,
	 .names = NAMES({"AUTH_QUERY", 1}, {"AUTH_RESPONSE", 2},
			{"RESOLVER_QUERY", 3}, {"RESOLVER_RESPONSE", 4},
			{"CLIENT_QUERY", 5}, {"CLIENT_RESPONSE", 6},
			{"FORWARDER_QUERY", 7}, {"FORWARDER_RESPONSE", 8},
			{"STUB_QUERY", 9}, {"STUB_RESPONSE", 10},
			{"TOOL_QUERY", 11}, {"TOOL_RESPONSE", 12})},
	{M("socket_family", 2, ENUM), .get = nmsg_virtual_tap_family,
	 .names = NAMES({"INET", 1}, {"INET6", 2})},
	{M("socket_protocol", 3, ENUM), .get = nmsg_virtual_tap_protocol,
	 .names = NAMES({"UDP", 1}, {"TCP", 2})},
	{M("query_address", 4, IP)},
	{M("query_port", 6, UINT32)},
	{M("query_time_sec", 8, UINT64)},
	{M("query_time_nsec", 9, UINT32), .flags = NMSG_FIXED},
	{M("query_message", 10, BYTES), STYLE(DIG)},
	{V("query_json", BYTES, tap_query), STYLE(DNS_JSON),
	 .flags = NMSG_NOPRINT},
	{M("response_address", 5, IP)},
	{M("response_port", 7, UINT32)},
	{M("response_time_sec", 12, UINT64)},
	{M("response_time_nsec", 13, UINT32), .flags = NMSG_FIXED},
	{M("query_zone", 11, BYTES), STYLE(NAME)},
	{M("response_message", 14, BYTES), STYLE(DIG)},
	{V("response_json", BYTES, tap_response), STYLE(DNS_JSON),
	 .flags = NMSG_NOPRINT},
	{V("id", UINT16, tap_id)},
	{V("qname", BYTES, tap_qname), STYLE(NAME)},
	{V("qclass", UINT16, tap_qclass), STYLE(RRCLASS)},
	{V("qtype", UINT16, tap_qtype), STYLE(RRTYPE)},
	{V("rcode", UINT16, tap_rcode), STYLE(RCODE)},
};

static const struct nmsg_field dnsobs[] = {
	{F("time", 1, UINT64), REQUIRED},
	{F("response_ip", 2, IP), REQUIRED},
	{F("qname", 3, BYTES), REQUIRED, STYLE(NAME)},
	{F("qtype", 4, UINT16), REQUIRED, STYLE(RRTYPE)},
	{F("qclass", 5, UINT16), REQUIRED, STYLE(RRCLASS)},
	{F("rcode", 6, UINT16), REQUIRED, STYLE(RCODE)},
	{F("response", 7, BYTES), STYLE(DIG)},
	{V("response_json", BYTES, obs_response), STYLE(DNS_JSON),
	 .flags = NMSG_NOPRINT},
	{F("query_zone", 8, BYTES), STYLE(NAME)},
	{F("geoid", 9, BYTES)},
	{F("sensor_id", 10, UINT32), STYLE(HEX), .flags = NMSG_FIXED},
};

#define T(number_, name_)                                                      \
	{                                                                      \
		NMSG_VENDOR_BASE, number_, "base", #name_, name_, COUNT(name_) \
	}

const struct nmsg_type nmsg_base_types[] = {
	T(1, ncap),    T(2, email),   T(3, linkpair), T(4, http),
	T(5, ipconn),  T(6, logline), T(7, dns),      T(8, pkt),
	T(9, dnsqr),   T(10, xml),    T(11, encode),  T(12, packet),
	T(13, dnstap), T(14, dnsobs),
};

const size_t nmsg_base_count = COUNT(nmsg_base_types);
