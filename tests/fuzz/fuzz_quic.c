/* SPDX-License-Identifier: MIT */
#include "../unit/quic_seal.h"

#include <stdlib.h>

/*
 * The first byte chooses: the rest is a datagram; or frames that are sealed
 * into Initial packets, the client's and then the server's, 300 bytes each.
 */

#define PIECE 300

static void check(bool holds)
{
	if (!holds)
		abort();
}

/* Bytes that end where their allocation does. */
static uint8_t *copy(const uint8_t *data, size_t len)
{
	uint8_t *to = malloc(len ? len : 1);

	check(to);
	if (len)
		memcpy(to, data, len);
	return to;
}

static void datagram(const uint8_t *data, size_t len)
{
	uint8_t *all = copy(data, len), *at = all, plain[2048];
	struct nd_quic_begin *begin = calloc(1, sizeof(*begin));
	struct nd_quic_packet p;

	check(begin);
	while (len > 0 && nd_quic_packet(at, len, &p) == 0) {
		check(p.len > 0 && p.len <= len);
		check(p.dcid + p.dcid_len <= at + len &&
		      p.scid + p.scid_len <= at + len);
		if (p.type == ND_QUIC_INITIAL) {
			struct nd_quic_keys keys;

			check(nd_quic_initial_keys(p.version, p.dcid,
						   p.dcid_len, false,
						   &keys) == 0);
			nd_quic_open(&p, &keys, plain, sizeof(plain));
			nd_quic_learn(begin, &p, false, 1);
			nd_quic_learn(begin, &p, true, 2);
		}
		at += p.len;
		len -= p.len;
	}
	free(begin);
	free(all);
}

/* Pieces lie in the frames, and a gathered byte is never taken back. */
static void frames(const uint8_t *data, size_t len)
{
	struct nd_quic_gather *g = calloc(1, sizeof(*g));
	uint8_t *all = copy(data, len);
	struct nd_quic_crypto piece;
	size_t at = 0, before;
	uint8_t first;

	check(g);
	while (nd_quic_crypto(all, len, &at, &piece) == 1) {
		check(at <= len && piece.data >= all &&
		      piece.len <= (size_t)(all + len - piece.data));
		before = g->len;
		first = g->bytes[0];
		if (nd_quic_gather(g, &piece) == 0 && piece.len > 0)
			check(piece.offset > g->len ||
			      piece.offset + piece.len <= g->len);
		check(g->len >= before && (!before || g->bytes[0] == first));
	}
	free(all);
	free(g);
}

static void learn(uint8_t how, const uint8_t *data, size_t len)
{
	static const uint8_t id[8] = {1, 2, 3, 4, 5, 6, 7, 8};
	struct quic_seal s = {.version = how & 2 ? 0x6b3343cf : 1,
			      .dcid = id,
			      .dcid_len = 8,
			      .number_len = (uint8_t)(1 + (how >> 2 & 3))};
	struct nd_quic_begin *begin = calloc(1, sizeof(*begin));
	uint8_t packet[PIECE + 100];
	bool of_server = false;
	int rc = 0;

	check(begin);
	while (len > 0 && rc != 1) {
		size_t n = len < PIECE ? len : PIECE;
		struct nd_quic_keys keys;
		struct nd_quic_packet p;

		nd_quic_initial_keys(s.version, id, 8, of_server, &keys);
		n = n < 4 ? 4 : n; /* enough to take a sample of */
		if (n > len)
			break;
		check(quic_seal(&s, &keys, data, n, packet) > 0);
		check(nd_quic_packet(packet, sizeof(packet), &p) == 0);
		rc = nd_quic_learn(begin, &p, of_server, 1);
		of_server = begin->seen.has_client;
		data += n;
		len -= n;
		s.number++;
	}
	check(begin->seen.ja4[0] == '\0' || strlen(begin->seen.ja4) == 36);
	free(begin);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len == 0)
		return 0;
	if (data[0] & 1) {
		learn(data[0], data + 1, len - 1);
		frames(data + 1, len - 1);
	} else {
		datagram(data + 1, len - 1);
	}
	return 0;
}
