/* SPDX-License-Identifier: MIT */
#include "pcapng.h"

#include "savefile.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Block types, section 11.1. */
#define SECTION_HEADER 0x0a0d0d0a
#define INTERFACE 1
#define OLD_PACKET 2
#define SIMPLE_PACKET 3
#define ENHANCED_PACKET 6

#define BYTE_ORDER_MAGIC 0x1a2b3c4d

/* Type and length before a block's body, the length again behind it. */
#define HEAD 8
#define TAIL 4

/* Options, sections 3.5 and 4.2. */
#define OPT_END 0
#define IF_NAME 2
#define IF_TSRESOL 9
#define IF_TSOFFSET 14

#define NS UINT64_C(1000000000)

__extension__ typedef unsigned __int128 wide;

static uint32_t get16(const struct pcapng *p, const uint8_t *at)
{
	uint16_t n;

	memcpy(&n, at, sizeof(n));
	return p->swapped ? __builtin_bswap16(n) : n;
}

static uint32_t get32(const struct pcapng *p, const uint8_t *at)
{
	uint32_t n;

	memcpy(&n, at, sizeof(n));
	return p->swapped ? __builtin_bswap32(n) : n;
}

static uint64_t get64(const struct pcapng *p, const uint8_t *at)
{
	uint64_t n;

	memcpy(&n, at, sizeof(n));
	return p->swapped ? __builtin_bswap64(n) : n;
}

__attribute__((format(printf, 2, 3))) static int
damaged(struct pcapng *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(p->error, sizeof(p->error), format, args);
	va_end(args);
	return -EIO;
}

static int cut_off(struct pcapng *p, const struct window *w, uint32_t type)
{
	if (w->error)
		return damaged(p, "reading failed: %s", strerror(-w->error));
	return damaged(p, "truncated inside a block of type %u", type);
}

/* --- sections and interfaces --------------------------------------------- */

/* Section 4.1.  Its byte order is what tells its length. */
static int set_order(struct pcapng *p, struct window *w)
{
	uint32_t magic;

	if (!window_has(w, HEAD + 4))
		return cut_off(p, w, SECTION_HEADER);
	memcpy(&magic, w->at + HEAD, sizeof(magic));
	p->swapped = magic != BYTE_ORDER_MAGIC;
	if (p->swapped && __builtin_bswap32(magic) != BYTE_ORDER_MAGIC)
		return damaged(p, "a section without a byte order");
	return 0;
}

static int begin_section(struct pcapng *p, const uint8_t *body, uint32_t len)
{
	uint32_t major;

	if (len < 16)
		return damaged(p, "a section header that is too short");
	major = get16(p, body + 4);
	if (major != 1)
		return damaged(p, "pcapng version %u.%u is not known", major,
			       get16(p, body + 6));
	p->count = 0;
	return 0;
}

/* Section 4.2: a power of ten, or of two where the highest bit is set. */
static bool set_units(struct pcapng_interface *i, uint8_t resolution)
{
	uint8_t exponent = resolution & 0x7f;

	if (resolution & 0x80) {
		i->units = exponent < 64 ? UINT64_C(1) << exponent : 0;
		return exponent < 64;
	}
	i->units = 1;
	for (uint8_t n = 0; n < exponent && exponent <= 19; n++)
		i->units *= 10;
	return exponent <= 19;
}

static int set_option(struct pcapng *p, struct pcapng_interface *i,
		      uint32_t code, const uint8_t *value, uint32_t len)
{
	size_t name_len = len < PCAPNG_NAME_SIZE ? len : PCAPNG_NAME_SIZE - 1;

	switch (code) {
	case IF_NAME:
		memcpy(i->name, value, name_len);
		i->name[name_len] = '\0';
		break;
	case IF_TSRESOL:
		if (len >= 1 && !set_units(i, value[0]))
			return damaged(p, "an interface with a clock of 0x%02x",
				       value[0]);
		break;
	case IF_TSOFFSET:
		if (len >= 8)
			i->offset_s = (int64_t)get64(p, value);
		break;
	}
	return 0;
}

static int add_interface(struct pcapng *p, const uint8_t *body, uint32_t len)
{
	struct pcapng_interface *i;
	uint32_t at = 8;

	if (len < 8 || p->count == PCAPNG_INTERFACES_MAX)
		return damaged(p, len < 8 ? "an interface that is too short"
					  : "too many interfaces");
	if (p->count == p->room) {
		size_t room = p->room ? p->room * 2 : 4;

		i = realloc(p->interfaces, room * sizeof(*i));
		if (!i)
			return damaged(p, "out of memory");
		p->interfaces = i;
		p->room = room;
	}
	i = &p->interfaces[p->count];
	*i = (struct pcapng_interface){
		.linktype = savefile_dlt(get16(p, body)),
		.snaplen = get32(p, body + 4),
		.units = 1000000,
	};
	while (len - at >= 4) {
		uint32_t code = get16(p, body + at);
		uint32_t size = get16(p, body + at + 2);

		at += 4;
		if (code == OPT_END || size > len - at)
			break;
		if (set_option(p, i, code, body + at, size) < 0)
			return -EIO;
		size = (size + 3) & ~UINT32_C(3);
		at += size < len - at ? size : len - at;
	}
	p->count++;
	return 0;
}

/* --- packets ------------------------------------------------------------- */

