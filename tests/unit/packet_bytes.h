/* SPDX-License-Identifier: MIT */
#ifndef PACKET_BYTES_H
#define PACKET_BYTES_H

#include "decode.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Frames are written in hex; spaces are for the reader. */
#define MACS "02005e100001 02005e100010 "
#define ETH4 MACS "0800 "
#define ETH6 MACS "86dd "
/* IPv4 without options: total length, flags and offset, protocol. */
#define IP4(len, frag, proto) \
	"4500 " len " 0001 " frag " 40 " proto " 0000 c000020a c6336407 "
#define ADDR6 "20010db8000000000000000000000010 "
#define IP6(len, next) "60000000 " len " " next " ff " ADDR6 ADDR6
#define TCP(ports, words) ports " 00000064 00000065 " words "18 faf0 0000 0000 "
#define TCP20 TCP("80e8 0050", "50")
#define EXT "IPv6 Extension Header - "
#define ARP4 "0001 0800 06 04 0001 02005e100010 c000020a 000000000000 c0000201 "
#define QUERY                                                              \
	"0001 0100 0001 0000 0000 0000 03777777 076578616d706c65 00 0001 " \
	"0001 "
#define QUERY_UDP(ports) ports " 0025 0000 " QUERY
#define ICMP6_DST "20010db8000000000000000000000001 "

enum {
	ETHERNET = 1,
	BSD_NULL = 0,
	BSD_LOOP = 108,
	RAW = 12,
	RAW_FILE = 101,
	SLL = 113,
	SLL2 = 276,
	ONLY4 = 228,
	ONLY6 = 229,
};

static struct decode d;

/* Yours: free(). */
static inline uint8_t *unhex(const char *hex, uint32_t *len)
{
	uint8_t *bytes = malloc(strlen(hex) / 2 + 1);
	char pair[3] = "";

	assert_non_null(bytes);
	for (*len = 0; *hex; hex++) {
		if (isspace((unsigned char)*hex))
			continue;
		assert_true(isxdigit((unsigned char)hex[0]));
		assert_true(isxdigit((unsigned char)hex[1]));
		pair[0] = *hex++;
		pair[1] = *hex;
		bytes[(*len)++] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return bytes;
}

/* Decodes a copy that ends where its allocation does; yours: free(). */
static inline uint8_t *decode(int linktype, const uint8_t *frame,
			      uint32_t caplen, uint32_t len)
{
	uint8_t *copy = malloc(caplen ? caplen : 1);

	assert_non_null(copy);
	memcpy(copy, frame, caplen);
	memset(&d.pkt, 0xaa, sizeof(d.pkt));
	decode_packet(&d, linktype, 5, copy, caplen, len);
	return copy;
}

static inline uint8_t *decode_hex(int linktype, const char *hex)
{
	uint32_t len;
	uint8_t *frame = unhex(hex, &len), *copy;

	copy = decode(linktype, frame, len, len);
	free(frame);
	return copy;
}

static inline void check_bounds(void)
{
	uint32_t i, at = 0;

	assert_true(d.pkt.layer_count <= ND_LAYERS_MAX);
	for (i = 0; i < d.pkt.layer_count; i++) {
		assert_true(d.layer[i].offset >= at);
		at = d.layer[i].offset + d.layer[i].header_len;
		assert_true(at <= d.pkt.caplen);
	}
	if (d.pkt.payload)
		assert_true(d.pkt.payload + d.pkt.payload_len <=
			    d.pkt.data + d.pkt.caplen);
}

#endif
