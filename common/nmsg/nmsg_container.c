/* SPDX-License-Identifier: MIT */
#include "nmsg_container.h"

#include "nmsg_crc.h"
#include "nmsg_varint.h"

#include <errno.h>
#include <string.h>

/* Tags: the number of a field, and how it is encoded. */
enum {
	TAG_PAYLOAD = 1 << 3 | NMSG_VARINT_BYTES,
	TAG_CRC = 2 << 3 | NMSG_VARINT_VALUE,
	TAG_CRCS = 2 << 3 | NMSG_VARINT_BYTES, /* packed */
	TAG_SEQUENCE = 3 << 3 | NMSG_VARINT_VALUE,
	TAG_SEQUENCE_ID = 4 << 3 | NMSG_VARINT_VALUE,

	TAG_VID = 1 << 3 | NMSG_VARINT_VALUE,
	TAG_MSGTYPE = 2 << 3 | NMSG_VARINT_VALUE,
	TAG_TIME_SEC = 3 << 3 | NMSG_VARINT_VALUE,
	TAG_TIME_NSEC = 4 << 3 | NMSG_VARINT_FIXED32,
	TAG_BYTES = 5 << 3 | NMSG_VARINT_BYTES,
	TAG_SOURCE = 7 << 3 | NMSG_VARINT_VALUE,
	TAG_OPERATOR = 8 << 3 | NMSG_VARINT_VALUE,
	TAG_GROUP = 9 << 3 | NMSG_VARINT_VALUE,
};

/* --- headers ------------------------------------------------------------- */

static const uint8_t magic[4] = {'N', 'M', 'S', 'G'};

int nmsg_container_header(const uint8_t *data, size_t len,
			  struct nmsg_container_header *header)
{
	if (memcmp(data, magic, len < 4 ? len : 4) != 0)
		return -EBADMSG;
	if (len < 6)
		return 0;
	header->flags = data[4];
	header->version = data[5];
	if (header->version == 1 && header->flags == 0) {
		header->len = 8;
		if (len < header->len)
			return 0;
		header->body_len = (size_t)data[6] << 8 | data[7];
		return 1;
	}
	if (header->version != 2)
		return -EBADMSG;
	header->len = NMSG_CONTAINER_HEADER;
	if (len < header->len)
		return 0;
	header->body_len = (size_t)data[6] << 24 | (size_t)data[7] << 16 |
			   (size_t)data[8] << 8 | data[9];
	return header->body_len <= NMSG_CONTAINER_BODY_MAX ? 1 : -EBADMSG;
}

void nmsg_container_put_header(uint8_t out[NMSG_CONTAINER_HEADER],
			       unsigned int flags, size_t body_len)
{
	memcpy(out, magic, 4);
	out[4] = (uint8_t)flags;
	out[5] = 2;
	out[6] = (uint8_t)(body_len >> 24);
	out[7] = (uint8_t)(body_len >> 16);
	out[8] = (uint8_t)(body_len >> 8);
	out[9] = (uint8_t)body_len;
}

/* --- payloads ------------------------------------------------------------ */

static bool get_u32(const uint8_t **p, const uint8_t *end, uint32_t *value)
{
	uint64_t v;

	if (!nmsg_varint_get(p, end, &v))
		return false;
	*value = (uint32_t)v;
	return true;
}

/* A known field that is encoded in another way is no payload of NMSG. */
static bool skip_unknown(const uint8_t **p, const uint8_t *end, uint64_t tag)
{
	uint64_t number = tag >> 3;

	if (number <= 9 && number != 6)
		return false;
	return nmsg_varint_skip(p, end, tag);
}

