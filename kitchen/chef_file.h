/* SPDX-License-Identifier: MIT */
#ifndef CHEF_FILE_H
#define CHEF_FILE_H

#include <netdumplings/chef.h>

/* A chef's shared object: found, compiled if it is a .c file, and loaded. */

struct chef_file {
	void *handle;        /* dlopen()'s; NULL for a chef in Python */
	struct nd_chef chef; /* zero where an older one has no member */
};

/*
 * Loads the chef that `what` names: a path to a .so or .c file, or a bundled
 * chef.  chef_file_close() it.  0, or -errno and a sentence in `why`.
 */
int chef_file_open(struct chef_file *f, const char *what, char *why,
		   size_t why_size);
void chef_file_close(struct chef_file *f);

/* The same for a chef that was compiled already; the object is forgotten. */
int chef_file_compiled(struct chef_file *f, char *object, const char *source,
		       char *why, size_t why_size);

/* The names of all bundled chefs, sorted, are added.  0 or -errno. */
int chef_file_bundled(struct nd_list *names, char *why, size_t why_size);

#endif
