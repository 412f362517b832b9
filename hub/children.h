/* SPDX-License-Identifier: MIT */
#ifndef CHILDREN_H
#define CHILDREN_H

#include <stdbool.h>
#include <sys/types.h>

/* The programs that netdumplings runs, each a process of its own. */

struct child {
	const char *name; /* of the program */
	int in, out;      /* its standard input and output; 0: as it comes */
	pid_t pid;        /* 0: not running */
	int status;       /* as of waitpid(2), once it has ended */
	bool told_to_end;
	bool ended;
};

/*
 * Call after loop_signals().  A descriptor that is readable when a child may
 * have ended, or -errno.
 */
int children_open(void);

enum {
	CHILD_KEEPS_STDIN = 1, /* else it reads `in`, or an empty file */
	CHILD_OPEN_SOCKETS = 2 /* its ipc sockets are for every user */
};

/*
 * Starts the program that lies beside this one, or else in PATH.  It gets
 * SIGTERM when this one dies, and no signals from the terminal.  argv ends
 * with NULL and is lent.  0 or -errno.
 */
int children_start(struct child *c, const char *const *argv, int flags);

/* Becomes the program.  Returns only to fail, with -errno. */
int children_exec(const char *name, const char *const *argv);

/* Before children are asked for: what the descriptor has told until now. */
void children_drain(int child_fd);

/* True once it has ended, just now; it is asked without waiting. */
bool children_reap(struct child *c);

/* True if it ended as it should: status 0, or by the SIGTERM it was sent. */
bool children_ended_well(const struct child *c);

/*
 * Ends it with SIGTERM, and with SIGKILL after timeout_ms or when signal_fd
 * is readable.  Does nothing for one that is not running.
 */
void children_end(struct child *c, int child_fd, int signal_fd, int timeout_ms);

/* Writes how it ended: "exit status 1", "signal 9 (Killed)". */
void children_describe(const struct child *c, char *out, size_t size);

#endif
