/* SPDX-License-Identifier: MIT */
#ifndef OPTION_H
#define OPTION_H

#include <netdumplings/chef.h>

/*
 * A table of struct nd_option fills in a struct from texts: a program's
 * command line and config file (command_line.h), or a chef's options.
 */

/* Sets every option of a table to its default. */
int option_defaults(const struct nd_option *options, void *settings, char *why,
		    size_t why_size);

/* Sets one option from text.  0, or -EINVAL and a sentence in `why`. */
int option_set(const struct nd_option *option, void *settings, const char *text,
	       char *why, size_t why_size);

/* The option of that name, or NULL. */
const struct nd_option *option_find(const struct nd_option *options,
				    const char *name, size_t name_len);

/* Sets options from "name=value,name=value". */
int option_set_all(const struct nd_option *options, void *settings,
		   const char *text, char *why, size_t why_size);

/* Frees what the options' values own. */
void option_free(const struct nd_option *options, void *settings);

/* Adds a text to a list.  0 or -ENOMEM. */
int option_list_add(struct nd_list *list, const char *text);

#endif
