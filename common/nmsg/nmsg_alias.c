/* SPDX-License-Identifier: MIT */
#include "nmsg_alias.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Entries of a file, at most. */
#define ENTRIES_MAX 65536

struct entry {
	uint32_t number;
	char *name;
};

struct nmsg_alias {
	struct entry *entry;
	size_t count;
};

static int add(struct nmsg_alias *alias, uint32_t number, const char *name)
{
	struct entry *entry;
	size_t cap = alias->count + 1;

	if ((alias->count & (alias->count - 1)) == 0) {
		cap = alias->count ? 2 * alias->count : 1;
		entry = realloc(alias->entry, cap * sizeof(*entry));
		if (!entry)
			return -ENOMEM;
		alias->entry = entry;
	}
	entry = &alias->entry[alias->count];
	entry->number = number;
	entry->name = strdup(name);
	if (!entry->name)
		return -ENOMEM;
	alias->count++;
	return 0;
}

/* Takes "NUMBER NAME" from a line; what is none is passed over. */
static int line(struct nmsg_alias *alias, char *text)
{
	char *end, *name;
	unsigned long number;

	number = strtoul(text, &end, 0);
	if (end == text || number > UINT32_MAX || strchr(text, '-') == text)
		return 0;
	name = end + strspn(end, " \t");
	if (name == end)
		return 0;
	name[strcspn(name, " \t\r\n")] = '\0';
	return *name ? add(alias, (uint32_t)number, name) : 0;
}

struct nmsg_alias *nmsg_alias_read(const char *path)
{
	struct nmsg_alias *alias = calloc(1, sizeof(*alias));
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t cap = 0;
	int error = 0;

	if (!alias)
		error = -ENOMEM;
	else if (!file)
		error = -errno;
	while (!error && alias->count < ENTRIES_MAX &&
	       getline(&text, &cap, file) >= 0)
		error = line(alias, text);
	if (!error && ferror(file))
		error = -EIO;
	free(text);
	if (file)
		fclose(file);
	if (!error)
		return alias;
	nmsg_alias_free(alias);
	errno = -error;
	return NULL;
}

void nmsg_alias_free(struct nmsg_alias *alias)
{
	if (!alias)
		return;
	for (size_t i = 0; i < alias->count; i++)
		free(alias->entry[i].name);
	free(alias->entry);
	free(alias);
}

const char *nmsg_alias_name(const struct nmsg_alias *alias, uint32_t number)
{
	for (size_t i = 0; alias && i < alias->count; i++)
		if (alias->entry[i].number == number)
			return alias->entry[i].name;
	return NULL;
}

uint32_t nmsg_alias_number(const struct nmsg_alias *alias, const char *name,
			   size_t name_len)
{
	for (size_t i = 0; alias && i < alias->count; i++)
		if (strlen(alias->entry[i].name) == name_len &&
		    memcmp(alias->entry[i].name, name, name_len) == 0)
			return alias->entry[i].number;
	return 0;
}

static struct nmsg_alias *load(const char *variable, const char *folder,
			       const char *file)
{
	const char *path = getenv(variable);
	struct nmsg_alias *alias;
	char *joined;

	if (path)
		return nmsg_alias_read(path);
	if (!folder || asprintf(&joined, "%s/%s", folder, file) < 0)
		return NULL;
	alias = nmsg_alias_read(joined);
	free(joined);
	return alias;
}

void nmsg_alias_load(struct nmsg_aliases *aliases, const char *folder)
{
	aliases->operators = load("NMSG_OPALIAS_FILE", folder, "nmsg.opalias");
	aliases->groups = load("NMSG_GRALIAS_FILE", folder, "nmsg.gralias");
}

void nmsg_alias_unload(struct nmsg_aliases *aliases)
{
	nmsg_alias_free(aliases->operators);
	nmsg_alias_free(aliases->groups);
	memset(aliases, 0, sizeof(*aliases));
}
