/* SPDX-License-Identifier: MIT */
#ifndef BACKGROUND_H
#define BACKGROUND_H

/* A program that goes on without the terminal that started it. */

/*
 * Goes on in a child, whose parent exits when that is ready, or with its exit
 * status when it ends before.  A descriptor for background_ready(), or -errno.
 */
int background_begin(void);

/* All is open: lets go of the parent, and of the standard streams. */
void background_ready(int fd);

/* Writes our process id to a file.  0 or -errno. */
int background_write_pid(const char *path);

#endif
