/* SPDX-License-Identifier: MIT */
#ifndef PY_LINES_H
#define PY_LINES_H

#include "message.h"

#include <stdint.h>

/* Messages as JSON from a descriptor, one a line. */
struct py_lines;

struct nmsg_aliases;

/* Yours: py_lines_close().  The descriptor and the names are lent. */
struct py_lines *py_lines_open(int fd, const struct nmsg_aliases *aliases);
void py_lines_close(struct py_lines *l);

/* As nmsg_input_next(); lines that are no messages are counted. */
int py_lines_next(struct py_lines *l, struct message *m, int timeout_ms);

int py_lines_fd(const struct py_lines *l);

struct py_lines_stats {
	uint64_t payloads;
	uint64_t payloads_bad;
	uint64_t bytes;
};
const struct py_lines_stats *py_lines_stats(const struct py_lines *l);

#endif
