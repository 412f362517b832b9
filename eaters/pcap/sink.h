/* SPDX-License-Identifier: MIT */
#ifndef SINK_H
#define SINK_H

#include "text.h"

#include <limits.h>
#include <stdbool.h>

/*
 * Where a capture is written to: standard output, a file, or one numbered
 * file after the other, NAME.00000.EXT, of which the last `files` stay.
 */
struct sink {
	struct text text; /* to be written; append to it */
	int fd;
	int signal_fd;
	const char *path; /* "-" for standard output; lent */
	bool numbered;
	uint64_t files;      /* 0: all stay */
	uint64_t next;       /* number of the file that follows */
	char name[PATH_MAX]; /* the open one's */
	uint64_t written;    /* bytes of the open one */
};

/* From here on it is worth writing. */
#define SINK_BYTES (256 * 1024)

/*
 * Begins with a zeroed struct, whose fd is -1, and with path, numbered, files
 * and signal_fd set.  0 or -errno; `name` says of what.
 */
int sink_open(struct sink *s);

/*
 * Writes all.  0, -EINTR when a signal came while a pipe's reader took
 * nothing, or another -errno, -EPIPE for a reader that is gone.
 */
int sink_flush(struct sink *s);

/* The same at the end, for a reader that takes something every two seconds. */
int sink_finish(struct sink *s);

/* Ends this file and opens the next; what is in text goes to the first. */
int sink_next(struct sink *s);

/* 0, or -errno of what the system had not written yet. */
int sink_close(struct sink *s);

#endif
