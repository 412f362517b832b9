/* SPDX-License-Identifier: MIT */
#ifndef NMSG_PARAM_H
#define NMSG_PARAM_H

#include "text.h"

#include <stdbool.h>

/*
 * Appends the value of one of SVCB's parameters (RFC 9460 section 14.3.2) of
 * its text, from which quotes and escapes of a zone file were taken.
 */
bool nmsg_param_read(struct text *t, int key, const char *text, size_t len);

#endif
