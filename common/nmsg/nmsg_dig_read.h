/* SPDX-License-Identifier: MIT */
#ifndef NMSG_DIG_READ_H
#define NMSG_DIG_READ_H

#include "text.h"

#include <stdbool.h>

/*
 * Appends the DNS message of a text that nmsg_dig_text() made.  Its names have
 * no pointers, so it may be longer than the one that the text is of.  False
 * for what is no such text, or longer than a message can be; what was appended
 * is then nothing of use.
 */
bool nmsg_dig_read(struct text *t, const char *text, size_t len);

#endif
