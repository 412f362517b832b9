/* SPDX-License-Identifier: MIT */
#ifndef MONITOR_H
#define MONITOR_H

#include "option.h"
#include "output.h"
#include "uplink.h"

/*
 * An eater of the hub's status alone, as nd-hubstatus and nd-hubdetails are.
 * It waits for a hub that is not there, and for one that goes away.
 */

struct monitor_settings {
	const char *hub, *name;
	bool color;
};

#define MONITOR_AT(member) offsetof(struct monitor_settings, member)

/* The options of both; `eater` is the default name. */
#define MONITOR_OPTIONS(eater)                                              \
	{"hub",                                                             \
	 ND_OPTION_STR,                                                     \
	 MONITOR_AT(hub),                                                   \
	 "127.0.0.1:11358",                                                 \
	 UPLINK_HELP,                                                       \
	 "ENDPOINT|HOST:PORT",                                              \
	 'h'},                                                              \
		{"eater-name",                                              \
		 ND_OPTION_STR,                                             \
		 MONITOR_AT(name),                                          \
		 eater,                                                     \
		 "How the hub's status names this eater.",                  \
		 "EATER_NAME",                                              \
		 'n'},                                                      \
	{                                                                   \
		"color", ND_OPTION_BOOL, MONITOR_AT(color), "yes",          \
			"Use colour on a terminal, unless NO_COLOR is set." \
	}

struct monitor {
	struct monitor_settings s;
	struct output out;
	struct uplink uplink;
	struct nd_eater *eater;
	bool colour;
	bool greeted;
	bool enough; /* a status was all that was wanted */
};

/* What a program does; it appends to out.text, which is written then. */
struct monitor_program {
	const struct command_line *command_line;
	void (*greet)(struct monitor *m); /* the hub is there */
	void (*lost)(struct monitor *m);  /* before that is told; or NULL */
	/* 0, or -EBADMSG for a status that cannot be read. */
	int (*status)(struct monitor *m, const struct nd_dumpling *d);
	bool once;                      /* ends after a status */
	void (*end)(struct monitor *m); /* or NULL */
};

/* The program's whole life.  The exit status. */
int monitor_run(const struct monitor_program *program, int argc, char **argv);

#endif
