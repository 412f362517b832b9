/* SPDX-License-Identifier: MIT */
#include "origin.h"

#include <string.h>
#include <strings.h>

bool origin_allowed(const struct nd_list *list, const char *origin,
		    const char *host)
{
	const char *scheme = strstr(origin, "://");
	const char *name = scheme ? scheme + 3 : origin;
	size_t len = strcspn(name, ":");

	if (name[0] == '[')
		len = strcspn(name, "]") + 1;
	if (list->count == 0 || *origin == '\0' || strcasecmp(name, host) == 0)
		return true;
	for (size_t i = 0; i < list->count; i++) {
		const char *item = list->items[i];

		if (strcasecmp(item, origin) == 0 ||
		    strcasecmp(item, name) == 0 ||
		    (strlen(item) == len && strncasecmp(item, name, len) == 0))
			return true;
	}
	return false;
}
