/* SPDX-License-Identifier: MIT */
#ifndef QUIC_SEAL_H
#define QUIC_SEAL_H

/* The other direction of common/protocol/quic.c: makes Initial packets. */

#include <netdumplings/quic.h>
#include <openssl/evp.h>
#include <string.h>

struct quic_seal {
	uint32_t version;
	const uint8_t *dcid, *scid;
	uint8_t dcid_len, scid_len;
	uint8_t token_len;  /* below 64, zeros */
	uint8_t number;     /* of the packet */
	uint8_t number_len; /* 1 to 4 */
};

static inline size_t quic_seal_header(const struct quic_seal *s,
				      size_t frames_len, uint8_t *to)
{
	size_t len = s->number_len + frames_len + 16;
	unsigned type = s->version == 0x6b3343cf ? 1 : 0;
	uint8_t *p = to;

	*p++ = (uint8_t)(0xc0 | type << 4 | (s->number_len - 1u));
	for (int shift = 24; shift >= 0; shift -= 8)
		*p++ = (uint8_t)(s->version >> shift);
	*p++ = s->dcid_len;
	memcpy(p, s->dcid, s->dcid_len);
	p += s->dcid_len;
	*p++ = s->scid_len;
	if (s->scid_len)
		memcpy(p, s->scid, s->scid_len);
	p += s->scid_len;
	*p++ = s->token_len;
	memset(p, 0, s->token_len);
	p += s->token_len;
	*p++ = (uint8_t)(0x40 | len >> 8);
	*p++ = (uint8_t)len;
	memset(p, 0, s->number_len - 1u);
	p += s->number_len;
	p[-1] = s->number;
	return (size_t)(p - to);
}

/* Returns the packet's length; `to` has room for 100 bytes more than frames. */
static inline size_t quic_seal(const struct quic_seal *s,
			       const struct nd_quic_keys *keys,
			       const void *frames, size_t len, uint8_t *to)
{
	size_t head = quic_seal_header(s, len, to);
	size_t number_at = head - s->number_len;
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t iv[12], mask[32];
	bool good;
	int n;

	memcpy(iv, keys->iv, sizeof(iv));
	iv[11] ^= s->number;
	good = ctx &&
	       EVP_EncryptInit_ex(ctx, EVP_aes_128_gcm(), NULL, keys->key,
				  iv) &&
	       EVP_EncryptUpdate(ctx, NULL, &n, to, (int)head) &&
	       EVP_EncryptUpdate(ctx, to + head, &n, frames, (int)len) &&
	       EVP_EncryptFinal_ex(ctx, to + head + len, &n) &&
	       EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, 16,
				   to + head + len) &&
	       EVP_EncryptInit_ex(ctx, EVP_aes_128_ecb(), NULL, keys->hp,
				  NULL) &&
	       EVP_EncryptUpdate(ctx, mask, &n, to + number_at + 4, 16);
	EVP_CIPHER_CTX_free(ctx);
	if (!good)
		return 0;
	to[0] ^= mask[0] & 15;
	for (size_t i = 0; i < s->number_len; i++)
		to[number_at + i] ^= mask[1 + i];
	return head + len + 16;
}

#endif
