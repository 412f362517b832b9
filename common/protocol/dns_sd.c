/* SPDX-License-Identifier: MIT */
#include "dns.h"

#include <string.h>

/* Keys put of one TXT record, at most. */
#define KEYS_MAX 64

/* RFC 6763 section 6.4: printable, and not empty; in small letters here. */
static size_t read_key(const uint8_t *p, size_t len, char key[256])
{
	size_t i;

	for (i = 0; i < len && p[i] != '='; i++) {
		if (p[i] < 0x20 || p[i] > 0x7e)
			return 0;
		key[i] = (char)(p[i] + (p[i] >= 'A' && p[i] <= 'Z') * 32);
	}
	key[i] = '\0';
	return i;
}

/* The last key is one of those before it. */
static bool is_known(char keys[][256], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(keys[i], keys[count]) == 0)
			return true;
	return false;
}

void nd_put_dns_txt(struct nd_dumpling *out, const char *key,
		    const uint8_t *rdata, size_t rdata_len)
{
	struct dns_data d = {.msg = rdata, .end = rdata_len};
	char keys[KEYS_MAX][256];
	size_t count = 0;

	nd_put_map(out, key);
	while (dns_left(&d) > 0 && count < KEYS_MAX) {
		size_t len = dns_take8(&d);
		const uint8_t *p = dns_take(&d, len);
		size_t key_len = d.bad ? 0 : read_key(p, len, keys[count]);

		if (d.bad)
			break;
		if (key_len == 0 || is_known(keys, count))
			continue;
		if (key_len < len)
			nd_put_strn(out, keys[count],
				    (const char *)p + key_len + 1,
				    len - key_len - 1);
		else
			nd_put_nil(out, keys[count]);
		count++;
	}
	nd_end(out);
}
