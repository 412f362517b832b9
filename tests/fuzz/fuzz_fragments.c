/* SPDX-License-Identifier: MIT */
#include "decode.h"
#include "fragments.h"

#include <stdlib.h>
#include <string.h>

/*
 * The first byte chooses: frames as they are, each behind its length, or
 * fragments of one packet, made from four bytes each, which a plain array
 * puts together as well.
 */

enum {
	WHOLE_MAX = 256 * 8,
	PART_MAX = 32 * 8,
};

static struct fragments *f;
static struct fragments_whole whole;
static struct decode d;

static void check(bool holds)
{
	if (!holds)
		abort();
}

static int take(int linktype, int64_t time_ns, const uint8_t *frame,
		uint32_t len)
{
	uint8_t *copy = malloc(len ? len : 1);
	int rc = 0;

	if (!copy)
		return 0;
	memcpy(copy, frame, len);
	decode_packet(&d, linktype, time_ns, copy, len, len);
	if (d.pkt.ip_fragment)
		rc = fragments_take(f, &d.pkt, &whole);
	free(copy);
	return rc;
}

static void frames(const uint8_t *data, size_t len)
{
	int64_t now = 0;

	while (len > 2) {
		uint32_t n = data[0];

		n = n < len - 2 ? n : (uint32_t)len - 2;
		now += (int64_t)data[1] * 100000000;
		for (int rc = take(data[1] & 1 ? 1 : 101, now, data + 2, n);
		     rc;) {
			check(whole.count > 1 && whole.len <= 65535 + 1024);
			decode_packet(&d, whole.linktype, now, whole.data,
				      whole.len, whole.len);
			check(d.pkt.layer_count > 0);
			rc = d.pkt.ip_fragment &&
			     fragments_take(f, &d.pkt, &whole);
		}
		data += 2 + n;
		len -= 2 + n;
	}
}

static uint32_t make_frame(uint8_t *p, bool v6, uint32_t from, uint32_t len,
			   bool more)
{
	static const uint8_t ip4[20] = {0x45, [5] = 1, [8] = 64, [9] = 253};
	static const uint8_t ip6[48] = {0x60, [6] = 44, [40] = 253, [47] = 1};
	uint32_t header = v6 ? sizeof(ip6) : sizeof(ip4);
	uint32_t told = v6 ? 8 + len : 20 + len;
	uint32_t word = v6 ? from | more : from / 8 | (more ? 0x2000 : 0);

	memcpy(p, v6 ? ip6 : ip4, header);
	p[v6 ? 4 : 2] = (uint8_t)(told >> 8);
	p[v6 ? 5 : 3] = (uint8_t)told;
	p[v6 ? 42 : 6] = (uint8_t)(word >> 8);
	p[v6 ? 43 : 7] = (uint8_t)word;
	return header;
}

/* Whoever came first is right; of IPv6 none may overlap another. */
static void parts(bool v6, const uint8_t *data, size_t size)
{
	static uint8_t model[WHOLE_MAX + PART_MAX], frame[48 + PART_MAX];
	static bool here[WHOLE_MAX + PART_MAX];
	const struct fragments_stats *s = fragments_stats(f);
	uint32_t end = 0, last = 0;

	memset(here, 0, sizeof(here));
	for (; size >= 4; data += 4, size -= 4) {
		uint32_t from = data[0] * 8U, len = (data[1] % 32 + 1U) * 8;
		bool more = (data[2] & 7) != 0;
		uint64_t bad = s->invalid + s->dropped + s->overlaps * v6;
		uint32_t header = make_frame(frame, v6, from, len, more);
		int rc;

		if (from == 0 && !more)
			continue;
		for (uint32_t i = 0; i < len; i++)
			frame[header + i] = (uint8_t)(data[3] * i + data[3]);
		rc = take(101, 0, frame, header + len);
		if (s->invalid + s->dropped + s->overlaps * v6 != bad)
			continue;
		for (uint32_t i = 0; i < len; i++) {
			if (!here[from + i])
				model[from + i] = frame[header + i];
			here[from + i] = true;
		}
		last = from + len > last ? from + len : last;
		if (!more)
			end = from + len;
		if (!rc)
			continue;
		check(end == last);
		check(whole.len == end + (v6 ? 40 : 20));
		for (uint32_t i = 0; i < end; i++)
			check(here[i]);
		check(memcmp(whole.data + whole.len - end, model, end) == 0);
		return;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	f = fragments_new(1 << 18);
	if (f && len > 1) {
		if (data[0] % 3 == 0)
			frames(data + 1, len - 1);
		else
			parts(data[0] % 3 == 1, data + 1, len - 1);
	}
	fragments_free(f);
	return 0;
}
