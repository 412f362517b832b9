/* SPDX-License-Identifier: MIT */
#include "put.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdumplings/chef.h>
#include <stdlib.h>
#include <string.h>

/* The buffer's first size; it doubles from there. */
#define CAP_FIRST 4096

/*
 * Of values that are no texts, the longest, and of what stands before a text;
 * as much more than the limit is made room for, and told when all is there.
 */
#define VALUE_LEN_MAX 16
#define HEADER_LEN_MAX 5
#define SLACK 32

/* Makes the buffer larger; false with the error set. */
static __attribute__((noinline, cold)) bool grow(struct nd_dumpling *d,
						 size_t len)
{
	size_t cap = d->cap;
	uint8_t *buf;

	if (len > d->limit + SLACK || d->len > d->limit + SLACK - len) {
		d->error = -EMSGSIZE;
		return false;
	}
	while (cap - d->len < len)
		cap = cap < CAP_FIRST ? CAP_FIRST : cap * 2;
	buf = realloc(d->buf, cap);
	if (!buf) {
		d->error = -ENOMEM;
		return false;
	}
	d->buf = buf;
	d->cap = cap;
	return true;
}

/* Room for `len` more bytes; false with the error set. */
static inline bool room(struct nd_dumpling *d, size_t len)
{
	return d->cap - d->len >= len || grow(d, len);
}

/* As memcpy(), which for a few bytes is mostly the way there and back. */
static inline void copy(uint8_t *to, const uint8_t *from, size_t len)
{
	uint64_t a, b;
	uint32_t c, e;

	if (len > 16) {
		memcpy(to, from, len);
	} else if (len >= 8) {
		memcpy(&a, from, 8);
		memcpy(&b, from + len - 8, 8);
		memcpy(to, &a, 8);
		memcpy(to + len - 8, &b, 8);
	} else if (len >= 4) {
		memcpy(&c, from, 4);
		memcpy(&e, from + len - 4, 4);
		memcpy(to, &c, 4);
		memcpy(to + len - 4, &e, 4);
	} else if (len > 0) {
		to[0] = from[0];
		to[len / 2] = from[len / 2];
		to[len - 1] = from[len - 1];
	}
}

/* For which there is room. */
static inline void append(struct nd_dumpling *d, const void *bytes, size_t len)
{
	if (__builtin_constant_p(len))
		memcpy(d->buf + d->len, bytes, len);
	else
		copy(d->buf + d->len, bytes, len);
	d->len += len;
}

/*
 * msgpack-c's encoder, made to write straight into a dumpling: its template is
 * what pack.h instantiates with a call through a pointer for every piece.
 */
#include <msgpack/pack_define.h>
#include <msgpack/timestamp.h>
#define msgpack_pack_inline_func(name) static inline void pack##name
#define msgpack_pack_inline_func_cint(name) static inline void pack##name
#define msgpack_pack_inline_func_fixint(name) static inline void pack_fix##name
#define msgpack_pack_user struct nd_dumpling *
#define msgpack_pack_append_buffer(d, bytes, len) append(d, bytes, len)
/* The template's timestamp calls this one by the name it has in pack.h. */
#define msgpack_pack_ext pack_ext
#include <msgpack/pack_template.h>
#undef msgpack_pack_ext

/* --- containers ---------------------------------------------------------- */

static void open_container(struct nd_dumpling *d, bool is_map)
{
	if (d->depth == ND_DEPTH_MAX) {
		d->error = -ELOOP;
		return;
	}
	d->open[d->depth].at = d->len;
	d->open[d->depth].count = 0;
	d->open[d->depth].is_map = is_map;
	d->open[d->depth].wants_key = is_map;
	d->depth++;
	pack_array(d, 0); /* a byte, put right by close_container() */
}

/*
 * Writes the header over the byte kept for it; one with more than 15 elements
 * is longer and moves them.
 */
