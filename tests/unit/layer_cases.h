/* SPDX-License-Identifier: MIT */
#ifndef LAYER_CASES_H
#define LAYER_CASES_H

#include "packet_bytes.h"

/* A frame and the names of its layers. */
struct layer_case {
	int linktype;
	const char *frame;
	const char *layers;
};

static inline void names(char *to, size_t size, bool all)
{
	size_t at = 0;
	uint32_t i;

	*to = '\0';
	for (i = 0; i < d.pkt.layer_count; i++) {
		const char *name = nd_layer_name(d.layer[i].layer);

		if (!all && (d.layer[i].layer == ND_RAW ||
			     d.layer[i].layer == ND_PADDING))
			continue;
		assert_true(at + strlen(name) + 2 < size);
		if (at)
			to[at++] = '|';
		strcpy(to + at, name);
		at += strlen(name);
	}
}

static inline void check_layers(const struct layer_case *cases, size_t count)
{
	char got[1024];
	size_t i;

	for (i = 0; i < count; i++) {
		uint8_t *frame = decode_hex(cases[i].linktype, cases[i].frame);

		names(got, sizeof(got), true);
		if (strcmp(got, cases[i].layers) != 0)
			fail_msg("%s: %s, not %s", cases[i].frame, got,
				 cases[i].layers);
		check_bounds();
		free(frame);
	}
}

/* What was cut short has the first of the layers, and then unknown bytes. */
static inline void check_cut_short(const struct layer_case *cases, size_t count)
{
	char whole[1024], got[1024];
	uint32_t len, caplen;
	size_t i;

	for (i = 0; i < count; i++) {
		uint8_t *frame = unhex(cases[i].frame, &len), *copy;

		free(decode(cases[i].linktype, frame, len, len));
		names(whole, sizeof(whole), false);
		for (caplen = 0; caplen < len; caplen++) {
			copy = decode(cases[i].linktype, frame, caplen, len);
			names(got, sizeof(got), false);
			if (strncmp(got, whole, strlen(got)) != 0)
				fail_msg("%s at %u: %s", cases[i].frame, caplen,
					 got);
			assert_int_equal(d.pkt.len, len);
			check_bounds();
			free(copy);
		}
		free(frame);
	}
}

#endif
