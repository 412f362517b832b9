/* SPDX-License-Identifier: MIT */
#include "latest.h"

#include <string.h>

struct key {
	uint32_t stream;
	uint8_t driver;
	uint8_t type;
	uint8_t bytes[LATEST_VALUE_MAX];
};

/* The value's bytes, whichever way it was encoded; -1: it is too long. */
static int put_value(uint8_t *to, const struct nd_value *v)
{
	size_t len;

	switch (v->type) {
	case ND_NIL:
		return 0;
	case ND_BOOL:
		*to = v->as.b;
		return 1;
	case ND_UINT:
	case ND_INT:
	case ND_DOUBLE:
	case ND_TIME:
		memcpy(to, &v->as, sizeof(v->as.u));
		return sizeof(v->as.u);
	case ND_STR:
	case ND_BIN:
	case ND_EXT:
		len = v->len;
		break;
	default:
		return -1;
	}
	if (len > LATEST_VALUE_MAX)
		return -1;
	memcpy(to, v->as.bytes, len);
	return (int)len;
}

uint64_t *latest_noted(struct nd_table *table, const struct nd_dumpling *d,
		       uint32_t stream, const char *path)
{
	struct key key = {.stream = stream, .driver = (uint8_t)nd_driver(d)};
	struct nd_value payload, v;
	int len = 0;

	if (*path) {
		if (nd_payload(d, &payload) < 0 ||
		    nd_find(&payload, path, &v) < 0)
			return NULL;
		key.type = (uint8_t)v.type;
		len = put_value(key.bytes, &v);
		if (len < 0)
			return NULL;
	}
	return nd_table_add(table, &key,
			    offsetof(struct key, bytes) + (size_t)len, NULL);
}
