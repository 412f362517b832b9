/* SPDX-License-Identifier: MIT */
#ifndef LAYERS_H
#define LAYERS_H

#include <netdumplings/chef.h>

/*
 * What Python is told of each kind of layer: its names and its fields, as
 * scapy has them.
 */

/* Kinds are enum nd_layer, and behind those the records of DNS. */
enum {
	LAYERS_DNSQR = ND_LAYER_COUNT,
	LAYERS_DNSRR,
	LAYERS_DNSRR_OPT,
	LAYERS_DNSRR_MX,
	LAYERS_DNSRR_SOA,
	LAYERS_DNSRR_SRV,
	LAYERS_DNSRR_DS,
	LAYERS_DNSRR_DLV,
	LAYERS_DNSRR_RRSIG,
	LAYERS_DNSRR_NSEC,
	LAYERS_DNSRR_DNSKEY,
	LAYERS_DNSRR_NSEC3,
	LAYERS_DNSRR_NSEC3PARAM,
	LAYERS_DNSRR_TSIG,
	LAYERS_NOTHING, /* behind the last layer */
	LAYERS_COUNT
};

enum layers_type {
	LAYERS_UINT,        /* of `bits`, the highest first */
	LAYERS_LITTLE,      /* the same, the lowest byte first */
	LAYERS_MAC,         /* text */
	LAYERS_IP,          /* text */
	LAYERS_IPV6,        /* text */
	LAYERS_IPV6_PREFIX, /* text; what lacks of it is zeros */
	LAYERS_BYTES,       /* `bits` of them */
	LAYERS_COUNTED,     /* as many as the byte before tells */
	LAYERS_LONG,        /* as many as the 16 bits before tell */
	LAYERS_REST,        /* bytes up to the header's end */
	LAYERS_TAIL,        /* bytes up to the layer's end */
	LAYERS_IPV6S,       /* a list, up to the header's end */
	LAYERS_TCP_FLAGS,
	LAYERS_IP_FLAGS,
	LAYERS_VXLAN_FLAGS,
	LAYERS_ARP_HARDWARE, /* the first or second address of this kind */
	LAYERS_ARP_PROTOCOL,
	LAYERS_IP_OPTIONS,
	LAYERS_TCP_OPTIONS,

	LAYERS_DNS_LENGTH, /* before the message, over TCP */
	LAYERS_DNS_NAME,
	LAYERS_DNS_OWNER, /* the name that a record starts with */
	LAYERS_DNS_DATA,  /* by the record's type */
	LAYERS_DNS_OPTIONS,
	LAYERS_DNS_SECTION, /* its first record, or None */
};

/* Which packets have a field; of a layer's first bytes. */
typedef bool layers_when(const uint8_t *p, uint32_t len);

struct layers_field {
	const char *name; /* NULL ends a table */
	enum layers_type type;
	uint16_t at; /* bits from the layer's start, or from the names' end */
	uint16_t bits;
	layers_when *when; /* NULL: always */
	/* Of a record: so many names are passed that start at a byte. */
	uint8_t names_at, names;
};

struct layers_kind {
	const char *class_name; /* scapy's; NULL for no such kind */
	const char *name;       /* scapy's _name; NULL: nd_layer_name() */
	const struct layers_field *fields;
};

/* Fields of one kind, at most. */
#define LAYERS_FIELDS_MAX 32

#define LAYERS_U(name, byte, bytes)                                \
	{                                                          \
		name, LAYERS_UINT, (byte)*8, (bytes)*8, NULL, 0, 0 \
	}
#define LAYERS_B(name, byte, bit, bits)                               \
	{                                                             \
		name, LAYERS_UINT, (byte)*8 + (bit), bits, NULL, 0, 0 \
	}
#define LAYERS_F(name, type, byte, bytes)                   \
	{                                                   \
		name, type, (byte)*8, (bytes)*8, NULL, 0, 0 \
	}
#define LAYERS_END                                  \
	{                                           \
		NULL, LAYERS_UINT, 0, 0, NULL, 0, 0 \
	}

/* The description of a kind; never NULL. */
const struct layers_kind *layers_of(unsigned kind);

/* The tables of one subject each, by kind; of no such kind NULL. */
const struct layers_kind *layers_link_of(unsigned kind);
const struct layers_kind *layers_icmp_of(unsigned kind);
const struct layers_kind *layers_dns_of(unsigned kind);
#endif
