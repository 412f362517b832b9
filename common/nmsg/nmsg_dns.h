/* SPDX-License-Identifier: MIT */
#ifndef NMSG_DNS_H
#define NMSG_DNS_H

#include "text.h"

#include <stdbool.h>

/* Names and numbers of DNS as NMSG's texts have them. */

/* The name of a number, static; NULL for one that has none. */
const char *nmsg_dns_type(uint16_t type);
const char *nmsg_dns_class(uint16_t klass);
const char *nmsg_dns_rcode(uint16_t rcode);
const char *nmsg_dns_opcode(uint8_t opcode);

/* The number of a name in any case, of "TYPE5" and "CLASS5", of "5". */
bool nmsg_dns_type_number(const char *name, size_t len, uint16_t *type);
bool nmsg_dns_class_number(const char *name, size_t len, uint16_t *klass);
bool nmsg_dns_rcode_number(const char *name, size_t len, uint16_t *rcode);

/*
 * Appends a name (RFC 1035 section 3.1, without pointers) as text with its
 * last dot: what is no printable ASCII as \DDD, a dot or backslash in a label
 * behind a backslash.  What is cut off ends where the bytes do.
 */
void nmsg_dns_name(struct text *t, const uint8_t *wire, size_t len);

/* Octets of a name, RFC 1035 section 2.3.4. */
#define NMSG_DNS_NAME_MAX 255

/* Reads such a text, with or without the last dot; false for what is none. */
bool nmsg_dns_name_read(const char *text, size_t len,
			uint8_t wire[NMSG_DNS_NAME_MAX], size_t *wire_len);

#endif
