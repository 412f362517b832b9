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
	NMSG_PROTO,   /* an IP protocol, by name */
	NMSG_RDATA,   /* bytes: data of the record that rrtype, rrclass name */
	NMSG_MESSAGE, /* bytes: a DNS message */
	NMSG_TAGGED,  /* bytes whose meaning the message's `type` tells */
	NMSG_HEX32,   /* a number of eight hexadecimal digits */
	NMSG_TCP_TEXT /* bytes: ncap's packet */
};

enum {
	NMSG_REPEATED = 1,
	NMSG_REQUIRED = 2,
	NMSG_HIDDEN = 4,   /* in no text */
	NMSG_NOPRINT = 8,  /* not in the presentation form */
	NMSG_FIXED = 16,   /* the number has 4 bytes, as fixed32 */
	NMSG_VIRTUAL = 32, /* made of other fields, never on the wire */
};

struct nmsg_name {
	const char *name;
	int32_t number;
};

struct nmsg_record;
struct nmsg_value;

struct nmsg_field {
	const char *name;
	uint16_t number; /* of protobuf; 0 for a virtual one */
	uint8_t kind;    /* enum nmsg_kind */
	uint8_t style;   /* enum nmsg_style */
	uint32_t flags;
	const struct nmsg_name *names; /* of an enum, ends with a NULL */
	/* The n-th value of a virtual field; false where there is none. */
	bool (*get)(const struct nmsg_record *r, size_t n,
		    struct nmsg_value *v);
};

/* Fields of a type, at most. */
#define NMSG_FIELDS_MAX 40

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
/* The same by names, in any case; "ISC" is base. */
const struct nmsg_type *nmsg_type_named(const char *vname, const char *mname);
/* The known types one by one from 0, NULL behind the last. */
const struct nmsg_type *nmsg_type_at(size_t n);

/* The vendor's name, NULL where unknown; its number, or 0. */
const char *nmsg_type_vendor(uint32_t vid);
uint32_t nmsg_type_vendor_id(const char *vname);

/* The field of a name, or NULL. */
const struct nmsg_field *nmsg_type_field(const struct nmsg_type *type,
					 const char *name, size_t name_len);

/* An enum's name for a number, NULL for none; its number for a name. */
const char *nmsg_type_enum(const struct nmsg_field *field, int64_t number);
bool nmsg_type_enum_number(const struct nmsg_field *field, const char *name,
			   size_t name_len, int32_t *number);

#endif
