/* SPDX-License-Identifier: MIT */
#ifndef NMSG_TYPE_H
#define NMSG_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The types of messages and their fields, said once: texts, JSON, dumplings
 * and Python all read these tables.  Everything here is static and constant.
 */

/* What a field is, on the wire and beyond. */
enum nmsg_kind {
	NMSG_ENUM,     /* varint */
	NMSG_BYTES,    /* length-delimited, as are the next three */
	NMSG_STRING,   /* stored with a NUL behind it, read with and without */
	NMSG_MLSTRING, /* a string of several lines */
	NMSG_IP,       /* 4 or 16 bytes */
	NMSG_UINT16,   /* varint of 32 bits */
	NMSG_UINT32,
	NMSG_UINT64,
	NMSG_INT16, /* varint of 32 bits, as two's complement of 64 */
	NMSG_INT32,
	NMSG_INT64,
	NMSG_DOUBLE,
	NMSG_BOOL,
};

/* How texts show a value that is more than its kind tells. */
enum nmsg_style {
	NMSG_PLAIN,
	NMSG_NAME,   /* bytes: a DNS name, as on its wire */
	NMSG_RRTYPE, /* numbers of DNS, by name */
	NMSG_RRCLASS,
	NMSG_RCODE,
	NMSG_PROTO,    /* an IP protocol, by name */
	NMSG_RDATA,    /* bytes: data of a record of `rrtype`, `rrclass` */
	NMSG_DIG,      /* bytes: a DNS message; in JSON they stay bytes */
	NMSG_DIG_TEXT, /* the same; in JSON the text too */
	NMSG_DNS_JSON, /* the same, in JSON an object */
	NMSG_TAGGED,   /* bytes whose form the field `type` tells */
	NMSG_HEX,      /* a number, in hexadecimal digits */
	NMSG_TIME,     /* seconds since 1970, as a date */
	NMSG_DATAGRAM, /* bytes: an IP packet, of which a text says little */
};

enum {
	NMSG_REPEATED = 1,
	NMSG_REQUIRED = 2,
	NMSG_HIDDEN = 4,     /* not in the presentation form, nor by name */
	NMSG_NOPRINT = 8,    /* not in the presentation form */
	NMSG_FIXED = 16,     /* the number has 4 bytes, as fixed32 */
	NMSG_UNSTYLED = 32,  /* in JSON as its kind alone has it */
	NMSG_JSON_WIRE = 64, /* in JSON only what is on the wire, not get()'s */
};

struct nmsg_name {
	const char *name;
	int32_t number;
};

struct nmsg_record;
struct nmsg_value;

/*
 * A field.  One that has get() is made of others: with number 0 it is never on
 * the wire, else get() says it where the wire does not.
 */
struct nmsg_field {
	const char *name;
	uint16_t number; /* of protobuf */
	uint16_t inside; /* the number of the message that it is in, or 0 */
	uint8_t kind;    /* enum nmsg_kind */
	uint8_t style;   /* enum nmsg_style */
	uint16_t flags;
	const struct nmsg_name *names; /* of an enum, ends with a NULL */
	bool (*get)(struct nmsg_record *r, struct nmsg_value *v);
};

/* Fields of a type, at most. */
#define NMSG_FIELDS_MAX 32

struct nmsg_type {
	uint32_t vid;
	uint32_t msgtype;
	const char *vname;
	const char *mname;
	const struct nmsg_field *fields; /* in the order of texts */
	size_t field_count;
};

/* Vendors. */
enum {
	NMSG_VENDOR_BASE = 1,
	NMSG_VENDOR_SIE = 2,
};

/* NULL for a type that is not known. */
const struct nmsg_type *nmsg_type_find(uint32_t vid, uint32_t msgtype);
/*
 * The same by names, in any case; "ISC" is base.  Numbers are taken as names,
 * for any vendor and type: vid and msgtype are then told though the type is
 * not known.  False where they are neither.
 */
bool nmsg_type_named(const char *vname, size_t vname_len, const char *mname,
		     size_t mname_len, uint32_t *vid, uint32_t *msgtype);
/* The known types one by one from 0, NULL behind the last. */
const struct nmsg_type *nmsg_type_at(size_t n);

/* The vendor's name, NULL where unknown; its number, or 0. */
const char *nmsg_type_vendor(uint32_t vid);
uint32_t nmsg_type_vendor_id(const char *vname, size_t vname_len);

/* The field of a name, or NULL. */
const struct nmsg_field *nmsg_type_field(const struct nmsg_type *type,
					 const char *name, size_t name_len);

/* An enum's name for a number, NULL for none; its number for a name. */
const char *nmsg_type_enum(const struct nmsg_field *field, int64_t number);
bool nmsg_type_enum_number(const struct nmsg_field *field, const char *name,
			   size_t name_len, int32_t *number);

#endif
