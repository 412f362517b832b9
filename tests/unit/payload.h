/* SPDX-License-Identifier: MIT */
#ifndef PAYLOAD_H
#define PAYLOAD_H

/* A payload being written, and msgpack-c's own unpacker to read it back. */

#include "put.h"
#include "unit.h"

#include <msgpack.h>

#define LIMIT (64 * 1024 * 1024)

static struct nd_dumpling *out;
static msgpack_unpacked unpacked;

static inline int set_up(void **state)
{
	(void)state;
	msgpack_unpacked_init(&unpacked);
	out = dumpling_new(LIMIT);
	put_begin(out);
	return !out;
}

static inline int tear_down(void **state)
{
	(void)state;
	msgpack_unpacked_destroy(&unpacked);
	dumpling_free(out);
	return 0;
}

static inline void restart(size_t limit)
{
	dumpling_free(out);
	out = dumpling_new(limit);
	assert_non_null(out);
	put_begin(out);
}

/* The payload as msgpack-c reads it; the next one may be written. */
static inline const msgpack_object *finish(size_t *len)
{
	size_t at = 0;

	assert_int_equal(put_finish(out), 0);
	put_expose(out);
	assert_int_equal(msgpack_unpack_next(&unpacked,
					     (const char *)out->payload,
					     out->payload_len, &at),
			 MSGPACK_UNPACK_SUCCESS);
	assert_int_equal(at, out->payload_len);
	if (len)
		*len = out->payload_len;
	put_begin(out);
	return &unpacked.data;
}

static inline void fails(int error)
{
	assert_int_equal(nd_error(out), error);
	nd_put_nil(out, NULL);
	nd_put_uint(out, "key", 1);
	assert_int_equal(nd_error(out), error);
	assert_int_equal(put_finish(out), error);
	assert_int_equal(out->len, out->start);
	put_begin(out);
	assert_int_equal(nd_error(out), 0);
}

static inline void check_text(const char *text)
{
	const msgpack_object *o = finish(NULL);

	assert_int_equal(o->type, MSGPACK_OBJECT_STR);
	assert_int_equal(o->via.str.size, strlen(text));
	assert_memory_equal(o->via.str.ptr, text, strlen(text));
}

#endif
