/* SPDX-License-Identifier: MIT */
#include "../../eaters/nmsgtool/packets.c"

/*
 * The first byte chooses a type of message and a link type; the rest is
 * frames, each behind a byte that is its length.
 */

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void check_message(const struct message *m, size_t frame_len)
{
	const uint8_t *at = m->payload, *end = at + m->payload_len;
	size_t size = 0;

	check(m->vid == MESSAGE_BASE && m->time_nsec < 1000000000);
	if (m->msgtype != MESSAGE_PKT)
		at += 2;
	at++;
	for (unsigned int shift = 0;; shift += 7) {
		size |= (size_t)(*at & 0x7f) << shift;
		if (!(*at++ & 0x80))
			break;
	}
	check(at + size <= end);
	/* What was put together is longer than its last piece. */
	check(size <= frame_len || m->msgtype == NCAP);
	if (m->msgtype != MESSAGE_PKT)
		check(at + size == end && (at[0] >> 4 == 4 || at[0] >> 4 == 6));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const uint32_t types[] = {NCAP, MESSAGE_PKT, MESSAGE_PACKET,
					 MESSAGE_PACKET};
	static const int links[] = {1, 113, 276, 0, 108, 101, 12, 105};
	struct packets *p = packets_new(types[len ? data[0] & 3 : 0]);
	struct capture_packet pkt = {.linktype =
					     links[len ? data[0] >> 2 & 7 : 0]};
	struct message m;

	check(p != NULL);
	for (size_t at = 1; at < len;) {
		size_t frame = data[at++];
		uint8_t *copy;

		if (frame > len - at)
			frame = len - at;
		copy = malloc(frame ? frame : 1);
		check(copy != NULL);
		memcpy(copy, data + at, frame);
		at += frame;
		pkt.data = copy;
		pkt.caplen = pkt.len = (uint32_t)frame;
		pkt.time_ns = (int64_t)at - 100;
		if (packets_message(p, &pkt, &m))
			check_message(&m, frame);
		free(copy);
	}
	packets_free(p);
	return 0;
}