/* In ns since 1970; what cannot be a time is 0. */
static int64_t time_of(const struct pcapng_interface *i, uint64_t ticks)
{
	uint64_t seconds, fraction;
	int64_t s;

	if (i->units == NS && i->offset_s == 0)
		return ticks < SAVEFILE_SECONDS_MAX * NS ? (int64_t)ticks : 0;
	seconds = ticks / i->units;
	fraction = ticks % i->units;
	if (seconds > SAVEFILE_SECONDS_MAX * 2 ||
	    __builtin_add_overflow((int64_t)seconds, i->offset_s, &s) ||
	    s < 0 || (uint64_t)s > SAVEFILE_SECONDS_MAX)
		return 0;
	if (i->units < NS)
		fraction = fraction * NS / i->units;
	else
		fraction = (uint64_t)((wide)fraction * NS / i->units);
	return s * (int64_t)NS + (int64_t)fraction;
}

/* How many bytes of a block's body stand before its packet. */
static uint32_t packet_head(uint32_t type)
{
	switch (type) {
	case ENHANCED_PACKET:
	case OLD_PACKET:
		return 20;
	case SIMPLE_PACKET:
		return 4;
	}
	return 0;
}

/*
 * Reads what stands before the packet, sections 4.3, 4.4 and appendix A;
 * `room` is for how many bytes the block has room.
 */
static int read_head(struct pcapng *p, uint32_t type, const uint8_t *body,
		     uint32_t room, struct capture_packet *pkt)
{
	const struct pcapng_interface *i;
	uint32_t number = 0;

	if (type == ENHANCED_PACKET)
		number = get32(p, body);
	else if (type == OLD_PACKET)
		number = get16(p, body);
	if (number >= p->count)
		return damaged(p,
			       "a packet of interface %u, of which it says "
			       "nothing",
			       number);
	i = &p->interfaces[number];
	if (type == SIMPLE_PACKET) {
		pkt->len = pkt->caplen = get32(p, body);
		if (i->snaplen && pkt->caplen > i->snaplen)
			pkt->caplen = i->snaplen;
		if (pkt->caplen > room)
			pkt->caplen = room;
	} else {
		uint64_t ticks =
			(uint64_t)get32(p, body + 4) << 32 | get32(p, body + 8);

		p->last_ns = time_of(i, ticks);
		pkt->caplen = get32(p, body + 12);
		pkt->len = get32(p, body + 16);
	}
	/* A simple one has no time; it came after the one before it. */
	pkt->time_ns = p->last_ns;
	pkt->linktype = i->linktype;
	pkt->interface = *i->name ? i->name : NULL;
	pkt->message = NULL;
	if (pkt->caplen > room || pkt->caplen > SAVEFILE_PACKET_MAX)
		return damaged(p, "a packet of %u bytes in a block of %u",
			       pkt->caplen, room);
	return 0;
}

/* --- blocks -------------------------------------------------------------- */

/* The block that begins here.  0 at the end of the file. */
static int block_here(struct pcapng *p, struct window *w, uint32_t *type,
		      uint32_t *len)
{
	if (!window_has(w, HEAD)) {
		if (window_left(w) == 0 && !w->error)
			return 0;
		return cut_off(p, w, 0);
	}
	*type = get32(p, w->at);
	if (*type == SECTION_HEADER && set_order(p, w) < 0)
		return -EIO;
	*len = get32(p, w->at + 4);
	if (*len < HEAD + TAIL || *len > PCAPNG_BLOCK_MAX || *len % 4)
		return damaged(p, "a block of %u bytes", *len);
	return 1;
}

/* One that is in memory as a whole, but for what is behind a packet. */
static int use_block(struct pcapng *p, struct window *w, uint32_t type,
		     uint32_t len, struct capture_packet *pkt)
{
	const uint8_t *body = w->at + HEAD;
	uint32_t body_len = len - HEAD - TAIL, head = packet_head(type);

	if (type == SECTION_HEADER)
		return begin_section(p, body, body_len);
	if (type == INTERFACE)
		return add_interface(p, body, body_len);
	if (body_len < head)
		return damaged(p, "a packet block of %u bytes", len);
	if (read_head(p, type, body, body_len - head, pkt) < 0)
		return -EIO;
	pkt->data = body + head;
	return 1;
}

/* A block that is too long to be in memory as a whole. */
static int use_long(struct pcapng *p, struct window *w, uint32_t type,
		    uint32_t len, struct capture_packet *pkt)
{
	int rc;

	if (!packet_head(type))
		return damaged(p, "a block of type %u of %u bytes", type, len);
	if (!window_has(w, HEAD + 20))
		return cut_off(p, w, type);
	rc = use_block(p, w, type, len, pkt);
	if (rc < 0)
		return rc;
	if (!window_has(w, HEAD + 20 + (size_t)pkt->caplen))
		return cut_off(p, w, type);
	pkt->data = w->at + HEAD + packet_head(type);
	return rc;
}

static bool is_used(uint32_t type)
{
	return type == SECTION_HEADER || type == INTERFACE ||
	       packet_head(type) > 0;
}

int pcapng_next(struct pcapng *p, struct window *w, struct capture_packet *pkt)
{
	uint32_t type = 0, len = 0;
	int rc;

	if (p->skip && !window_skip(w, p->skip))
		return cut_off(p, w, 0);
	p->skip = 0;
	while ((rc = block_here(p, w, &type, &len)) > 0) {
		if (!pkt && packet_head(type))
			return 0;
		if (!is_used(type)) {
			if (!window_skip(w, len))
				return cut_off(p, w, type);
			continue;
		}
		if (len <= WINDOW_MAX) {
			if (!window_has(w, len))
				return cut_off(p, w, type);
			if (get32(p, w->at + len - TAIL) != len)
				return damaged(p, "a block without its end");
			rc = use_block(p, w, type, len, pkt);
			w->at += len;
		} else {
			rc = use_long(p, w, type, len, pkt);
			p->skip = len;
		}
		if (rc || (!pkt && p->count > 0))
			return rc;
	}
	return rc;
}

void pcapng_close(struct pcapng *p)
{
	free(p->interfaces);
	p->interfaces = NULL;
}
