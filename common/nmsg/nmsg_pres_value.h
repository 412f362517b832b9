/* SPDX-License-Identifier: MIT */
#ifndef NMSG_PRES_VALUE_H
#define NMSG_PRES_VALUE_H

#include "nmsg_record.h"

/* Appends a field's value as the presentation form has it, whole lines. */
void nmsg_pres_value_put(struct text *t, struct nmsg_record *r,
			 const struct nmsg_field *field,
			 const struct nmsg_value *v, const char *endline);

#endif
