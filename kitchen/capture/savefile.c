/* SPDX-License-Identifier: MIT */
#include "savefile.h"

#include "pcapng.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_HEADER 24
#define PACKET_HEADER 16
#define KUZNETZOV_HEADER 24

#define MAGIC_US 0xa1b2c3d4
#define MAGIC_NS 0xa1b23c4d
#define MAGIC_KUZNETZOV 0xa1b2cd34

/* Above the link type are the length of the FCS and reserved bits. */
#define LINKTYPE_MASK 0xffff

struct savefile {
	struct window window;
	bool is_pcapng;
	struct pcapng pcapng;

	/* What a pcap's file header says of all its packets. */
	bool swapped;
	bool lengths_swapped, lengths_maybe_swapped;
	uint32_t packet_header;
	uint32_t ns_per_unit;
	int linktype;
	char error[192];
};

int savefile_dlt(uint32_t linktype)
{
	switch (linktype) {
	case 100: /* ATM, RFC 2684 */
		return 11;
	case 101: /* raw IP; 14 is what OpenBSD has for it */
	case 14:
		return 12;
	case 102: /* SLIP and PPP of BSD/OS */
		return 15;
	case 103:
		return 16;
	case 106: /* Linux' classical IP over ATM */
		return 19;
	}
	return (int)linktype;
}

static uint32_t get32(const struct savefile *s, const uint8_t *p)
{
	uint32_t n;

	memcpy(&n, p, sizeof(n));
	return s->swapped ? __builtin_bswap32(n) : n;
}

static uint32_t get16(const struct savefile *s, const uint8_t *p)
{
	uint16_t n;

	memcpy(&n, p, sizeof(n));
	return s->swapped ? __builtin_bswap16(n) : n;
}

/* --- pcap ---------------------------------------------------------------- */

static bool set_magic(struct savefile *s, uint32_t magic)
{
	s->packet_header = PACKET_HEADER;
	s->ns_per_unit = magic == MAGIC_NS ? 1 : 1000;
	if (magic == MAGIC_KUZNETZOV)
		s->packet_header = KUZNETZOV_HEADER;
	return magic == MAGIC_US || magic == MAGIC_NS ||
	       magic == MAGIC_KUZNETZOV;
}

static int begin_pcap(struct savefile *s, char *why, size_t why_size)
{
	const uint8_t *p = s->window.at;
	uint32_t magic, major, minor;

	memcpy(&magic, p, sizeof(magic));
	if (!set_magic(s, magic)) {
		s->swapped = true;
		if (!set_magic(s, __builtin_bswap32(magic))) {
			snprintf(why, why_size,
				 "it begins like neither pcap nor pcapng");
			return -EIO;
		}
	}
	if (!window_has(&s->window, FILE_HEADER)) {
		snprintf(why, why_size, "truncated inside its header");
		return -EIO;
	}
	p = s->window.at;
	major = get16(s, p + 4);
	minor = get16(s, p + 6);
	if (major != 2 && major != 543) {
		snprintf(why, why_size, "pcap version %u.%u is not known",
			 major, minor);
		return -EIO;
	}
	/* Until 2.3 the two lengths came in the other order. */
	s->lengths_swapped = minor < 3 || major == 543;
	s->lengths_maybe_swapped = minor == 3;
	s->linktype = savefile_dlt(get32(s, p + 20) & LINKTYPE_MASK);
	s->window.at += FILE_HEADER;
	return 0;
}

static int end_inside(struct savefile *s, const char *what, size_t want)
{
	size_t left = window_left(&s->window);

	if (s->window.error)
		snprintf(s->error, sizeof(s->error), "reading failed: %s",
			 strerror(-s->window.error));
	else
		snprintf(s->error, sizeof(s->error),
			 "truncated: %zu of %zu bytes of %s", left, want, what);
	return -EIO;
}

/* The bytes of the packet whose header is at `at`, and of its whole. */
static void lengths(const struct savefile *s, const uint8_t *at,
		    uint32_t *caplen, uint32_t *len)
{
	*caplen = get32(s, at + 8);
	*len = get32(s, at + 12);
	if (s->lengths_swapped ||
	    (s->lengths_maybe_swapped && *caplen > *len)) {
		uint32_t other = *caplen;

		*caplen = *len;
		*len = other;
	}
}

