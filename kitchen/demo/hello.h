/* SPDX-License-Identifier: MIT */
#ifndef HELLO_H
#define HELLO_H

#include "talk.h"

/* How a conversation in TLS 1.3 (RFC 8446) begins, and its records. */

/* The turns that open it. */
#define HELLO_STEPS 3

/*
 * Says the opening's step, from 0 on: the client's hello, the server's answer
 * and its certificate, the client's last word.  `alpn` is what the client
 * offers as it is on the wire, "\x02h2"; or NULL.
 */
void hello_say(struct talk *t, struct fill *say, uint32_t step,
	       const char *server_name, const char *alpn);

/* A record of so many bytes that only those two can read. */
void hello_record(struct talk *t, struct fill *say, uint32_t len);

#endif
