/* SPDX-License-Identifier: MIT */
#ifndef NMSG_TEXT_H
#define NMSG_TEXT_H

#include "text.h"

#include <stdbool.h>

/* Values that NMSG's texts have in common. */

/* Appends an address of 4 or 16 bytes; reads one, its length or 0. */
void nmsg_text_ip(struct text *t, const uint8_t *address, size_t len);
size_t nmsg_text_ip_read(const char *text, size_t len, uint8_t address[16]);

/*
 * Appends bytes in base64 (RFC 4648 section 4), padded; the bytes of such a
 * text, padded or not: false for what is none.
 */
void nmsg_text_base64(struct text *t, const uint8_t *bytes, size_t len);
bool nmsg_text_base64_read(struct text *t, const char *text, size_t len);

/* Appends "YYYY-MM-DD HH:MM:SS" of seconds since 1970, UTC. */
void nmsg_text_date(struct text *t, int64_t time_sec);
/* The same with a dot and nine digits. */
void nmsg_text_time(struct text *t, int64_t time_sec, uint32_t time_nsec);
/*
 * Reads the first form or the second, with any number of digits of which nine
 * count.  A T may be between date and time, and a Z behind them.
 */
bool nmsg_text_time_read(const char *text, size_t len, int64_t *time_sec,
			 uint32_t *time_nsec);
/* Reads seconds since 1970 as a decimal number, exactly. */
bool nmsg_text_seconds_read(const char *text, size_t len, int64_t *time_sec,
			    uint32_t *time_nsec);

/* Reads a whole text as a number: decimal with a sign, or hexadecimal. */
bool nmsg_text_int_read(const char *text, size_t len, uint64_t *n,
			bool *negative);
bool nmsg_text_hex_read(const char *text, size_t len, uint32_t *n);

/* Appends a double as nmsgtool's JSON has it: 18 digits, less the last zeros.
 * What is not finite is null. */
void nmsg_text_double(struct text *t, double d);
bool nmsg_text_double_read(const char *text, size_t len, double *d);

#endif
