/* SPDX-License-Identifier: MIT */
#include "channels.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The file, and its name for a complaint. */
static FILE *open_file(const char **path)
{
	static const char *const usual[] = {"/etc/nmsg.chalias",
					    "nmsgtool.chalias"};
	FILE *file = NULL;

	*path = getenv("NMSG_CHALIAS_FILE");
	if (*path)
		return fopen(*path, "re");
	for (size_t i = 0; !file && i < sizeof(usual) / sizeof(*usual); i++) {
		*path = usual[i];
		file = fopen(*path, "re");
	}
	return file;
}

/* Adds a line's addresses if it is the name's.  1, 0 if not, -ENOMEM. */
static int take_line(char *line, const char *name, struct nd_list *addresses)
{
	static const char blank[] = " \t\r\n";
	char *rest, *word = strtok_r(line, blank, &rest);
	int rc = 0;

	if (!word || strcmp(word, name) != 0)
		return 0;
	while (rc == 0 && (word = strtok_r(NULL, blank, &rest)))
		rc = option_list_add(addresses, word);
	return rc < 0 ? rc : 1;
}

int channels_find(const char *name, struct nd_list *addresses, char *why,
		  size_t why_size)
{
	size_t before = addresses->count, size = 0;
	const char *path;
	FILE *file = open_file(&path);
	char *line = NULL;
	int rc = 0;

	if (!file) {
		rc = -errno;
		snprintf(why, why_size, "cannot read the channels' file %s: %s",
			 path, strerror(errno));
		return rc;
	}
	while (rc == 0 && getline(&line, &size, file) >= 0)
		rc = take_line(line, name, addresses);
	free(line);
	fclose(file);
	if (rc < 0)
		snprintf(why, why_size, "out of memory");
	else if (addresses->count == before) {
		snprintf(why, why_size, "%s has no addresses for '%s'", path,
			 name);
		rc = -ENOENT;
	}
	return rc < 0 ? rc : 0;
}
