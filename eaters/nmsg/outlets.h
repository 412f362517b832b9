/* SPDX-License-Identifier: MIT */
#ifndef OUTLETS_H
#define OUTLETS_H

#include "files.h"

#include <netdumplings/chef.h>

/*
 * Where messages go: a file or standard output, which gets all of them, and
 * peers over UDP and ZeroMQ, which take turns or get all of them, too.
 */
struct outlets;

struct outlets_config {
	struct files_config file; /* path NULL: none; "-": standard output */
	const struct nd_list *sockets; /* HOST/PORT[..PORT]; lent */
	const struct nd_list *zeromqs; /* lent */
	bool mirror;                   /* each peer gets all */
	struct nmsg_output_config output;
	int signal_fd;
};

/* Yours: outlets_free().  NULL, with errno set and a line in the log. */
struct outlets *outlets_new(const struct outlets_config *config);
void outlets_free(struct outlets *o);

/*
 * Gives a message away.  0; -EINTR if a signal came while nobody took it;
 * -errno.  One that is too long for any container is counted.
 */
int outlets_write(struct outlets *o, const struct message *m);

/* Sends what is ready; done before waiting. */
int outlets_send(struct outlets *o);

/* Milliseconds until there is something to do, -1 for never; and that. */
int outlets_wait_ms(const struct outlets *o);
int outlets_tick(struct outlets *o);

/* What poll() is to look at: standard output's being closed; -1 for nothing. */
int outlets_fd(const struct outlets *o);

/*
 * The end, after rc 0 or an error of one of the above: delivers what is in
 * hand and says in the log what could not be.  The exit status.
 */
int outlets_finish(struct outlets *o, int rc);

#endif
