/* SPDX-License-Identifier: MIT */
#include "nmsg_packer.h"

#include "nmsg_container.h"
#include "nmsg_crc.h"
#include "nmsg_varint.h"
#include "nmsg_zlib.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/*
 * nmsgtool's guess of a container's size: for a payload, its tag, its length
 * and its checksum; for sequence and its id 18; and 32 that it likes to keep.
 */
enum {
	GUESS_CRC = 6,
	GUESS_SEQUENCE = 18,
	GUESS_KEEP = 32,
	/* The least that a payload makes the guess grow. */
	GUESS_MIN = 11 + 2 + GUESS_CRC,
};

#define TAIL_MAX (2 * (1 + NMSG_VARINT_MAX))
#define FIELDS_MAX 64 /* of a payload, but its bytes */
#define PAYLOAD_MAX (NMSG_CONTAINER_BODY_MAX - 2 * FIELDS_MAX)

struct nmsg_packer {
	struct nmsg_packer_config config;
	size_t guess;
	size_t count;
	uint8_t *buf; /* room for a header, and a body's payloads */
	size_t size, len;
	uint8_t *crcs; /* the fields that follow them */
	size_t crcs_len;
	uint32_t sequence;
	uint64_t sequence_id;
	struct nmsg_zlib_pack *zlib;
	uint8_t *packed;
	size_t packed_size;
};

static void begin(struct nmsg_packer *p)
{
	p->guess = NMSG_CONTAINER_HEADER;
	p->count = 0;
	p->len = NMSG_CONTAINER_HEADER;
	p->crcs_len = 0;
}

struct nmsg_packer *nmsg_packer_new(const struct nmsg_packer_config *config)
{
	struct nmsg_packer *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->config = *config;
	p->size = NMSG_CONTAINER_HEADER + config->max + FIELDS_MAX;
	p->buf = malloc(p->size);
	p->crcs = malloc((config->max / GUESS_MIN + 2) * GUESS_CRC);
	if (config->zlib)
		p->zlib = nmsg_zlib_pack_new(config->level);
	while (config->sequenced && p->sequence_id == 0)
		if (getrandom(&p->sequence_id, 8, 0) != 8)
			break;
	if (p->buf && p->crcs && (p->zlib || !config->zlib)) {
		begin(p);
		return p;
	}
	nmsg_packer_free(p);
	errno = ENOMEM;
	return NULL;
}

void nmsg_packer_free(struct nmsg_packer *p)
{
	if (!p)
		return;
	nmsg_zlib_pack_free(p->zlib);
	free(p->packed);
	free(p->crcs);
	free(p->buf);
	free(p);
}

int nmsg_packer_set_zlib(struct nmsg_packer *p, bool zlib)
{
	if (zlib && !p->zlib)
		p->zlib = nmsg_zlib_pack_new(p->config.level);
	if (zlib && !p->zlib)
		return -ENOMEM;
	p->config.zlib = zlib;
	return 0;
}

size_t nmsg_packer_count(const struct nmsg_packer *p)
{
	return p->count;
}

/* --- payloads ------------------------------------------------------------ */

static size_t optional_size(uint32_t v)
{
	return v ? 1 + nmsg_varint_size(v) : 0;
}

static size_t payload_size(const struct message *m)
{
	size_t n = 1 + nmsg_varint_size(m->vid) + 1 +
		   nmsg_varint_size(m->msgtype) + 1 +
		   nmsg_varint_size((uint64_t)m->time_sec) + 1 + 4;

	if (m->payload)
		n += 1 + nmsg_varint_size(m->payload_len) + m->payload_len;
	return n + optional_size(m->source) + optional_size(m->operator_id) +
	       optional_size(m->group);
}

static uint8_t *put_optional(uint8_t *at, unsigned int number, uint32_t v)
{
	if (v == 0)
		return at;
	*at++ = (uint8_t)(number << 3 | NMSG_VARINT_VALUE);
	return nmsg_varint_put(at, v);
}

