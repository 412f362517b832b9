/* SPDX-License-Identifier: MIT */
#include "crypto.h"

#include <errno.h>
#include <limits.h>
#include <openssl/evp.h>
#include <string.h>

#define BLOCK_LEN 64 /* SHA-256's */

/* Fetching an algorithm takes longer than using it: once for a thread. */
struct digest {
	const char *name;
	EVP_MD *md;
	EVP_MD_CTX *ctx;
};

static _Thread_local struct digest sha1 = {"SHA1", NULL, NULL};
static _Thread_local struct digest sha256 = {"SHA256", NULL, NULL};
static _Thread_local EVP_CIPHER_CTX *block_ctx, *gcm_ctx;

/* The digest of two pieces, one after the other. */
static int digest2(struct digest *d, const void *a, size_t a_len, const void *b,
		   size_t b_len, uint8_t *digest)
{
	if (!d->md)
		d->md = EVP_MD_fetch(NULL, d->name, NULL);
	if (!d->ctx)
		d->ctx = EVP_MD_CTX_new();
	if (!d->md || !d->ctx || !EVP_DigestInit_ex2(d->ctx, d->md, NULL) ||
	    !EVP_DigestUpdate(d->ctx, a, a_len) ||
	    !EVP_DigestUpdate(d->ctx, b, b_len) ||
	    !EVP_DigestFinal_ex(d->ctx, digest, NULL))
		return -ENOMEM;
	return 0;
}

int crypto_sha1(const void *bytes, size_t len, uint8_t *digest)
{
	return digest2(&sha1, bytes, len, "", 0, digest);
}

int crypto_sha256(const void *bytes, size_t len, uint8_t *digest)
{
	return digest2(&sha256, bytes, len, "", 0, digest);
}

int crypto_hmac_sha256(const void *key, size_t key_len, const void *bytes,
		       size_t len, uint8_t *mac)
{
	uint8_t inner[BLOCK_LEN] = {0}, outer[BLOCK_LEN];
	uint8_t digest[CRYPTO_SHA256_LEN];
	int rc;

	memcpy(inner, key, key_len);
	for (size_t i = 0; i < BLOCK_LEN; i++) {
		outer[i] = inner[i] ^ 0x5c;
		inner[i] ^= 0x36;
	}
	rc = digest2(&sha256, inner, sizeof(inner), bytes, len, digest);
	if (rc < 0)
		return rc;
	return digest2(&sha256, outer, sizeof(outer), digest, sizeof(digest),
		       mac);
}

/* A context for one cipher, its key still to come. */
static EVP_CIPHER_CTX *new_cipher(const char *name)
{
	EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, name, NULL);
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();

	if (!cipher || !ctx ||
	    !EVP_CipherInit_ex2(ctx, cipher, NULL, NULL, 1, NULL)) {
		EVP_CIPHER_CTX_free(ctx);
		ctx = NULL;
	}
	EVP_CIPHER_free(cipher);
	return ctx;
}

int crypto_aes128(const uint8_t *key, const uint8_t *in, uint8_t *out)
{
	int len;

	if (!block_ctx)
		block_ctx = new_cipher("AES-128-ECB");
	if (!block_ctx ||
	    !EVP_EncryptInit_ex2(block_ctx, NULL, key, NULL, NULL) ||
	    !EVP_CIPHER_CTX_set_padding(block_ctx, 0) ||
	    !EVP_EncryptUpdate(block_ctx, out, &len, in, CRYPTO_AES_LEN))
		return -ENOMEM;
	return 0;
}

int crypto_gcm_open(const struct crypto_gcm *g, uint8_t *plain)
{
	uint8_t tag[CRYPTO_GCM_TAG_LEN];
	size_t plain_len;
	int len;

	if (g->sealed_len < sizeof(tag) || g->sealed_len > INT_MAX ||
	    g->head_len > INT_MAX)
		return -EBADMSG;
	if (!gcm_ctx)
		gcm_ctx = new_cipher("AES-128-GCM");
	if (!gcm_ctx)
		return -ENOMEM;
	plain_len = g->sealed_len - sizeof(tag);
	memcpy(tag, g->sealed + plain_len, sizeof(tag));
	if (!EVP_DecryptInit_ex2(gcm_ctx, NULL, g->key, g->iv, NULL) ||
	    !EVP_DecryptUpdate(gcm_ctx, NULL, &len, g->head,
			       (int)g->head_len) ||
	    !EVP_DecryptUpdate(gcm_ctx, plain, &len, g->sealed,
			       (int)plain_len) ||
	    !EVP_CIPHER_CTX_ctrl(gcm_ctx, EVP_CTRL_AEAD_SET_TAG, sizeof(tag),
				 tag))
		return -ENOMEM;
	/* Behind a GCM's last byte there is nothing to write. */
	return EVP_DecryptFinal_ex(gcm_ctx, plain + plain_len, &len) > 0
		       ? 0
		       : -EBADMSG;
}
