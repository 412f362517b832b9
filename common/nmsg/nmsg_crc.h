/* SPDX-License-Identifier: MIT */
#ifndef NMSG_CRC_H
#define NMSG_CRC_H

#include <stddef.h>
#include <stdint.h>

/*
 * A CRC-32C (Castagnoli, RFC 3720 section 12.1) as NMSG sends it: the bytes of
 * the number the other way round.
 */
uint32_t nmsg_crc(const void *data, size_t len);

/* The same without the processor's instruction for it. */
uint32_t nmsg_crc_plain(const void *data, size_t len);

#endif
