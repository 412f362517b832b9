/* SPDX-License-Identifier: MIT */
#include "reload.h"

#include "chef_list.h"
#include "compile.h"
#include "log.h"
#include "loop.h"
#include "python.h"
#include "python/host.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define WHY_SIZE 1024

/* A file, and what becomes of it. */
struct watch {
	char path[PATH_MAX];
	const char *module;     /* of Python; NULL: a .c file */
	struct chef_host *chef; /* of a .c file */
	struct stat seen;       /* as it was loaded */
	pid_t compiler;         /* at work on it; 0: none */
	char object[64];
};

struct reload {
	size_t count;
	struct watch watches[];
};

static void watch(struct reload *r, const char *path, const char *module,
		  struct chef_host *chef)
{
	struct watch *w = &r->watches[r->count];

	if (strlen(path) >= sizeof(w->path))
		return;
	memcpy(w->path, path, strlen(path) + 1);
	w->module = module;
	w->chef = chef;
	if (stat(path, &w->seen) == 0)
		r->count++;
}

static void watch_chefs(struct reload *r, const struct kitchen *k)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < k->chef_count; i++) {
		struct chef_host *h = &k->chefs[i];
		size_t len;

		if (!h->spec)
			continue;
		chef_host_split(h->spec, path, sizeof(path));
		len = strlen(path);
		if (len > 2 && strcmp(path + len - 2, ".c") == 0)
			watch(r, path, NULL, h);
	}
}

struct reload *reload_new(const struct kitchen *k)
{
	const struct nd_list *modules = &k->settings.modules;
	size_t most = k->chef_count + modules->count;
	struct reload *r = calloc(1, sizeof(*r) + most * sizeof(*r->watches));

	if (!r)
		return NULL;
	watch_chefs(r, k);
	for (size_t i = 0; python_host() && i < modules->count; i++) {
		const char *file;

		if (strcmp(modules->items[i], CHEF_LIST_BUNDLED) == 0)
			continue;
		file = python_host()->file(modules->items[i]);
		if (file)
			watch(r, file, modules->items[i], NULL);
	}
	return r;
}

void reload_free(struct reload *r)
{
	char why[WHY_SIZE];

	for (size_t i = 0; r && i < r->count; i++) {
		struct watch *w = &r->watches[i];

		if (w->compiler > 0 &&
		    compile_end(w->compiler, w->path, w->object, true, why,
				sizeof(why)) == 0)
			compile_forget(w->object);
	}
	free(r);
}

/* --- a change ------------------------------------------------------------ */

/* Also when it was replaced, as many editors save. */
static bool has_changed(struct watch *w)
{
	struct stat now;

	if (stat(w->path, &now) < 0 ||
	    (now.st_ino == w->seen.st_ino && now.st_size == w->seen.st_size &&
	     now.st_mtim.tv_sec == w->seen.st_mtim.tv_sec &&
	     now.st_mtim.tv_nsec == w->seen.st_mtim.tv_nsec))
		return false;
	w->seen = now;
	return true;
}

static void told(const struct watch *w, int rc, const char *why)
{
	if (rc == 0)
		log_info("%s was changed, and its chefs are the new ones",
			 w->path);
	else
		log_error("%s was changed, but its chefs stay as they were: %s",
			  w->path, why);
}

/* Streams are told their end by the chefs that they began with. */
static int swap(struct kitchen *k, struct chef_host *h, struct chef_file *f,
		char *why)
{
	int64_t now_ns =
		kitchen_on_packet_time(k) ? k->last_packet_ns : loop_wall_ns();
	void *self;
	int rc = chef_host_begin(h, f, &self, why, WHY_SIZE);

	if (rc < 0)
		return rc;
	if (h->file.chef.stream || f->chef.stream)
		path_forget_streams(&k->path, now_ns);
	chef_host_replace(h, f, self, now_ns);
	if (path_new_chefs(&k->path) == 0)
		return 0;
	snprintf(why, WHY_SIZE, "it asks for more than there is room for");
	return -E2BIG;
}

static void end_compiling(struct watch *w, struct kitchen *k)
{
	char why[WHY_SIZE] = "";
	struct chef_file f;
	int rc = compile_end(w->compiler, w->path, w->object, false, why,
			     sizeof(why));

	if (rc == -EAGAIN)
		return;
	w->compiler = 0;
	if (rc == 0)
		rc = chef_file_compiled(&f, w->object, w->path, why,
					sizeof(why));
	if (rc == 0)
		rc = swap(k, w->chef, &f, why);
	told(w, rc, why);
}

static void begin(struct watch *w)
{
	char why[WHY_SIZE] = "";
	int rc;

	if (w->module) {
		rc = python_host()->reload(w->module, why, sizeof(why));
		told(w, rc, why);
		return;
	}
	w->compiler = compile_begin(w->path, w->object, sizeof(w->object), why,
				    sizeof(why));
	if (w->compiler < 0) {
		told(w, w->compiler, why);
		w->compiler = 0;
	}
}

void reload_tick(struct reload *r, struct kitchen *k)
{
	for (size_t i = 0; r && i < r->count; i++) {
		struct watch *w = &r->watches[i];

		if (w->compiler > 0)
			end_compiling(w, k);
		else if (has_changed(w))
			begin(w);
	}
}
