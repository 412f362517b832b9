/* SPDX-License-Identifier: MIT */
#include "menu.h"

#include "chef_list.h"
#include "log.h"
#include "option.h"
#include "python.h"
#include "python/host.h"
#include "topic.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WHY_SIZE 1024

/* The original's own chefs. */
static const char *const classic[] = {"ARPChef", "DNSLookupChef",
				      "PacketCountChef", NULL};

/* A chef that can be had, from a module. */
struct dish {
	const char *module; /* lent by the settings */
	char name[TOPIC_NAME_MAX + 1];
	bool assignable;
};

struct menu {
	struct dish *dishes;
	size_t count;
	const char *module; /* that is being looked at */
	int error;
};

static void add(void *arg, const struct host_class *c)
{
	struct menu *m = arg;
	struct dish *more =
		realloc(m->dishes, (m->count + 1) * sizeof(*m->dishes));

	if (!more) {
		m->error = -ENOMEM;
		return;
	}
	m->dishes = more;
	memset(&more[m->count], 0, sizeof(*more));
	if (!topic_is_name(c->name, strlen(c->name))) {
		log_error("chef %s has a name that is not 1 to %d of A-Z a-z "
			  "0-9 _ . -",
			  c->name, TOPIC_NAME_MAX);
		m->error = -EINVAL;
		return;
	}
	more[m->count].module = m->module;
	more[m->count].assignable = c->assignable;
	memcpy(more[m->count++].name, c->name, strlen(c->name));
}

/* Adds a module's chefs; those of CHEF_LIST_BUNDLED are bundled ones. */
static int look_at(struct menu *m, const struct kitchen *k, const char *module,
		   char *why, size_t why_size)
{
	int rc;

	m->module = module;
	if (strcmp(module, CHEF_LIST_BUNDLED) == 0) {
		for (const char *const *name = classic; *name; name++)
			add(m, &(struct host_class){*name, true});
		return m->error;
	}
	rc = python_open(k, why, why_size);
	if (rc == 0)
		rc = python_host()->each(module, add, m, why, why_size);
	return rc < 0 ? rc : m->error;
}

/* --- opening ------------------------------------------------------------- */

struct chef_host_kitchen menu_shared(struct kitchen *k)
{
	return (struct chef_host_kitchen){
		.name = k->settings.name,
		.incarnation = k->incarnation,
		.max_message = k->settings.max_message,
		.slow_ns = (uint64_t)(k->settings.slow_chef * 1000),
		.way = &k->way,
	};
}

/* Whether one of the first `count` has that name. */
static bool is_among(const struct kitchen *k, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(k->chefs[i].file.chef.name, name) == 0)
			return true;
	return false;
}

static bool is_twice(const struct kitchen *k)
{
	const char *name = k->chefs[k->chef_count - 1].file.chef.name;

	if (!is_among(k, k->chef_count - 1, name))
		return false;
	log_error("chef %s is given twice", name);
	return true;
}

static int open_python(struct kitchen *k, const struct dish *dish, char *why)
{
	const struct chef_host_kitchen shared = menu_shared(k);
	struct nd_chef chef;
	void *self;
	int rc = python_host()->make(dish->module, dish->name, &chef, &self,
				     why, WHY_SIZE);

	return rc < 0 ? rc
		      : chef_host_adopt(&k->chefs[k->chef_count], &chef, self,
					&shared, why, WHY_SIZE);
}

/* Of a chef in C; one that nobody named may be left out: 1. */
static int open_c(struct kitchen *k, const char *spec, bool named, char *why)
{
	const struct chef_host_kitchen shared = menu_shared(k);
	struct chef_host *h = &k->chefs[k->chef_count];
	int rc = chef_host_open(h, spec, &shared, why, WHY_SIZE);

	if (rc < 0 || named || !(h->file.chef.flags & ND_CHEF_ON_REQUEST))
		return rc;
	chef_host_close(h);
	return 1;
}

/* Takes what was opened among the kitchen's chefs. */
static int take(struct kitchen *k, int rc, const char *why)
{
	if (rc < 0)
		log_error("%s", why);
	if (rc != 0)
		return rc < 0 ? rc : 0;
	k->chef_count++;
	return is_twice(k) ? -EEXIST : 0;
}

