/* SPDX-License-Identifier: MIT */
#ifndef NMSG_HEAD_H
#define NMSG_HEAD_H

#include "message.h"
#include "nmsg_alias.h"
#include "nmsg_scan.h"

/* What JSON tells beside a message's fields.  False for what is none. */

/* A date, or seconds since 1970 as a number. */
bool nmsg_head_time(const struct nmsg_scan_value *v, struct message *m);
/* Hexadecimal digits, or a number. */
bool nmsg_head_source(const struct nmsg_scan_value *v, uint32_t *source);
/* A name or a number; a name that has no number is unset. */
bool nmsg_head_alias(const struct nmsg_scan_value *v,
		     const struct nmsg_alias *alias, uint32_t *number);

#endif
