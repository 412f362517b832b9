/* SPDX-License-Identifier: MIT */
#ifndef FOLLOW_H
#define FOLLOW_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The files of a folder, one after another, in order of modification time and
 * then name; hidden ones and what is no regular file are passed over.
 *
 * When following, it goes on with files as programs finish them.  A file is
 * finished when nobody has it open for writing, which a lease tells (fcntl(2),
 * F_SETLEASE); where that cannot be had, of another user's file or on some
 * file systems, when it was closed or moved here, or a newer one is there.  A
 * file that is written anew under its old name is a new one.
 */

struct follow;

/* Yours: follow_close().  NULL and errno, ENOTDIR among them. */
struct follow *follow_open(const char *path, bool following);
void follow_close(struct follow *f);

/* Readable when follow_next() may have more; -1 if it does not follow. */
int follow_fd(const struct follow *f);

/*
 * The next file's path, lent until the next call: 1.  0 when there is none
 * now, -ENODATA when there will be none, as it does not follow or the folder is
 * gone, or another -errno.
 */
int follow_next(struct follow *f, const char **path);

#endif