/* A name that nothing has may be one of several, as in the original. */
static int take_c(struct kitchen *k, const char *spec, bool named)
{
	char why[WHY_SIZE] = "";
	int rc = open_c(k, spec, named, why);

	if (rc != -ENOENT || strpbrk(spec, "/.") ||
	    k->settings.chefs.count == 1)
		return take(k, rc, why);
	log_error("Chef %s not found; the others are at work", spec);
	return 0;
}

static int open_dish(struct kitchen *k, const struct dish *dish)
{
	char why[WHY_SIZE] = "";
	int rc;

	if (!dish->assignable) {
		log_error("chef %s is marked as unassignable: it is left out",
			  dish->name);
		return 0;
	}
	rc = strcmp(dish->module, CHEF_LIST_BUNDLED) == 0
		     ? open_c(k, dish->name, true, why)
		     : open_python(k, dish, why);
	return take(k, rc, why);
}

/* As all are opened: what a module imports from another is in both. */
static int open_new_dish(struct kitchen *k, const struct dish *dish)
{
	if (!is_among(k, k->chef_count, dish->name))
		return open_dish(k, dish);
	log_info("chef %s of %s is left out: there is one of that name",
		 dish->name, dish->module);
	return 0;
}

static const struct dish *find(const struct menu *m, const char *name)
{
	for (size_t i = 0; i < m->count; i++)
		if (strcmp(m->dishes[i].name, name) == 0)
			return &m->dishes[i];
	return NULL;
}

static int open_all(struct kitchen *k, const struct menu *m)
{
	const struct nd_list *chefs = &k->settings.chefs;
	bool named = k->named_chefs;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < chefs->count; i++) {
		const struct dish *dish = find(m, chefs->items[i]);

		rc = dish ? open_dish(k, dish)
			  : take_c(k, chefs->items[i], named);
	}
	for (size_t i = 0; rc == 0 && chefs->count == 0 && i < m->count; i++)
		rc = open_new_dish(k, &m->dishes[i]);
	if (rc == 0 && k->chef_count == 0) {
		log_error("no valid chefs were found (see --chef-list)");
		rc = -ENOENT;
	}
	return rc;
}

int menu_open(struct kitchen *k)
{
	const struct nd_list *modules = &k->settings.modules;
	struct nd_list *chefs = &k->settings.chefs;
	char why[WHY_SIZE] = "no chef was named and none is bundled";
	struct menu m = {0};
	int rc = 0;

	k->named_chefs = chefs->count > 0;
	if (!k->named_chefs && modules->count == 0)
		rc = chef_file_bundled(chefs, why, sizeof(why));
	for (size_t i = 0; rc == 0 && i < modules->count; i++)
		rc = look_at(&m, k, modules->items[i], why, sizeof(why));
	k->chefs = calloc(chefs->count + m.count + 1, sizeof(*k->chefs));
	if (rc < 0 || !k->chefs) {
		log_error("%s", why);
		rc = rc < 0 ? rc : -ENOMEM;
	} else {
		rc = open_all(k, &m);
	}
	free(m.dishes);
	return rc;
}

/* --- listing ------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int list_module(const struct kitchen *k, const char *module)
{
	struct menu m = {0};
	char why[WHY_SIZE] = "out of memory";
	int rc = look_at(&m, k, module, why, sizeof(why));

	printf("\n%s\n", module);
	for (size_t i = 0; rc == 0 && i < m.count; i++)
		printf("  %s%s\n", m.dishes[i].name,
		       m.dishes[i].assignable ? "" : "  (unassignable)");
	if (rc < 0)
		printf("  error importing module: %s\n",
		       strncmp(why, module, strlen(module)) == 0
			       ? why + strlen(module) + 2
			       : why);
	free(m.dishes);
	return rc;
}

int menu_list(struct kitchen *k)
{
	struct nd_list *modules = &k->settings.modules;
	int rc = 0;

	if (modules->count == 0)
		return chef_list_all();
	qsort(modules->items, modules->count, sizeof(*modules->items), compare);
	for (size_t i = 0; i < modules->count; i++)
		if (list_module(k, modules->items[i]) < 0)
			rc = 1;
	printf("\n");
	python_close();
	return rc;
}
