/* SPDX-License-Identifier: MIT */
#ifndef NMSG_VIRTUAL_H
#define NMSG_VIRTUAL_H

#include "nmsg_record.h"

/*
 * Fields that are made of others, get() of the tables.  False where there is
 * no value; bytes are lent by the record.
 */
bool nmsg_virtual_ncap_srcip(struct nmsg_record *r, struct nmsg_value *v);
bool nmsg_virtual_ncap_dstip(struct nmsg_record *r, struct nmsg_value *v);
bool nmsg_virtual_ncap_srcport(struct nmsg_record *r, struct nmsg_value *v);
bool nmsg_virtual_ncap_dstport(struct nmsg_record *r, struct nmsg_value *v);
bool nmsg_virtual_ncap_proto(struct nmsg_record *r, struct nmsg_value *v);
bool nmsg_virtual_ncap_dns(struct nmsg_record *r, struct nmsg_value *v);

bool nmsg_virtual_qr_delay(struct nmsg_record *r, struct nmsg_value *v);
bool nmsg_virtual_qr_checksum(struct nmsg_record *r, struct nmsg_value *v);
bool nmsg_virtual_qr_query(struct nmsg_record *r, struct nmsg_value *v);
bool nmsg_virtual_qr_response(struct nmsg_record *r, struct nmsg_value *v);

bool nmsg_virtual_obs_response(struct nmsg_record *r, struct nmsg_value *v);

bool nmsg_virtual_tap_family(struct nmsg_record *r, struct nmsg_value *v);
bool nmsg_virtual_tap_protocol(struct nmsg_record *r, struct nmsg_value *v);
bool nmsg_virtual_tap_query(struct nmsg_record *r, struct nmsg_value *v);
bool nmsg_virtual_tap_response(struct nmsg_record *r, struct nmsg_value *v);
bool nmsg_virtual_tap_id(struct nmsg_record *r, struct nmsg_value *v);
bool nmsg_virtual_tap_qname(struct nmsg_record *r, struct nmsg_value *v);
bool nmsg_virtual_tap_qclass(struct nmsg_record *r, struct nmsg_value *v);
bool nmsg_virtual_tap_qtype(struct nmsg_record *r, struct nmsg_value *v);
bool nmsg_virtual_tap_rcode(struct nmsg_record *r, struct nmsg_value *v);

#endif
