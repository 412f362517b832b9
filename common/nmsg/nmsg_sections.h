/* SPDX-License-Identifier: MIT */
#ifndef NMSG_SECTIONS_H
#define NMSG_SECTIONS_H

#include "text.h"

#include <stdbool.h>

/* A DNS message taken apart: names and data without pointers. */

struct nmsg_sections_record {
	uint8_t section; /* 0 to 3 */
	bool first;      /* of its set */
	uint16_t type;
	uint16_t klass;
	uint16_t name_len;
	uint32_t ttl;
	uint32_t set_ttl; /* the least of its set, of the first */
	uint32_t hash;    /* of what makes a set */
	uint32_t at;      /* of its name, and the data behind that */
	uint32_t rdata_len;
	size_t next; /* of the set, or SIZE_MAX; of the first: the last */
	size_t last;
};

struct nmsg_sections {
	uint16_t id;
	uint16_t flags;
	uint16_t count[4]; /* records read, but for EDNS's */
	bool edns;
	uint8_t edns_version;
	uint16_t edns_flags;
	uint16_t edns_size;
	const uint8_t *options; /* lent by the message */
	size_t options_len;
	struct nmsg_sections_record *record;
	size_t records, records_cap;
	struct text bytes;
};

#define NMSG_SECTIONS_FLAGS 7
extern const struct nmsg_sections_flag {
	uint16_t bit;
	const char *name;
} nmsg_sections_flags[NMSG_SECTIONS_FLAGS];

/*
 * Reads a message into a zeroed *q, nmsg_sections_free() it in any case.
 * False where the message is cut off, other than behind a record, or broken.
 */
bool nmsg_sections_read(struct nmsg_sections *q, const uint8_t *message,
			size_t len);
void nmsg_sections_free(struct nmsg_sections *q);

/* Joins the records of a section that have name, type and class in common. */
void nmsg_sections_group(struct nmsg_sections *q);

static inline uint8_t nmsg_sections_opcode(const struct nmsg_sections *q)
{
	return q->flags >> 11 & 15;
}

static inline const uint8_t *
nmsg_sections_name(const struct nmsg_sections *q,
		   const struct nmsg_sections_record *rr)
{
	return (const uint8_t *)q->bytes.at + rr->at;
}

static inline const uint8_t *
nmsg_sections_rdata(const struct nmsg_sections *q,
		    const struct nmsg_sections_record *rr)
{
	return nmsg_sections_name(q, rr) + rr->name_len;
}

/*
 * Appends the text of the option of EDNS at an offset of `options`, from 0 up
 * to below options_len; returns the offset of the next.
 */
size_t nmsg_sections_put_option(struct text *t, const struct nmsg_sections *s,
				size_t at);

#endif
