/* SPDX-License-Identifier: MIT */
#include <netdumplings/bytes.h>
#include <netdumplings/quic.h>

#include "crypto.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#define VERSION_2 0x6b3343cfu
#define SALT_LEN 20
#define NUMBER_MAX_LEN 4

/* RFC 9000 section 19. */
enum {
	FRAME_PADDING = 0x00,
	FRAME_PING = 0x01,
	FRAME_ACK = 0x02,
	FRAME_ACK_ECN = 0x03,
	FRAME_CRYPTO = 0x06,
	FRAME_CLOSE = 0x1c,
};

/* What is left to be read. */
struct rest {
	const uint8_t *at, *end;
};

/* What a version's first keys come from: RFC 9001 section 5.2. */
static const uint8_t *salt_of(uint32_t version)
{
	static const uint8_t v1[SALT_LEN] = {0x38, 0x76, 0x2c, 0xf7, 0xf5,
					     0x59, 0x34, 0xb3, 0x4d, 0x17,
					     0x9a, 0xe6, 0xa4, 0xc8, 0x0c,
					     0xad, 0xcc, 0xbb, 0x7f, 0x0a};
	static const uint8_t v2[SALT_LEN] = {0x0d, 0xed, 0xe3, 0xde, 0xf7,
					     0x00, 0xa6, 0xdb, 0x81, 0x93,
					     0x81, 0xbe, 0x6e, 0x26, 0x9d,
					     0xcb, 0xf9, 0xbd, 0x2e, 0xd9};
	static const uint8_t draft29[SALT_LEN] = {0xaf, 0xbf, 0xec, 0x28, 0x99,
						  0x93, 0xd2, 0x4c, 0x9e, 0x97,
						  0x86, 0xf1, 0x9c, 0x61, 0x11,
						  0xe0, 0x43, 0x90, 0xa8, 0x99};
	static const uint8_t draft23[SALT_LEN] = {0xc3, 0xee, 0xf7, 0x12, 0xc7,
						  0x2e, 0xbb, 0x5a, 0x11, 0xa7,
						  0xd2, 0x43, 0x2b, 0xb4, 0x63,
						  0x65, 0xbe, 0xf9, 0xf5, 0x02};

	if (version == 1)
		return v1;
	if (version == VERSION_2)
		return v2;
	if (version >= 0xff000017 && version <= 0xff00001c)
		return draft23;
	if (version >= 0xff00001d && version <= 0xff000020)
		return draft29;
	if (version >= 0xff000021 && version <= 0xff000022)
		return v1;
	/* Numbers of mvfst's own for draft 27. */
	if (version == 0xfaceb002 || version == 0xfaceb00e)
		return draft23;
	return NULL;
}

/* --- numbers ---------------------------------------------------------------
 */

/* A number of 1, 2, 4 or 8 bytes: RFC 9000 section 16. */
static bool take_number(struct rest *r, uint64_t *to)
{
	size_t len;

	if (r->at == r->end)
		return false;
	len = (size_t)1 << (*r->at >> 6);
	if ((size_t)(r->end - r->at) < len)
		return false;
	*to = *r->at++ & 0x3f;
	while (--len > 0)
		*to = *to << 8 | *r->at++;
	return true;
}

static bool take_bytes(struct rest *r, uint64_t len, const uint8_t **to)
{
	if (len > (uint64_t)(r->end - r->at))
		return false;
	*to = r->at;
	r->at += len;
	return true;
}

/* --- packets ---------------------------------------------------------------
 */

static bool take_id(struct rest *r, const uint8_t **id, uint8_t *len)
{
	const uint8_t *p;

	if (!take_bytes(r, 1, &p) || *p > ND_QUIC_ID_MAX)
		return false;
	*len = *p;
	return take_bytes(r, *len, id);
}

