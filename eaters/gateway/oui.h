/* SPDX-License-Identifier: MIT */
#ifndef OUI_H
#define OUI_H

#include <stddef.h>
#include <stdint.h>

/*
 * Who makes what has a MAC address: the names that IEEE's registry has for
 * their first three bytes (OUI), from a file as IEEE gives it out (oui.txt) or
 * as Wireshark has it (manuf).
 */

#define OUI_COUNT_MAX ((size_t)65536)
#define OUI_NAMES_MAX ((size_t)1400 * 1024)
#define OUI_FILE_MAX ((size_t)64 * 1024 * 1024)

struct oui_entry {
	uint32_t prefix;
	uint32_t name; /* where in names */
};

/* Start it zeroed: then there is no database. */
struct oui {
	char *path; /* NULL: none */
	struct oui_entry *entries;
	size_t count;
	char *names; /* each with its NUL */
};

/*
 * Reads a file, or for NULL the first there is where systems have them, if
 * any; for "" none.  What goes beyond the bounds above is left out.  0, or
 * -errno and a sentence in `why`.
 */
int oui_load(struct oui *o, const char *path, char *why, size_t why_size);
void oui_free(struct oui *o);

/*
 * The first three bytes of an address, 3 to 8 bytes in hexadecimal with or
 * without ':', '-' or '.' between them; or -EINVAL.
 */
int oui_prefix(const char *address);

/* Whose it is, lent; NULL if nobody knows, or it is locally administered. */
const char *oui_name(const struct oui *o, uint32_t prefix);

#endif
