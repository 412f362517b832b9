/* SPDX-License-Identifier: MIT */
#ifndef CRYPTO_H
#define CRYPTO_H

#include <stddef.h>
#include <stdint.h>

/*
 * OpenSSL's primitives, their contexts made once for each thread.  All return
 * 0, or -ENOMEM where OpenSSL does not do what it should.  Digests, keys and
 * blocks are as long as the numbers below say.
 */

#define CRYPTO_SHA1_LEN 20
#define CRYPTO_SHA256_LEN 32
#define CRYPTO_AES_LEN 16
#define CRYPTO_GCM_IV_LEN 12
#define CRYPTO_GCM_TAG_LEN 16

int crypto_sha1(const void *bytes, size_t len, uint8_t *digest);
int crypto_sha256(const void *bytes, size_t len, uint8_t *digest);
/* RFC 2104; key_len is a block's, 64 bytes, at most. */
int crypto_hmac_sha256(const void *key, size_t key_len, const void *bytes,
		       size_t len, uint8_t *mac);
/* Encrypts one block by AES-128. */
int crypto_aes128(const uint8_t *key, const uint8_t *in, uint8_t *out);

struct crypto_gcm {
	const uint8_t *key;  /* CRYPTO_AES_LEN */
	const uint8_t *iv;   /* CRYPTO_GCM_IV_LEN */
	const uint8_t *head; /* what is authenticated, not encrypted */
	size_t head_len;
	const uint8_t *sealed; /* with its tag at the end */
	size_t sealed_len;
};

/*
 * Opens what AES-128-GCM sealed; `plain` has room for sealed_len less the tag.
 * -EBADMSG for a wrong tag.
 */
int crypto_gcm_open(const struct crypto_gcm *gcm, uint8_t *plain);

#endif
