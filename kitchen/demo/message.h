/* SPDX-License-Identifier: MIT */
#ifndef MESSAGE_H
#define MESSAGE_H

#include "fill.h"
#include "world.h"

/* Messages of DNS, RFC 1035 section 4. */

enum {
	MESSAGE_A = 1,
	MESSAGE_SOA = 6,
	MESSAGE_CNAME = 5,
	MESSAGE_PTR = 12,
	MESSAGE_MX = 15,
	MESSAGE_TXT = 16,
	MESSAGE_AAAA = 28,
	MESSAGE_SRV = 33,
	MESSAGE_HTTPS = 65,
};

enum {
	MESSAGE_NOERROR = 0,
	MESSAGE_SERVFAIL = 2,
	MESSAGE_NXDOMAIN = 3,
	MESSAGE_TRUNCATED = 0x200,
};

struct message_question {
	const struct name *name;
	uint16_t id, type;
};

void message_query(struct fill *f, const struct message_question *q);
/* What a resolver answers; `rcode` and flags beside the usual ones. */
void message_response(struct fill *f, const struct message_question *q,
		      unsigned rcode);

/* What PTR is asked for of an address. */
void message_reverse(const struct host *h, char *out, size_t size);

/* Parts, for other kinds of messages: a name without compression, and the
 * head of a record, whose data's length fill_len16() puts at the result. */
void message_name(struct fill *f, const char *text);
size_t message_record(struct fill *f, const char *name, unsigned type,
		      unsigned klass, uint32_t ttl);

#endif
