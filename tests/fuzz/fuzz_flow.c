/* SPDX-License-Identifier: MIT */
#include "decode.h"

#include <netdumplings/flow.h>
#include <stdlib.h>
#include <string.h>

/*
 * Ethernet frames, each behind a byte of its length; all of them are taken to
 * be one TCP connection too.
 */

static void check(bool holds)
{
	if (!holds)
		abort();
}

/* The other direction has the same key and, without ICMP, the same id. */
static void check_turned(const struct nd_packet *pkt,
			 const struct nd_flow_key *key, int side,
			 const char *id)
{
	struct nd_packet turned = *pkt;
	char text[ND_COMMUNITY_ID_SIZE];
	struct nd_flow_key other;

	turned.ip_src = pkt->ip_dst;
	turned.ip_dst = pkt->ip_src;
	turned.port_src = pkt->port_dst;
	turned.port_dst = pkt->port_src;
	side ^= nd_flow_key(&turned, &other);
	check(side == 1 ||
	      memcmp(nd_flow_ip(key, 0), nd_flow_ip(key, 1), key->ip_len) == 0);
	check(memcmp(key, &other, nd_flow_key_len(key)) == 0);
	if (key->protocol == 1 || key->protocol == 58)
		return;
	check(nd_community_id_packet(&turned, 0, text) == 0);
	check(strcmp(text, id) == 0);
}

static int follow(struct nd_flow_tcp *tcp, const struct nd_packet *pkt)
{
	char text[ND_COMMUNITY_ID_SIZE], flags[ND_FLOW_FLAGS_SIZE];
	struct nd_flow_key key;
	int side = nd_flow_key(pkt, &key);

	check((side < 0) == (pkt->ip_len == 0));
	if (side < 0)
		return side;
	check(nd_community_id_packet(pkt, 0, text) == 0);
	check(strlen(text) == ND_COMMUNITY_ID_SIZE - 1);
	check_turned(pkt, &key, side, text);
	nd_flow_tcp(tcp, pkt, (unsigned)side, pkt->time_ns);
	check(nd_flow_tcp_state(tcp) != NULL);
	check(nd_flow_tcp_flags(pkt->tcp_flags, flags) == strlen(flags));
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct decode d;
	struct nd_flow_tcp tcp = {0};
	int64_t time_ns = 0;

	while (size > 0) {
		size_t len = *data < size - 1 ? *data : size - 1;
		uint8_t *frame = malloc(len + 1);

		check(frame != NULL);
		memcpy(frame, data + 1, len);
		decode_packet(&d, 1, time_ns++, frame, (uint32_t)len,
			      (uint32_t)len);
		follow(&tcp, &d.pkt);
		free(frame);
		data += 1 + len;
		size -= 1 + len;
	}
	return 0;
}
