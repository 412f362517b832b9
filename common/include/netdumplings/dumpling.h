/* SPDX-License-Identifier: MIT */
#ifndef NETDUMPLINGS_DUMPLING_H
#define NETDUMPLINGS_DUMPLING_H

/*
 * A dumpling is a small structured message that a chef made from packets: who
 * made it, when, and a payload, which is any msgpack value.
 *
 * A chef writes one with nd_put_*(); an eater reads one with nd_get_*() or
 * walks its values.  docs/protocol.md has the bytes.
 *
 * Words for ownership, here and in the other headers: "lent" is valid until
 * the call returns, or as said; "taken" belongs to the callee from now on,
 * also when the call fails; "yours" is freed by the caller with the function
 * named.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ND_PUBLIC __attribute__((visibility("default")))

struct nd_dumpling;

/* What made the chef speak: a packet, or the kitchen's poke. */
enum nd_driver {
	ND_DRIVER_PACKET = 0,
	ND_DRIVER_INTERVAL = 1,
};

/* The deepest nesting of arrays and maps in a payload, on both sides. */
#define ND_DEPTH_MAX 32

/* --- writing ------------------------------------------------------------- */

/*
 * Each call adds one value.  Inside a map, and at the top of a dumpling, `key`
 * names it; inside an array `key` is NULL.  A first value with a key opens the
 * payload's map by itself, so most chefs never open it; a first value without
 * a key is the whole payload.
 *
 * Keys and values are lent.  Errors stick: after the first one the calls do
 * nothing, the kitchen drops the dumpling and counts it.
 */
ND_PUBLIC void nd_put_nil(struct nd_dumpling *out, const char *key);
ND_PUBLIC void nd_put_bool(struct nd_dumpling *out, const char *key, bool v);
ND_PUBLIC void nd_put_int(struct nd_dumpling *out, const char *key, int64_t v);
ND_PUBLIC void nd_put_uint(struct nd_dumpling *out, const char *key,
			   uint64_t v);
ND_PUBLIC void nd_put_double(struct nd_dumpling *out, const char *key,
			     double v);
/* NUL-terminated text, UTF-8 by intent; NULL puts nil. */
ND_PUBLIC void nd_put_str(struct nd_dumpling *out, const char *key,
			  const char *text);
ND_PUBLIC void nd_put_strn(struct nd_dumpling *out, const char *key,
			   const char *text, size_t text_len);
ND_PUBLIC void nd_put_bin(struct nd_dumpling *out, const char *key,
			  const void *bytes, size_t bytes_len);
/* Nanoseconds since 1970-01-01 UTC; eaters of JSON see seconds. */
ND_PUBLIC void nd_put_time(struct nd_dumpling *out, const char *key,
			   int64_t time_ns);
/* A MAC address, six bytes, as "02:00:5e:10:00:01". */
ND_PUBLIC void nd_put_mac(struct nd_dumpling *out, const char *key,
			  const uint8_t *mac);
/* An IPv4 (addr_len 4) or IPv6 (16) address as text, RFC 5952. */
ND_PUBLIC void nd_put_ip(struct nd_dumpling *out, const char *key,
			 const uint8_t *addr, size_t addr_len);
/* Open a map or an array; nd_end() closes the one opened last. */
ND_PUBLIC void nd_put_map(struct nd_dumpling *out, const char *key);
ND_PUBLIC void nd_put_array(struct nd_dumpling *out, const char *key);
ND_PUBLIC void nd_end(struct nd_dumpling *out);

/* The first error of the calls above as -errno, or 0. */
ND_PUBLIC int nd_error(const struct nd_dumpling *out);

/* --- reading ------------------------------------------------------------- */

enum nd_type {
	ND_NIL,
	ND_BOOL,
	ND_UINT,
	ND_INT, /* negative only; others are ND_UINT */
	ND_DOUBLE,
	ND_STR,
	ND_BIN,
	ND_TIME, /* msgpack's timestamp extension */
	ND_EXT,  /* any other extension */
	ND_ARRAY,
	ND_MAP,
};

/*
 * One value of a payload.  Its bytes are lent by the dumpling and live as long
 * as that does.  Nothing here is NUL-terminated.
 */
struct nd_value {
	enum nd_type type;
	int8_t ext_type; /* ND_EXT */
	uint32_t len;    /* bytes, or elements of an array, or pairs */
	union {
		bool b;
		uint64_t u;
		int64_t i; /* ND_INT; ND_TIME in ns since 1970 */
		double d;
		const uint8_t *bytes; /* ND_STR ND_BIN ND_EXT ND_ARRAY ND_MAP */
	} as;
	const uint8_t *end; /* where the payload ends */
};

/* Who made it; each text is lent by the dumpling. */
ND_PUBLIC const char *nd_chef_name(const struct nd_dumpling *d);
/* NULL for a dumpling that no kitchen made, such as the hub's status. */
ND_PUBLIC const char *nd_kitchen_name(const struct nd_dumpling *d);
ND_PUBLIC enum nd_driver nd_driver(const struct nd_dumpling *d);
/* Nanoseconds since 1970-01-01 UTC. */
ND_PUBLIC int64_t nd_creation_time_ns(const struct nd_dumpling *d);
/* Its number among its kitchen's run and chef, from 0, without holes. */
ND_PUBLIC uint64_t nd_seq(const struct nd_dumpling *d);

/* The payload as a value.  0, or -EBADMSG where it is not msgpack. */
ND_PUBLIC int nd_payload(const struct nd_dumpling *d, struct nd_value *v);

/*
 * Steps through an array or map: fills key (maps only; may be NULL) and value,
 * and moves `container` on, which is therefore a copy of yours.  1 for an
 * element, 0 at the end, -EBADMSG.
 */
ND_PUBLIC int nd_each(struct nd_value *container, struct nd_value *key,
		      struct nd_value *value);

/*
 * The value at a path such as "lookup.hostname": keys of maps, and numbers of
 * array elements from 0, joined by dots.  A key that has dots in it is found
 * whole first.  0, -ENOENT, -EBADMSG.
 */
ND_PUBLIC int nd_find(const struct nd_value *from, const char *path,
		      struct nd_value *v);

/*
 * The value at a path of the payload, or `fallback` where there is none or it
 * is of another type.  Texts are NUL-terminated copies, lent until the
 * dumpling goes or is replaced by the next.
 */
ND_PUBLIC const char *nd_get_str(const struct nd_dumpling *d, const char *path,
				 const char *fallback);
ND_PUBLIC int64_t nd_get_int(const struct nd_dumpling *d, const char *path,
			     int64_t fallback);
/* Any number, and times as seconds since 1970. */
ND_PUBLIC double nd_get_double(const struct nd_dumpling *d, const char *path,
			       double fallback);
ND_PUBLIC bool nd_get_bool(const struct nd_dumpling *d, const char *path,
			   bool fallback);
ND_PUBLIC int64_t nd_get_time_ns(const struct nd_dumpling *d, const char *path,
				 int64_t fallback);

/*
 * The whole dumpling as one line of JSON (RFC 8259), as docs/protocol.md says;
 * NUL-terminated, its length in *len unless NULL, lent like nd_get_str()'s
 * texts.  NULL, with errno EBADMSG or ENOMEM.
 */
ND_PUBLIC const char *nd_json(const struct nd_dumpling *d, size_t *len);

#ifdef __cplusplus
}
#endif
#endif
