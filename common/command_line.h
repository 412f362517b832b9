/* SPDX-License-Identifier: MIT */
#ifndef COMMAND_LINE_H
#define COMMAND_LINE_H

#include "option.h"

#include <stdio.h>

/*
 * A program's command line, config file, help and man page, all from its
 * table of options.
 *
 * The command line takes --name VALUE, --name=VALUE, -n VALUE and -nVALUE; a
 * BOOL is --name or --no-name.  A config file has lines of "name = value" and
 * "#" comments; "--config FILE" names it.
 */

struct command_line {
	const char *name;
	const char *summary;     /* after "name - ", as in whatis(1) */
	const char *description; /* paragraphs, for --help and the man page */
	const char *operands;    /* as in "[FILE ...]"; NULL: none */
	const struct nd_option *options;
	const char *notes; /* more sections of the man page, roff; or NULL */
	void (*sections)(void); /* prints more of them; or NULL */
	bool short_help;        /* -h is --help, and -v is --version */
};

enum command_line_outcome {
	COMMAND_LINE_RUN,
	COMMAND_LINE_DONE,  /* help or version was printed: exit 0 */
	COMMAND_LINE_WRONG, /* a sentence was printed to stderr: exit 2 */
};

/*
 * Fills `settings`, which begins zeroed, from defaults, the config file, then
 * argv.  Operands are added to *operands, NULL for a program that has none.
 * option_free() the settings whatever the outcome.
 */
enum command_line_outcome command_line_parse(const struct command_line *c,
					     void *settings,
					     struct nd_list *operands, int argc,
					     char **argv);

/* Prints a chef's options the way --help prints a program's. */
void command_line_print_options(const struct nd_option *options, FILE *to);
/* The same for a man page, and any text for it, to stdout. */
void command_line_man_options(const struct nd_option *options);
void command_line_man_text(const char *text);

#endif
