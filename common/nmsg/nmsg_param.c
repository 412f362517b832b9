/* SPDX-License-Identifier: MIT */
#include "nmsg_param.h"

#include "nmsg_rdata.h"
#include "nmsg_text.h"

#include <string.h>

static void put_number(struct text *t, uint32_t n)
{
	text_putc(t, (char)(uint8_t)(n >> 8));
	text_putc(t, (char)(uint8_t)n);
}

/* The items of a list with commas between them, each by put(). */
static bool items(struct text *t, const char *text, size_t len,
		  bool (*put)(struct text *t, const char *item, size_t len))
{
	const char *end = text + len;

	while (text < end) {
		const char *comma = memchr(text, ',', (size_t)(end - text));

		if (!comma)
			comma = end;
		if (!put(t, text, (size_t)(comma - text)))
			return false;
		text = comma < end ? comma + 1 : end;
	}
	return true;
}

static bool put_key(struct text *t, const char *item, size_t len)
{
	int key = nmsg_rdata_key_number(item, len);

	if (key < 0)
		return false;
	put_number(t, (uint32_t)key);
	return true;
}

static bool put_ip4(struct text *t, const char *item, size_t len)
{
	uint8_t bytes[16];

	if (nmsg_text_ip_read(item, len, bytes) != 4)
		return false;
	text_put(t, bytes, 4);
	return true;
}

static bool put_ip6(struct text *t, const char *item, size_t len)
{
	uint8_t bytes[16];

	if (nmsg_text_ip_read(item, len, bytes) != 16)
		return false;
	text_put(t, bytes, 16);
	return true;
}

/* RFC 9460 appendix A.1: commas and backslashes have one before them. */
static bool put_alpn(struct text *t, const char *text, size_t len)
{
	const char *end = text + len;

	for (;;) {
		size_t at = t->len;

		text_putc(t, '\0');
		while (text < end && *text != ',') {
			if (*text == '\\' && ++text == end)
				return false;
			text_putc(t, *text++);
		}
		if (t->error || t->len - at - 1 > UINT8_MAX)
			return false;
		t->at[at] = (char)(uint8_t)(t->len - at - 1);
		if (text == end)
			return true;
		text++;
	}
}

bool nmsg_param_read(struct text *t, int key, const char *v, size_t len)
{
	uint64_t n;
	bool negative;

	switch (key) {
	case 0:
		return items(t, v, len, put_key);
	case 1:
		return put_alpn(t, v, len);
	case 2:
		return len == 0;
	case 3:
		if (!nmsg_text_int_read(v, len, &n, &negative) || n >> 16)
			return false;
		put_number(t, (uint32_t)n);
		return true;
	case 4:
		return items(t, v, len, put_ip4);
	case 5:
		return len == 0 || nmsg_text_base64_read(t, v, len);
	case 6:
		return items(t, v, len, put_ip6);
	default:
		if (len > 0)
			text_put(t, v, len);
		return true;
	}
}