/* Of a packet that is there as a whole, but for the lengths. */
static void fill(const struct savefile *s, struct capture_packet *pkt)
{
	const uint8_t *p = s->window.at;
	/* Of 32 bits each, these cannot overflow. */
	uint64_t fraction = (uint64_t)get32(s, p + 4) * s->ns_per_unit;

	pkt->time_ns = (int64_t)(get32(s, p) * UINT64_C(1000000000) + fraction);
	pkt->data = p + s->packet_header;
	pkt->linktype = s->linktype;
	pkt->interface = NULL;
	pkt->message = NULL;
}

bool savefile_peek(const struct savefile *s, struct capture_packet *pkt)
{
	const struct window *w = &s->window;

	if (s->is_pcapng || window_left(w) < s->packet_header)
		return false;
	lengths(s, w->at, &pkt->caplen, &pkt->len);
	if (window_left(w) - s->packet_header < pkt->caplen ||
	    pkt->caplen > SAVEFILE_PACKET_MAX)
		return false;
	fill(s, pkt);
	return true;
}

static int next_pcap(struct savefile *s, struct capture_packet *pkt)
{
	struct window *w = &s->window;
	uint32_t caplen;

	if (!window_has(w, s->packet_header)) {
		if (window_left(w) == 0 && !w->error)
			return 0;
		return end_inside(s, "a packet's header", s->packet_header);
	}
	lengths(s, w->at, &pkt->caplen, &pkt->len);
	caplen = pkt->caplen;
	if (caplen > SAVEFILE_PACKET_MAX) {
		snprintf(s->error, sizeof(s->error),
			 "a packet of %u bytes cannot be", caplen);
		return -EIO;
	}
	if (!window_has(w, s->packet_header + (size_t)caplen))
		return end_inside(s, "a packet",
				  s->packet_header + (size_t)caplen);
	fill(s, pkt);
	w->at = pkt->data + caplen;
	return 1;
}

/* --- either -------------------------------------------------------------- */

static int begin(struct savefile *s, char *why, size_t why_size)
{
	static const uint8_t pcapng[] = {0x0a, 0x0d, 0x0d, 0x0a};

	if (!window_has(&s->window, 4)) {
		if (s->window.error)
			snprintf(why, why_size, "reading failed: %s",
				 strerror(-s->window.error));
		else
			snprintf(why, why_size, "truncated: it has %zu bytes",
				 window_left(&s->window));
		return -EIO;
	}
	s->is_pcapng = memcmp(s->window.at, pcapng, 4) == 0;
	if (!s->is_pcapng)
		return begin_pcap(s, why, why_size);
	if (pcapng_next(&s->pcapng, &s->window, NULL) < 0) {
		snprintf(why, why_size, "%s", s->pcapng.error);
		return -EIO;
	}
	return 0;
}

struct savefile *savefile_open(window_read_fn *read, void *host, char *why,
			       size_t why_size)
{
	struct savefile *s = calloc(1, sizeof(*s));

	if (!s || window_open(&s->window, read, host) < 0) {
		snprintf(why, why_size, "out of memory");
		free(s);
		return NULL;
	}
	if (begin(s, why, why_size) == 0)
		return s;
	savefile_close(s);
	return NULL;
}

void savefile_close(struct savefile *s)
{
	if (!s)
		return;
	pcapng_close(&s->pcapng);
	window_close(&s->window);
	free(s);
}

int savefile_linktype(const struct savefile *s)
{
	if (!s->is_pcapng)
		return s->linktype;
	return s->pcapng.count ? s->pcapng.interfaces[0].linktype : -1;
}

int savefile_next(struct savefile *s, struct capture_packet *pkt)
{
	int rc;

	if (*s->error)
		return -EIO;
	if (!s->is_pcapng)
		return next_pcap(s, pkt);
	rc = pcapng_next(&s->pcapng, &s->window, pkt);
	if (rc < 0)
		snprintf(s->error, sizeof(s->error), "%s", s->pcapng.error);
	return rc;
}

const char *savefile_error(const struct savefile *s)
{
	return s->error;
}