static bool get_payload(const uint8_t *p, const uint8_t *end, struct message *m)
{
	enum {
		VID = 1,
		MSGTYPE = 2,
		SEC = 4,
		NSEC = 8
	};
	unsigned int seen = 0;
	uint64_t v;
	bool ok = true;

	memset(m, 0, sizeof(*m));
	while (ok && p < end) {
		if (!nmsg_varint_get(&p, end, &v))
			return false;
		switch (v) {
		case TAG_VID:
			ok = get_u32(&p, end, &m->vid);
			seen |= VID;
			break;
		case TAG_MSGTYPE:
			ok = get_u32(&p, end, &m->msgtype);
			seen |= MSGTYPE;
			break;
		case TAG_TIME_SEC:
			ok = nmsg_varint_get(&p, end, &v);
			m->time_sec = (int64_t)v;
			seen |= SEC;
			break;
		case TAG_TIME_NSEC:
			if (end - p < 4)
				return false;
			m->time_nsec = nmsg_varint_fixed32(p);
			p += 4;
			seen |= NSEC;
			break;
		case TAG_BYTES:
			if (!nmsg_varint_get_len(&p, end, &m->payload_len))
				return false;
			m->payload = p;
			p += m->payload_len;
			break;
		case TAG_SOURCE:
			ok = get_u32(&p, end, &m->source);
			break;
		case TAG_OPERATOR:
			ok = get_u32(&p, end, &m->operator_id);
			break;
		case TAG_GROUP:
			ok = get_u32(&p, end, &m->group);
			break;
		default:
			ok = skip_unknown(&p, end, v);
		}
	}
	return ok && seen == (VID | MSGTYPE | SEC | NSEC);
}

/* --- bodies -------------------------------------------------------------- */

static bool check_packed(const uint8_t *p, const uint8_t *end)
{
	uint64_t v;

	while (p < end)
		if (!nmsg_varint_get(&p, end, &v))
			return false;
	return true;
}

/* One field of a body, where it begins and what is in it. */
struct field {
	uint64_t tag;
	const uint8_t *at;
	const uint8_t *data;
	size_t len;
	uint64_t value;
};

/* Steps over a field.  False for what is none of a body's. */
static bool get_field(const uint8_t **p, const uint8_t *end, struct field *f)
{
	f->at = *p;
	if (!nmsg_varint_get(p, end, &f->tag))
		return false;
	switch (f->tag) {
	case TAG_PAYLOAD:
	case TAG_CRCS:
		if (!nmsg_varint_get_len(p, end, &f->len))
			return false;
		f->data = *p;
		*p += f->len;
		return true;
	case TAG_CRC:
	case TAG_SEQUENCE:
	case TAG_SEQUENCE_ID:
		return nmsg_varint_get(p, end, &f->value);
	default:
		return f->tag >> 3 > 4 && nmsg_varint_skip(p, end, f->tag);
	}
}

int nmsg_container_open(struct nmsg_container *c, const uint8_t *body,
			size_t len)
{
	struct nmsg_container o = {.at = body, .end = body + len};
	const uint8_t *p = body;
	struct message m;
	struct field f;

	while (p < o.end) {
		if (!get_field(&p, o.end, &f))
			return -EBADMSG;
		if (f.tag == TAG_PAYLOAD) {
			if (!get_payload(f.data, f.data + f.len, &m))
				return -EBADMSG;
			o.count++;
		} else if (f.tag == TAG_CRC || f.tag == TAG_CRCS) {
			if (f.tag == TAG_CRCS &&
			    !check_packed(f.data, f.data + f.len))
				return -EBADMSG;
			o.crc_at = o.crc_at ? o.crc_at : f.at;
		} else if (f.tag == TAG_SEQUENCE) {
			o.has_sequence = true;
			o.sequence = (uint32_t)f.value;
		} else if (f.tag == TAG_SEQUENCE_ID) {
			o.sequence_id = f.value;
		}
	}
	*c = o;
	return 0;
}

/* The next checksum, if there is one. */
static bool next_crc(struct nmsg_container *c, uint32_t *crc)
{
	struct field f;

	while (c->crc_at) {
		if (c->packed_at < c->packed_end)
			return get_u32(&c->packed_at, c->packed_end, crc);
		if (c->crc_at == c->end || !get_field(&c->crc_at, c->end, &f))
			break;
		if (f.tag == TAG_CRC) {
			*crc = (uint32_t)f.value;
			return true;
		}
		if (f.tag == TAG_CRCS) {
			c->packed_at = f.data;
			c->packed_end = f.data + f.len;
		}
	}
	c->crc_at = NULL;
	return false;
}

int nmsg_container_next(struct nmsg_container *c, struct message *m)
{
	struct field f;
	uint32_t crc;

	do {
		if (c->at == c->end || !get_field(&c->at, c->end, &f))
			return 0;
	} while (f.tag != TAG_PAYLOAD);
	if (!get_payload(f.data, f.data + f.len, m))
		return -EBADMSG; /* open() has seen that it can */
	if (next_crc(c, &crc) && crc != nmsg_crc(m->payload, m->payload_len))
		return -EBADMSG;
	return 1;
}
