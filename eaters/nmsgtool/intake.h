/* SPDX-License-Identifier: MIT */
#ifndef INTAKE_H
#define INTAKE_H

#include "nmsg/message.h"
#include "settings.h"

/* Where messages come from: one input of any kind. */

struct intake;

/* What a kind of input can do. */
struct intake_kind {
	/*
	 * Gives some of what is there to intake_give(): 1, 0 when nothing is
	 * there now, -ENODATA at the end, or another -errno, which was told.
	 */
	int (*step)(struct intake *in);
	void (*close)(struct intake *in);
	/* What was lost or malformed, on stderr at the end; may be NULL. */
	void (*tell)(struct intake *in);
};

/* Who takes the messages; `m` may be changed. */
typedef void intake_take_fn(void *host, struct message *m);

struct intake {
	const struct intake_kind *kind;
	const char *name; /* as the command line has it; lent */
	void *state;      /* the kind's own */
	int fd;           /* readable when there is something; -1: always */
	bool live;        /* it may make one wait */
	bool hot;         /* there was something, and may be more */
	int64_t not_before_ns; /* it has to wait until then */
	bool ended;
	bool failed;  /* for the exit status */
	bool stepped; /* it is in a step now */
	bool waited;  /* it is among those that this turn waits for */
	const struct settings *settings;
	intake_take_fn *take;
	void *host;
	/* While a pipe gives nothing: the others' turn. */
	int (*idle)(void *host);
	uint64_t malformed;
};

/* Takes one message: those that the settings leave out go no further. */
void intake_give(struct intake *in, struct message *m);

/* Counts what is malformed, and tells of the first. */
void intake_malformed(struct intake *in, const char *what);

/*
 * Each opens an input whose members name, settings, take, host and idle are
 * set.  0, or -errno and a sentence in `why`.
 */
int from_stream_file(struct intake *in, char *why, size_t why_size);
int from_stream_udp(struct intake *in, char *why, size_t why_size);
int from_stream_zeromq(struct intake *in, char *why, size_t why_size);
int from_text_json(struct intake *in, char *why, size_t why_size);
int from_text_pres(struct intake *in, char *why, size_t why_size);
int from_packets_file(struct intake *in, char *why, size_t why_size);
int from_packets_interface(struct intake *in, char *why, size_t why_size);

#endif
