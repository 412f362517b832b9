/* SPDX-License-Identifier: MIT */
#ifndef ROTATE_H
#define ROTATE_H

#include <limits.h>
#include <stddef.h>

/*
 * A file that is written under a hidden name and gets its own when it is
 * finished: DIR/.NAME.TIME.part becomes DIR/NAME.TIME and the suffix, TIME
 * being YYYYMMDD.HHMM.SECONDS.NANOSECONDS of when it was begun, in UTC.
 */
struct rotate {
	const char *path;   /* DIR/NAME; lent */
	const char *suffix; /* ".nmsg"; lent */
	const char *kicker; /* a shell's command for each file; "" for none */
	char part[PATH_MAX];
	char whole[PATH_MAX];
};

/* Names the next file: r->part is to be written.  0 or -ENAMETOOLONG. */
int rotate_begin(struct rotate *r);

/*
 * The file is finished and closed: gives it its name, and starts the command
 * with that behind it, which nobody waits for.  0 or -errno.
 */
int rotate_end(struct rotate *r);

/* Starts the command for any file. */
int rotate_kick(const struct rotate *r, const char *file);

#endif
