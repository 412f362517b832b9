/* SPDX-License-Identifier: MIT */
#include "value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static uint64_t big_endian(const uint8_t *p, size_t len)
{
	uint64_t v = 0;

	for (size_t i = 0; i < len; i++)
		v = v << 8 | p[i];
	return v;
}

static bool has(const struct value_reader *r, size_t len)
{
	return (size_t)(r->end - r->at) >= len;
}

/* The big-endian number of `len` bytes that follows, or -EBADMSG. */
static int number(struct value_reader *r, size_t len, uint64_t *v)
{
	if (!has(r, len))
		return -EBADMSG;
	*v = big_endian(r->at, len);
	r->at += len;
	return 0;
}

static int uint_value(struct value_reader *r, size_t len, struct nd_value *v)
{
	v->type = ND_UINT;
	return number(r, len, &v->as.u);
}

static int int_value(struct value_reader *r, size_t len, struct nd_value *v)
{
	unsigned shift = 64 - 8 * (unsigned)len;
	uint64_t bits;

	if (number(r, len, &bits) < 0)
		return -EBADMSG;
	v->as.i = (int64_t)(bits << shift) >> shift;
	v->type = v->as.i < 0 ? ND_INT : ND_UINT;
	return 0;
}

static int double_value(struct value_reader *r, size_t len, struct nd_value *v)
{
	uint64_t bits;

	if (number(r, len, &bits) < 0)
		return -EBADMSG;
	v->type = ND_DOUBLE;
	if (len == 4) {
		uint32_t half = (uint32_t)bits;
		float f;

		memcpy(&f, &half, sizeof(f));
		v->as.d = (double)f;
	} else {
		memcpy(&v->as.d, &bits, sizeof(v->as.d));
	}
	return 0;
}

/* A value of `len` bytes; they are stepped over. */
static int bytes_value(struct value_reader *r, enum nd_type type, uint32_t len,
		       struct nd_value *v)
{
	if (!has(r, len))
		return -EBADMSG;
	v->type = type;
	v->len = len;
	v->as.bytes = r->at;
	r->at += len;
	return 0;
}

static int sized_bytes(struct value_reader *r, enum nd_type type,
		       size_t len_len, struct nd_value *v)
{
	uint64_t len;

	if (number(r, len_len, &len) < 0)
		return -EBADMSG;
	return bytes_value(r, type, (uint32_t)len, v);
}

/* An array or a map of `len` elements or pairs, of one byte each at least. */
static int container(struct value_reader *r, enum nd_type type, uint32_t len,
		     struct nd_value *v)
{
	size_t least = type == ND_MAP ? (size_t)len * 2 : len;

	if (!has(r, least))
		return -EBADMSG;
	v->type = type;
	v->len = len;
	v->as.bytes = r->at;
	return 0;
}

static int sized_container(struct value_reader *r, enum nd_type type,
			   size_t len_len, struct nd_value *v)
{
	uint64_t len;

	if (number(r, len_len, &len) < 0)
		return -EBADMSG;
	return container(r, type, (uint32_t)len, v);
}

/* The timestamp extension, type -1: 32, 64 or 96 bits. */
static void timestamp(struct nd_value *v)
{
	const uint8_t *p = v->as.bytes;
	uint64_t ns = 0;
	int64_t s;

	switch (v->len) {
	case 4:
		s = (int64_t)big_endian(p, 4);
		break;
	case 8:
		ns = big_endian(p, 8) >> 34;
		s = (int64_t)(big_endian(p, 8) & 0x3ffffffffULL);
		break;
	case 12:
		ns = big_endian(p, 4);
		s = (int64_t)big_endian(p + 4, 8);
		break;
	default:
		return;
	}
	/* What does not fit in ns since 1970 stays an extension. */
	if (ns > 999999999 || s > INT64_MAX / 1000000000 - 1 ||
	    s < INT64_MIN / 1000000000 + 1)
		return;
	v->type = ND_TIME;
	v->as.i = s * 1000000000 + (int64_t)ns;
}

static int ext_value(struct value_reader *r, uint32_t len, struct nd_value *v)
{
	uint64_t type;

	if (number(r, 1, &type) < 0 || bytes_value(r, ND_EXT, len, v) < 0)
		return -EBADMSG;
	v->ext_type = (int8_t)type;
	if (v->ext_type == -1)
		timestamp(v);
	return 0;
}

static int sized_ext(struct value_reader *r, size_t len_len, struct nd_value *v)
{
	uint64_t len;

	if (number(r, len_len, &len) < 0)
		return -EBADMSG;
	return ext_value(r, (uint32_t)len, v);
}

