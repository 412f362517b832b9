/* SPDX-License-Identifier: MIT */
#ifndef PAGES_H
#define PAGES_H

#include <stddef.h>

/* The files that browsers may ask for, all in memory from the start. */

#define PAGES_FILE_MAX ((size_t)4 * 1024 * 1024)
#define PAGES_TOTAL_MAX ((size_t)32 * 1024 * 1024)
#define PAGES_COUNT_MAX 512

struct page {
	char *path; /* as it is asked for, "/app.js" */
	const char *type;
	char *bytes;
	size_t len;
	char etag[24]; /* RFC 9110 section 8.8.3, with its quotes */
};

struct pages {
	struct page *all;
	size_t count;
	size_t total; /* bytes */
	char *folder; /* they came from */
};

/*
 * Reads a folder's files of known types, and its folders'; no symbolic link
 * is followed.  NULL stands for the folder that is installed with this
 * program.  A folder that is not there has no pages.  0, or -errno and a
 * sentence in `why`.
 */
int pages_load(struct pages *p, const char *folder, char *why, size_t why_size);
void pages_free(struct pages *p);

/* The page of a path ("/" is "/index.html"), lent; or NULL. */
const struct page *pages_find(const struct pages *p, const char *path);

#endif
