/* SPDX-License-Identifier: MIT */
#ifndef TOOL_H
#define TOOL_H

#include "intake.h"
#include "outlet.h"

/* All inputs and outputs, and the loop between them. */
struct tool {
	struct settings settings;
	struct intake *intakes;
	size_t intake_count;
	struct outlet *outlets;
	size_t outlet_count;
	struct nd_list sockets;  /* names of outlets, one of each port */
	struct nmsg_rate *rates; /* of each --writesock */
	size_t turn;             /* the outlet whose turn it is */
	bool live;               /* some input may make one wait */
	bool enough;             /* --count, --interval, or an output failed */
	bool failed;             /* for the exit status */
	int64_t offset_ns;       /* of --interval's moments */
	int64_t due_ns;          /* the next of them, on the wall clock */
	uint64_t in;             /* messages */
	struct pollfd *polled;
};

/* 0, or -errno and a sentence was printed. */
int tool_open(struct tool *t);
/* Until all inputs have ended, it is enough, or a signal comes. */
void tool_run(struct tool *t);
/* Ends all outputs, and tells what is to be told.  The exit status. */
int tool_finish(struct tool *t);
void tool_free(struct tool *t);

#endif
