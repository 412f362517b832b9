/* SPDX-License-Identifier: MIT */
#include "classic.h"

#include <string.h>

#define KITCHEN "kitchen="

/* The kitchen that is named, or NULL. */
static const char *kitchen_of(const char *text)
{
	return strncmp(text, KITCHEN, strlen(KITCHEN)) == 0
		       ? text + strlen(KITCHEN)
		       : NULL;
}

bool classic_is_right(const char *text)
{
	const char *kitchen = kitchen_of(text);

	if (kitchen)
		return topic_is_name(kitchen, strlen(kitchen));
	return strcmp(text, "all") == 0 || strcmp(text, "sum") == 0;
}

void classic_apply(struct hello *h, const char *text)
{
	const char *kitchen = kitchen_of(text);

	if (!h->classic)
		return;
	h->sum = strcmp(text, "sum") == 0;
	h->hubs = kitchen != NULL;
	if (kitchen)
		memcpy(h->kitchens.names[h->kitchens.count++], kitchen,
		       strlen(kitchen) + 1);
}
