/* SPDX-License-Identifier: MIT */
#include <netdumplings/tls.h>

#include "crypto.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <time.h>

/* What is written of a name as text: RFC 2253, but UTF-8 as it is. */
#define NAME_FLAGS (XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB)

int nd_tls_fingerprint(const struct nd_tls_bytes *bytes,
		       uint8_t fingerprint[32])
{
	return crypto_sha256(bytes->at, bytes->len, fingerprint);
}

/* The longest part of a text that fits and ends with a whole character. */
static size_t fit(const char *text, size_t len, size_t size)
{
	if (len < size)
		return len;
	len = size - 1;
	while (len > 0 && ((uint8_t)text[len] & 0xc0) == 0x80)
		len--;
	return len;
}

static int put_name(BIO *bio, const X509_NAME *name, char *to, size_t size)
{
	char *text;
	long len;

	(void)BIO_reset(bio);
	if (X509_NAME_print_ex(bio, name, 0, NAME_FLAGS) < 0)
		return -EBADMSG;
	len = BIO_get_mem_data(bio, &text);
	if (len > 0) {
		size_t n = fit(text, (size_t)len, size);

		memcpy(to, text, n);
		to[n] = '\0';
	}
	return 0;
}

static void put_serial(const ASN1_INTEGER *serial, char *to, size_t size)
{
	static const char hex[] = "0123456789abcdef";
	const uint8_t *bytes = ASN1_STRING_get0_data(serial);
	size_t len = (size_t)ASN1_STRING_length(serial);

	if (len > (size - 1) / 2)
		len = (size - 1) / 2;
	for (size_t i = 0; i < len; i++) {
		*to++ = hex[bytes[i] >> 4];
		*to++ = hex[bytes[i] & 15];
	}
	*to = '\0';
}

static int get_time(const ASN1_TIME *time, int64_t *to)
{
	struct tm tm;

	if (!time || !ASN1_TIME_to_tm(time, &tm))
		return -EBADMSG;
	*to = timegm(&tm);
	return 0;
}

/* Adds a name to the list, whole or not at all. */
static void add_name(struct nd_tls_certificate *c, const char *text, size_t len)
{
	if (len == 0 || memchr(text, '\0', len) ||
	    len >= sizeof(c->names) - c->names_len)
		return;
	memcpy(c->names + c->names_len, text, len);
	c->names[c->names_len + len] = '\0';
	c->names_len += (uint32_t)len + 1;
}

static void add_alternative(struct nd_tls_certificate *c,
			    const GENERAL_NAME *name)
{
	const uint8_t *bytes;
	char text[INET6_ADDRSTRLEN];
	int len;

	if (name->type == GEN_DNS) {
		bytes = ASN1_STRING_get0_data(name->d.dNSName);
		len = ASN1_STRING_length(name->d.dNSName);
		add_name(c, (const char *)bytes, (size_t)len);
	} else if (name->type == GEN_IPADD) {
		bytes = ASN1_STRING_get0_data(name->d.iPAddress);
		len = ASN1_STRING_length(name->d.iPAddress);
		if ((len == 4 || len == 16) &&
		    inet_ntop(len == 4 ? AF_INET : AF_INET6, bytes, text,
			      sizeof(text)))
			add_name(c, text, strlen(text));
	}
}

static void add_alternatives(struct nd_tls_certificate *c, const X509 *x509)
{
	GENERAL_NAMES *names;

	names = X509_get_ext_d2i(x509, NID_subject_alt_name, NULL, NULL);
	if (!names)
		return;
	c->names_count = (uint32_t)sk_GENERAL_NAME_num(names);
	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++)
		add_alternative(c, sk_GENERAL_NAME_value(names, i));
	GENERAL_NAMES_free(names);
}

int nd_tls_certificate(const struct nd_tls_bytes *der,
		       struct nd_tls_certificate *to)
{
	struct nd_tls_certificate c = {0};
	const uint8_t *p = der->at;
	X509 *x509 = NULL;
	BIO *bio = NULL;
	int rc = -EBADMSG;

	if (der->len == 0 || der->len > LONG_MAX)
		return -EBADMSG;
	x509 = d2i_X509(NULL, &p, (long)der->len);
	if (!x509)
		goto out;
	bio = BIO_new(BIO_s_mem());
	if (!bio) {
		rc = -ENOMEM;
		goto out;
	}
	rc = put_name(bio, X509_get_subject_name(x509), c.subject,
		      sizeof(c.subject));
	if (rc == 0)
		rc = put_name(bio, X509_get_issuer_name(x509), c.issuer,
			      sizeof(c.issuer));
	if (rc == 0)
		rc = get_time(X509_get0_notBefore(x509), &c.not_before_s);
	if (rc == 0)
		rc = get_time(X509_get0_notAfter(x509), &c.not_after_s);
	if (rc < 0)
		goto out;
	put_serial(X509_get0_serialNumber(x509), c.serial, sizeof(c.serial));
	add_alternatives(&c, x509);
	rc = nd_tls_fingerprint(der, c.fingerprint);
	if (rc == 0)
		*to = c;
out:
	BIO_free(bio);
	X509_free(x509);
	/* OpenSSL keeps a list of what went wrong, which nobody reads. */
	ERR_clear_error();
	return rc;
}