/* RFC 9000 section 17.2, RFC 9369 section 3.2. */
int nd_quic_packet(const uint8_t *data, size_t len, struct nd_quic_packet *to)
{
	struct nd_quic_packet p = {.at = data};
	struct rest r = {data, data + len};
	const uint8_t *unused;
	unsigned type;
	uint64_t n;

	if (len < 7 || (data[0] & 0x80) == 0)
		return -ENOENT;
	p.version = nd_be32(data + 1);
	if (!salt_of(p.version))
		return -ENOENT;
	type = data[0] >> 4 & 3;
	if (p.version == VERSION_2)
		type = (type - 1) & 3;
	p.type = (enum nd_quic_type)type;
	r.at += 5;
	if (!take_id(&r, &p.dcid, &p.dcid_len) ||
	    !take_id(&r, &p.scid, &p.scid_len))
		return -EBADMSG;
	if (p.type == ND_QUIC_RETRY) {
		p.len = len;
		*to = p;
		return 0;
	}
	if (p.type == ND_QUIC_INITIAL) {
		if (!take_number(&r, &n) || !take_bytes(&r, n, &unused))
			return -EBADMSG;
		p.token_len = (size_t)n;
	}
	if (!take_number(&r, &n) || n > (uint64_t)(r.end - r.at))
		return -EBADMSG;
	p.number_at = (size_t)(r.at - data);
	p.len = p.number_at + (size_t)n;
	*to = p;
	return 0;
}

/* --- keys ------------------------------------------------------------------
 */

/* RFC 8446 section 7.1, for no context and at most one digest's length. */
static int expand(const uint8_t secret[CRYPTO_SHA256_LEN], const char *label,
		  uint8_t *to, size_t len)
{
	uint8_t info[32] = {0}, mac[CRYPTO_SHA256_LEN];
	size_t label_len = strlen(label);
	int rc;

	info[1] = (uint8_t)len;
	info[2] = (uint8_t)(6 + label_len);
	memcpy(info + 3, "tls13 ", 6);
	memcpy(info + 9, label, label_len);
	/* A zero for the context's length; then the block's number. */
	info[10 + label_len] = 1;
	rc = crypto_hmac_sha256(secret, sizeof(mac), info, 11 + label_len, mac);
	if (rc == 0)
		memcpy(to, mac, len);
	return rc;
}

int nd_quic_initial_keys(uint32_t version, const uint8_t *dcid, size_t dcid_len,
			 bool of_server, struct nd_quic_keys *to)
{
	const uint8_t *salt = salt_of(version);
	bool v2 = version == VERSION_2;
	uint8_t secret[CRYPTO_SHA256_LEN];
	struct nd_quic_keys keys;
	int rc;

	if (!salt)
		return -ENOENT;
	if (dcid_len > ND_QUIC_ID_MAX)
		return -EINVAL;
	rc = crypto_hmac_sha256(salt, SALT_LEN, dcid, dcid_len, secret);
	if (rc == 0)
		rc = expand(secret, of_server ? "server in" : "client in",
			    secret, sizeof(secret));
	if (rc == 0)
		rc = expand(secret, v2 ? "quicv2 key" : "quic key", keys.key,
			    sizeof(keys.key));
	if (rc == 0)
		rc = expand(secret, v2 ? "quicv2 iv" : "quic iv", keys.iv,
			    sizeof(keys.iv));
	if (rc == 0)
		rc = expand(secret, v2 ? "quicv2 hp" : "quic hp", keys.hp,
			    sizeof(keys.hp));
	if (rc == 0)
		*to = keys;
	return rc;
}

/* --- opening ---------------------------------------------------------------
 */