static void close_container(struct nd_dumpling *d)
{
	struct dumpling_open *c = &d->open[--d->depth];
	uint8_t *at = d->buf + c->at;
	size_t more = c->count < 16 ? 0 : c->count < 65536 ? 2 : 4;
	size_t len = d->len;

	if (more > 0) {
		if (!room(d, more))
			return;
		at = d->buf + c->at;
		memmove(at + 1 + more, at + 1, len - c->at - 1);
	}
	d->len = c->at;
	if (c->is_map)
		pack_map(d, c->count);
	else
		pack_array(d, c->count);
	d->len = len + more;
	if (d->depth == 0)
		d->complete = true;
}

/*
 * Ready for one more value under this key, with room for so many bytes of it;
 * false if it may not come.
 */
static inline bool next_value(struct nd_dumpling *d, const char *key,
			      size_t len)
{
	size_t key_len = key ? strlen(key) : 0;
	struct dumpling_open *c;

	if (d->error)
		return false;
	if (d->complete) {
		d->error = -EINVAL;
		return false;
	}
	if (!room(d, len + key_len + HEADER_LEN_MAX + 1))
		return false;
	if (d->depth == 0) {
		if (!key)
			return true;
		d->implicit = true;
		open_container(d, true);
	}
	c = &d->open[d->depth - 1];
	if (c->wants_key != (key != NULL) || c->count == UINT32_MAX) {
		d->error = -EINVAL;
		return false;
	}
	c->wants_key = c->is_map;
	c->count++;
	if (key) {
		pack_str(d, key_len);
		pack_str_body(d, key, key_len);
	}
	return true;
}

/* A value that is no container is whole at once. */
static inline void value_done(struct nd_dumpling *d)
{
	if (d->depth == 0)
		d->complete = true;
}

void nd_put_map(struct nd_dumpling *out, const char *key)
{
	if (next_value(out, key, 1))
		open_container(out, true);
}

void nd_put_array(struct nd_dumpling *out, const char *key)
{
	if (next_value(out, key, 1))
		open_container(out, false);
}

/* False where a key has no value. */
static bool keys_match(const struct nd_dumpling *d)
{
	const struct dumpling_open *c = &d->open[d->depth - 1];

	return c->wants_key == c->is_map;
}

void nd_end(struct nd_dumpling *out)
{
	if (out->error)
		return;
	if (out->depth == (out->implicit ? 1U : 0U) || !keys_match(out))
		out->error = -EINVAL;
	else
		close_container(out);
}

/* --- values -------------------------------------------------------------- */

void nd_put_nil(struct nd_dumpling *out, const char *key)
{
	if (!next_value(out, key, VALUE_LEN_MAX))
		return;
	pack_nil(out);
	value_done(out);
}

void nd_put_bool(struct nd_dumpling *out, const char *key, bool v)
{
	if (!next_value(out, key, VALUE_LEN_MAX))
		return;
	if (v)
		pack_true(out);
	else
		pack_false(out);
	value_done(out);
}

void nd_put_int(struct nd_dumpling *out, const char *key, int64_t v)
{
	if (!next_value(out, key, VALUE_LEN_MAX))
		return;
	pack_int64(out, v);
	value_done(out);
}

void nd_put_uint(struct nd_dumpling *out, const char *key, uint64_t v)
{
	if (!next_value(out, key, VALUE_LEN_MAX))
		return;
	pack_uint64(out, v);
	value_done(out);
}

void nd_put_double(struct nd_dumpling *out, const char *key, double v)
{
	if (!next_value(out, key, VALUE_LEN_MAX))
		return;
	pack_double(out, v);
	value_done(out);
}

void nd_put_strn(struct nd_dumpling *out, const char *key, const char *text,
		 size_t text_len)
{
	if (text_len > UINT32_MAX && !out->error)
		out->error = -EMSGSIZE;
	if (!next_value(out, key, HEADER_LEN_MAX + text_len))
		return;
	pack_str(out, text_len);
	pack_str_body(out, text, text_len);
	value_done(out);
}

void nd_put_str(struct nd_dumpling *out, const char *key, const char *text)
{
	if (text)
		nd_put_strn(out, key, text, strlen(text));
	else
		nd_put_nil(out, key);
}

