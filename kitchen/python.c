/* SPDX-License-Identifier: MIT */
#include "python.h"

#include "beside.h"
#include "log.h"
#include "python/host.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* One interpreter for a process, as CPython has it. */
static struct {
	const struct host *host;
	struct host_kitchen kitchen;
	char package[PATH_MAX];
} python;

static void log_line(const char *line)
{
	log_error("%s", line);
}

/* Finds Python's side of the kitchen; NULL and a sentence. */
static const struct host *load(char *why, size_t why_size)
{
	char path[PATH_MAX] = "";
	const struct host *host;
	void *handle = NULL;

	/* For all: modules of Python look for CPython's own symbols. */
	if (beside_program(path, sizeof(path), ND_PYTHON_FROM_BIN) == 0)
		handle = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
	host = handle ? dlsym(handle, "nd_python_host") : NULL;
	if (host && host->size == sizeof(*host))
		return host;
	snprintf(why, why_size,
		 "chefs in Python cannot be had: %s; this kitchen was built "
		 "without python3-dev, or is not installed whole",
		 handle ? "python_host.so is of another build" : dlerror());
	return NULL;
}

int python_open(const struct kitchen *k, char *why, size_t why_size)
{
	const struct host *host;
	int rc;

	if (python.host)
		return 0;
	host = load(why, why_size);
	if (!host)
		return -ENOENT;
	rc = beside_program(python.package, sizeof(python.package),
			    ND_PYTHON_PACKAGE_FROM_BIN);
	if (rc < 0)
		return rc;
	python.kitchen = (struct host_kitchen){
		.name = k->settings.name,
		.interface = k->source,
		.filter = k->settings.filter ? k->settings.filter : "",
		.poke_interval = k->settings.poke_interval,
		.package = python.package,
		.log = log_line,
	};
	rc = host->open(&python.kitchen, why, why_size);
	if (rc == 0)
		python.host = host;
	return rc;
}

void python_close(void)
{
	if (python.host)
		python.host->close();
	python.host = NULL;
}

const struct host *python_host(void)
{
	return python.host;
}

void python_rest(void)
{
	if (python.host)
		python.host->rest();
}

void python_wake(void)
{
	if (python.host)
		python.host->wake();
}