static int bool_value(bool b, struct nd_value *v)
{
	v->type = ND_BOOL;
	v->as.b = b;
	return 0;
}

/* The formats whose first byte is 0xc0 to 0xdf, in the table's order. */
static int read_other(struct value_reader *r, uint8_t first, struct nd_value *v)
{
	switch (first) {
	case 0xc0:
		v->type = ND_NIL;
		return 0;
	case 0xc2:
	case 0xc3:
		return bool_value(first == 0xc3, v);
	case 0xc4:
	case 0xc5:
	case 0xc6:
		return sized_bytes(r, ND_BIN, (size_t)1 << (first - 0xc4), v);
	case 0xc7:
	case 0xc8:
	case 0xc9:
		return sized_ext(r, (size_t)1 << (first - 0xc7), v);
	case 0xca:
		return double_value(r, 4, v);
	case 0xcb:
		return double_value(r, 8, v);
	case 0xcc:
	case 0xcd:
	case 0xce:
	case 0xcf:
		return uint_value(r, (size_t)1 << (first - 0xcc), v);
	case 0xd0:
	case 0xd1:
	case 0xd2:
	case 0xd3:
		return int_value(r, (size_t)1 << (first - 0xd0), v);
	case 0xd4:
	case 0xd5:
	case 0xd6:
	case 0xd7:
	case 0xd8:
		return ext_value(r, UINT32_C(1) << (first - 0xd4), v);
	case 0xd9:
	case 0xda:
	case 0xdb:
		return sized_bytes(r, ND_STR, (size_t)1 << (first - 0xd9), v);
	case 0xdc:
	case 0xdd:
		return sized_container(r, ND_ARRAY, first == 0xdc ? 2 : 4, v);
	case 0xde:
	case 0xdf:
		return sized_container(r, ND_MAP, first == 0xde ? 2 : 4, v);
	default: /* 0xc1 is never used */
		return -EBADMSG;
	}
}

int value_read(struct value_reader *r, struct nd_value *v)
{
	uint8_t first;

	if (!has(r, 1))
		return -EBADMSG;
	first = *r->at++;
	v->end = r->end;
	v->len = 0;
	v->ext_type = 0;
	if (first < 0x80) {
		v->type = ND_UINT;
		v->as.u = first;
		return 0;
	}
	if (first < 0x90)
		return container(r, ND_MAP, first & 0x0f, v);
	if (first < 0xa0)
		return container(r, ND_ARRAY, first & 0x0f, v);
	if (first < 0xc0)
		return bytes_value(r, ND_STR, first & 0x1f, v);
	if (first < 0xe0)
		return read_other(r, first, v);
	v->type = ND_INT;
	v->as.i = (int8_t)first;
	return 0;
}

/*
 * What follows a first byte from 0xc0 to 0xdf: a length, of so many bytes, and
 * then so many bytes more.  The length counts bytes, or elements of so many
 * values each.
 */
static const struct {
	uint8_t bytes, len_len, each;
} shapes[32] = {
	[0x04] = {0, 1, 0}, [0x05] = {0, 2, 0}, [0x06] = {0, 4, 0},
	[0x07] = {1, 1, 0}, [0x08] = {1, 2, 0}, [0x09] = {1, 4, 0},
	[0x0a] = {4, 0, 0}, [0x0b] = {8, 0, 0}, [0x0c] = {1, 0, 0},
	[0x0d] = {2, 0, 0}, [0x0e] = {4, 0, 0}, [0x0f] = {8, 0, 0},
	[0x10] = {1, 0, 0}, [0x11] = {2, 0, 0}, [0x12] = {4, 0, 0},
	[0x13] = {8, 0, 0}, [0x14] = {2, 0, 0}, [0x15] = {3, 0, 0},
	[0x16] = {5, 0, 0}, [0x17] = {9, 0, 0}, [0x18] = {17, 0, 0},
	[0x19] = {0, 1, 0}, [0x1a] = {0, 2, 0}, [0x1b] = {0, 4, 0},
	[0x1c] = {0, 2, 1}, [0x1d] = {0, 4, 1}, [0x1e] = {0, 2, 2},
	[0x1f] = {0, 4, 2},
};

