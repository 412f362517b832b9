/* SPDX-License-Identifier: MIT */
#ifndef NMSG_RDATA_H
#define NMSG_RDATA_H

#include "text.h"

#include <stdbool.h>

/* Data of DNS records as NMSG's texts have it. */

/*
 * What a type's data is made of, in one letter each; NULL where it is not
 * known, or not of this class.
 *
 *	n	a name
 *	1 2 4	a number of so many bytes
 *	a A	an address of IPv4, IPv6
 *	p	a prefix length and the rest of an address, RFC 2874
 *	s S	a string with its length before it; as many as there are
 *	q	what is left as a string
 *	b 6	what is left in hexadecimal digits, in base64
 *	x h	a salt, a hash: bytes with their number before them, RFC 5155
 *	t m	a type; a bit map of types, RFC 4034
 *	e E	bytes of an EUI-48, EUI-64, RFC 7043
 *	v	parameters of SVCB, RFC 9460
 */
const char *nmsg_rdata_parts(uint16_t type, uint16_t klass);
/* Whether a type is one that is known, if of another class. */
bool nmsg_rdata_known(uint16_t type);

/* Appends data, without pointers in its names, as text; "" for another class
 * than the type's own. */
void nmsg_rdata_write(struct text *t, const uint8_t *rdata, size_t len,
		      uint16_t type, uint16_t klass);

/* The name of a key of SVCB's parameters, or NULL; its number, or -1. */
const char *nmsg_rdata_key(uint16_t key);
int nmsg_rdata_key_number(const char *name, size_t len);

/*
 * Appends the data of such a text, or of the form for any type that RFC 3597
 * section 5 has.  0 or -EBADMSG.
 */
int nmsg_rdata_read(struct text *t, const char *text, size_t len, uint16_t type,
		    uint16_t klass);

#endif
