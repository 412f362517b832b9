/* SPDX-License-Identifier: MIT */
#ifndef BASE64_H
#define BASE64_H

#include "text.h"

/* Appends bytes as base64, RFC 4648 section 4, with its padding. */
void base64_put(struct text *t, const uint8_t *bytes, size_t len);

#endif