/* The fields in the order of their numbers. */
static uint8_t *put_payload(uint8_t *at, const struct message *m, size_t n)
{
	*at++ = 1 << 3 | NMSG_VARINT_BYTES;
	at = nmsg_varint_put(at, n);
	*at++ = 1 << 3 | NMSG_VARINT_VALUE;
	at = nmsg_varint_put(at, m->vid);
	*at++ = 2 << 3 | NMSG_VARINT_VALUE;
	at = nmsg_varint_put(at, m->msgtype);
	*at++ = 3 << 3 | NMSG_VARINT_VALUE;
	at = nmsg_varint_put(at, (uint64_t)m->time_sec);
	*at++ = 4 << 3 | NMSG_VARINT_FIXED32;
	at = nmsg_varint_put_fixed32(at, m->time_nsec);
	if (m->payload) {
		*at++ = 5 << 3 | NMSG_VARINT_BYTES;
		at = nmsg_varint_put(at, m->payload_len);
		memcpy(at, m->payload, m->payload_len);
		at += m->payload_len;
	}
	at = put_optional(at, 7, m->source);
	at = put_optional(at, 8, m->operator_id);
	return put_optional(at, 9, m->group);
}

/* --- containers ---------------------------------------------------------- */

static int make_room(uint8_t **buf, size_t *size, size_t wanted)
{
	uint8_t *larger;

	if (wanted <= *size)
		return 0;
	larger = realloc(*buf, wanted);
	if (!larger)
		return -ENOMEM;
	*buf = larger;
	*size = wanted;
	return 0;
}

static size_t guess_payload(size_t n)
{
	return n + 2 + (n >= 1 << 7) + (n >= 1 << 14) + (n >= 1 << 21) +
	       GUESS_CRC;
}

int nmsg_packer_add(struct nmsg_packer *p, const struct message *m)
{
	size_t n, more;
	uint8_t *at;

	if (m->payload_len > PAYLOAD_MAX)
		return -EMSGSIZE;
	n = payload_size(m);
	if (p->count > 0 && p->guess + n + GUESS_KEEP >= p->config.max)
		return -ENOSPC;
	if (make_room(&p->buf, &p->size, p->len + n + FIELDS_MAX) < 0)
		return -ENOMEM;
	at = put_payload(p->buf + p->len, m, n);
	p->len = (size_t)(at - p->buf);
	at = p->crcs + p->crcs_len;
	*at++ = 2 << 3 | NMSG_VARINT_VALUE;
	at = nmsg_varint_put(at, nmsg_crc(m->payload, m->payload_len));
	p->crcs_len = (size_t)(at - p->crcs);
	p->count++;
	p->guess += guess_payload(n);
	more = p->config.sequenced ? GUESS_SEQUENCE : 0;
	return p->guess + more > p->config.max;
}

/* Unless what cannot be compressed would grow out of its container. */
static int pack(struct nmsg_packer *p, uint8_t **body, size_t *len,
		unsigned int *flags)
{
	size_t bound = NMSG_CONTAINER_HEADER + nmsg_zlib_bound(p->zlib, *len);
	size_t most = p->config.max - NMSG_CONTAINER_HEADER, n;

	if (make_room(&p->packed, &p->packed_size, bound) < 0)
		return -ENOMEM;
	n = nmsg_zlib_pack(p->zlib, p->packed + NMSG_CONTAINER_HEADER, *body,
			   *len);
	if (n > most && *len <= most)
		return 0;
	*body = p->packed + NMSG_CONTAINER_HEADER;
	*len = n;
	*flags = NMSG_CONTAINER_ZLIB;
	return 0;
}

int nmsg_packer_seal(struct nmsg_packer *p, uint8_t **body, size_t *len,
		     unsigned int *flags)
{
	size_t whole = p->len + p->crcs_len + TAIL_MAX;
	uint8_t *at;
	int rc = make_room(&p->buf, &p->size, whole);

	if (rc < 0)
		return rc;
	memcpy(p->buf + p->len, p->crcs, p->crcs_len);
	at = p->buf + p->len + p->crcs_len;
	if (p->config.sequenced) {
		*at++ = 3 << 3 | NMSG_VARINT_VALUE;
		at = nmsg_varint_put(at, p->sequence++);
		*at++ = 4 << 3 | NMSG_VARINT_VALUE;
		at = nmsg_varint_put(at, p->sequence_id);
	}
	*body = p->buf + NMSG_CONTAINER_HEADER;
	*len = (size_t)(at - *body);
	*flags = 0;
	if (p->config.zlib)
		rc = pack(p, body, len, flags);
	begin(p);
	return rc;
}
