/* SPDX-License-Identifier: MIT */
#ifndef RDATA_H
#define RDATA_H

#include "text.h"

#include <netdumplings/dumpling.h>

/*
 * Appends a record's data, as on the wire of DNS, of what DNSChef tells of it.
 * 0, -ENOENT for a type that is not read back here, -ENOMEM.
 */
int rdata_put(struct text *t, const struct nd_value *data, uint16_t type,
	      uint16_t klass);

#endif
