/* SPDX-License-Identifier: MIT */
#include "nmsg_sie.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define NAMES(...) ((const struct nmsg_name[]){__VA_ARGS__, {0}})

/* A field: its name, number and kind, and what it has beyond. */
#define F(name_, number_, kind_) \
	.name = name_, .number = number_, .kind = NMSG_##kind_
#define STYLE(style_) .style = NMSG_##style_
#define REQUIRED .flags = NMSG_REQUIRED
#define REPEATED .flags = NMSG_REPEATED

#define DEDUPE_TYPES                                             \
	NAMES({"INSERTION", 0}, {"EXPIRATION", 1}, {"CHAFF", 2}, \
	      {"AUTHORITATIVE", 3}, {"MERGED", 4},               \
	      {"MERGED_AUTHORITATIVE", 5}, {"MERGED_INSERTION", 6})

static const struct nmsg_field dnsdedupe[] = {
	{F("type", 13, ENUM), .names = DEDUPE_TYPES},
	{F("count", 10, UINT32)},
	{F("time_first", 11, UINT32), STYLE(TIME)},
	{F("time_last", 12, UINT32), STYLE(TIME)},
	{F("zone_time_first", 17, UINT32), STYLE(TIME)},
	{F("zone_time_last", 18, UINT32), STYLE(TIME)},
	{F("response_ip", 14, IP)},
	{F("bailiwick", 16, BYTES), STYLE(NAME)},
	{F("rrname", 1, BYTES), STYLE(NAME)},
	{F("rrclass", 3, UINT16), STYLE(RRCLASS)},
	{F("rrtype", 2, UINT16), STYLE(RRTYPE)},
	{F("rrttl", 4, UINT32)},
	{F("rdata", 5, BYTES), REPEATED, STYLE(RDATA)},
	{F("response", 15, BYTES), STYLE(DIG_TEXT)},
};

static const struct nmsg_field reputation[] = {
	{F("type", 1, ENUM), REQUIRED,
	 .names = NAMES({"ADDRESS", 0}, {"HOST", 1}, {"DOMAIN", 2},
			{"NAMESERVER", 3}, {"URI", 4})},
	{F("tag", 2, STRING), REQUIRED},
	{F("value", 3, STRING)},
	{F("address", 4, IP)},
	{F("netmask", 5, IP)},
	{F("host", 6, STRING)},
	{F("domain", 7, STRING)},
	{F("nameserver", 8, STRING)},
	{F("uri", 9, STRING)},
	{F("port", 10, UINT32)},
};

static const struct nmsg_field qr[] = {
	{F("type", 1, ENUM), REQUIRED,
	 .names = NAMES({"QUERY", 0}, {"RESPONSE", 1}, {"RESPONSE_END", 2},
			{"ERROR", 3})},
	{F("text", 2, STRING)},
	{F("num_response", 3, UINT32)},
	{F("more_available", 4, UINT32)},
};

static const struct nmsg_field delay[] = {
	{F("query_ip", 1, IP), REQUIRED},
	{F("response_ip", 2, IP), REQUIRED},
	{F("delay", 3, DOUBLE), REQUIRED},
	{F("response_time_sec", 4, INT64), REQUIRED},
};

static const struct nmsg_field newdomain[] = {
	{F("domain", 1, BYTES), STYLE(NAME)},
	{F("time_seen", 2, UINT32), STYLE(TIME)},
	{F("type", 13, ENUM), .names = DEDUPE_TYPES},
	{F("count", 10, UINT32)},
	{F("time_first", 11, UINT32), STYLE(TIME)},
	{F("time_last", 12, UINT32), STYLE(TIME)},
	{F("zone_time_first", 17, UINT32), STYLE(TIME)},
	{F("zone_time_last", 18, UINT32), STYLE(TIME)},
	{F("response_ip", 14, IP)},
	{F("bailiwick", 16, BYTES), STYLE(NAME)},
	{F("rrname", 3, BYTES), STYLE(NAME)},
	{F("rrclass", 5, UINT16), STYLE(RRCLASS)},
	{F("rrtype", 4, UINT16), STYLE(RRTYPE)},
	{F("rrttl", 6, UINT32)},
	{F("rdata", 7, BYTES), REPEATED, STYLE(RDATA)},
	{F("response", 15, BYTES), STYLE(DIG_TEXT)},
	{F("keys", 9, STRING), REPEATED},
	{F("new_domain", 19, BOOL)},
	{F("new_rrname", 20, BOOL)},
	{F("new_rrtype", 21, BOOL)},
	{F("new_rr", 22, BOOL), REPEATED},
	{F("new_rrset", 23, BOOL)},
};

#define PLAIN_IN_JSON .flags = NMSG_UNSTYLED

static const struct nmsg_field dnsnx[] = {
	{F("qname", 1, BYTES), STYLE(NAME), PLAIN_IN_JSON | NMSG_REQUIRED},
	{F("qclass", 3, UINT16), STYLE(RRCLASS), PLAIN_IN_JSON | NMSG_REQUIRED},
	{F("qtype", 2, UINT16), STYLE(RRTYPE), PLAIN_IN_JSON | NMSG_REQUIRED},
	{F("response_ip", 4, IP), REQUIRED},
	{F("soa_rrname", 5, BYTES), STYLE(NAME), PLAIN_IN_JSON},
	{F("response_time_sec", 6, INT64), .flags = NMSG_NOPRINT},
	{F("response_time_nsec", 7, INT32), .flags = NMSG_NOPRINT | NMSG_FIXED},
};

#define T(number_, name_)                                                    \
	{                                                                    \
		NMSG_VENDOR_SIE, number_, "SIE", #name_, name_, COUNT(name_) \
	}

const struct nmsg_type nmsg_sie_types[] = {
	T(1, dnsdedupe), T(2, reputation), T(3, qr),
	T(4, delay),     T(5, newdomain),  T(6, dnsnx),
};

const size_t nmsg_sie_count = COUNT(nmsg_sie_types);
