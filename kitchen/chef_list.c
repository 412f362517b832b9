/* SPDX-License-Identifier: MIT */
#include "chef_list.h"

#include "chef_file.h"
#include "chef_host.h"
#include "command_line.h"
#include "log.h"
#include "option.h"

#include <stdio.h>

/* Calls show() with each bundled chef, by name. */
static int each(void (*show)(const struct nd_chef *chef))
{
	static const struct nd_option list[] = {{"names", ND_OPTION_LIST}, {0}};
	struct nd_list names = {0};
	char why[1024];
	int rc = chef_file_bundled(&names, why, sizeof(why));

	if (rc < 0)
		log_error("%s", why);
	for (size_t i = 0; i < names.count; i++) {
		struct chef_file f;

		if (chef_file_open(&f, names.items[i], why, sizeof(why)) < 0) {
			log_error("%s", why);
			rc = -1;
			continue;
		}
		show(&f.chef);
		chef_file_close(&f);
	}
	option_free(list, &names);
	return rc;
}

static const char *summary(const struct nd_chef *chef)
{
	return chef->summary ? chef->summary : "";
}

static void show_line(const struct nd_chef *chef)
{
	printf("  %-20s  %s%s\n", chef->name, summary(chef),
	       chef->flags & ND_CHEF_ON_REQUEST ? " (where it is named)" : "");
}

int chef_list_all(void)
{
	int rc;

	printf("\n" CHEF_LIST_BUNDLED "\n");
	rc = each(show_line);
	printf("\n");
	return rc < 0;
}

int chef_list_help(const char *spec)
{
	struct chef_file f;
	char what[4096], why[1024];

	chef_host_split(spec, what, sizeof(what));
	if (chef_file_open(&f, what, why, sizeof(why)) < 0) {
		log_error("%s", why);
		return 1;
	}
	printf("%s: %s\n", f.chef.name, summary(&f.chef));
	if (!f.chef.options || !f.chef.options->name)
		printf("\nIt has no options.\n");
	else
		printf("\nOptions, as in --chef %s:%s=...\n", f.chef.name,
		       f.chef.options->name);
	command_line_print_options(f.chef.options, stdout);
	chef_file_close(&f);
	return 0;
}

static void show_man(const struct nd_chef *chef)
{
	printf(".SS %s\n", chef->name);
	command_line_man_text(summary(chef));
	if (chef->flags & ND_CHEF_ON_REQUEST)
		printf(". It works only where it is named.\n");
	else
		printf(".\n");
	command_line_man_options(chef->options);
}

void chef_list_man(void)
{
	printf(".SH CHEFS\nThe bundled ones, and their options, which follow "
	       "a colon and are\nseparated by commas.\n");
	each(show_man);
}
