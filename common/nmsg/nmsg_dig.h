/* SPDX-License-Identifier: MIT */
#ifndef NMSG_DIG_H
#define NMSG_DIG_H

#include "text.h"

#include <stdbool.h>

/* DNS messages as NMSG's texts have them: much as dig does, or as JSON. */

/*
 * Appends the message, lines each ended by a newline, or one JSON object.
 * False where it is cut off or broken, and nothing is appended.
 */
bool nmsg_dig_text(struct text *t, const uint8_t *message, size_t len);
bool nmsg_dig_json(struct text *t, const uint8_t *message, size_t len);

#endif
