/* SPDX-License-Identifier: MIT */
#ifndef LOG_H
#define LOG_H

#include <stdint.h>

/*
 * A program's words to its user, on stderr, a line each:
 *	2026-11-22T12:58:09.594 INFO nd-hub: text
 * in GMT.  Only programs log; the library returns errors.
 */

/* The name before each text; lent for life. */
void log_open(const char *name);

void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Like log_error(), at most once a second for each limit, a static that
 * begins zeroed; the next line tells how many were left out.
 */
struct log_limit {
	int64_t next_ns;
	uint64_t left_out;
};
void log_limited(struct log_limit *limit, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
