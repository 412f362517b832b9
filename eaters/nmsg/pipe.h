/* SPDX-License-Identifier: MIT */
#ifndef PIPE_H
#define PIPE_H

#include "nmsg/nmsg_output.h"

/*
 * Containers to standard output, whose reader may be slow, or gone, without
 * signals being left unheard.
 */
struct pipe;

/* Yours: pipe_free().  NULL and errno. */
struct pipe *pipe_new(const struct nmsg_output_config *config, int signal_fd);
void pipe_free(struct pipe *p);

/* Each is 0, -EINTR for a signal while the reader took nothing, -errno. */
int pipe_write(struct pipe *p, const struct message *m);
int pipe_flush(struct pipe *p);

/* As nmsg_output's. */
int pipe_wait_ms(const struct pipe *p);
int pipe_tick(struct pipe *p);

/* For poll(): what tells that the reader is gone. */
int pipe_fd(const struct pipe *p);

/*
 * The end, after rc 0 or an error of it: writes the rest, and says in the log
 * what could not be.  The exit status.
 */
int pipe_finish(struct pipe *p, int rc);

#endif
