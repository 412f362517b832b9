/* SPDX-License-Identifier: MIT */
#include "pages.h"

#include <beside.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH_MAX 4

static const char *type_of(const char *name)
{
	static const char *const types[][2] = {
		{"css", "text/css; charset=utf-8"},
		{"gif", "image/gif"},
		{"html", "text/html; charset=utf-8"},
		{"ico", "image/vnd.microsoft.icon"},
		{"js", "text/javascript; charset=utf-8"},
		{"json", "application/json"},
		{"map", "application/json"},
		{"mjs", "text/javascript; charset=utf-8"},
		{"png", "image/png"},
		{"svg", "image/svg+xml"},
		{"txt", "text/plain; charset=utf-8"},
		{"wasm", "application/wasm"},
		{"webp", "image/webp"},
		{"woff2", "font/woff2"},
	};
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot && i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(dot + 1, types[i][0]) == 0)
			return types[i][1];
	return NULL;
}

/* FNV-1a: two versions of a page differ in it, which is all that it is for. */
static void make_etag(struct page *page)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < page->len; i++)
		hash = (hash ^ (uint8_t)page->bytes[i]) *
		       UINT64_C(0x100000001b3);
	snprintf(page->etag, sizeof(page->etag), "\"%016llx\"",
		 (unsigned long long)hash);
}

/* Reads up to len bytes; how many came, or -errno. */
static ssize_t read_all(int fd, char *to, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = read(fd, to + done, len - done);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n == 0)
			break;
		done += n > 0 ? (size_t)n : 0;
	}
	return (ssize_t)done;
}

static int add(struct pages *p, int fd, const char *path, size_t len)
{
	struct page *page = &p->all[p->count];
	ssize_t n;

	if (len > PAGES_FILE_MAX || p->total + len > PAGES_TOTAL_MAX ||
	    p->count == PAGES_COUNT_MAX)
		return -EFBIG;
	memset(page, 0, sizeof(*page));
	page->path = strdup(path);
	page->bytes = malloc(len + 1);
	p->count++;
	if (!page->path || !page->bytes)
		return -ENOMEM;
	n = read_all(fd, page->bytes, len);
	if (n < 0)
		return (int)n;
	page->len = (size_t)n;
	page->type = type_of(path);
	p->total += page->len;
	make_etag(page);
	return 0;
}

static int load_folder(struct pages *p, int fd, const char *path,
		       unsigned depth);

/* A file or a folder, neither of them reached through a link. */
static int load_entry(struct pages *p, int folder, const char *path,
		      const char *name, unsigned depth)
{
	char full[512];
	struct stat st;
	int fd, rc = 0;

	if (name[0] == '.' || snprintf(full, sizeof(full), "%s/%s", path,
				       name) >= (int)sizeof(full))
		return 0;
	fd = openat(folder, name,
		    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return errno == ELOOP || errno == ENXIO ? 0 : -errno;
	if (fstat(fd, &st) < 0)
		rc = -errno;
	else if (S_ISDIR(st.st_mode) && depth < DEPTH_MAX)
		return load_folder(p, fd, full, depth + 1);
	else if (S_ISREG(st.st_mode) && type_of(name))
		rc = add(p, fd, full, (size_t)st.st_size);
	close(fd);
	return rc;
}

/* Takes fd. */
static int load_folder(struct pages *p, int fd, const char *path,
		       unsigned depth)
{
	DIR *dir = fdopendir(fd);
	struct dirent *entry;
	int rc = 0;

	if (!dir) {
		rc = -errno;
		close(fd);
		return rc;
	}
	while (rc == 0 && (entry = readdir(dir)))
		rc = load_entry(p, fd, path, entry->d_name, depth);
	closedir(dir);
	return rc;
}

/* The folder that was installed beside this program's. */
static char *installed(void)
{
	char folder[PATH_MAX];

	if (beside_program(folder, sizeof(folder), ND_PAGES_FROM_BIN) < 0)
		return NULL;
	return strdup(folder);
}

int pages_load(struct pages *p, const char *folder, char *why, size_t why_size)
{
	int fd, rc;

	memset(p, 0, sizeof(*p));
	p->folder = folder ? strdup(folder) : installed();
	p->all = calloc(PAGES_COUNT_MAX, sizeof(*p->all));
	if (!p->folder || !p->all) {
		snprintf(why, why_size, "out of memory");
		return -ENOMEM;
	}
	fd = open(p->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return 0;
	rc = fd < 0 ? -errno : load_folder(p, fd, "", 0);
	if (rc == -EFBIG)
		snprintf(why, why_size,
			 "the pages in %s are more than %zu files, larger than "
			 "%zu MiB, or one is larger than %zu MiB",
			 p->folder, (size_t)PAGES_COUNT_MAX,
			 PAGES_TOTAL_MAX >> 20, PAGES_FILE_MAX >> 20);
	else if (rc < 0)
		snprintf(why, why_size, "cannot read the pages in %s: %s",
			 p->folder, strerror(-rc));
	return rc;
}

void pages_free(struct pages *p)
{
	for (size_t i = 0; i < p->count; i++) {
		free(p->all[i].path);
		free(p->all[i].bytes);
	}
	free(p->all);
	free(p->folder);
	memset(p, 0, sizeof(*p));
}

const struct page *pages_find(const struct pages *p, const char *path)
{
	if (strcmp(path, "/") == 0)
		path = "/index.html";
	for (size_t i = 0; i < p->count; i++)
		if (strcmp(p->all[i].path, path) == 0)
			return &p->all[i];
	return NULL;
}
