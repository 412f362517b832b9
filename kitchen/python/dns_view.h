/* SPDX-License-Identifier: MIT */
#ifndef DNS_VIEW_H
#define DNS_VIEW_H

#include "view.h"

/*
 * The records of DNS messages, RFC 1035 section 4.1.  Names are bytes with a
 * dot behind each label, as scapy has them; one that is broken ends there.
 */

/* A field of a message or a record, as fields_read() returns it. */
PyObject *dns_view_field(struct view *v, const struct layers_field *field,
			 uint32_t at);

/* Where a record's bytes go on behind so many names, or 0. */
uint32_t dns_view_behind(const struct view *v, uint32_t at, unsigned names);

/* A view of a message's first record of a section, or None. */
PyObject *dns_view_first(struct frame *frame, uint32_t index, unsigned section);
/* Of the record behind, or before, this one; None. */
PyObject *dns_view_next(struct view *v);
PyObject *dns_view_before(struct view *v);

#endif
