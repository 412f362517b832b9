/* SPDX-License-Identifier: MIT */
#ifndef NMSG_JSON_VALUE_H
#define NMSG_JSON_VALUE_H

#include "nmsg_record.h"

/* Appends a field's value as JSON. */
void nmsg_json_value_put(struct text *t, const struct nmsg_record *r,
			 const struct nmsg_field *field,
			 const struct nmsg_value *v);

#endif
