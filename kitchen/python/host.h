/* SPDX-License-Identifier: MIT */
#ifndef HOST_H
#define HOST_H

#include <netdumplings/chef.h>

/*
 * CPython in the kitchen, as a shared object of its own: who has no chef in
 * Python does not load it.  It exports one constant, nd_python_host.
 */

/* What chefs are told of their kitchen; lent for the host's life. */
struct host_kitchen {
	const char *name;
	const char *interface;
	const char *filter;
	double poke_interval;
	const char
		*package; /* the folder that the package netdumplings is in */
	/* One line for the log, an error. */
	void (*log)(const char *line);
};

/* A class that a module has, lent. */
struct host_class {
	const char *name;
	bool assignable; /* a kitchen may have it */
};

typedef void host_found(void *arg, const struct host_class *c);

/* All return 0, or -errno and a sentence in `why`. */
struct host {
	uint32_t size; /* of this struct, as both sides come from one build */
	int (*open)(const struct host_kitchen *kitchen, char *why,
		    size_t why_size);
	void (*close)(void);
	/*
	 * Calls found() for each class of a module, by name.  A module is a
	 * name to import or a path to a .py file; it is loaded once.
	 */
	int (*each)(const char *module, host_found *found, void *arg, char *why,
		    size_t why_size);
	/*
	 * Makes a chef of such a class; chef->close() frees *self.  Its
	 * errors are logged here.
	 */
	int (*make)(const char *module, const char *name, struct nd_chef *chef,
		    void **self, char *why, size_t why_size);
	/* Loads a module anew; its chefs are then new ones, or all old. */
	int (*reload)(const char *module, char *why, size_t why_size);
	/* The module's file, lent until the next call; NULL: it has none. */
	const char *(*file)(const char *module);
	/* The kitchen waits: other threads of chefs may run meanwhile. */
	void (*rest)(void);
	void (*wake)(void);
};

#endif
