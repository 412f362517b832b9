/* SPDX-License-Identifier: MIT */
#ifndef READER_H
#define READER_H

#include <stdbool.h>
#include <stddef.h>

/* The text of a file or pipe, as it comes: what is at hand, and more. */
struct reader {
	int fd;       /* -1: closed */
	bool regular; /* it never makes one wait */
	bool ended;   /* no more comes */
	char *buf;
	size_t start, end, cap; /* what is at hand */
};

/* So much is at hand, at most. */
#define READER_MAX (64 * 1024 * 1024)

/* "-" is standard input.  0 or -errno. */
int reader_open(struct reader *r, const char *path);
void reader_close(struct reader *r);

/*
 * Reads more behind what is at hand: 1, 0 when nothing is there yet, -ENODATA
 * at the end, -EMSGSIZE when too much is at hand, or -errno.
 */
int reader_more(struct reader *r);

#endif
