/* SPDX-License-Identifier: MIT */
#include "dumpling.h"
#include "value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A path that ends with a NUL, and the payload that it is looked up in. */

#define VALUES_MAX 2000

static void check(bool holds)
{
	if (!holds)
		abort();
}

/* A byte of JSON may be neither a control character nor ill-formed UTF-8. */
static void check_json(const char *json, size_t len)
{
	size_t tails = 0;
	int open = 0;
	bool quoted = false;

	check(strlen(json) == len);
	for (size_t i = 0; i < len; i++) {
		uint8_t c = (uint8_t)json[i];

		check(c >= 0x20);
		check((tails > 0) == ((c & 0xc0) == 0x80));
		if (tails > 0)
			tails--;
		else
			tails = c < 0x80 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
		if (quoted && c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted)
			open += (c == '{' || c == '[') - (c == '}' || c == ']');
	}
	check(tails == 0 && open == 0 && !quoted);
}

/* Every value that can be reached is inside the payload. */
static void walk(const struct nd_dumpling *d, struct nd_value v, int depth,
		 int *left)
{
	const uint8_t *end = d->payload + d->payload_len;
	struct nd_value key, value;
	uint32_t len = v.len, seen = 0;
	int rc;

	check(v.end == end);
	if (v.type >= ND_STR && v.type != ND_TIME)
		check(v.as.bytes > d->payload && v.as.bytes <= end);
	if (v.type == ND_STR || v.type == ND_BIN || v.type == ND_EXT)
		check(v.len <= (size_t)(end - v.as.bytes));
	while ((rc = nd_each(&v, &key, &value)) > 0 && (*left)-- > 0) {
		seen++;
		if (depth < ND_DEPTH_MAX)
			walk(d, value, depth + 1, left);
	}
	check(rc == 0 || rc == 1 || rc == -EBADMSG);
	check(*left <= 0 || rc < 0 || seen == len || v.type < ND_ARRAY);
}

static void check_getters(const struct nd_dumpling *d, const char *path)
{
	const char *text = nd_get_str(d, path, "fallback");
	struct nd_value root, v;
	int rc;

	check(text != NULL);
	check(nd_payload(d, &root) == 0);
	rc = nd_find(&root, path, &v);
	check(rc == 0 || rc == -ENOENT || rc == -EBADMSG);
	if (rc < 0 || v.type != ND_STR)
		check(strcmp(text, "fallback") == 0);
	if (rc < 0) {
		check(nd_get_int(d, path, 77) == 77);
		check(nd_get_double(d, path, 77) == 77);
		check(nd_get_time_ns(d, path, 77) == 77);
		check(nd_get_bool(d, path, true));
	} else {
		nd_get_int(d, path, 1);
		nd_get_double(d, path, 1);
		nd_get_time_ns(d, path, 1);
		nd_get_bool(d, path, true);
	}
}

static void check_payload(struct nd_dumpling *d, const char *path)
{
	struct value_reader r = {d->payload, d->payload + d->payload_len};
	struct nd_value v;
	const char *json;
	size_t len;
	int left = VALUES_MAX;
	bool whole = value_skip(&r) == 0;

	if (nd_payload(d, &v) == 0) {
		walk(d, v, 0, &left);
		check_getters(d, path);
	} else {
		check(!whole);
	}
	json = nd_json(d, &len);
	check(!json || whole);
	if (json)
		check_json(json, len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const uint8_t *nul = len ? memchr(data, 0, len) : NULL;
	struct nd_dumpling *d;
	uint8_t *payload;

	if (!nul)
		return 0;
	len -= (size_t)(nul + 1 - data);
	d = dumpling_new(0);
	payload = malloc(len ? len : 1);
	if (d && payload) {
		memcpy(payload, nul + 1, len);
		d->chef = "Chef";
		d->payload = payload;
		d->payload_len = len;
		check_payload(d, (const char *)data);
	}
	free(payload);
	dumpling_free(d);
	return 0;
}
