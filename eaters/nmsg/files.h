/* SPDX-License-Identifier: MIT */
#ifndef FILES_H
#define FILES_H

#include "nmsg/nmsg_output.h"

/*
 * Messages in a file, or in one file after the other, each of which has its
 * name once it is finished (rotate.h).
 */
struct files;

struct files_config {
	const char *path; /* lent */
	struct nmsg_output_config output;
	/* A file is finished when it has so much, 0: whatever it has. */
	uint64_t count, bytes;
	int64_t lasts_ns;
	const char *kicker; /* a command for each finished file, or NULL */
};

/* Yours: files_free().  NULL and errno. */
struct files *files_new(const struct files_config *config);
void files_free(struct files *f);

/* What errors are of, for the log. */
const char *files_name(const struct files *f);

/* 0 or -errno; -EMSGSIZE for a message that is too long. */
int files_write(struct files *f, const struct message *m);

/* Milliseconds until there is something to do, -1 for never; and that. */
int files_wait_ms(const struct files *f);
int files_tick(struct files *f);

/* Messages that errors have lost. */
uint64_t files_lost(const struct files *f);

/*
 * Finishes the last file; one without messages goes, if there are several.
 * -ECHILD if a command could not be run, which was said.
 */
int files_finish(struct files *f);

#endif
