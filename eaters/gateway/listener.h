/* SPDX-License-Identifier: MIT */
#ifndef LISTENER_H
#define LISTENER_H

#include <netdumplings/chef.h>

/* The sockets that connections come in on. */

#define LISTENER_MAX 32

struct listener {
	int fds[LISTENER_MAX]; /* taken by whoever serves them */
	unsigned count;
	char first[64]; /* "127.0.0.1:11348", what the first is bound to */
};

/*
 * Listens on every address that these hosts have, or where there are none on
 * 127.0.0.1 and, if this machine has it, ::1.  0, or -errno and a sentence.
 */
int listener_open(struct listener *l, const struct nd_list *hosts,
		  uint16_t port, char *why, size_t why_size);

/* Closes them, if no one took them. */
void listener_close(struct listener *l);

#endif