int nd_quic_open(const struct nd_quic_packet *p,
		 const struct nd_quic_keys *keys, uint8_t *plain, size_t size)
{
	size_t sealed = p->len - p->number_at, number_len, head_len;
	uint8_t mask[CRYPTO_AES_LEN], iv[CRYPTO_GCM_IV_LEN];
	uint8_t head[1500];
	struct crypto_gcm gcm = {.key = keys->key, .iv = iv, .head = head};
	int rc;

	if (p->type != ND_QUIC_INITIAL ||
	    sealed < NUMBER_MAX_LEN + CRYPTO_GCM_TAG_LEN)
		return -EBADMSG;
	if (p->number_at + NUMBER_MAX_LEN > sizeof(head) || sealed > INT_MAX)
		return -EMSGSIZE;
	rc = crypto_aes128(keys->hp, p->at + p->number_at + NUMBER_MAX_LEN,
			   mask);
	if (rc < 0)
		return rc;
	memcpy(head, p->at, p->number_at + NUMBER_MAX_LEN);
	head[0] ^= mask[0] & 0x0f;
	number_len = (head[0] & 3u) + 1;
	head_len = p->number_at + number_len;
	memcpy(iv, keys->iv, sizeof(iv));
	for (size_t i = 0; i < number_len; i++) {
		head[p->number_at + i] ^= mask[1 + i];
		iv[sizeof(iv) - number_len + i] ^= head[p->number_at + i];
	}
	gcm.head_len = head_len;
	gcm.sealed = p->at + head_len;
	gcm.sealed_len = p->len - head_len;
	if (gcm.sealed_len - CRYPTO_GCM_TAG_LEN > size)
		return -EMSGSIZE;
	rc = crypto_gcm_open(&gcm, plain);
	return rc < 0 ? rc : (int)(gcm.sealed_len - CRYPTO_GCM_TAG_LEN);
}

/* --- frames ----------------------------------------------------------------
 */

static bool skip_ack(struct rest *r, bool ecn)
{
	uint64_t ranges, n;

	if (!take_number(r, &n) || !take_number(r, &n) ||
	    !take_number(r, &ranges) || !take_number(r, &n))
		return false;
	while (ranges-- > 0)
		if (!take_number(r, &n) || !take_number(r, &n))
			return false;
	return !ecn ||
	       (take_number(r, &n) && take_number(r, &n) && take_number(r, &n));
}

static bool skip_close(struct rest *r)
{
	const uint8_t *reason;
	uint64_t n;

	return take_number(r, &n) && take_number(r, &n) && take_number(r, &n) &&
	       take_bytes(r, n, &reason);
}

int nd_quic_crypto(const uint8_t *frames, size_t len, size_t *at,
		   struct nd_quic_crypto *piece)
{
	struct rest r = {frames + *at, frames + len};
	bool good = true;
	uint64_t n;

	while (good && r.at < r.end) {
		switch (*r.at++) {
		case FRAME_PADDING:
		case FRAME_PING:
			break;
		case FRAME_ACK:
			good = skip_ack(&r, false);
			break;
		case FRAME_ACK_ECN:
			good = skip_ack(&r, true);
			break;
		case FRAME_CLOSE:
			good = skip_close(&r);
			break;
		case FRAME_CRYPTO:
			if (!take_number(&r, &piece->offset) ||
			    !take_number(&r, &n) ||
			    !take_bytes(&r, n, &piece->data))
				return -EBADMSG;
			piece->len = (size_t)n;
			*at = (size_t)(r.at - frames);
			return 1;
		default:
			good = false;
		}
	}
	return good ? 0 : -EBADMSG;
}

static bool is_there(const struct nd_quic_gather *g, size_t i)
{
	return (g->there[i / 8] >> i % 8 & 1) != 0;
}

int nd_quic_gather(struct nd_quic_gather *g, const struct nd_quic_crypto *piece)
{
	size_t at = (size_t)piece->offset;

	if (piece->offset > ND_QUIC_GATHER_MAX ||
	    piece->len > ND_QUIC_GATHER_MAX - at)
		return -EMSGSIZE;
	for (size_t i = 0; i < piece->len; i++, at++) {
		if (is_there(g, at))
			continue;
		g->bytes[at] = piece->data[i];
		g->there[at / 8] |= (uint8_t)(1 << at % 8);
	}
	while (g->len < ND_QUIC_GATHER_MAX && is_there(g, g->len))
		g->len++;
	return 0;
}
