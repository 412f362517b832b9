/* SPDX-License-Identifier: MIT */
#include "pcapng.h"

/* Block types. */
#define SECTION 0x0a0d0d0a
#define INTERFACE 1
#define STATISTICS 5
#define PACKET 6

/* Options; the same numbers mean other things in other blocks. */
#define END_OF_OPTIONS 0
#define COMMENT 1
#define SECTION_APPLICATION 4
#define INTERFACE_NAME 2
#define INTERFACE_RESOLUTION 9
#define PACKET_DROPPED 4
#define STATISTICS_RECEIVED 4
#define STATISTICS_DROPPED 5

#define BYTE_ORDER_MAGIC 0x1a2b3c4d
#define NANOSECONDS 9 /* 10 to the power of minus that */

static void put_u16(struct text *t, uint16_t v)
{
	text_put(t, &v, sizeof(v));
}

static void put_u32(struct text *t, uint32_t v)
{
	text_put(t, &v, sizeof(v));
}

/* Times are in two halves, the high one first in either byte order. */
static void put_time(struct text *t, uint64_t time_ns)
{
	put_u32(t, (uint32_t)(time_ns >> 32));
	put_u32(t, (uint32_t)time_ns);
}

static void put_padded(struct text *t, const void *bytes, size_t len)
{
	static const char zeros[4];

	if (len > 0)
		text_put(t, bytes, len);
	text_put(t, zeros, -len & 3);
}

static void put_option(struct text *t, uint16_t code, const void *value,
		       size_t len)
{
	if (len > UINT16_MAX)
		len = UINT16_MAX;
	put_u16(t, code);
	put_u16(t, (uint16_t)len);
	put_padded(t, value, len);
}

static void put_text_option(struct text *t, uint16_t code, const char *text)
{
	if (text)
		put_option(t, code, text, strlen(text));
}

/* Where the block starts, for end(), which writes its length. */
static size_t begin(struct text *t, uint32_t type)
{
	size_t from = t->len;

	put_u32(t, type);
	put_u32(t, 0);
	return from;
}

static void end(struct text *t, size_t from)
{
	uint32_t len = (uint32_t)(t->len - from + sizeof(len));

	put_u32(t, len);
	if (!t->error)
		memcpy(t->at + from + sizeof(uint32_t), &len, sizeof(len));
}

void pcapng_section(struct text *t, const char *application,
		    const char *comment)
{
	const int64_t length_unknown = -1;
	size_t from = begin(t, SECTION);

	put_u32(t, BYTE_ORDER_MAGIC);
	put_u16(t, 1); /* version 1.0 */
	put_u16(t, 0);
	text_put(t, &length_unknown, sizeof(length_unknown));
	put_text_option(t, COMMENT, comment);
	put_text_option(t, SECTION_APPLICATION, application);
	put_option(t, END_OF_OPTIONS, NULL, 0);
	end(t, from);
}

void pcapng_interface(struct text *t, uint16_t linktype, uint32_t snaplen,
		      const char *name)
{
	const uint8_t resolution = NANOSECONDS;
	size_t from = begin(t, INTERFACE);

	put_u16(t, linktype);
	put_u16(t, 0);
	put_u32(t, snaplen);
	put_text_option(t, INTERFACE_NAME, name);
	put_option(t, INTERFACE_RESOLUTION, &resolution, sizeof(resolution));
	put_option(t, END_OF_OPTIONS, NULL, 0);
	end(t, from);
}

void pcapng_packet(struct text *t, const struct pcapng_packet *p)
{
	size_t from = begin(t, PACKET);

	put_u32(t, p->interface);
	put_time(t, p->time_ns);
	put_u32(t, p->caplen);
	put_u32(t, p->len);
	put_padded(t, p->data, p->caplen);
	if (p->dropped > 0) {
		put_option(t, PACKET_DROPPED, &p->dropped, sizeof(p->dropped));
		put_option(t, END_OF_OPTIONS, NULL, 0);
	}
	end(t, from);
}

void pcapng_statistics(struct text *t, uint32_t interface, uint64_t time_ns,
		       uint64_t received, uint64_t dropped, const char *comment)
{
	size_t from = begin(t, STATISTICS);

	put_u32(t, interface);
	put_time(t, time_ns);
	put_text_option(t, COMMENT, comment);
	put_option(t, STATISTICS_RECEIVED, &received, sizeof(received));
	put_option(t, STATISTICS_DROPPED, &dropped, sizeof(dropped));
	put_option(t, END_OF_OPTIONS, NULL, 0);
	end(t, from);
}
