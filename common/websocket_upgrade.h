/* SPDX-License-Identifier: MIT */
#ifndef WEBSOCKET_UPGRADE_H
#define WEBSOCKET_UPGRADE_H

#include "text.h"
#include "websocket_url.h"

/* A client's opening handshake, RFC 6455 section 4.1. */

/* The longest answer that is read. */
#define WEBSOCKET_UPGRADE_MAX 8192

/* A key's answer: SHA-1 as base64, and a NUL. */
#define WEBSOCKET_ACCEPT_SIZE 29

/* Appends a request, and writes what the answer must accept it with. */
int websocket_upgrade_request(struct text *t, const struct websocket_url *url,
			      char accept[WEBSOCKET_ACCEPT_SIZE]);

/* What accepts a key of RFC 6455's kind.  0 or -ENOMEM. */
int websocket_upgrade_accept(const char *key,
			     char accept[WEBSOCKET_ACCEPT_SIZE]);

/*
 * Reads the answer: its length, behind which frames follow; 0 if there must be
 * more; -EPROTO and a few words in *why, static, for any that does not agree.
 */
int websocket_upgrade_read(const char *bytes, size_t len, const char *accept,
			   const char **why);

#endif
