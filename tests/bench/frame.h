/* SPDX-License-Identifier: MIT */
#ifndef FRAME_H
#define FRAME_H

/* Writes frames, and the savefiles of them that the benchmarks read. */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define FRAME_NOISE 4096
#define FRAME_START_S 1700000000

/* The savefile's format, https://www.tcpdump.org/manpages/pcap-savefile.5. */
struct frame_file_header {
	uint32_t magic;
	uint16_t major, minor;
	uint32_t zone, accuracy, snaplen, linktype;
};

struct frame_record {
	uint32_t s, ns, caplen, len;
	uint8_t frame[1600];
};

/* A frame in the making, and a source of chance that is always the same. */
struct frame {
	struct frame_record r;
	size_t len; /* so far */
	uint64_t state;
	uint8_t noise[FRAME_NOISE];
};

/* Steele, Lea and Flood's SplitMix64. */
static inline uint64_t frame_draw(struct frame *m)
{
	uint64_t z = m->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static inline uint32_t frame_below(struct frame *m, uint32_t limit)
{
	return (uint32_t)((frame_draw(m) >> 32) * limit >> 32);
}

static inline uint8_t *frame_extend(struct frame *m, size_t len)
{
	uint8_t *at = m->r.frame + m->len;

	m->len += len;
	return at;
}

static inline void frame_put(struct frame *m, const void *bytes, size_t len)
{
	memcpy(frame_extend(m, len), bytes, len);
}

static inline void frame_put8(struct frame *m, uint32_t n)
{
	*frame_extend(m, 1) = (uint8_t)n;
}

static inline void frame_put16(struct frame *m, uint32_t n)
{
	frame_put8(m, n >> 8);
	frame_put8(m, n);
}

static inline void frame_put32(struct frame *m, uint32_t n)
{
	frame_put16(m, n >> 16);
	frame_put16(m, n);
}

static inline void frame_set16(uint8_t *at, size_t n)
{
	at[0] = (uint8_t)(n >> 8);
	at[1] = (uint8_t)n;
}

static inline void frame_noise(struct frame *m, size_t len)
{
	frame_put(m, m->noise + frame_below(m, FRAME_NOISE / 2), len);
}

/* RFC 1071 */
static inline void frame_checksum(uint8_t *header, size_t len, size_t at)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < len; i += 2)
		sum += (uint32_t)(header[i] << 8 | header[i + 1]);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	frame_set16(header + at, ~sum & 0xffff);
}

static inline void frame_begin_file(struct frame *m, FILE *file)
{
	const struct frame_file_header header = {.magic = 0xa1b23c4d, /* ns */
						 .major = 2,
						 .minor = 4,
						 .snaplen = 262144,
						 .linktype = 1};

	for (size_t i = 0; i < sizeof(m->noise); i++)
		m->noise[i] = (uint8_t)frame_draw(m);
	fwrite(&header, sizeof(header), 1, file);
}

/* Writes the frame, as captured so long after the first. */
static inline void frame_write(struct frame *m, FILE *file, uint64_t ns)
{
	m->r.s = (uint32_t)(FRAME_START_S + ns / 1000000000);
	m->r.ns = (uint32_t)(ns % 1000000000);
	m->r.caplen = (uint32_t)m->len;
	m->r.len = m->r.caplen;
	fwrite(&m->r, offsetof(struct frame_record, frame) + m->len, 1, file);
}

#endif
