/* SPDX-License-Identifier: MIT */
#include "chef_file.h"

#include "beside.h"
#include "compile.h"
#include "option.h"
#include "topic.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The struct as it was at first; what is behind that may be missing. */
#define SIZE_MIN                               \
	(offsetof(struct nd_chef, forgotten) + \
	 sizeof(((struct nd_chef *)0)->forgotten))

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);

	return len > end_len && strcmp(text + len - end_len, end) == 0;
}

static int bundled_dir(char out[PATH_MAX])
{
	return beside_program(out, PATH_MAX, ND_CHEFS_FROM_BIN);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int chef_file_bundled(struct nd_list *names, char *why, size_t why_size)
{
	char dir[PATH_MAX] = "";
	int rc = bundled_dir(dir);
	DIR *d = rc < 0 ? NULL : opendir(dir);
	struct dirent *entry;

	if (!d) {
		rc = rc < 0 ? rc : -errno;
		snprintf(why, why_size, "cannot read the chefs in %s: %s", dir,
			 strerror(-rc));
		return rc;
	}
	while (rc == 0 && (entry = readdir(d))) {
		char name[NAME_MAX + 1];

		if (!ends_with(entry->d_name, ".so"))
			continue;
		snprintf(name, sizeof(name), "%.*s",
			 (int)strlen(entry->d_name) - 3, entry->d_name);
		rc = option_list_add(names, name);
	}
	closedir(d);
	if (names->count > 0)
		qsort(names->items, names->count, sizeof(*names->items),
		      compare);
	return rc;
}

/* --- loading ------------------------------------------------------------- */

static int check_abi(const struct nd_chef *chef, const char *what, char *why,
		     size_t why_size)
{
	const char *older = chef->abi < ND_CHEF_ABI ? "chef" : "kitchen";

	if (chef->abi != ND_CHEF_ABI) {
		snprintf(why, why_size,
			 "%s was built for chef ABI %u and this kitchen has "
			 "%u: the %s is the older of the two; %s",
			 what, chef->abi, ND_CHEF_ABI, older,
			 *older == 'c' ? "compile the chef again"
				       : "install a newer netdumplings");
		return -EPROTONOSUPPORT;
	}
	if (chef->size < SIZE_MIN || chef->size > sizeof(*chef)) {
		snprintf(why, why_size,
			 "%s was built with a chef.h that is %s than this "
			 "kitchen's; compile it again with this one's",
			 what, chef->size < SIZE_MIN ? "older" : "newer");
		return -EPROTONOSUPPORT;
	}
	return 0;
}

static int check(struct chef_file *f, const char *what, char *why,
		 size_t why_size)
{
	const struct nd_chef *chef = dlsym(f->handle, "nd_chef");
	int rc;

	if (!chef) {
		snprintf(why, why_size,
			 "%s has no chef in it: it exports no 'nd_chef'", what);
		return -ENOEXEC;
	}
	rc = check_abi(chef, what, why, why_size);
	if (rc < 0)
		return rc;
	memcpy(&f->chef, chef, chef->size);
	if (!f->chef.name ||
	    !topic_is_name(f->chef.name, strlen(f->chef.name))) {
		snprintf(why, why_size,
			 "the chef in %s has a name that is not 1 to %d of "
			 "A-Z a-z 0-9 _ . -",
			 what, TOPIC_NAME_MAX);
		return -EINVAL;
	}
	return 0;
}

static int load(struct chef_file *f, const char *path, const char *what,
		char *why, size_t why_size)
{
	int rc;

	f->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!f->handle) {
		snprintf(why, why_size, "cannot load %s: %s", what, dlerror());
		return -ENOEXEC;
	}
	rc = check(f, what, why, why_size);
	if (rc < 0)
		chef_file_close(f);
	return rc;
}

static int load_path(struct chef_file *f, const char *path, char *why,
		     size_t why_size)
{
	char full[PATH_MAX];

	/* A bare file name would be looked for in the library path. */
	if (!realpath(path, full)) {
		snprintf(why, why_size, "cannot read %s: %s", path,
			 strerror(errno));
		return -errno;
	}
	return load(f, full, path, why, why_size);
}

int chef_file_compiled(struct chef_file *f, char *object, const char *source,
		       char *why, size_t why_size)
{
	int rc;

	memset(f, 0, sizeof(*f));
	rc = load(f, object, source, why, why_size);
	compile_forget(object);
	return rc;
}

static int load_source(struct chef_file *f, const char *path, char *why,
		       size_t why_size)
{
	char object[PATH_MAX];
	int rc = compile_chef(path, object, sizeof(object), why, why_size);

	return rc < 0 ? rc : chef_file_compiled(f, object, path, why, why_size);
}

static int load_bundled(struct chef_file *f, const char *name, char *why,
			size_t why_size)
{
	char dir[PATH_MAX], path[PATH_MAX + 128];
	int rc = bundled_dir(dir);

	if (rc < 0)
		return rc;
	snprintf(path, sizeof(path), "%s/%s.so", dir, name);
	if (!topic_is_name(name, strlen(name)) || access(path, F_OK) < 0) {
		snprintf(why, why_size,
			 "there is no chef '%s'; --chef-list shows what there "
			 "is, and a path to a .so or .c file is fine too",
			 name);
		return -ENOENT;
	}
	return load(f, path, name, why, why_size);
}

int chef_file_open(struct chef_file *f, const char *what, char *why,
		   size_t why_size)
{
	memset(f, 0, sizeof(*f));
	if (ends_with(what, ".c"))
		return load_source(f, what, why, why_size);
	if (ends_with(what, ".so") || strchr(what, '/'))
		return load_path(f, what, why, why_size);
	return load_bundled(f, what, why, why_size);
}

void chef_file_close(struct chef_file *f)
{
	if (f->handle)
		dlclose(f->handle);
	f->handle = NULL;
}