int value_skip(struct value_reader *r)
{
	const uint8_t *at = r->at, *end = r->end;

	/* Each turn eats a byte at least, so `left` cannot overflow. */
	for (uint64_t left = 1; left > 0; left--) {
		uint64_t skip = 0;
		uint8_t first;

		if (at == end)
			return -EBADMSG;
		first = *at++;
		if (first < 0x80 || first >= 0xe0)
			continue;
		if (first < 0x90) {
			left += 2 * (first & 0x0fU);
		} else if (first < 0xa0) {
			left += first & 0x0fU;
		} else if (first < 0xc0) {
			skip = first & 0x1fU;
		} else {
			size_t len_len = shapes[first - 0xc0].len_len;
			uint64_t len;

			if (first == 0xc1 || (size_t)(end - at) < len_len)
				return -EBADMSG;
			len = big_endian(at, len_len);
			at += len_len;
			skip = shapes[first - 0xc0].bytes;
			if (shapes[first - 0xc0].each)
				left += len * shapes[first - 0xc0].each;
			else
				skip += len;
		}
		if ((size_t)(end - at) < skip)
			return -EBADMSG;
		at += skip;
	}
	r->at = at;
	return 0;
}

int value_read_uint(struct value_reader *r, uint64_t *u)
{
	struct nd_value v;

	if (value_read(r, &v) < 0 || v.type != ND_UINT)
		return -EBADMSG;
	*u = v.as.u;
	return 0;
}

int value_read_array(struct value_reader *r, uint32_t *count)
{
	struct nd_value v;

	if (value_read(r, &v) < 0 || v.type != ND_ARRAY)
		return -EBADMSG;
	*count = v.len;
	return 0;
}

static bool within(struct value_reader *r, const struct nd_value *v,
		   unsigned depth)
{
	uint64_t left = v->type == ND_MAP ? 2 * (uint64_t)v->len : v->len;
	struct nd_value element;

	if (v->type != ND_ARRAY && v->type != ND_MAP)
		return true;
	if (depth == 0)
		return false;
	for (; left > 0; left--)
		if (value_read(r, &element) < 0 ||
		    !within(r, &element, depth - 1))
			return false;
	return true;
}

bool value_within(const struct nd_value *v, unsigned depth)
{
	struct value_reader r = {v->as.bytes, v->end};

	return within(&r, v, depth);
}

bool value_is(const struct nd_value *v, const char *text)
{
	return v->type == ND_STR && v->len == strlen(text) &&
	       memcmp(v->as.bytes, text, v->len) == 0;
}

/* Reads one element whole; a container's own elements are stepped over. */
static int element(struct value_reader *r, struct nd_value *v)
{
	struct value_reader from = *r;

	if (value_skip(r) < 0)
		return -EBADMSG;
	return value_read(&from, v);
}

int nd_each(struct nd_value *container, struct nd_value *key,
	    struct nd_value *value)
{
	struct value_reader r = {container->as.bytes, container->end};
	struct nd_value ignored;

	if ((container->type != ND_ARRAY && container->type != ND_MAP) ||
	    container->len == 0)
		return 0;
	if (container->type == ND_MAP && element(&r, key ? key : &ignored) < 0)
		return -EBADMSG;
	if (element(&r, value) < 0)
		return -EBADMSG;
	container->as.bytes = r.at;
	container->len--;
	return 1;
}

static bool key_is(const struct nd_value *key, const char *name, size_t len)
{
	return key->type == ND_STR && key->len == len &&
	       memcmp(key->as.bytes, name, len) == 0;
}

/* The element that the first `len` bytes of `name` name. */
static int child(const struct nd_value *from, const char *name, size_t len,
		 struct nd_value *v)
{
	struct nd_value rest = *from, key, value;
	unsigned long index = 0, wanted = 0;
	char *number_end = NULL;
	int rc;

	if (from->type != ND_MAP && from->type != ND_ARRAY)
		return -ENOENT;
	if (from->type == ND_ARRAY) {
		wanted = strtoul(name, &number_end, 10);
		if (number_end != name + len || *name < '0' || *name > '9')
			return -ENOENT;
	}
	while ((rc = nd_each(&rest, &key, &value)) > 0) {
		if (from->type == ND_ARRAY ? index++ == wanted
					   : key_is(&key, name, len)) {
			*v = value;
			return 0;
		}
	}
	return rc < 0 ? rc : -ENOENT;
}

int nd_find(const struct nd_value *from, const char *path, struct nd_value *v)
{
	struct nd_value here = *from, found;

	/* The longest key that fits goes first: keys may have dots in them. */
	while (*path != '\0') {
		size_t len = strlen(path);
		int rc;

		while ((rc = child(&here, path, len, &found)) == -ENOENT) {
			while (len > 0 && path[--len] != '.')
				continue;
			if (len == 0)
				return -ENOENT;
		}
		if (rc < 0)
			return rc;
		here = found;
		path += len;
		if (*path == '.')
			path++;
	}
	*v = here;
	return 0;
}
