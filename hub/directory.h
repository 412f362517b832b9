/* SPDX-License-Identifier: MIT */
#ifndef DIRECTORY_H
#define DIRECTORY_H

/* A directory of sockets that one user alone may enter, for a while. */
struct directory {
	char path[64]; /* "": none */
	int fd;        /* begins as -1 */
};

/*
 * Makes it, for `user` if not NULL; only root can.  0, or -errno when it was
 * said why not.  directory_remove() it in both cases.
 */
int directory_make(struct directory *d, const char *user);

/* Removes it with the sockets "in" and "out". */
void directory_remove(struct directory *d);

#endif
