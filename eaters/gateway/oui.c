/* SPDX-License-Identifier: MIT */
#include "oui.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <text.h>
#include <unistd.h>

#define LINE_SIZE 512
#define NAME_LEN_MAX 127
/* Of the first byte, IEEE 802 section 8.4. */
#define LOCAL (UINT32_C(0x02) << 16)

static const char *const known_places[] = {
	"/usr/share/ieee-data/oui.txt", /* Debian's ieee-data */
	"/usr/share/hwdata/oui.txt",    /* Fedora's hwdata */
	"/usr/share/wireshark/manuf",
};

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* --- a line -------------------------------------------------------------- */

/* Three bytes with `between` between them; or -1. */
static int32_t read_prefix(const char *line, char between)
{
	int32_t prefix = 0;

	for (int i = 0; i < 8; i++) {
		int n = digit(line[i]);

		if (i % 3 == 2 ? line[i] != between : n < 0)
			return -1;
		if (i % 3 != 2)
			prefix = prefix << 4 | n;
	}
	return prefix;
}

/* "00-22-72   (hex)\t\tSome Vendor" */
static const char *name_ieee(const char *rest)
{
	rest += strspn(rest, " \t");
	return strncmp(rest, "(hex)", 5) == 0 ? rest + 5 : NULL;
}

/* "00:22:72\tShort\tSome Vendor"; prefixes that are longer say so. */
static const char *name_manuf(const char *rest)
{
	const char *full;

	if (*rest != '\t' && *rest != ' ')
		return NULL;
	rest += strspn(rest, " \t");
	full = strchr(rest, '\t');
	return full && full[strspn(full, " \t")] ? full : rest;
}

/* A byte of UTF-8 that begins no character. */
static bool is_inside(char c)
{
	return (c & 0xc0) == 0x80;
}

/* Printable, without white space around it; its length. */
static size_t clean(char to[NAME_LEN_MAX + 1], const char *name)
{
	size_t len = 0;

	for (; *name && len < NAME_LEN_MAX; name++) {
		char c = (unsigned char)*name < 0x20 || *name == 0x7f ? ' '
								      : *name;

		if (c != ' ' || (len > 0 && to[len - 1] != ' '))
			to[len++] = c;
	}
	/* A character that was cut goes as a whole. */
	if (is_inside(*name)) {
		while (len > 0 && is_inside(to[len - 1]))
			len--;
		len -= len > 0;
	}
	while (len > 0 && to[len - 1] == ' ')
		len--;
	to[len] = '\0';
	return len;
}

/* 0; -ENOSPC when there is no room for more. */
static int take_line(struct oui *o, struct text *names, const char *line)
{
	int32_t dashes = read_prefix(line, '-');
	int32_t prefix = dashes >= 0 ? dashes : read_prefix(line, ':');
	char clear[NAME_LEN_MAX + 1];
	const char *name;
	size_t len;

	if (prefix < 0)
		return 0;
	name = dashes >= 0 ? name_ieee(line + 8) : name_manuf(line + 8);
	len = name ? clean(clear, name) : 0;
	if (len == 0)
		return 0;
	if (o->count == OUI_COUNT_MAX || names->len + len + 1 > OUI_NAMES_MAX)
		return -ENOSPC;
	o->entries[o->count].prefix = (uint32_t)prefix;
	o->entries[o->count++].name = (uint32_t)names->len;
	text_put(names, clear, len + 1);
	return names->error;
}

/* --- a file -------------------------------------------------------------- */

/* Of a line that is longer than any that counts the rest is passed over. */
static int read_lines(struct oui *o, struct text *names, FILE *file)
{
	char line[LINE_SIZE];
	size_t total = 0;
	bool begins = true;
	int rc = 0;

	while (rc == 0 && total < OUI_FILE_MAX &&
	       fgets(line, sizeof(line), file)) {
		size_t len = strlen(line);

		/* A NUL in it makes it no shorter. */
		total += len > 0 ? len : 1;
		if (begins)
			rc = take_line(o, names, line);
		begins = len == 0 || line[len - 1] == '\n';
	}
	if (rc == -ENOSPC)
		rc = 0;
	return rc == 0 && ferror(file) ? -EIO : rc;
}

static int by_prefix(const void *a, const void *b)
{
	const struct oui_entry *x = a, *y = b;

	if (x->prefix != y->prefix)
		return x->prefix < y->prefix ? -1 : 1;
	return x->name < y->name ? -1 : x->name > y->name;
}

static void *shrink(void *p, size_t size)
{
	void *smaller = size ? realloc(p, size) : NULL;

	return smaller ? smaller : p;
}

/* A regular file, as others may never end. */
static FILE *open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	FILE *file;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		errno = EINVAL;
		return NULL;
	}
	file = fdopen(fd, "r");
	if (!file)
		close(fd);
	return file;
}

/* 0; -ENODATA for a file without a vendor; -errno. */
static int load(struct oui *o, const char *path)
{
	FILE *file = open_file(path);
	struct text names = {0};
	int rc;

	if (!file)
		return -errno;
	o->path = strdup(path);
	o->entries = calloc(OUI_COUNT_MAX, sizeof(*o->entries));
	rc = o->path && o->entries ? read_lines(o, &names, file) : -ENOMEM;
	fclose(file);
	o->names = names.at;
	if (rc == 0 && o->count == 0)
		rc = -ENODATA;
	if (rc < 0) {
		oui_free(o);
		return rc;
	}
	o->names = shrink(o->names, names.len);
	o->entries = shrink(o->entries, o->count * sizeof(*o->entries));
	qsort(o->entries, o->count, sizeof(*o->entries), by_prefix);
	return 0;
}

int oui_load(struct oui *o, const char *path, char *why, size_t why_size)
{
	int rc = -ENOENT;

	memset(o, 0, sizeof(*o));
	if (path && *path == '\0')
		return 0;
	if (!path) {
		for (size_t i = 0;
		     rc < 0 && i < sizeof(known_places) / sizeof(char *); i++)
			rc = load(o, known_places[i]);
		return 0;
	}
	rc = load(o, path);
	if (rc == -ENODATA)
		snprintf(why, why_size,
			 "no vendor of MAC addresses is in %s: it is neither "
			 "IEEE's oui.txt nor Wireshark's manuf",
			 path);
	else if (rc < 0)
		snprintf(why, why_size,
			 "cannot read vendors of MAC addresses in %s: %s", path,
			 strerror(-rc));
	return rc;
}

void oui_free(struct oui *o)
{
	free(o->path);
	free(o->entries);
	free(o->names);
	memset(o, 0, sizeof(*o));
}

/* --- looking up ---------------------------------------------------------- */

int oui_prefix(const char *address)
{
	int prefix = 0, digits = 0;

	for (; *address; address++) {
		int n = digit(*address);

		if (n < 0 &&
		    (digits == 0 || digits % 2 != 0 ||
		     !strchr(":-.", *address) || digit(address[1]) < 0))
			return -EINVAL;
		if (n >= 0 && digits++ < 6)
			prefix = prefix << 4 | n;
		if (digits > 16)
			return -EINVAL;
	}
	return digits >= 6 && digits % 2 == 0 ? prefix : -EINVAL;
}

const char *oui_name(const struct oui *o, uint32_t prefix)
{
	size_t low = 0, high = o->count;

	if (prefix & LOCAL)
		return NULL;
	/* The first of those that have it. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (o->entries[middle].prefix < prefix)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == o->count || o->entries[low].prefix != prefix)
		return NULL;
	return o->names + o->entries[low].name;
}
