/* SPDX-License-Identifier: MIT */
#ifndef FOLDER_H
#define FOLDER_H

/* A folder of this test's own, for the sources of chefs. */

#include "unit.h"

#include <dirent.h>
#include <unistd.h>

static char folder[] = P_tmpdir "/nd-unit-XXXXXX";

static inline int folder_make(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static inline int folder_remove(void **state)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	(void)state;
	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
	return rmdir(folder);
}

/* Writes a file there; its path, until the next call. */
static inline const char *folder_write(const char *name, const char *text)
{
	static char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "we");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	return path;
}

#endif
