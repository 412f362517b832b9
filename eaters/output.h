/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_H
#define OUTPUT_H

#include "text.h"

#include <stdbool.h>

/*
 * Standard output in large pieces.  A reader that is slow can be waited for
 * without signals being left unheard.
 */
struct output {
	struct text text; /* to be written; append to it */
	int fd;
	int signal_fd;
	bool terminal;
};

/* From here on it is worth writing. */
#define OUTPUT_BYTES (64 * 1024)

/* Begins with a zeroed struct; signal_fd is loop_signals()'s. */
void output_open(struct output *o, int signal_fd);

/*
 * Writes all.  0, -EINTR when a signal came while the reader took nothing, or
 * another -errno, -EPIPE for a reader that is gone.
 */
int output_flush(struct output *o);

/*
 * The end, after rc 0 or a -errno of writing: writes the rest, for a reader
 * that takes something every two seconds, and says in the log what went wrong.
 * The exit status.
 */
int output_finish(struct output *o, int rc);

/* Whether colours may be used: on a terminal, unless NO_COLOR is set. */
bool output_has_colour(const struct output *o);

void output_close(struct output *o);

#endif