void nd_put_bin(struct nd_dumpling *out, const char *key, const void *bytes,
		size_t bytes_len)
{
	if (bytes_len > UINT32_MAX && !out->error)
		out->error = -EMSGSIZE;
	if (!next_value(out, key, HEADER_LEN_MAX + bytes_len))
		return;
	pack_bin(out, bytes_len);
	pack_bin_body(out, bytes, bytes_len);
	value_done(out);
}

void nd_put_time(struct nd_dumpling *out, const char *key, int64_t time_ns)
{
	msgpack_timestamp t;
	int64_t ns = time_ns % 1000000000;

	if (!next_value(out, key, VALUE_LEN_MAX))
		return;
	t.tv_sec = time_ns / 1000000000 - (ns < 0);
	t.tv_nsec = (uint32_t)(ns < 0 ? ns + 1000000000 : ns);
	pack_timestamp(out, &t);
	value_done(out);
}

void nd_put_mac(struct nd_dumpling *out, const char *key, const uint8_t *mac)
{
	static const char digits[] = "0123456789abcdef";
	char text[17];

	for (size_t i = 0; i < 6; i++) {
		text[3 * i] = digits[mac[i] >> 4];
		text[3 * i + 1] = digits[mac[i] & 15];
		if (i < 5)
			text[3 * i + 2] = ':';
	}
	nd_put_strn(out, key, text, sizeof(text));
}

/* Writes 0 to 255 in decimal; inet_ntop() takes thirteen times as long. */
static char *decimal(char *to, uint8_t n)
{
	if (n >= 100)
		*to++ = (char)('0' + n / 100);
	if (n >= 10)
		*to++ = (char)('0' + n / 10 % 10);
	*to++ = (char)('0' + n % 10);
	return to;
}

void nd_put_ip(struct nd_dumpling *out, const char *key, const uint8_t *addr,
	       size_t addr_len)
{
	char text[INET6_ADDRSTRLEN], *to = text;

	if (addr_len == 4) {
		for (size_t i = 0; i < 4; i++) {
			to = decimal(to, addr[i]);
			*to++ = '.';
		}
		nd_put_strn(out, key, text, (size_t)(to - text) - 1);
	} else if (addr_len == 16) {
		inet_ntop(AF_INET6, addr, text, sizeof(text));
		nd_put_str(out, key, text);
	} else {
		nd_put_nil(out, key);
	}
}

void put_raw(struct nd_dumpling *d, const char *key, const void *bytes,
	     size_t bytes_len)
{
	if (!next_value(d, key, bytes_len))
		return;
	append(d, bytes, bytes_len);
	value_done(d);
}

void put_map_key(struct nd_dumpling *d, const char *key, size_t key_len)
{
	struct dumpling_open *c;

	if (d->error)
		return;
	if (d->depth == 0 || !d->open[d->depth - 1].wants_key ||
	    key_len > UINT32_MAX) {
		d->error = -EINVAL;
		return;
	}
	if (!room(d, HEADER_LEN_MAX + key_len))
		return;
	c = &d->open[d->depth - 1];
	c->wants_key = false;
	pack_str(d, key_len);
	pack_str_body(d, key, key_len);
}

int nd_error(const struct nd_dumpling *out)
{
	return out->error;
}

int nd_serve(struct nd_dumpling *out)
{
	return out->serve ? out->serve(out->host) : -ENOTSUP;
}

/* --- the whole ----------------------------------------------------------- */

void put_begin(struct nd_dumpling *d)
{
	d->start = d->len;
	d->error = 0;
	d->depth = 0;
	d->implicit = false;
	d->complete = false;
}

int put_finish(struct nd_dumpling *d)
{
	if (!d->error && d->implicit && d->depth == 1 && keys_match(d))
		close_container(d);
	if (!d->error && d->len > d->limit)
		d->error = -EMSGSIZE; /* it fitted in what was there */
	if (!d->error && !d->complete)
		d->error = -EINVAL;
	if (d->error)
		d->len = d->start;
	return d->error;
}

void put_expose(struct nd_dumpling *d)
{
	d->payload = d->buf + d->start;
	d->payload_len = d->len - d->start;
}

void put_bytes(struct nd_dumpling *d, const void *bytes, size_t bytes_len)
{
	if (room(d, bytes_len))
		append(d, bytes, bytes_len);
}
