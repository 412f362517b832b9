/* SPDX-License-Identifier: MIT */
#include <netdumplings/tls.h>

#include "crypto.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIST_MAX 1024 /* numbers; real hellos have two hundred at most */
#define HASH_LEN 12   /* characters */
#define EXT_SNI 0
#define EXT_ALPN 16

static const char hex[] = "0123456789abcdef";

struct list {
	size_t count;
	uint16_t numbers[LIST_MAX];
};

/* False if there is no more room. */
static bool add(struct list *list, uint16_t number)
{
	if (nd_tls_grease(number))
		return true;
	if (list->count == LIST_MAX)
		return false;
	list->numbers[list->count++] = number;
	return true;
}

static int by_number(const void *a, const void *b)
{
	const uint16_t *x = a, *y = b;

	return *x - *y;
}

static void sort(struct list *list)
{
	qsort(list->numbers, list->count, sizeof(*list->numbers), by_number);
}

/* The highest version offered, as two characters. */
static const char *version(const struct nd_tls_client_hello *h)
{
	uint16_t best = 0;

	for (size_t i = 0; i < nd_tls_count(&h->versions); i++) {
		uint16_t offered = nd_tls_number(&h->versions, i);

		if (!nd_tls_grease(offered) && offered > best)
			best = offered;
	}
	switch (best ? best : h->version) {
	case 0x0304:
		return "13";
	case 0x0303:
		return "12";
	case 0x0302:
		return "11";
	case 0x0301:
		return "10";
	case 0x0300:
		return "s3";
	case 0x0002:
		return "s2";
	default:
		return "00";
	}
}

static bool is_alphanumeric(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z');
}

/* The first name's first and last character; in hexadecimal if they are odd. */
static void put_alpn(const struct nd_tls_client_hello *h, char to[2])
{
	struct nd_tls_bytes rest = h->alpn, name;
	uint8_t first, last;

	to[0] = to[1] = '0';
	if (nd_tls_text(&rest, &name) != 1 || name.len == 0)
		return;
	first = name.at[0];
	last = name.at[name.len - 1];
	if (is_alphanumeric(first) && is_alphanumeric(last)) {
		to[0] = (char)first;
		to[1] = (char)last;
	} else {
		to[0] = hex[first >> 4];
		to[1] = hex[last & 15];
	}
}

static char *put_list(char *to, const struct list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		uint16_t n = list->numbers[i];

		if (i > 0)
			*to++ = ',';
		*to++ = hex[n >> 12];
		*to++ = hex[n >> 8 & 15];
		*to++ = hex[n >> 4 & 15];
		*to++ = hex[n & 15];
	}
	return to;
}

/* Twelve characters for a list, and for what stands behind it if not NULL. */
static int put_hash(const struct list *list, const struct list *behind,
		    char to[HASH_LEN])
{
	uint8_t digest[CRYPTO_SHA256_LEN];
	char text[5 * 2 * LIST_MAX + 1];
	char *end;
	int rc;

	memset(to, '0', HASH_LEN);
	if (list->count == 0)
		return 0;
	end = put_list(text, list);
	if (behind && behind->count > 0) {
		*end++ = '_';
		end = put_list(end, behind);
	}
	rc = crypto_sha256(text, (size_t)(end - text), digest);
	for (size_t i = 0; rc == 0 && i < HASH_LEN; i++)
		to[i] = hex[i % 2 ? digest[i / 2] & 15 : digest[i / 2] >> 4];
	return rc;
}

static unsigned two_digits(size_t count)
{
	return count > 99 ? 99 : (unsigned)count;
}

static bool add_all(struct list *list, const struct nd_tls_bytes *numbers)
{
	for (size_t i = 0; i < nd_tls_count(numbers); i++)
		if (!add(list, nd_tls_number(numbers, i)))
			return false;
	return true;
}

int nd_ja4(const struct nd_tls_client_hello *h, char transport,
	   char text[ND_JA4_SIZE])
{
	struct list list, signatures;
	struct nd_tls_bytes rest = h->extensions, content;
	size_t all = 0, ciphers;
	char out[ND_JA4_SIZE];
	uint16_t type;
	int rc;

	list.count = signatures.count = 0;
	if (!add_all(&list, &h->ciphers) ||
	    !add_all(&signatures, &h->signatures))
		return -E2BIG;
	ciphers = list.count;
	sort(&list);
	out[10] = out[23] = '_';
	rc = put_hash(&list, NULL, out + 11);
	if (rc < 0)
		return rc;
	list.count = 0;
	while (nd_tls_extension(&rest, &type, &content) == 1) {
		all += !nd_tls_grease(type);
		if (type != EXT_SNI && type != EXT_ALPN && !add(&list, type))
			return -E2BIG;
	}
	sort(&list);
	rc = put_hash(&list, &signatures, out + 24);
	if (rc < 0)
		return rc;
	snprintf(text, ND_JA4_SIZE, "%c%s%c%02u%02u", transport, version(h),
		 h->has_sni ? 'd' : 'i', two_digits(ciphers), two_digits(all));
	put_alpn(h, out + 8);
	memcpy(text + 8, out + 8, sizeof(out) - 9);
	text[ND_JA4_SIZE - 1] = '\0';
	return 0;
}
