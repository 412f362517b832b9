/* SPDX-License-Identifier: MIT */
#ifndef RIGHTS_H
#define RIGHTS_H

#include <stddef.h>

/* What a program may keep all the same, when it was started as root. */
enum {
	RIGHTS_READ_FILES = 1 /* of anyone, and see if they are written to */
};

/*
 * Gives up what a program does not need once its sockets are open: as root it
 * becomes `user` for good (NULL or "": stays root); any other user loses
 * capabilities such as setcap(8) gave.  0, or -errno and a sentence in `why`.
 */
int rights_drop(const char *user, int keep, char *why, size_t why_size);

#endif
